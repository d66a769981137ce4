import { type Command, quoteWords } from '../model/command.ts';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import {
  ask,
  type GitPlace,
  type GitWorld,
  gitDeed,
  gitQuestion,
  withoutLiteral,
} from './git-command.ts';
import { commitFailure } from './git-commit-failure.ts';
import { indexLockFailure, indexLockOf } from './git-obstacles.ts';
import { refusedCommit as refused } from './git-refused.ts';
import { observeSigning } from './git-signing.ts';
import { treeOfPaths } from './git-tree.ts';
import { hooksOfCommit, type KeptTree, keepTree, type PutBack } from './kept-tree.ts';
import { askingOn, type LentTerminal } from './lent-terminal.ts';

export interface Commit {
  readonly revision: string;
  readonly tree: string;
  /** Files of the working tree that changed while hooks ran; they are not part of the commit. */
  readonly touched: readonly string[];
}

export interface CommitRequest {
  readonly message: string;
  /** Relative to the root of the repository; nothing else is committed. */
  readonly paths: readonly string[];
  /** The tree that was tested: paths and `left` together must give exactly it. Absent: whatever they give. */
  readonly tree?: string | undefined;
  /** Tested files that stay uncommitted, because somebody said so. */
  readonly left?: readonly string[] | undefined;
  /** What git and its hooks say, line by line. */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Hooks may build or format; one that waits for an answer is stopped. */
export const commitTimeoutMs = 600_000;

interface Head {
  readonly revision: string;
  readonly tree: string;
  readonly parent: string | null;
}

const readHead = async (world: GitWorld, place: GitPlace): Promise<Result<Head, Failure>> => {
  const answer = await ask(
    world.exec,
    gitQuestion(place.root, ['log', '-1', '--no-show-signature', '--format=%H %T %P', 'HEAD']),
  );
  if (!answer.ok) return answer;
  const [revision = '', tree = '', parent = ''] = answer.value.stdout.trim().split(' ');
  return success({ revision, tree, parent: parent === '' ? null : parent });
};

/** Hooks inherit git's settings: a name with the letters of a pattern is marked by itself (gitglossary(7)). */
const literally = (path: string): string => (/[*?[\\]|^:/.test(path) ? `:(literal)${path}` : path);

/** The commit of exactly these paths; the message comes on standard input. */
export const commitCommand = (root: string, paths: readonly string[]): Command =>
  withoutLiteral(
    gitDeed(root, [
      'commit',
      '--quiet',
      '--file=-',
      '--cleanup=whitespace',
      '--only',
      '--',
      ...paths.map(literally),
    ]),
  );

const nothingToCommit = refused('there is nothing to commit', 'nothing has to be done');

const namesOf = (paths: readonly string[]): string =>
  paths.length > 6
    ? `${paths.slice(0, 6).join(', ')} and ${paths.length - 6} more`
    : paths.join(', ');

/** What changed while hooks ran, after it was taken back. */
const putBackWords = (back: Result<PutBack, Failure>, hooks: readonly string[]): string => {
  if (!back.ok) return '; index and files could not be put back as they were';
  const { paths, keptIn } = back.value;
  if (paths.length === 0) return '';
  const kept = keptIn === null ? '' : `; its version is in ${keptIn}`;
  return `. While the hook (${hooks.join(', ')}) ran, ${namesOf(paths)} changed: put back as before${kept}`;
};

/** The same refusal, with what was put back. */
const withPutBack = (failure: Failure, words: string): Failure =>
  failure.code === 'git-refused' && words !== ''
    ? { ...failure, detail: `${failure.detail}${words}` }
    : failure;

const changedBetween = async (
  world: GitWorld,
  place: GitPlace,
  one: string,
  other: string,
): Promise<readonly string[]> => {
  const answer = await ask(
    world.exec,
    gitQuestion(place.root, ['diff-tree', '-r', '-z', '--name-only', one, other]),
  );
  return answer.ok ? answer.value.stdout.split('\0').filter((path) => path !== '') : [];
};

/** Whether a remote branch holds it already: a hook pushed it. */
export const isPublished = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<boolean> => {
  const found = await ask(
    world.exec,
    gitQuestion(place.root, ['for-each-ref', '--count=1', '--contains', revision, 'refs/remotes/']),
  );
  return found.ok && found.value.stdout.trim() !== '';
};

/** A commit that holds something else than was tested is taken back: HEAD, index and files as before. */
const takeBack = async (
  world: GitWorld,
  place: GitPlace,
  kept: KeptTree,
  commit: { readonly made: Head; readonly before: Head; readonly wanted: string },
  hooks: readonly string[],
): Promise<Failure> => {
  const { made, before, wanted } = commit;
  const others = await changedBetween(world, place, wanted, made.tree);
  const short = made.revision.slice(0, 12);
  const by = hooks.length === 0 ? '' : ` (${hooks.join(', ')})`;
  const what = `a hook${by} changed what is committed: ${others.length === 0 ? 'other files' : namesOf(others)}`;
  const byHand = quoteWords(['git', '-C', place.root, 'show', '--stat', made.revision]);
  if (await isPublished(world, place, made.revision))
    return refused(`${what}; commit ${short} is on a remote branch already and was left`, byHand);
  const moved = await world.exec(
    gitDeed(place.root, [
      'update-ref',
      '-m',
      'nixup: not what was tested',
      'HEAD',
      before.revision,
      made.revision,
    ]),
  );
  if (!moved.ok)
    return refused(
      `${what}; commit ${short} could not be taken back`,
      quoteWords(['git', '-C', place.root, 'reset', '--soft', before.revision]),
    );
  const back = await kept.putBack();
  return refused(
    `${what}. It does not hold exactly what was tested, so commit ${short} was taken back${putBackWords(back, hooks)}`,
    `see what it would have been: ${byHand}; change the hook, or do the same to the tree and test again`,
  );
};

/** Git commits a path only when its index knows it; a new one is made known without content. */
const announceNew = async (
  world: GitWorld,
  place: GitPlace,
  paths: readonly string[],
): Promise<Result<void, Failure>> => {
  const untracked = await ask(
    world.exec,
    gitQuestion(place.root, ['ls-files', '-z', '--others', '--', ...paths]),
  );
  const fresh = untracked.ok
    ? untracked.value.stdout.split('\0').filter((path) => path !== '')
    : [];
  if (fresh.length === 0) return success(undefined);
  const added = await world.exec(
    gitDeed(place.root, ['add', '--force', '--intent-to-add', '--', ...fresh]),
    { timeoutMs: commitTimeoutMs },
  );
  return added.ok ? success(undefined) : failed(commitFailure(added.failure, place.root, paths));
};

/** Runs git's commit; on the terminal where the signing key asks for something. */
const runCommitCommand = async (
  world: GitWorld,
  place: GitPlace,
  request: CommitRequest,
  terminal: LentTerminal | null,
): Promise<Result<void, Failure>> => {
  const { message, paths, onLine, signal } = request;
  const command = commitCommand(place.root, paths);
  const options = { input: message, timeoutMs: commitTimeoutMs, signal, onLine };
  const signing = await observeSigning(world, place);
  if (signing.kind === 'asks' && terminal === null) return failed(signing.failure);
  const done =
    signing.kind === 'asks' && terminal !== null
      ? await terminal.lend('Git asks for the passphrase of the key that signs the commit.', () =>
          world.exec(askingOn(terminal, command), options),
        )
      : // In a group of its own a hook cannot ask on the terminal, and ends with git.
        await world.exec(command, { ...options, group: true });
  return done.ok ? success(undefined) : failed(commitFailure(done.failure, place.root, paths));
};

/** The tree that a commit of the request has; refused where that is not what was tested. */
const treeOfRequest = async (
  world: GitWorld,
  place: GitPlace,
  { paths, left = [], tree }: CommitRequest,
): Promise<Result<string, Failure>> => {
  const wanted = await treeOfPaths(world, place, paths);
  if (!wanted.ok || tree === undefined) return wanted;
  const whole = left.length === 0 ? wanted : await treeOfPaths(world, place, [...paths, ...left]);
  if (!whole.ok) return whole;
  return whole.value === tree
    ? wanted
    : failed(
        refused(
          'a commit of these files would not contain what was tested: other tracked files differ, or a file changed since the test',
          `see what differs (${quoteWords(['git', '-C', place.root, 'status'])}), commit or restore it, then test again`,
        ),
      );
};

/**
 * Commits exactly these paths and proves it by reading the commit back. One
 * that was refused, or that a hook made into something else, leaves HEAD, index
 * and files as they were.
 */
export const commitPaths = async (
  world: GitWorld,
  place: GitPlace,
  request: CommitRequest,
  terminal: LentTerminal | null = null,
): Promise<Result<Commit, Failure>> => {
  const { paths } = request;
  if (paths.length === 0) return failed(nothingToCommit);
  const lock = await indexLockOf(world, place);
  if (lock !== null) return failed(indexLockFailure(lock));
  const wanted = await treeOfRequest(world, place, request);
  if (!wanted.ok) return wanted;
  const before = await readHead(world, place);
  if (before.ok && before.value.tree === wanted.value) return failed(nothingToCommit);
  const hooks = await hooksOfCommit(world, place);
  const kept = await keepTree(world, place, hooks);
  if (!kept.ok) return kept;
  try {
    const announced = await announceNew(world, place, paths);
    const done = announced.ok ? await runCommitCommand(world, place, request, terminal) : announced;
    await kept.value.commandEnded();
    if (!done.ok)
      return failed(withPutBack(done.failure, putBackWords(await kept.value.putBack(), hooks)));
    const after = await readHead(world, place);
    if (!after.ok) return after;
    const made = after.value;
    if (before.ok && made.parent !== before.value.revision)
      return failed(
        refused(
          'git reported success, but HEAD is not the new commit',
          quoteWords(['git', '-C', place.root, 'log', '-3']),
        ),
      );
    if (made.tree !== wanted.value && before.ok)
      return failed(
        await takeBack(
          world,
          place,
          kept.value,
          { made, before: before.value, wanted: wanted.value },
          hooks,
        ),
      );
    const touched = await kept.value.changed();
    return success({
      revision: made.revision,
      tree: made.tree,
      touched: touched.ok ? touched.value : [],
    });
  } finally {
    await kept.value.forget();
  }
};
