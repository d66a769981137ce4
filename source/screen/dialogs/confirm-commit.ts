import { type CommitPlan, showFile } from '../../model/commit/commit-plan.ts';
import { type RequestPlan, requestWarnings } from '../../model/commit/request-plan.ts';
import { showCommit } from '../../model/words/format.ts';
import { counted } from '../../model/words/sentences.ts';
import { textArea } from '../../model/words/text-area.ts';
import type { AppState } from '../../state/state.ts';
import type { Confirmation, MessageEditor, TonedText } from '../overlay.ts';
import { plain, quiet, warning } from '../toned.ts';
import { ask, no } from './confirmation.ts';

/** Nixup itself writes holds there: where it stays uncommitted, no other clone has them. */
const ownFileWords = (path: string): string =>
  path.split('/').at(-1) === 'nixup.toml'
    ? ': nixup keeps holds and settings there; other clones have them once it is committed'
    : '';

/** Which of the changed files are committed: none besides the lock without being asked. */
export const confirmFiles = (
  plan: CommitPlan,
  others: readonly string[],
  at: number,
): Confirmation => {
  const hasLock = plan.paths.length > 0;
  return ask({
    title: 'Commit which files?',
    body: [
      plain(
        hasLock
          ? `Besides ${plan.paths.join(' ')} other tracked files changed, and were tested with it:`
          : 'flake.lock is unchanged. Other tracked files changed, and were tested:',
      ),
      ...others.map((path) => plain(`  ${path}${ownFileWords(path)}`)),
    ],
    commands: [],
    choices: [
      no,
      ...(hasLock
        ? [
            {
              label: 'The lock alone',
              wish: { kind: 'plan-commit', choice: { also: [], rest: 'left' } },
              guarded: false,
            } as const,
          ]
        : []),
      {
        label: hasLock ? `All ${others.length + plan.paths.length} files` : 'These files',
        wish: { kind: 'plan-commit', choice: { also: 'all', rest: 'unasked' } },
        guarded: false,
      },
    ],
    at,
  });
};

/** What nixup.toml wants done with the commit as soon as it is made. */
const afterwards = ({ proposes, pushes, branch, request }: CommitPlan): readonly TonedText[] => {
  if (proposes === true)
    return [
      quiet(`then: a branch of its own, and a pull request into ${branch ?? 'the branch'}`),
      ...(request === undefined ? [] : requestWarnings(request).map(warning)),
    ];
  return pushes === true ? [quiet(`then: ${branch ?? 'the branch'} is pushed`)] : [];
};

// Over 60 lines: the choices stand whole beside the text that they are about.
/**
 * Shows the commit's message as it would be written; after an edit the choice to commit has the focus. `open`: what the
 * commit does not wait for, such as a host that went back.
 */
export const confirmCommit = (
  plan: CommitPlan,
  at: number,
  message: 'written' | 'edited' = 'written',
  open: readonly string[] = [],
): Confirmation => {
  const { kept } = plan;
  const heading =
    message === 'edited'
      ? [plain('Your edited message:'), plain('')]
      : kept === null
        ? []
        : [plain('Your message from before, not committed yet:'), plain('')];
  const shown = { ...plan, message: kept ?? plan.message, kept: null };
  const left =
    plan.others.kind === 'left'
      ? [quiet(`left uncommitted: ${plan.others.paths.map(showFile).join(' ')}`)]
      : [];
  const confirmation = ask({
    title: plan.branch === null ? 'Commit' : `Commit on ${plan.branch}`,
    body: [
      ...(open.length === 0 ? [] : [warning(`not done: ${open.join(' · ')}`), plain('')]),
      ...heading,
      ...shown.message.split('\n').map(plain),
      plain(''),
      quiet(`files: ${plan.paths.join(' ')}`),
      ...left,
      ...afterwards(plan),
    ],
    commands: [...plan.commands, ...(plan.request?.commands ?? [])],
    choices: [
      no,
      {
        label: 'Edit it here',
        wish: { kind: 'edit-message', plan, where: 'here' },
        guarded: false,
      },
      {
        label: 'Edit in your editor',
        wish: { kind: 'edit-message', plan, where: 'editor' },
        guarded: false,
      },
      ...(kept === null
        ? []
        : [
            {
              label: 'Use the generated message',
              wish: { kind: 'show-commit', plan: { ...plan, kept: null } },
              guarded: false,
            } as const,
          ]),
      { label: 'Commit', wish: { kind: 'commit', plan: shown }, guarded: true },
    ],
    at,
  });
  // A person who has just edited and saved the message wants to commit; the half second still
  // protects from keys typed ahead.
  return message === 'edited'
    ? { ...confirmation, focus: confirmation.choices.length - 1 }
    : confirmation;
};

/** The message to be edited on the screen: the one that somebody wrote before, else that of the facts. */
export const messageEditor = (plan: CommitPlan): MessageEditor => ({
  kind: 'message',
  plan,
  area: textArea(plan.kept ?? plan.message),
  top: 0,
});

/** Where the push goes: the addresses of the remote for a push, which may be others than for a fetch. */
const pushAddressesOf = (git: AppState['git']): readonly string[] =>
  git?.pushesTo ?? (git?.remoteUrl == null ? [] : [git.remoteUrl]);

/** The commit that the remote has after it. */
const upTo = (head: string | null): string => (head === null ? '' : `, up to ${showCommit(head)}`);

/** `subjects`: of the commits, as far as they are read. */
export const confirmPush = (
  app: AppState,
  at: number,
  subjects: readonly string[] = [],
): Confirmation =>
  ask({
    title: `Push ${app.git?.branch ?? 'HEAD'}`,
    body: [
      plain(
        `${counted(app.git?.ahead ?? 0, 'commit')} to ${app.git?.upstream ?? 'the remote'}${upTo(app.git?.head ?? null)}.`,
      ),
      ...subjects.map((subject) => plain(`  ${subject}`)),
      ...pushAddressesOf(app.git).map(quiet),
    ],
    commands: app.git?.push === undefined ? [] : [app.git.push],
    choices: [no, { label: 'Push', wish: { kind: 'push' }, guarded: true }],
    at,
  });

/** A pull request for the commit at HEAD, which exists. */
export const confirmRequest = (request: RequestPlan, app: AppState, at: number): Confirmation =>
  ask({
    title: `Pull request into ${request.into}`,
    body: [
      plain(
        `${counted(app.git?.ahead ?? 0, 'commit')} of ${request.into} not pushed: a branch of its own, and a pull request into ${request.into}.`,
      ),
      ...requestWarnings(request).map(warning),
    ],
    commands: request.commands,
    choices: [no, { label: 'Open the pull request', wish: { kind: 'propose' }, guarded: true }],
    at,
  });
