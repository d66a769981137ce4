import { memoLast } from '../../model/memo.ts';
import { activeShort } from '../../model/run/active-words.ts';
import { showClock } from '../../model/words/format-time.ts';
import { cut } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { runOfOther } from '../../state/run.ts';
import { type AppState, fleetLog } from '../../state/state.ts';
import { guardMs } from '../overlay.ts';
import { doneHostsWords } from '../rows/done-hosts.ts';
import type { Armed, Toast, Ui } from '../ui.ts';

const fetching = /^(?:unpacking|fetching(?: \w+)? input|downloading|updating|querying) '([^']+)'/;

/** What Nix said last of an input that it fetches: its name or reference, without scheme and query. */
const lastFetched = (app: AppState): string | null => {
  const [, reference = ''] = fetching.exec(app.logs[fleetLog]?.lines.at(-1) ?? '') ?? [];
  const name = reference.replace(/^[a-z+]+:\/*/, '').replace(/[?#].*/, '');
  return name === '' ? null : cut(name, 28);
};

const runningWord = ({ run }: AppState): string => (run.kind === 'none' ? 'run' : run.goal);

/** How many hosts are asked or evaluated now: counted again only when a host is another, not at each key. */
const askedHosts = memoLast((hosts: AppState['hosts']) => {
  const all = Object.values(hosts);
  return {
    probing: all.filter((host) => host.probe.kind === 'probing').length,
    evaluating: all.filter((host) => host.expectation.kind === 'evaluating').length,
  };
});

/** What is being done right now, in a few words; null when nothing moves. */
export const activityOf = (app: AppState, now: number): string | null => {
  if (app.run.kind === 'active') {
    const clock = `${runningWord(app)} ${showClock(Math.max(0, now - app.run.since))}`;
    const other = runOfOther(app);
    const by = other === null ? '' : ` by ${other.user}@${other.machine}`;
    if (app.isPaused) return `${clock}${by}, paused`;
    if (by !== '') return `${clock}${by}`;
    const fetched = app.run.goal === 'update' ? lastFetched(app) : null;
    const done = app.run.hosts.length < 2 ? null : doneHostsWords(app);
    return [clock, fetched ?? done ?? ''].join(' ').trimEnd();
  }
  if (app.run.kind === 'canceling') return `stopping the ${runningWord(app)}`;
  if (app.active !== null) return activeShort(app.active);
  if (app.flakePath === null) return 'opening the flake';
  if (app.fleet.kind === 'listing') return 'reading the hosts';
  const { probing, evaluating } = askedHosts(app.hosts);
  if (probing > 0) return `asking ${counted(probing, 'host')}`;
  if (evaluating > 0) return `evaluating ${counted(evaluating, 'host')}`;
  return app.board.some((row) => row.state === 'checking') ? 'checking' : null;
};

/** How long a message stays, ms. */
export const toastMs = 4_000;

/** How long what `m` would do stays announced, ms. */
const announcedMs = 15_000;

/** A character takes so long to read, ms. */
const readingMs = 60;

/** Bad news stays longer, and long ones are longer to read. */
const toastLife = ({ tone, text, isAnnouncement }: Toast): number =>
  isAnnouncement === true
    ? announcedMs
    : Math.max(toastMs * (tone === 'bad' ? 3 : text.length > 80 ? 2 : 1), text.length * readingMs);

/** How long a notice counts as new: longer than the answer to a key, as nobody waits for it. */
const freshMs = 15_000;

/** When the active run began, or the last one ended: messages from before are no longer new. */
export const lastTurn = ({ run }: AppState): number => {
  switch (run.kind) {
    case 'none':
      return 0;
    case 'active':
    case 'canceling':
      return run.since;
    case 'done':
      return run.at;
  }
};

/** When the open dialog was opened: earlier messages do not concern it. */
export const openedAt = ({ overlay }: Ui): number =>
  overlay?.kind === 'confirm' || overlay?.kind === 'menu' ? overlay.openedAt : 0;

/** The message that is shown at that time; null where its time is over, or something newer is shown. */
export const shownToast = (app: AppState, ui: Ui, now: number): Toast | null => {
  const { toast } = ui;
  if (toast === null || now - toast.at >= toastLife(toast)) return null;
  // What the next press does stays true after the run of somebody else.
  const since = Math.max(ui.armed === null ? lastTurn(app) : 0, openedAt(ui));
  return toast.at >= since ? toast : null;
};

/** Frames are drawn a little behind the clock: what somebody still reads is announced still, ms. */
const behindMs = 1_000;

/** Whether that was announced, and the announcement is still on the screen. */
export const isAnnounced = (app: AppState, ui: Ui, armed: Armed, now: number): boolean =>
  ui.armed === armed && shownToast(app, ui, now - behindMs) !== null;

/** The next piece of news, once nothing else is shown. */
export const nextNews = (app: AppState, ui: Ui, at: number): Ui => {
  const [first, ...news] = ui.news;
  return first === undefined || shownToast(app, ui, at) !== null
    ? ui
    : { ...ui, armed: null, toast: { ...first, at }, news };
};

/** Whether the newest notice is shown in all its rows. */
export const isFreshNotice = ({ notices }: AppState, now: number): boolean => {
  const notice = notices.at(-1);
  return (
    notice !== undefined && now - notice.at < Math.max(freshMs, notice.text.length * readingMs)
  );
};

const isDialogGuarded = (ui: Ui): boolean =>
  (ui.overlay?.kind === 'confirm' || ui.overlay?.kind === 'menu') &&
  ui.now - ui.overlay.openedAt < guardMs;

/** Whether the animation clock must run. */
export const isMoving = (app: AppState, ui: Ui): boolean =>
  activityOf(app, ui.now) !== null ||
  isDialogGuarded(ui) ||
  isFreshNotice(app, ui.now) ||
  ui.news.length > 0 ||
  (ui.toast !== null && ui.now - ui.toast.at < toastLife(ui.toast));
