import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import {
  askGit,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  reasonOf,
  refusedCommit,
} from './command.ts';

/** A commit, as far as it is compared. */
export interface Head {
  readonly revision: string;
  readonly tree: string;
  /** Its first parent. */
  readonly parent: string | null;
}

/** A commit with its message. */
export interface LaterCommit extends Head {
  readonly message: string;
}

/** The state of a repository that a hook may change besides index and files. */
export interface HeadState {
  /** Null before the first commit. */
  readonly head: Head | null;
  /** The full name of the branch, `refs/heads/main`; null when HEAD is detached. */
  readonly branch: string | null;
  /** The newest entry of the stash; null when there is none. */
  readonly stash: string | null;
}

const headFormat = '--format=%H %T %P%n%B';

const commitOf = (entry: string): LaterCommit => {
  const [line = '', ...message] = entry.split('\n');
  const [revision = '', tree = '', parent = ''] = line.trim().split(' ');
  return { revision, tree, parent: parent === '' ? null : parent, message: message.join('\n') };
};

const readLog = async (
  world: GitWorld,
  place: GitPlace,
  words: readonly string[],
): Promise<Result<readonly LaterCommit[], Failure>> => {
  const answer = await askGit(
    world.exec,
    gitQuestion(place.root, ['log', '-z', '--no-show-signature', headFormat, ...words, '--']),
  );
  return answer.ok
    ? success(
        answer.value.stdout
          .split('\0')
          .filter((entry) => entry.trim() !== '')
          .map(commitOf),
      )
    : answer;
};

/** A line of git's answer; null where git says with 1 that there is none. No answer is a failure. */
const lineOrNone = async (
  world: GitWorld,
  place: GitPlace,
  args: readonly string[],
): Promise<Result<string | null, Failure>> => {
  const answer = await askGit(world.exec, gitQuestion(place.root, args));
  if (answer.ok) return success(answer.value.stdout.trim());
  return answer.failure.code === 'command-failed' && answer.failure.exitCode === 1
    ? success(null)
    : answer;
};

/** The commit that a name stands for; null where there is none. */
const tipOf = (
  world: GitWorld,
  place: GitPlace,
  name: string,
): Promise<Result<string | null, Failure>> =>
  lineOrNone(world, place, ['rev-parse', '--verify', '--quiet', name]);

/**
 * The commits that were made on top of another one, the oldest first, as far as these
 * names reach them. On top of null: commits without a parent.
 */
export const commitsSince = async (
  world: GitWorld,
  place: GitPlace,
  from: string | null,
  names: readonly string[],
): Promise<Result<readonly LaterCommit[], Failure>> => {
  const tips = new Set<string>();
  for (const name of names) {
    const tip = await tipOf(world, place, name);
    if (!tip.ok) return tip;
    if (tip.value !== null) tips.add(tip.value);
  }
  if (tips.size === 0) return success([]);
  return readLog(world, place, [
    '--topo-order',
    '--reverse',
    ...(from === null ? ['--max-parents=0'] : ['--ancestry-path']),
    ...tips,
    ...(from === null ? [] : [`^${from}`]),
  ]);
};

const unreadable = (place: GitPlace, failure: Failure): Failure =>
  failure.code === 'command-failed'
    ? refusedCommit(
        `git cannot read where HEAD is: ${reasonOf(failure)}`,
        advise('see what git says', quoteWords(['git', '-C', place.root, 'status'])),
      )
    : failure;

/**
 * Where HEAD, branch and stash are. "Before the first commit" only where git says so; no answer is
 * a failure.
 */
export const readHeadState = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<HeadState, Failure>> => {
  const [heads, branch, stash] = await Promise.all([
    readLog(world, place, ['-1', 'HEAD']),
    lineOrNone(world, place, ['symbolic-ref', '--quiet', 'HEAD']),
    tipOf(world, place, 'refs/stash'),
  ]);
  if (!branch.ok) return failed(unreadable(place, branch.failure));
  if (!stash.ok) return failed(unreadable(place, stash.failure));
  if (heads.ok)
    return success({ head: heads.value[0] ?? null, branch: branch.value, stash: stash.value });
  const tip =
    heads.failure.code === 'command-failed' && branch.value !== null
      ? await tipOf(world, place, 'HEAD')
      : heads;
  return tip.ok && tip.value === null
    ? success({ head: null, branch: branch.value, stash: stash.value })
    : failed(unreadable(place, heads.failure));
};

