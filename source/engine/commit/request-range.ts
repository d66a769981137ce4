import type { CommitFacts } from '../../model/commit/facts.ts';
import type { LockChange } from '../../model/lock/change.ts';
import { diffLocks } from '../../model/lock/difference.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { forkOf } from '../../services/forge/carry.ts';
import { noInputs } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { describedCommit } from './described.ts';
import { type JournaledRun, whileReading } from './message-facts.ts';

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
  const alone: RequestRange = { facts: own, before: below, wider: new Set() };
  const place = await context.git.place();
  if (below === null || !place.ok) return alone;
  const remote = context.state().git?.remote ?? 'origin';
  const fork = await forkOf(context.world, place.value, { remote, into }, revision);
  // Up to the fork this very commit may be in the branch already.
  if (fork === null || fork === below || fork === revision) return alone;
  const [old, middle, now] = [
    await lockAt(context, fork),
    await lockAt(context, below),
    await lockAt(context, revision),
  ];
  if (old === null || middle === null || now === null || diffLocks(old, middle).length === 0)
    return alone;
  const changes = await countsOf(context, diffLocks(old, now), own.changes);
  const others = await describedBelow(context, runs, below, fork);
  const all = [own, ...others];
  const paths = new Set(changes.map(({ change }) => change.path));
  const unread = together(all.map((one) => one.unread)).filter((path) => paths.has(path));
  const breaking = together(all.map((one) => one.breaking));
  const { unread: _, breaking: __, ...rest } = own;
  return {
    facts: {
      ...rest,
      changes,
      ...(breaking.length === 0 ? {} : { breaking }),
      ...(unread.length === 0 ? {} : { unread }),
    },
    before: fork,
    wider: new Set(
      changes.flatMap(({ change }) =>
        own.changes.some((one) => hasSides(one.change, change)) ? [] : [change.path],
      ),
    ),
  };
};
