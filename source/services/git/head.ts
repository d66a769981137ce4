import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import {
  ask,
  type GitPlace,
  type GitWorld,
  gitDeed,
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

/** Where a repository stands: what a hook may move besides index and files. */
export interface Standing {
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
  const answer = await ask(
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
  const answer = await ask(world.exec, gitQuestion(place.root, args));
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
        `see what git says: ${quoteWords(['git', '-C', place.root, 'status'])}`,
      )
    : failure;

/** Where HEAD, branch and stash are. Before the first commit only where git says so; no answer is a failure. */
export const readStanding = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<Standing, Failure>> => {
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

export const branchName = (branch: string | null): string =>
  branch?.replace(/^refs\/heads\//, '') ?? 'a detached HEAD';

const deed = async (
  world: GitWorld,
  place: GitPlace,
  args: readonly string[],
): Promise<boolean> => {
  const done = await world.exec(gitDeed(place.root, args), { quiet: true });
  return done.ok;
};

/** A branch, or a detached HEAD, from one commit to another; not where somebody moved it meanwhile. Null: no commit. */
export const moveHead = (
  world: GitWorld,
  place: GitPlace,
  ref: string,
  from: string | null,
  to: string | null,
): Promise<boolean> =>
  deed(world, place, [
    'update-ref',
    '-m',
    'nixup: as before',
    ...(to === null ? ['-d', ref, from ?? ''] : [ref, to, from ?? '']),
  ]);

/** The same by hand. */
export const moveByHand = (place: GitPlace, ref: string, from: string, to: string | null): string =>
  byHand(place, 'update-ref', ...(to === null ? ['-d', ref, from] : [ref, to, from]));

const switchTo = (world: GitWorld, place: GitPlace, before: Standing): Promise<boolean> =>
  before.branch !== null
    ? deed(world, place, ['symbolic-ref', '-m', 'nixup: back to the branch', 'HEAD', before.branch])
    : before.head === null
      ? Promise.resolve(false)
      : deed(world, place, ['update-ref', '--no-deref', 'HEAD', before.head.revision]);

const byHand = (place: GitPlace, ...words: readonly string[]): string =>
  quoteWords(['git', '-C', place.root, ...words]);

/** Where the branch of before is now, or the detached commit of before. */
export const tipOfBefore = async (
  world: GitWorld,
  place: GitPlace,
  before: Standing,
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
    await ask(
      world.exec,
      gitQuestion(place.root, ['merge-base', '--is-ancestor', ancestor, descendant]),
    )
  ).ok;

const shortOf = (head: Head | null): string => head?.revision.slice(0, 12) ?? 'no commit';

const unknownStanding = 'Where HEAD is now could not be read';

/** Where no hook runs it was a person: what somebody did is told, and left. */
const somebodyMoved = async (
  world: GitWorld,
  place: GitPlace,
  before: Standing,
  now: Standing,
): Promise<readonly string[]> => {
  const stash = await stashWords(world, place, before, now, 'Somebody');
  if (now.branch !== before.branch)
    return [`Somebody switched to ${branchName(now.branch)} meanwhile: that was left`, ...stash];
  return now.head?.revision === before.head?.revision
    ? stash
    : [
        `Somebody moved ${branchName(before.branch)} to ${shortOf(now.head)} meanwhile: that was left`,
        ...stash,
      ];
};

/**
 * Brings HEAD back to the branch and the commit of before, where hooks ran and nothing
 * is lost by that: index and files are kept elsewhere. What became of them, in sentences.
 */
export const bringBack = async (
  world: GitWorld,
  place: GitPlace,
  before: Standing,
  hooks: readonly string[],
): Promise<readonly string[]> => {
  const seen = await readStanding(world, place);
  if (!seen.ok) return [unknownStanding];
  const now = seen.value;
  if (hooks.length === 0) return somebodyMoved(world, place, before, now);
  const from = before.head?.revision ?? null;
  const words: string[] = [];
  const name = branchName(before.branch);
  if (now.branch !== before.branch) {
    const tip = await tipOfBefore(world, place, before);
    const isBack = tip === from && (await switchTo(world, place, before));
    words.push(
      isBack
        ? `A hook had switched to ${branchName(now.branch)}: ${name} is the branch again`
        : `A hook switched to ${branchName(now.branch)}. To go back: ${byHand(place, 'switch', name)}`,
    );
  } else if (now.head !== null && now.head.revision !== from) {
    const { revision } = now.head;
    // Whatever leads to the commit of before stays reachable by it.
    const isBack =
      from !== null &&
      (await isAncestor(world, place, revision, from)) &&
      (await moveHead(world, place, 'HEAD', revision, from));
    words.push(
      isBack
        ? `A hook had moved ${name} to ${shortOf(now.head)}: it is at ${shortOf(before.head)} again`
        : `A hook moved ${name} to ${shortOf(now.head)}. What was before: ${from === null ? 'no commit' : byHand(place, 'log', '-1', from)}`,
    );
  }
  return [...words, ...(await stashWords(world, place, before, now, 'A hook'))];
};

/** A new entry of the stash lies on top of the one of before; a popped one leaves an older one on top. */
const stashWords = async (
  world: GitWorld,
  place: GitPlace,
  before: Standing,
  now: Standing,
  who: 'A hook' | 'Somebody',
): Promise<readonly string[]> => {
  if (now.stash === null || now.stash === before.stash) return [];
  const entries = await lineOrNone(world, place, ['log', '-g', '--format=%H', 'refs/stash', '--']);
  const below = entries.ok ? (entries.value ?? '').split('\n').slice(1) : [];
  return before.stash === null || below.includes(before.stash)
    ? [
        `${who} left an entry in the stash: ${byHand(place, 'stash', 'show', '--patch', 'stash@{0}')}`,
      ]
    : [];
};

/** After a commit that was made: on the branch of before, whatever a hook switched to. What is to be said of it. */
export const keepOnBranch = async (
  world: GitWorld,
  place: GitPlace,
  before: Standing,
  made: Head,
  hooks: readonly string[],
): Promise<readonly string[]> => {
  const seen = await readStanding(world, place);
  if (!seen.ok) return [unknownStanding];
  const now = seen.value;
  const who = hooks.length === 0 ? 'Somebody' : 'A hook';
  const stash = await stashWords(world, place, before, now, who);
  const isHead = now.head?.revision === made.revision;
  const isBelow =
    !isHead &&
    now.head !== null &&
    (await isAncestor(world, place, made.revision, now.head.revision));
  const onTop = isBelow ? [`On top of it ${who.toLowerCase()} made ${shortOf(now.head)}`] : [];
  const name = branchName(before.branch);
  if (now.branch === before.branch || before.branch === null)
    return isHead || isBelow
      ? [...onTop, ...stash]
      : [`${who} moved ${branchName(now.branch)} to ${shortOf(now.head)} after that`, ...stash];
  const other = branchName(now.branch);
  const tip = await tipOfBefore(world, place, before);
  const isOnBranch =
    tip !== null && (tip === made.revision || (await isAncestor(world, place, made.revision, tip)));
  if (hooks.length === 0)
    return [
      `Somebody switched to ${other} meanwhile; the commit is ${isOnBranch ? `on ${name}` : shortOf(made)}`,
      ...stash,
    ];
  const isThere =
    isHead &&
    (isOnBranch ||
      (await moveHead(
        world,
        place,
        before.branch,
        before.head?.revision ?? null,
        made.revision,
      ))) &&
    (await switchTo(world, place, before));
  return [
    ...onTop,
    isThere
      ? `A hook had switched to ${other}: the commit is on ${name}, which is the branch again`
      : isOnBranch
        ? `A hook switched to ${other}; the commit is on ${name}. To go back: ${byHand(place, 'switch', name)}`
        : `A hook switched to ${other}, and the commit is there. To have it on ${name}: ${byHand(place, 'switch', name)} && ${byHand(place, 'merge', '--ff-only', shortOf(made))}`,
    ...stash,
  ];
};
