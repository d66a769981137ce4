import { join } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import { newBranch } from '../../model/commit/git.ts';
import type { Failure } from '../../model/failure.ts';
import { type Advice, advise, commandOnly } from '../../model/words/advice.ts';
import type { LentTerminal } from '../world/lent-terminal.ts';
import {
  askGit,
  diskFullFailure,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  isDiskFull,
  reasonOf,
  refusedCommit as refused,
} from './command.ts';
import type { GitOperation, RepositoryState } from './observe.ts';
import { observeSigning } from './signing.ts';

/** How each operation is ended once its conflicts are resolved; `git status` tells how it is dropped. */
const operationEndings: Readonly<Record<GitOperation, readonly string[]>> = {
  merge: ['merge', '--continue'],
  rebase: ['rebase', '--continue'],
  am: ['am', '--continue'],
  'cherry-pick': ['cherry-pick', '--continue'],
  revert: ['revert', '--continue'],
  bisect: ['bisect', 'reset'],
};

/** In a sentence. */
export const operationWords: Readonly<Record<GitOperation, string>> = {
  merge: 'a merge',
  rebase: 'a rebase',
  am: 'git am',
  'cherry-pick': 'a cherry-pick',
  revert: 'a revert',
  bisect: 'a bisect',
};

/** Of a few files their names; of many the first three. */
const someOf = (files: readonly string[]): string =>
  files.length > 3
    ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more`
    : files.join(', ');

/** How an operation is ended. Git continues none while files have conflicts: they come first. */
export const endOperation = (
  { root, conflicted }: Pick<RepositoryState, 'root' | 'conflicted'>,
  operation: GitOperation,
): Advice => {
  const git = (...words: readonly string[]): string => quoteWords(['git', '-C', root, ...words]);
  const end = git(...operationEndings[operation]);
  if (conflicted.length === 0) return commandOnly(end);
  const drop = operation === 'bisect' ? '' : `, or drop it: ${git(operation, '--abort')}`;
  return advise(
    `resolve the conflicts in ${someOf(conflicted)}${drop}. Once they are resolved`,
    `${git('add', '--', ...conflicted)} && ${end}`,
  );
};

export const identityRemedy =
  'git config --global user.name "YOUR NAME" && git config --global user.email "YOU@EXAMPLE.ORG"';

/** To the branch that is where HEAD is, or to a new one. */
export const leaveDetached = ({ root, head, branchesHere }: RepositoryState): string => {
  const [branch] = branchesHere;
  return quoteWords(
    branch === undefined
      ? ['git', '-C', root, 'switch', '--create', newBranch(head)]
      : ['git', '-C', root, 'switch', branch],
  );
};

/** What git's own state says against a commit. Pure. */
export const commitObstacleOf = (seen: RepositoryState): Failure | null => {
  const { operation, root, branch, conflicted } = seen;
  const inRepository = (...words: readonly string[]): string =>
    quoteWords(['git', '-C', root, ...words]);
  if (operation !== null)
    return refused(
      `${operationWords[operation]} was begun and not ended`,
      endOperation(seen, operation),
    );
  if (conflicted.length > 0)
    return refused(
      `conflicts are not resolved: ${conflicted.join(', ')}`,
      commandOnly(inRepository('add', '--', ...conflicted)),
    );
  if (branch === null)
    return refused(
      'HEAD is detached: a commit would belong to no branch',
      commandOnly(leaveDetached(seen)),
    );
  return seen.head === null
    ? refused(
        `${branch} has no commit yet: there is nothing to compare with, and nothing to go back to`,
        commandOnly(inRepository('commit', '--message', 'Start')),
      )
    : null;
};

/** The lock of the index that a running or a killed git left; its path, or null. */
export const indexLockOf = async (world: GitWorld, place: GitPlace): Promise<string | null> => {
  const lock = join(place.gitFolder, 'index.lock');
  return (await world.files.exists(lock)) ? lock : null;
};

/** The same of all that a commit locks: the index, HEAD, and the branch, which linked worktrees share. */
export const gitLockOf = async (world: GitWorld, place: GitPlace): Promise<string | null> => {
  const index = await indexLockOf(world, place);
  if (index !== null) return index;
  const head = join(place.gitFolder, 'HEAD.lock');
  if (await world.files.exists(head)) return head;
  const branch = await askGit(
    world.exec,
    gitQuestion(place.root, ['symbolic-ref', '--quiet', 'HEAD']),
  );
  if (!branch.ok) return null;
  const asked = await askGit(
    world.exec,
    gitQuestion(place.root, [
      'rev-parse',
      '--path-format=absolute',
      '--git-path',
      `${branch.value.stdout.replace(/\n$/, '')}.lock`,
    ]),
  );
  const lock = asked.ok ? asked.value.stdout.replace(/\n$/, '') : '';
  return lock !== '' && (await world.files.exists(lock)) ? lock : null;
};

export const indexLockFailure = (lock: string): Failure =>
  refused(
    `another git works in this repository, or one that died left its lock: ${lock}`,
    advise('when no git runs any more', quoteWords(['rm', '--', lock])),
  );

export const unwritableFailure = (reason: string, folder: string): Failure =>
  refused(
    `nothing can be written to the repository: ${reason}`,
    commandOnly(quoteWords(['ls', '-ld', folder])),
  );

const identityOf = async (world: GitWorld, place: GitPlace): Promise<Failure | null> => {
  for (const name of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) {
    const known = await askGit(world.exec, gitQuestion(place.root, ['var', name]));
    if (!known.ok && known.failure.code === 'command-failed')
      return refused('git does not know whose commit it is', commandOnly(identityRemedy));
  }
  return null;
};

/** Whether an object can be written: a disk that is full, folders of another user. */
const writingObstacle = async (world: GitWorld, place: GitPlace): Promise<Failure | null> => {
  const written = await world.exec(gitChange(place.root, ['hash-object', '-w', '--stdin']), {
    quiet: true,
    timeoutMs: 20_000,
    input: `nixup asks whether it can write here: ${world.randomId()}\n`,
  });
  if (written.ok || written.failure.code !== 'command-failed') return null;
  return isDiskFull(written.failure)
    ? diskFullFailure('commit', reasonOf(written.failure), place.root)
    : unwritableFailure(reasonOf(written.failure), join(place.gitFolder, 'objects'));
};

/**
 * What would refuse a commit, without making one: the state of the repository,
 * git's lock, whose commit it is, whether it can be written and signed. Hooks
 * are asked by `rehearseHook`.
 */
export const commitObstacle = async (
  world: GitWorld,
  place: GitPlace,
  seen: RepositoryState,
  terminal: LentTerminal | null,
): Promise<Failure | null> => {
  const stated = commitObstacleOf(seen);
  if (stated !== null) return stated;
  const lock = await gitLockOf(world, place);
  if (lock !== null) return indexLockFailure(lock);
  const unknown = await identityOf(world, place);
  if (unknown !== null) return unknown;
  const unwritable = await writingObstacle(world, place);
  if (unwritable !== null) return unwritable;
  const signing = await observeSigning(world, place);
  return signing.kind === 'asks' && terminal === null ? signing.failure : null;
};
