import type { ActiveRun } from '../../model/run/active-run.ts';
import type { Goal } from '../../state/run.ts';
import { aRun } from '../../state/run-words.ts';
import type { AppState } from '../../state/state.ts';
import type { Confirmation, Overlay } from '../overlay.ts';
import { plain } from '../toned.ts';
import { ask } from './confirmation.ts';

/** Goals that change something on hosts, by the names that stand in locks of runs. */
const onHostsGoals: ReadonlySet<string> = new Set<Goal>([
  'deploy',
  'rollback',
  'clean',
  'restart',
  'run',
]);

const changesHosts = ({ run }: AppState): boolean =>
  run.kind === 'none' || onHostsGoals.has(run.goal);

const onHosts =
  'A host whose activation has begun completes it. The next start of nixup says what is true on each host.';

/** Whether the open dialog asks if a run should be canceled by leaving. */
export const asksToLeave = (overlay: Overlay | null): overlay is Confirmation =>
  overlay?.kind === 'confirm' && overlay.choices.some(({ wish }) => wish?.kind === 'quit');

export const confirmQuit = (app: AppState, at: number): Confirmation =>
  ask({
    title: `${aRun(app.run.kind === 'none' ? 'run' : app.run.goal, 'A')} is running`,
    body: [
      plain(`Leaving cancels it. ${changesHosts(app) ? onHosts : 'No host is changed by it.'}`),
    ],
    commands: [],
    choices: [
      { label: 'Stay', wish: null, guarded: false },
      { label: 'Cancel and leave', wish: { kind: 'quit' }, guarded: true },
    ],
    at,
  });

/**
 * Before the run of another nixup is canceled, which may be that of a timer or of somebody else. Its lock says what it is
 * for before its journal is read.
 */
export const confirmCancelOther = (
  app: AppState,
  other: Pick<Exclude<ActiveRun, { kind: 'unreadable' }>, 'user' | 'machine' | 'goal'>,
  at: number,
): Confirmation => {
  const by = `${other.user}@${other.machine}`;
  const goal = app.run.kind === 'active' ? app.run.goal : other.goal;
  return ask({
    title: `${aRun(goal ?? 'run', 'A')} of ${by} is shown here`,
    body: [
      plain('It runs in another nixup. Closing this screen leaves it running, as q does.'),
      plain(
        `Canceling stops it there. ${goal === null || onHostsGoals.has(goal) ? onHosts : 'No host is changed by it.'}`,
      ),
    ],
    commands: [],
    choices: [
      { label: 'Stay', wish: null, guarded: false },
      { label: 'Close this screen', wish: { kind: 'leave' }, guarded: false },
      { label: 'Cancel the run', wish: { kind: 'cancel-other', by }, guarded: true },
    ],
    at,
  });
};
