import { activeSentence } from '../../model/run/active-words.ts';
import { confirmQuit } from '../../screen/dialogs/confirm-quit.ts';
import type { Action } from '../action.ts';
import { tell } from '../doing/tell.ts';

const anywhere = ['everywhere'] as const;

/** A second ^c within this time leaves, ms. */
const twiceMs = 2_000;

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
      if (app.run.kind === 'active' || app.run.kind === 'canceling')
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
      if (isSecond) {
        context.engine()?.runs.cancel();
        context.terminal.leave(130);
      } else if (app.run.kind === 'active') {
        context.engine()?.runs.cancel();
        tell(context, `stopping the ${app.run.goal}; ^c again leaves`, 'warn');
      } else {
        const others = app.active === null ? 'nothing runs' : activeSentence(app.active);
        tell(context, `${others}; ^c again leaves`, 'plain');
      }
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
