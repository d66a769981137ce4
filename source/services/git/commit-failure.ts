import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { advise, commandOnly } from '../../model/words/advice.ts';
import { showLimit } from '../../model/words/format-time.ts';
import {
  diskFullFailure,
  isDiskFull,
  reasonOf,
  refusedCommit as refused,
  tailOf,
} from './command.ts';
import { identityRemedy, indexLockFailure, unwritableFailure } from './obstacles.ts';

/** The same commit by hand, in a terminal where git and hooks can ask: of these files alone. */
const commitByHand = (root: string, paths: readonly string[]): string =>
  quoteWords(['git', '-C', root, 'commit', '--only', '--', ...paths]);

/**
 * What git says when it dies by itself (status 128), and why. A hook that refuses ends it with 1.
 */
const deaths: readonly (readonly [
  RegExp,
  (reason: string, root: string, paths: readonly string[]) => Failure,
])[] = [
  [
    /tell me who you are|unable to auto-detect email|empty ident name|no email was given/i,
    () => refused('git does not know whose commit it is', commandOnly(identityRemedy)),
  ],
  [
    /a NUL byte in commit log message/i,
    () => refused('the message has a NUL byte', 'take it out of the message, then commit again'),
  ],
  [
    /failed to sign|gpg failed|signing failed|couldn't load public key|no private key|ssh-keygen|load key|passphrase/i,
    (reason, root, paths) =>
      refused(
        `the commit could not be signed: ${reason}`,
        advise('commit in a terminal, where the key can ask', commitByHand(root, paths)),
      ),
  ],
  [
    /partial commit during a (?:merge|cherry-pick|revert)/i,
    (reason, root) =>
      refused(
        reason,
        advise('end what was begun first', quoteWords(['git', '-C', root, 'status'])),
      ),
  ],
  [
    // lockfile.c: every other reason why it cannot be made stands in the place of this one.
    /unable to create '[^']*\.lock': file exists|another git process/i,
    (reason, root) =>
      indexLockFailure(/'([^']*\.lock)'/.exec(reason)?.[1] ?? `${root}/.git/index.lock`),
  ],
  [
    /permission denied|insufficient permission|read-only file system|unable to create '[^']*\.lock'/i,
    (reason, root) => unwritableFailure(reason, `${root}/.git`),
  ],
  [
    // Git often does not say why: refs/files-backend.c, read-cache.c.
    /couldn't (?:write|close|set)|unable to write|failed to write|write error/i,
    (reason, root) =>
      refused(
        `nothing can be written to the repository: ${reason}`,
        advise('see whether the disk is full', quoteWords(['df', '-h', root])),
      ),
  ],
];

const tailWords = (failure: Failure): string => {
  const tail = tailOf(failure).slice(-3);
  return tail.length === 0 ? '' : `: ${tail.join(' / ')}`;
};

/** Why a commit was not made, from how git ended and its last words. */
export const commitFailure = (
  failure: Failure,
  root: string,
  paths: readonly string[],
): Failure => {
  const byHand = commitByHand(root, paths);
  if (failure.code === 'command-timeout')
    return refused(
      `the commit was not made within ${showLimit(failure.afterMs)}: a hook or the signing of the commit waits`,
      advise('commit by hand to see what it asks', byHand),
    );
  if (failure.code === 'canceled') return { code: 'canceled', what: 'the commit' };
  if (failure.code === 'command-killed')
    return refused(
      `git was ended by ${failure.signal} before the commit was made${tailWords(failure)}`,
      advise('to see what ends it, a hook or another program', byHand),
    );
  if (failure.code !== 'command-failed') return failure;
  const tail = tailOf(failure);
  const said = tail.join('\n');
  if (failure.exitCode === 128 && isDiskFull(failure))
    return diskFullFailure('commit', reasonOf(failure), root);
  // Hooks may print any of these words: they count only when git itself died.
  if (failure.exitCode === 128)
    for (const [sign, explained] of deaths)
      if (sign.test(said)) return explained(reasonOf(failure), root, paths);
  if (
    failure.exitCode === 1 &&
    /^(?:nothing to commit|no changes added|nothing added to commit)/m.test(said)
  )
    return refused('there is nothing to commit', 'nothing has to be done');
  return refused(
    `git or one of its hooks refused: ${tail.slice(-3).join(' / ') || 'it gave no reason'}`,
    advise('the whole output is in the log; to see it again', byHand),
  );
};
