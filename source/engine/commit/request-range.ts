import type { CommitFacts } from '../../model/commit/facts.ts';
import { majorInputs } from '../../model/forge/issue.ts';
import type { LockChange } from '../../model/lock/change.ts';
import { diffLocks } from '../../model/lock/difference.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { forkOf } from '../../services/forge/carry.ts';
import { noInputs, readLock } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { describedCommit } from './described.ts';
import { type JournaledRun, recentRuns, whileReading } from './message-facts.ts';

/** What a request brings into its branch: the commit, and those below it that were not pushed. */
interface RequestRange {
  readonly facts: CommitFacts;
  /** The commit that the changes are counted from; null where nobody knows one. */
  readonly before: string | null;
  /** Inputs whose range is another than that of the commit alone. */
  readonly wider: ReadonlySet<string>;
}

/** More commits than that are not looked through for what nixup wrote of them. */
const mostBelow = 50;

const lockAt = async ({ git }: EngineContext, revision: string): Promise<FlakeLock | null> => {
  const shown = await git.show(revision, 'flake.lock');
  if (!shown.ok) return null;
  if (shown.value === null) return noInputs;
  const lock = parseFlakeLock(shown.value, `${revision}:flake.lock`);
  return lock.ok ? lock.value : null;
};

/** The lock of a commit; null: of the work tree. */
interface NowLock {
  readonly revision: string | null;
}

const lockInTree = async (context: EngineContext): Promise<FlakeLock | null> => {
  const text = await readLock(context);
  if (!text.ok) return null;
  if (text.value === undefined) return noInputs;
  const lock = parseFlakeLock(text.value, 'flake.lock');
  return lock.ok ? lock.value : null;
};

const isMajor = (facts: CommitFacts): boolean => majorInputs(facts).length > 0;

const hasSides = (one: LockChange, other: LockChange): boolean =>
  one.path === other.path &&
  JSON.stringify([one.old, one.new]) === JSON.stringify([other.old, other.new]);

/** What the journals say of nixup's commits from here down to that one. */
const describedBelow = async (
  { git }: EngineContext,
  runs: readonly JournaledRun[],
  from: string,
  to: string,
): Promise<readonly CommitFacts[]> => {
  const found: CommitFacts[] = [];
  let at: string | null = from;
  for (let count = 0; at !== null && at !== to && count < mostBelow; count += 1) {
    const told = describedCommit(runs, at);
    if (told !== null) found.push(told.facts);
    at = await git.firstParent(at);
  }
  return found;
};

const countsOf = async (
  context: EngineContext,
  changes: readonly LockChange[],
  known: CommitFacts['changes'],
): Promise<CommitFacts['changes']> => {
  const counts = new Map<LockChange, CommitFacts['changes'][number]['count']>();
  await whileReading(context, async (isOver) => {
    for (const change of changes) {
      if (isOver() || known.some((one) => hasSides(one.change, change))) continue;
      const counted = await context.commits.count(change);
      if (counted.ok && counted.value !== null) counts.set(change, counted.value);
    }
  });
  return changes.map(
    (change) =>
      known.find((one) => hasSides(one.change, change)) ?? {
        change,
        count: counts.get(change) ?? change.commits ?? null,
      },
  );
};

const together = (lists: readonly (readonly string[] | undefined)[]): readonly string[] => [
  ...new Set(lists.flatMap((list) => list ?? [])),
];

/** Where a request leaves its branch, with the locks there, below its own commit, and of it. */
interface RangeLocks {
  readonly fork: string;
  readonly below: string;
  readonly old: FlakeLock;
  readonly now: FlakeLock;
}

/** Null where the request has no inputs but those of its own commit. */
const rangeLocks = async (
  context: EngineContext,
  { below, into, now }: { readonly below: string; readonly into: string; readonly now: NowLock },
): Promise<RangeLocks | null> => {
  const place = await context.git.place();
  if (!place.ok) return null;
  const remote = context.state().git?.remote ?? 'origin';
  const tip = now.revision ?? below;
  const fork = await forkOf(context.world, place.value, { remote, into }, tip);
  // Up to the fork this very commit may be in the branch already.
  if (fork === null || fork === below || fork === now.revision) return null;
  const [old, middle, last] = [
    await lockAt(context, fork),
    await lockAt(context, below),
    now.revision === null ? await lockInTree(context) : await lockAt(context, now.revision),
  ];
  return old === null || middle === null || last === null || diffLocks(old, middle).length === 0
    ? null
    : { fork, below, old, now: last };
};

/** The facts of a commit, with these changes and with what is told of the commits below it. */
const widened = (
  own: CommitFacts,
  others: readonly CommitFacts[],
  changes: CommitFacts['changes'],
): CommitFacts => {
  const all = [own, ...others];
  const paths = new Set(changes.map(({ change }) => change.path));
  const unread = together(all.map((one) => one.unread)).filter((path) => paths.has(path));
  const breaking = together(all.map((one) => one.breaking));
  const { unread: _, breaking: __, ...rest } = own;
  return {
    ...rest,
    changes,
    ...(breaking.length === 0 ? {} : { breaking }),
    ...(unread.length === 0 ? {} : { unread }),
  };
};

/**
 * The facts of a commit, with the inputs from where the request leaves its branch: an earlier commit of
 * nixup's that was not pushed is merged with it, so that its inputs are read with it too.
 */
export const requestRange = async (
  context: EngineContext,
  runs: readonly JournaledRun[],
  { revision, into }: { readonly revision: string; readonly into: string },
  own: CommitFacts,
): Promise<RequestRange> => {
  const below = await context.git.firstParent(revision);
  const locks =
    below === null ? null : await rangeLocks(context, { below, into, now: { revision } });
  if (locks === null) return { facts: own, before: below, wider: new Set() };
  const changes = await countsOf(context, diffLocks(locks.old, locks.now), own.changes);
  const others = await describedBelow(context, runs, locks.below, locks.fork);
  return {
    facts: widened(own, others, changes),
    before: locks.fork,
    wider: new Set(
      changes.flatMap(({ change }) =>
        own.changes.some((one) => hasSides(one.change, change)) ? [] : [change.path],
      ),
    ),
  };
};

/**
 * The facts of a request that brings a major update, also where an earlier commit has it that was not
 * pushed; null where none does. `planned`: the facts of a commit that is to be made above `below`.
 */
export const majorFacts = async (
  context: EngineContext,
  what: { readonly into: string } & (
    | { readonly revision: string }
    | { readonly below: string | null; readonly planned: CommitFacts }
  ),
): Promise<CommitFacts | null> => {
  const runs = await recentRuns(context);
  const made = 'revision' in what ? what.revision : null;
  const below = 'revision' in what ? await context.git.firstParent(what.revision) : what.below;
  const own = 'revision' in what ? describedCommit(runs, what.revision)?.facts : what.planned;
  // A planned commit without the lock leaves it as it is below.
  const now = { revision: made ?? (own?.changes.length === 0 ? below : null) };
  const locks = below === null ? null : await rangeLocks(context, { below, into: what.into, now });
  if (locks === null) return own !== undefined && isMajor(own) ? own : null;
  const others = await describedBelow(context, runs, locks.below, locks.fork);
  // A commit that a person made has no facts: the request is told by those below it.
  const told = own ?? others[0];
  if (told === undefined) return null;
  const changes = diffLocks(locks.old, locks.now).map((change) => ({ change, count: null }));
  const facts = widened(told, others, changes);
  return isMajor(facts) ? facts : null;
};
