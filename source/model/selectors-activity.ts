import { counted } from './counted.ts';
import { showClock } from './format-time.ts';
import type { AppState } from './state.ts';
import { guardMs, type Toast, type Ui } from './ui.ts';

/** What is being done right now, in a few words; null when nothing moves. */
export const activityOf = (app: AppState, now: number): string | null => {
  if (app.run.kind === 'active')
    return `${app.run.goal} ${showClock(Math.max(0, now - app.run.since))}`;
  if (app.run.kind === 'canceling') return `stopping the ${app.run.goal}`;
  if (app.flakePath === null) return 'opening the flake';
  if (app.fleet.kind === 'listing') return 'reading the hosts';
  const hosts = Object.values(app.hosts);
  const probing = hosts.filter((host) => host.probe.kind === 'probing').length;
  if (probing > 0) return `asking ${counted(probing, 'host')}`;
  const evaluating = hosts.filter((host) => host.expectation.kind === 'evaluating').length;
  if (evaluating > 0) return `evaluating ${counted(evaluating, 'host')}`;
  return app.board.some((row) => row.state === 'checking') ? 'checking' : null;
};

/** How long a message stays, ms. */
export const toastMs = 4_000;

/** Bad news stays longer, and long ones are longer to read. */
export const toastLife = ({ tone, text }: Toast): number =>
  toastMs * (tone === 'bad' ? 3 : text.length > 80 ? 2 : 1);

const isDialogGuarded = (ui: Ui): boolean =>
  (ui.overlay?.kind === 'confirm' || ui.overlay?.kind === 'menu') &&
  ui.now - ui.overlay.openedAt < guardMs;

/** Whether the animation clock must run. */
export const isMoving = (app: AppState, ui: Ui): boolean =>
  activityOf(app, ui.now) !== null ||
  isDialogGuarded(ui) ||
  (ui.toast !== null && ui.now - ui.toast.at < toastLife(ui.toast));
