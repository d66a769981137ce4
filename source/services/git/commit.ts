import { join } from 'node:path';
import { type Command, quoteWords } from '../../model/command.ts';
import { showFile } from '../../model/commit/commit-plan.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, commandOnly } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { askingOn, type LentTerminal } from '../world/lent-terminal.ts';
import {
  askGit,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  refusedCommit as refused,
  withoutLiteral,
} from './command.ts';
import { commitFailure } from './commit-failure.ts';
import { keptForDays, noteInIndex, sweepKept } from './cut-commit.ts';
import {
  commitsSince,
  type Doer,
  type Head,
  type HeadState,
  landOnBranch,
  moveByHand,
  moveHead,
  readHeadState,
  sayMoves,
  tipOfBefore,
} from './head.ts';
import { type HookChanges, type HookTree, makeHookTree } from './hook-tree.ts';
import { removeDeadIndexes } from './index-locks.ts';
import { hooksOfCommit, type KeptIndex, keepIndex } from './kept-index.ts';
import { attribute, commitEndingOf } from './made-commit.ts';
import { gitLockOf, indexLockFailure } from './obstacles.ts';
import { foreignFiles } from './owner.ts';
import { observeSigning } from './signing.ts';
import { displaced, editedSubmodules, treeOfPaths } from './tree.ts';

