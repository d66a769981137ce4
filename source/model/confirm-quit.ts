import { ask } from './confirmation.ts';
import type { Confirmation } from './overlay.ts';
import { aRun } from './run-words.ts';
import type { AppState } from './state.ts';
import { plain } from './toned.ts';

export const confirmQuit = (app: AppState, at: number): Confirmation =>
  ask({
    title: `${aRun(app.run.kind === 'none' ? 'run' : app.run.goal, 'A')} is running`,
    body: [
      plain('Leaving cancels it. A host in the middle of its activation goes on to its end;'),
      plain('the next start of nixup says what is true on each host.'),
    ],
    commands: [],
    choices: [
      { label: 'Stay', wish: null, guarded: false },
      { label: 'Cancel and leave', wish: { kind: 'quit' }, guarded: true },
    ],
    at,
  });
