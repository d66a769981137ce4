import type { CommitPlan } from './commit-plan.ts';
import { ask, no } from './confirmation.ts';
import { counted } from './counted.ts';
import type { Confirmation } from './overlay.ts';
import type { AppState } from './state.ts';
import { plain, quiet } from './toned.ts';

/** Shows the commit's message as it would be written; after an edit the choice to commit has the focus. */
export const confirmCommit = (
  plan: CommitPlan,
  at: number,
  message: 'written' | 'edited' = 'written',
): Confirmation => {
  const confirmation = ask({
    title: plan.branch === null ? 'Commit' : `Commit on ${plan.branch}`,
    body: [
      ...(message === 'edited' ? [plain('With the message as you edited it:'), plain('')] : []),
      ...plan.message.split('\n').map(plain),
      plain(''),
      quiet(`files: ${plan.paths.join(' ')}`),
    ],
    commands: plan.commands,
    choices: [
      no,
      { label: 'Edit the message', wish: { kind: 'edit-message', plan }, guarded: false },
      { label: 'Commit', wish: { kind: 'commit', plan }, guarded: true },
    ],
    at,
  });
  // Who has just edited and saved it has said what is wanted; the half second still guards it.
  return message === 'edited'
    ? { ...confirmation, focus: confirmation.choices.length - 1 }
    : confirmation;
};

export const confirmPush = (app: AppState, at: number): Confirmation =>
  ask({
    title: `Push ${app.git?.branch ?? 'HEAD'}`,
    body: [
      plain(`${counted(app.git?.ahead ?? 0, 'commit')} to ${app.git?.upstream ?? 'the remote'}.`),
      ...(app.git?.remoteUrl == null ? [] : [quiet(app.git.remoteUrl)]),
    ],
    commands: [],
    choices: [no, { label: 'Push', wish: { kind: 'push' }, guarded: true }],
    at,
  });
