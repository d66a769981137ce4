import { activeSentence } from '../../model/run/active-words.ts';
import { confirmCancelOther, confirmQuit } from '../../screen/dialogs/confirm-quit.ts';
import { keyName } from '../../screen/key-names.ts';
import { runOfOther } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import type { Action } from '../action.ts';
import { askOther } from '../doing/ask-other.ts';
import { tell } from '../doing/tell.ts';

const anywhere = ['everywhere'] as const;

/** A second ^c within this time leaves, ms. */
const twiceMs = 2_000;

/**
 * The run of another nixup that ^c asks about: the one that is shown, or will be as soon as its journal is read, which is
 * among the runs here.
 */
const otherToCancel = (app: AppState): ReturnType<typeof runOfOther> => {
  const { active, run, history } = app;
  if (run.kind === 'active') return runOfOther(app);
  if (run.kind === 'canceling' || active === null || active.kind === 'unreadable') return null;
  const isHere = history.some(({ id, open }) => id === active.id && open === 'active');
  return isHere ? active : null;
};

/** What is told where ^c has nothing to cancel. */
const idleWords = ({ active, olderRuns }: AppState): string => {
  if (active !== null) return activeSentence(active);
  return olderRuns === null
    ? 'the flake is still being opened, and what runs on it is not known yet'
    : 'nothing runs';
};

/** Keys that end things. */
export const quitKeys: readonly Action[] = [
  {
    id: 'quit',
    keys: ['q'],
    label: 'quit',
    help: 'Leave nixup; asks only while something runs.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) => {
      const { app } = context.state();
      // The run of another nixup goes on.
      if (runOfOther(app) !== null) context.terminal.leave(0);
      else if (app.run.kind === 'active' || app.run.kind === 'canceling')
        context.ui({ type: 'opened', overlay: confirmQuit(app, context.now()) });
      else context.terminal.leave(0);
    },
  },
  {
    id: 'cancel',
    keys: ['^c'],
    label: 'cancel',
    help: 'Cancel what runs; pressed twice, leave.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) => {
      const { app, ui } = context.state();
      const now = context.now();
      const isSecond = ui.interruptedAt !== null && now - ui.interruptedAt < twiceMs;
      context.ui({ type: 'interrupted', at: now });
      const other = otherToCancel(app);
      if (isSecond) {
        context.engine()?.runs.cancel();
        context.terminal.leave(130);
      } else if (other !== null)
        context.ui({ type: 'opened', overlay: confirmCancelOther(app, other, now) });
      else if (app.run.kind === 'active') {
        context.engine()?.runs.cancel();
        tell(context, `stopping the ${app.run.goal}; ${keyName('cancel')} again leaves`, 'warn');
      } else tell(context, `${idleWords(app)}; ${keyName('cancel')} again leaves`, 'plain');
    },
  },
  {
    id: 'pause',
    keys: [],
    label: 'pause',
    help: 'Pause the deploy (in a run: its deploy), or continue it: no further host is begun, and those that are begun continue to their end.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: ({ app: { run } }) => {
      if (run.kind !== 'active') return 'nothing runs';
      return run.goal === 'deploy' || run.goal === 'run'
        ? undefined
        : `only a deploy can be paused, between two hosts; ${keyName('cancel')} stops what runs`;
    },
    perform: (context) => {
      const { app } = context.state();
      if (runOfOther(app) === null) context.engine()?.runs.pause();
      else
        askOther(
          context,
          app.isPaused ? 'continue' : 'pause',
          app.isPaused ? 'asked it to continue' : 'asked it to pause',
        );
    },
  },
  {
    id: 'suspend',
    keys: ['^z'],
    label: 'suspend',
    help: 'Give the terminal back to the shell; fg returns.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) =>
      context.start(async () => {
        if (await context.terminal.suspend()) return;
        tell(
          context,
          'not suspended: nixup was not started by a shell that can continue it',
          'warn',
        );
      }),
  },
  {
    id: 'repaint',
    keys: ['^l'],
    label: 'repaint',
    help: 'Draw the whole screen again, where something else wrote over it.',
    where: anywhere,
    danger: 'look',
    named: true,
    disabled: () => undefined,
    perform: (context) => context.terminal.repaint(),
  },
];