const branchName = (branch: string | null): string =>
  branch?.replace(/^refs\/heads\//, '') ?? 'a detached HEAD';

const change = async (
  world: GitWorld,
  place: GitPlace,
  args: readonly string[],
): Promise<boolean> => {
  const done = await world.exec(gitChange(place.root, args), { quiet: true });
  return done.ok;
};

/**
 * Moves a branch, or a detached HEAD, from one commit to another, unless somebody moved it
 * meanwhile. Null: no commit.
 */
export const moveHead = (
  world: GitWorld,
  place: GitPlace,
  ref: string,
  from: string | null,
  to: string | null,
): Promise<boolean> =>
  change(world, place, [
    'update-ref',
    '-m',
    'nixup: as before',
    ...(to === null ? ['-d', ref, from ?? ''] : [ref, to, from ?? '']),
  ]);

/** The same by hand. */
export const moveByHand = (place: GitPlace, ref: string, from: string, to: string | null): string =>
  byHand(place, 'update-ref', ...(to === null ? ['-d', ref, from] : [ref, to, from]));

const byHand = (place: GitPlace, ...words: readonly string[]): string =>
  quoteWords(['git', '-C', place.root, ...words]);

/** Where the earlier branch is now, or the earlier detached commit. */
export const tipOfBefore = async (
  world: GitWorld,
  place: GitPlace,
  before: HeadState,
): Promise<string | null> => {
  const name = before.branch ?? before.head?.revision;
  const tip = name === undefined ? null : await tipOf(world, place, name);
  return tip?.ok === true ? tip.value : null;
};

const isAncestor = async (
  world: GitWorld,
  place: GitPlace,
  ancestor: string,
  descendant: string,
): Promise<boolean> =>
  (
    await askGit(
      world.exec,
      gitQuestion(place.root, ['merge-base', '--is-ancestor', ancestor, descendant]),
    )
  ).ok;

const shortOf = (head: Head | null): string =>
  head === null ? 'no commit' : showCommit(head.revision);

const unknownStanding = 'Where HEAD is now could not be read';

/** The copy of a tree in which hooks ran, as far as it tells what they did to HEAD. */
interface HookHead {
  readonly place: GitPlace;
  hasMovedTo(revision: string): Promise<boolean>;
}

/** Who may have made a change: also a hook where it ran in the person's own tree. */
export type Doer = 'Somebody' | 'Somebody or a hook';

/** Branches and stash are those of the repository, also in the copy of a tree. */
const sharedDoer = (copy: HookHead | null, who: Doer): Doer =>
  copy === null ? who : 'Somebody or a hook';

/** To which branch a hook switched, in its copy of the tree. */
const switchedInCopy = async (
  world: GitWorld,
  before: HeadState,
  copy: HookHead | null,
): Promise<string | null> => {
  const inside = copy === null ? null : await readHeadState(world, copy.place);
  return inside?.ok === true && inside.value.branch !== before.branch
    ? branchName(inside.value.branch)
    : null;
};

/**
 * The earlier branch was moved: restored where a hook did it and nothing is lost by that, else
 * left.
 */
const branchMoved = async (
  world: GitWorld,
  place: GitPlace,
  before: HeadState,
  tip: string | null,
  copy: HookHead | null,
  who: Doer,
): Promise<string> => {
  const name = branchName(before.branch);
  const from = before.head?.revision ?? null;
  const short = tip === null ? 'no commit' : showCommit(tip);
  if (tip === null || copy === null || !(await copy.hasMovedTo(tip)))
    return `${sharedDoer(copy, who)} moved ${name} to ${short} meanwhile; nixup did not change that`;
  // The earlier commit stays reachable from this.
  const isBack =
    from !== null &&
    (await isAncestor(world, place, tip, from)) &&
    (await moveHead(world, place, before.branch ?? 'HEAD', tip, from));
  return isBack
    ? `A hook had moved ${name} to ${short}: it is at ${shortOf(before.head)} again`
    : `A hook moved ${name} to ${short}. What was before: ${from === null ? 'no commit' : byHand(place, 'log', '-1', from)}`;
};

/**
 * After a commit that was not made: how HEAD and the branch changed meanwhile, in sentences. HEAD
 * is never moved. The branch is moved only where a hook moved it, which the copy of the tree tells.
 */
export const sayMoves = async (
  world: GitWorld,
  place: GitPlace,
  before: HeadState,
  copy: HookHead | null,
  who: Doer,
): Promise<readonly string[]> => {
  const seen = await readHeadState(world, place);
  if (!seen.ok) return [unknownStanding];
  const now = seen.value;
  const words: string[] = [];
  const other = await switchedInCopy(world, before, copy);
  if (other !== null) words.push(`A hook switched to ${other}, in its copy of the tree alone`);
  const hasSwitched = now.branch !== before.branch;
  if (hasSwitched)
    words.push(
      `${who} switched to ${branchName(now.branch)} meanwhile; nixup did not change that. To go back: ${byHand(place, 'switch', branchName(before.branch))}`,
    );
  const tip =
    before.branch === null ? (now.head?.revision ?? null) : await tipOfBefore(world, place, before);
  if (tip !== (before.head?.revision ?? null) && !(hasSwitched && before.branch === null))
    words.push(await branchMoved(world, place, before, tip, copy, who));
  return [...words, ...(await stashWords(world, place, before, now, copy, who))];
};

/** A new entry of the stash lies on top of the one of before; a popped one leaves an older one on top. */
const stashWords = async (
  world: GitWorld,
  place: GitPlace,
  before: HeadState,
  now: HeadState,
  copy: HookHead | null,
  who: Doer,
): Promise<readonly string[]> => {
  if (now.stash === null || now.stash === before.stash) return [];
  const entries = await lineOrNone(world, place, ['log', '-g', '--format=%H', 'refs/stash', '--']);
  const below = entries.ok ? (entries.value ?? '').split('\n').slice(1) : [];
  return before.stash === null || below.includes(before.stash)
    ? [
        `${sharedDoer(copy, who)} left an entry in the stash: ${byHand(place, 'stash', 'show', '--patch', 'stash@{0}')}`,
      ]
    : [];
};

/** A commit that was made, and where the person's own tree stands. */
interface Landing {
  /** What is to be said, in sentences. */
  readonly words: readonly string[];
  /** HEAD of the person's tree is that commit: the index of it is to know its files. */
  readonly isHead: boolean;
}

/**
 * After a commit that was made: it is on the earlier branch, whatever a hook switched to in its
 * copy. HEAD of the person's tree stays on the branch that it is on.
 */
export const landOnBranch = async (
  world: GitWorld,
  place: GitPlace,
  before: HeadState,
  made: Head,
  copy: HookHead | null,
  who: Doer,
): Promise<Landing> => {
  const holds = async (tip: string | null): Promise<boolean> =>
    tip !== null && (tip === made.revision || (await isAncestor(world, place, made.revision, tip)));
  const name = branchName(before.branch);
  const other = await switchedInCopy(world, before, copy);
  const ref = before.branch ?? 'HEAD';
  const from = before.head?.revision ?? null;
  const tip = await tipOf(world, place, ref);
  const isOnBranch =
    (tip.ok && (await holds(tip.value))) ||
    // Made in the copy of a detached HEAD, or of one that a hook took to another branch.
    (copy !== null && (await moveHead(world, place, ref, from, made.revision)));
  const seen = await readHeadState(world, place);
  if (!seen.ok) return { words: [unknownStanding], isHead: false };
  const now = seen.value;
  const stash = await stashWords(world, place, before, now, copy, who);
  const isHead = now.head?.revision === made.revision;
  const isBelow = !isHead && (await holds(now.head?.revision ?? null));
  const words: string[] = [];
  if (other !== null)
    words.push(
      isOnBranch
        ? `A hook switched to ${other}, in its copy of the tree alone: the commit is on ${name}`
        : `A hook switched to ${other}, and the commit is there. To have it on ${name}: ${byHand(place, 'switch', name)} && ${byHand(place, 'merge', '--ff-only', shortOf(made))}`,
    );
  if (isBelow)
    words.push(`On top of it ${sharedDoer(copy, who).toLowerCase()} made ${shortOf(now.head)}`);
  if (now.branch !== before.branch && before.branch !== null)
    words.push(
      `${who} switched to ${branchName(now.branch)} meanwhile; the commit is ${isOnBranch ? `on ${name}` : shortOf(made)}`,
    );
  else if (!isHead && !isBelow)
    words.push(
      `${sharedDoer(copy, who)} moved ${branchName(now.branch)} to ${shortOf(now.head)} after that`,
    );
  return { words: [...words, ...stash], isHead };
};