export interface Commit {
  readonly revision: string;
  readonly tree: string;
  /** Files that hooks changed in their copy of the tree; neither the commit nor the tree has that. */
  readonly touched: readonly string[];
  /**
   * What else changed in the repository meanwhile, and how git ended where it did not end well:
   * sentences without a full stop.
   */
  readonly notes: readonly string[];
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

/** Hooks inherit git's settings: a name with the letters of a pattern is marked by itself (gitglossary(7)). */
const literally = (path: string): string => (/[*?[\\]|^:/.test(path) ? `:(literal)${path}` : path);

/**
 * Without paths that another one replaced, above or below it: git removes those, and refuses their
 * names.
 */
const coveringPaths = (paths: readonly string[], taken: readonly string[]): readonly string[] =>
  paths.filter(
    (path) =>
      !taken.includes(path) ||
      !paths.some((other) => path.startsWith(`${other}/`) || other.startsWith(`${path}/`)),
  );

/** The commit of exactly these paths; the message comes on standard input. */
const commitCommand = (root: string, paths: readonly string[]): Command =>
  withoutLiteral(
    gitChange(root, [
      'commit',
      '--quiet',
      '--file=-',
      '--cleanup=whitespace',
      '--only',
      '--',
      ...paths.map(literally),
    ]),
  );

/** The command that commits these paths, as it is shown and as it runs. */
export const commandOfCommit = async (
  world: GitWorld,
  place: GitPlace,
  paths: readonly string[],
): Promise<Command> => {
  const { taken } = await displaced(world, place, paths);
  return commitCommand(place.root, coveringPaths(paths, taken));
};

const nothingToCommit = refused('there is nothing to commit', 'nothing has to be done');

/** Files in a sentence: the first few, and how many more. */
export const namesOf = (paths: readonly string[]): string => {
  const shown = paths.slice(0, 6).map(showFile).join(', ');
  return paths.length > 6 ? `${shown} and ${paths.length - 6} more` : shown;
};

const byHooks = (hooks: readonly string[]): string =>
  hooks.length === 0 ? '' : ` (${hooks.join(', ')})`;

/** What hooks wrote in their copy of the tree. */
const hookWords = (
  { paths, keptIn }: HookChanges,
  hooks: readonly string[],
  root: string,
): readonly string[] => {
  if (paths.length === 0) return [];
  const kept =
    keptIn === null
      ? ''
      : `; its version is kept for ${keptForDays} days in ${keptIn}. To take it into your tree: ${quoteWords(['cp', '-RP', '--', `${keptIn}/.`, root])}`;
  return [
    `While the hook${byHooks(hooks)} ran, ${namesOf(paths)} changed in the copy of the tree that it ran in, and not in yours${kept}`,
  ];
};

/** The same failure, with what else changed in the repository. */
export const withWords = (failure: Failure, words: readonly string[]): Failure => {
  const more = words.map((one) => `. ${one}`).join('');
  switch (failure.code) {
    case 'git-refused':
      return { ...failure, detail: `${failure.detail}${more}` };
    case 'canceled':
      return { ...failure, what: `${failure.what}${more}` };
    default:
      return failure;
  }
};

export const changedBetween = async (
  world: GitWorld,
  place: GitPlace,
  one: string,
  other: string,
): Promise<readonly string[]> => {
  const answer = await askGit(
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
  const found = await askGit(
    world.exec,
    gitQuestion(place.root, ['for-each-ref', '--count=1', '--contains', revision, 'refs/remotes/']),
  );
  return found.ok && found.value.stdout.trim() !== '';
};

/** A commit that holds something else than was tested is taken back: HEAD, index and files as before. */
const takeBack = async (
  attempt: Attempt,
  made: Head,
  wanted: string,
): Promise<Result<never, Failure>> => {
  const { world, place, copy, before, hooks } = attempt;
  const others = await changedBetween(world, place, wanted, made.tree);
  const short = showCommit(made.revision);
  const named = others.length === 0 ? 'other files' : namesOf(others);
  const what =
    hooks.length === 0
      ? `${named} changed while the commit was made`
      : `a hook${byHooks(hooks)} changed what is committed: ${named}`;
  const byHand = quoteWords(['git', '-C', place.root, 'show', '--stat', made.revision]);
  if (await isPublished(world, place, made.revision))
    return failed(
      refused(
        `${what}; commit ${short} is on a remote branch already, so nixup did not change it`,
        byHand,
      ),
    );
  const from = before.head?.revision ?? null;
  const isOnBranch =
    before.branch !== null && (await tipOfBefore(world, place, before)) === made.revision;
  const ref = isOnBranch ? (before.branch ?? 'HEAD') : 'HEAD';
  // A hook may have moved the HEAD of its copy; nobody else can have.
  const at = isOnBranch ? place : (copy?.place ?? place);
  if (!(await moveHead(world, at, ref, made.revision, from)))
    return failed(
      refused(
        `${what}; commit ${short} could not be taken back`,
        moveByHand(at, ref, made.revision, from),
      ),
    );
  const refusal = refused(
    `${what}. It does not hold exactly what was tested, so commit ${short} was taken back`,
    hooks.length === 0
      ? `see what it would have been: ${byHand}; test again`
      : `to take what the hook made of it, a formatted file for example: ${quoteWords(['git', '-C', place.root, 'restore', `--source=${made.revision}`, '--worktree', '--', ...others])}. Then test and commit again: nixup test && nixup commit. Or see it first: ${byHand}`,
  );
  return failed(withWords(refusal, await restore(attempt, 'git')));
};

/** Git commits a path only when its index knows it; a new one is made known without content. */
const announceNew = async (
  world: GitWorld,
  place: GitPlace,
  paths: readonly string[],
): Promise<Result<void, Failure>> => {
  const untracked = await askGit(
    world.exec,
    gitQuestion(place.root, ['ls-files', '-z', '--others', '--', ...paths]),
  );
  const fresh = untracked.ok
    ? untracked.value.stdout.split('\0').filter((path) => path !== '')
    : [];
  if (fresh.length === 0) return success(undefined);
  const added = await world.exec(
    gitChange(place.root, ['add', '--force', '--intent-to-add', '--', ...fresh]),
    { timeoutMs: commitTimeoutMs },
  );
  return added.ok ? success(undefined) : failed(commitFailure(added.failure, place.root, paths));
};

/** A commit that is being tried, and what was before it. */
interface Attempt {
  readonly world: GitWorld;
  /** The person's own tree. */
  readonly place: GitPlace;
  /** The copy of it in which git and its hooks run; null where no hook runs, or none can be made. */
  readonly copy: HookTree | null;
  readonly paths: readonly string[];
  readonly before: HeadState;
  readonly hooks: readonly string[];
  readonly kept: KeptIndex;
}

const doerOf = ({ copy, hooks }: Attempt): Doer =>
  copy === null && hooks.length > 0 ? 'Somebody or a hook' : 'Somebody';

const wordsOfCopy = async ({ copy, hooks, place }: Attempt): Promise<readonly string[]> =>
  copy === null ? [] : hookWords(await copy.changes(), hooks, place.root);

/** Restores everything that git or a hook changed; answers what is to be told about it. */
const restore = async (
  attempt: Attempt,
  /** Who wrote the index last where no hook ran: `git` for its commit, or nobody may have. */
  writer: 'git' | 'nobody',
): Promise<readonly string[]> => {
  const { world, place, before, copy, kept } = attempt;
  const who = doerOf(attempt);
  const moved = await sayMoves(world, place, before, copy, who);
  // Git worked on the index of the copy.
  if (copy !== null) return [...moved, ...(await wordsOfCopy(attempt))];
  // Git leaves the index as it was: if it changed, a person changed it.
  const isSomebodys = writer === 'git' ? moved.length > 0 : !(await kept.isAsBegun());
  if (isSomebodys)
    return [...moved, `${who} changed the index meanwhile; nixup did not change that`];
  const back = await kept.putBack();
  return back.ok ? moved : [...moved, 'The index could not be put back as it was'];
};

/** A person made a commit, so nothing is moved: index and files may be theirs too. */
const leave = async (attempt: Attempt, other: Head): Promise<readonly string[]> => {
  const { copy, kept, hooks } = attempt;
  if (copy === null && (await kept.isAsBegun())) await kept.putBack();
  return [
    `Somebody${hooks.length === 0 ? '' : ' or a hook'} committed ${showCommit(other.revision)} meanwhile; nixup did not change that`,
    ...(await wordsOfCopy(attempt)),
  ];
};

/** Runs git's commit; on the terminal where the signing key asks for something. */
const runCommitCommand = async (
  world: GitWorld,
  place: GitPlace,
  request: CommitRequest,
  terminal: LentTerminal | null,
): Promise<Result<void, Failure>> => {
  const { message, paths, onLine, signal } = request;
  const command = await commandOfCommit(world, place, paths);
  // Git has answered when it exits: a process that a hook left behind may hold its output for
  // hours.
  const options = { input: message, timeoutMs: commitTimeoutMs, signal, onLine, untilExit: true };
  const signing = await observeSigning(world, place);
  if (signing.kind === 'asks' && terminal === null) return failed(signing.failure);
  const done =
    signing.kind === 'asks' && terminal !== null
      ? await terminal.lend('Git asks for the passphrase of the key that signs the commit.', () =>
          world.exec(askingOn(terminal, command), options),
        )
      : // In a group of its own a hook cannot ask on the terminal, and ends with git.
        await world.exec(command, { ...options, group: true });
  return done.ok ? success(undefined) : done;
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
  return whole.value === tree ? wanted : failed(await untested(world, place));
};

/** Why a commit would not contain what was tested, with what helps. */
const untested = async (world: GitWorld, place: GitPlace): Promise<Failure> => {
  const what = 'a commit of these files would not contain what was tested';
  const [first, ...others] = await editedSubmodules(world, place);
  if (first !== undefined)
    return refused(
      `${what}: ${[first, ...others].map(showFile).join(', ')} ${others.length === 0 ? 'is a submodule that has' : 'are submodules that have'} edits, and no commit of this repository holds those`,
      `commit or restore them there (${quoteWords(['git', '-C', join(place.root, first), 'status'])}), then test again`,
    );
  return refused(
    `${what}: other tracked files differ, or a file changed since the test`,
    `see what differs (${quoteWords(['git', '-C', place.root, 'status'])}), commit or restore it, then test again`,
  );
};

/** Why git did not end by itself after its commit was made. */
const cutShort = (failure: Failure, hooks: readonly string[]): string => {
  const what = `what follows a commit${byHooks(hooks)} was stopped`;
  switch (failure.code) {
    case 'canceled':
      return `Canceled after that: ${what}`;
    case 'command-timeout':
      return `After ${showLimit(failure.afterMs)} ${what}`;
    case 'command-killed':
      return `Git was ended by ${failure.signal} after that`;
    default:
      return `Git did not end well after that: ${explain(failure).what.replace(/\.$/, '')}`;
  }
};

/** A commit of nixup on top of one that came between: nobody tested both together. */
const onTopOfOther = ({ place }: Attempt, made: Head, other: Head): Failure => {
  const [short, below] = [showCommit(made.revision), showCommit(other.revision)];
  return refused(
    `somebody committed ${below} meanwhile, so commit ${short} stands on top of it, and both together were not tested. Nixup changed neither`,
    advise(
      `test again; or take ${short} back`,
      quoteWords(['git', '-C', place.root, 'reset', '--soft', below]),
    ),
  );
};

/**
 * The result of a commit. However git ended, the commits since then say whether there is one: git
 * may have been stopped after it.
 */
const judge = async (
  attempt: Attempt,
  message: string,
  done: Result<void, Failure>,
  wanted: string,
  stagedBefore: string | null,
): Promise<Result<Commit, Failure>> => {
  const { world, place, copy, paths, before, hooks } = attempt;
  const from = before.head?.revision ?? null;
  const names = ['HEAD', ...(before.branch === null ? [] : [before.branch])];
  // HEAD of the copy is that of git and its hooks.
  const since = await commitsSince(world, copy?.place ?? place, from, names);
  if (!since.ok) return since;
  const made = attribute(since.value, {
    from,
    tree: wanted,
    message,
    ending: commitEndingOf(done),
    hasHooks: hooks.length > 0,
  });
  const failure = done.ok
    ? refused(
        'git reported success, but its commit is not found',
        commandOnly(quoteWords(['git', '-C', place.root, 'log', '-3'])),
      )
    : commitFailure(done.failure, place.root, paths);
  switch (made.kind) {
    case 'none':
      return failed(withWords(failure, await restore(attempt, 'nobody')));
    case 'foreign':
      return failed(withWords(failure, await leave(attempt, made.other)));
    case 'on-top':
      return failed(onTopOfOther(attempt, made.head, made.other));
    case 'ours':
      return made.head.tree === wanted
        ? success(await proven(attempt, made.head, done, stagedBefore))
        : takeBack(attempt, made.head, wanted);
  }
};

/** The commit that holds exactly what it should hold, and what else is to be told. */
const proven = async (
  attempt: Attempt,
  made: Head,
  done: Result<void, Failure>,
  stagedBefore: string | null,
): Promise<Commit> => {
  const { world, place, copy, paths, before, hooks, kept } = attempt;
  if (!done.ok && copy === null) {
    // Git writes the index after HEAD: one that was stopped in between left it as before.
    await kept.unlock();
    await noteInIndex(world, place, made.revision);
  }
  const { words, isHead } = await landOnBranch(world, place, before, made, copy, doerOf(attempt));
  const noted =
    copy !== null && isHead ? await noteCommitted(world, place, paths, stagedBefore) : [];
  const changes = copy === null ? { paths: [], keptIn: null } : await copy.changes();
  return {
    revision: made.revision,
    tree: made.tree,
    touched: changes.paths,
    notes: [
      ...(done.ok ? [] : [cutShort(done.failure, hooks)]),
      ...words,
      ...noted,
      ...hookWords(changes, hooks, place.root),
      ...(await foreignFiles(world, place, made.revision)),
    ],
  };
};

/** What the index of the person's tree has for these paths; null where git does not say. */
const stagedOf = async (
  world: GitWorld,
  place: GitPlace,
  paths: readonly string[],
): Promise<string | null> => {
  const answer = await askGit(
    world.exec,
    gitQuestion(place.root, ['ls-files', '--stage', '-z', '--', ...paths]),
  );
  return answer.ok ? answer.value.stdout : null;
};

/** The commit was made without the person's index, which gets its files now. */
const noteCommitted = async (
  world: GitWorld,
  place: GitPlace,
  paths: readonly string[],
  stagedBefore: string | null,
): Promise<readonly string[]> => {
  const reset = gitChange(place.root, ['reset', '--quiet', '--', ...paths]);
  const byHand = `To let the index know of the commit: ${quoteWords([reset.file, ...reset.args])}`;
  if ((await stagedOf(world, place, paths)) !== stagedBefore)
    return [`Somebody staged ${namesOf(paths)} meanwhile; nixup did not change that. ${byHand}`];
  const done = await world.exec(reset, { quiet: true, timeoutMs: 60_000 });
  return done.ok
    ? []
    : [
        `The index could not be written: ${explain(done.failure).what.replace(/\.$/, '')}. ${byHand}`,
      ];
};

/**
 * Commits exactly these paths and proves it by reading the commit back. Where hooks run, git
 * runs in a copy of the tree: what they do stays there, and what a person does meanwhile to
 * files, index and HEAD is a person's, and stays too.
 */
export const commitPaths = async (
  world: GitWorld,
  place: GitPlace,
  request: CommitRequest,
  terminal: LentTerminal | null = null,
): Promise<Result<Commit, Failure>> => {
  const { paths, onLine = () => undefined } = request;
  if (paths.length === 0) return failed(nothingToCommit);
  const lock = await gitLockOf(world, place);
  if (lock !== null) return failed(indexLockFailure(lock));
  const wanted = await treeOfRequest(world, place, request);
  if (!wanted.ok) return wanted;
  const before = await readHeadState(world, place);
  if (!before.ok) return before;
  if (before.value.head?.tree === wanted.value) return failed(nothingToCommit);
  const hooks = await hooksOfCommit(world, place);
  const kept = await keepIndex(world, place);
  if (!kept.ok) return kept;
  await sweepKept(world, place, kept.value.name);
  const copy =
    hooks.length === 0 ? success(null) : await makeHookTree(world, place, before.value, onLine);
  try {
    if (!copy.ok) return copy;
    const at = copy.value?.place ?? place;
    const staged = await stagedOf(world, place, paths);
    const announced = await announceNew(world, at, paths);
    await kept.value.commandBegins();
    const done = announced.ok ? await runCommitCommand(world, at, request, terminal) : announced;
    await removeDeadIndexes(world, at);
    const attempt = {
      ...{ world, place, paths, hooks },
      ...{ before: before.value, copy: copy.value, kept: kept.value },
    };
    return await judge(attempt, request.message, done, wanted.value, staged);
  } finally {
    if (copy.ok) await copy.value?.forget();
    await kept.value.forget();
  }
};
