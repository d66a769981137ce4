import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { ask, type GitPlace, type GitWorld, gitDeed, gitQuestion } from './command.ts';

/** A commit, as far as it is compared. */
export interface Head {
  readonly revision: string;
  readonly tree: string;
  /** Its first parent. */
  readonly parent: string | null;
}

/** Where a repository stands: what a hook may move besides index and files. */
export interface Standing {
  readonly head: Head;
  /** The full name of the branch, `refs/heads/main`; null when HEAD is detached. */
  readonly branch: string | null;
  /** The newest entry of the stash; null when there is none. */
  readonly stash: string | null;
}

const headFormat = '--format=%H %T %P';

const headOf = (line: string): Head => {
  const [revision = '', tree = '', parent = ''] = line.trim().split(' ');
  return { revision, tree, parent: parent === '' ? null : parent };
};

export const readHead = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<Head, Failure>> => {
  const answer = await ask(
    world.exec,
    gitQuestion(place.root, ['log', '-1', '--no-show-signature', headFormat, 'HEAD', '--']),
  );
  return answer.ok ? success(headOf(answer.value.stdout)) : answer;
};

/** The commit that was made right after another one, as somebody may have committed on top of it; null when none was. */
export const firstAfter = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<Result<Head | null, Failure>> => {
  const since = await ask(
    world.exec,
    gitQuestion(place.root, [
      'log',
      '--first-parent',
      '--reverse',
      '--no-show-signature',
      headFormat,
      `${revision}..HEAD`,
      '--',
    ]),
  );
  if (!since.ok) return since;
  const head = headOf(since.value.stdout.split('\n')[0] ?? '');
  return success(head.parent === revision ? head : null);
};

const lineOf = async (
  world: GitWorld,
  place: GitPlace,
  args: readonly string[],
): Promise<string | null> => {
  const answer = await ask(world.exec, gitQuestion(place.root, args));
  return answer.ok ? answer.value.stdout.trim() : null;
};

export const readStanding = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<Standing, Failure>> => {
  const [head, branch, stash] = await Promise.all([
    readHead(world, place),
    lineOf(world, place, ['symbolic-ref', '--quiet', 'HEAD']),
    lineOf(world, place, ['rev-parse', '--verify', '--quiet', 'refs/stash']),
  ]);
  return head.ok ? success({ head: head.value, branch, stash }) : head;
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

/** A branch, or a detached HEAD, from one commit to another; not where somebody moved it meanwhile. */
export const moveHead = (
  world: GitWorld,
  place: GitPlace,
  ref: string,
  from: string,
  to: string,
): Promise<boolean> => deed(world, place, ['update-ref', '-m', 'nixup: as before', ref, to, from]);

const switchTo = (world: GitWorld, place: GitPlace, before: Standing): Promise<boolean> =>
  before.branch === null
    ? deed(world, place, ['update-ref', '--no-deref', 'HEAD', before.head.revision])
    : deed(world, place, [
        'symbolic-ref',
        '-m',
        'nixup: back to the branch',
        'HEAD',
        before.branch,
      ]);

const byHand = (place: GitPlace, ...words: readonly string[]): string =>
  quoteWords(['git', '-C', place.root, ...words]);

/**
 * Brings HEAD back to the branch and the commit of before, where nothing is
 * lost by that: index and files are kept elsewhere. What a hook did to them, in sentences.
 */
export const bringBack = async (
  world: GitWorld,
  place: GitPlace,
  before: Standing,
): Promise<readonly string[]> => {
  const seen = await readStanding(world, place);
  if (!seen.ok) return [];
  const now = seen.value;
  const words: string[] = [];
  const name = branchName(before.branch);
  if (now.branch !== before.branch) {
    const tip = await lineOf(world, place, [
      'rev-parse',
      '--verify',
      '--quiet',
      before.branch ?? before.head.revision,
    ]);
    const isBack = tip === before.head.revision && (await switchTo(world, place, before));
    words.push(
      isBack
        ? `A hook had switched to ${branchName(now.branch)}: ${name} is the branch again`
        : `A hook switched to ${branchName(now.branch)}. To go back: ${byHand(place, 'switch', name)}`,
    );
  } else if (now.head.revision !== before.head.revision) {
    const { revision } = now.head;
    // Whatever leads to the commit of before stays reachable by it.
    const isOlder =
      (await lineOf(world, place, [
        'merge-base',
        '--is-ancestor',
        revision,
        before.head.revision,
      ])) !== null;
    const isBack =
      isOlder && (await moveHead(world, place, 'HEAD', revision, before.head.revision));
    words.push(
      isBack
        ? `A hook had moved ${name} to ${revision.slice(0, 12)}: it is at ${before.head.revision.slice(0, 12)} again`
        : `A hook moved ${name} to ${revision.slice(0, 12)}. What was before: ${byHand(place, 'log', '-1', before.head.revision)}`,
    );
  }
  return [...words, ...stashWords(place, before, now)];
};

const stashWords = (place: GitPlace, before: Standing, now: Standing): readonly string[] =>
  now.stash === null || now.stash === before.stash
    ? []
    : [
        `A hook left an entry in the stash: ${byHand(place, 'stash', 'show', '--patch', 'stash@{0}')}`,
      ];

/** After a commit that was made: on the branch of before, whatever a hook switched to. What is to be said of it. */
export const keepOnBranch = async (
  world: GitWorld,
  place: GitPlace,
  before: Standing,
  made: Head,
): Promise<readonly string[]> => {
  const seen = await readStanding(world, place);
  if (!seen.ok) return [];
  const now = seen.value;
  const stash = stashWords(place, before, now);
  const onTop =
    now.head.revision === made.revision
      ? []
      : [`On top of it a hook made ${now.head.revision.slice(0, 12)}`];
  if (now.branch === before.branch || before.branch === null) return [...onTop, ...stash];
  const other = branchName(now.branch);
  const name = branchName(before.branch);
  const isThere =
    onTop.length === 0 &&
    (await moveHead(world, place, before.branch, before.head.revision, made.revision)) &&
    (await switchTo(world, place, before));
  return [
    ...onTop,
    isThere
      ? `A hook had switched to ${other}: the commit is on ${name}, which is the branch again`
      : `A hook switched to ${other}, and the commit is there. To have it on ${name}: ${byHand(place, 'switch', name)} && ${byHand(place, 'merge', '--ff-only', made.revision.slice(0, 12))}`,
    ...stash,
  ];
};
