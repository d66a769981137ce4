import { exactCommitCount } from '../model/commit-count.ts';
import { type CommitRange, type DirectedCount, rangeOf } from '../model/commit-range.ts';
import type { Failure } from '../model/failure.ts';
import type { ForgeLimit } from '../model/forge-limit.ts';
import { type LockChange, lockedSide } from '../model/lock.ts';
import type { CommitCount, CommitSubject } from '../model/lock-facts.ts';
import { type Result, success } from '../model/result.ts';
import { type CommitsCache, createCommitsCache } from './commits-cache.ts';
import { createForgeCommits } from './commits-forge.ts';
import {
  type CommitStore,
  countCommits,
  fetchCommitStore,
  findCommitStore,
  listSubjects,
} from './commits-git.ts';
import type { World } from './world.ts';

/** Counts and subjects of the commits between the two sides of a change. */
export interface Commits {
  /** What forges said that they still allow. */
  limits(): readonly ForgeLimit[];
  /** The changes with the counts that the disk remembers, where they have none; no process, no network. */
  remembered(changes: readonly LockChange[]): Promise<readonly LockChange[]>;
  /**
   * Null where the change has no commits to count. Asked in this order: the
   * lock itself, the cache, git on this machine, the forge, a partial clone.
   */
  count(change: LockChange): Promise<Result<DirectedCount | null, Failure>>;
  /** The newest first, at most `limit`; of a downgrade those that are lost. Null as for `count`. */
  subjects(
    change: LockChange,
    limit: number,
  ): Promise<Result<readonly CommitSubject[] | null, Failure>>;
}

const fromLock = (change: LockChange): CommitCount | null => {
  const old = lockedSide(change.old);
  const now = lockedSide(change.new);
  return old === null || now === null ? null : exactCommitCount(old, now);
};

/** Forges that were not reached are not reached by git either. */
const isWorthFetching = (failure: Failure): boolean =>
  failure.code === 'http-failed' &&
  /\(4\d\d\)|limit of requests|could not be read/.test(failure.detail);

const isBehind = (change: LockChange, count: DirectedCount | null): boolean =>
  count?.direction === 'behind' ||
  (count?.direction === null && change.alarms.includes('downgrade'));

export const createCommits = (world: World): Commits => {
  const cache: CommitsCache = createCommitsCache(world);
  const forges = createForgeCommits(world);

  const storeOf = async (range: CommitRange): Promise<Result<CommitStore, Failure>> => {
    const found = await findCommitStore(world, range);
    return found === null ? fetchCommitStore(world, range) : success(found);
  };

  const keep = async (range: CommitRange, count: DirectedCount): Promise<void> => {
    const known = await cache.read(range);
    await cache.write(range, { ...known, count });
  };

  const countRange = async (range: CommitRange): Promise<Result<DirectedCount, Failure>> => {
    const local = await findCommitStore(world, range);
    if (local !== null && !local.shallow) return countCommits(world, local, range);
    const compared = await forges.compare(range);
    if (compared.ok && compared.value !== null) {
      const { count, direction } = compared.value;
      return success({ count, exact: true, source: 'compare', direction });
    }
    if (!compared.ok && !isWorthFetching(compared.failure)) return compared;
    const store = local === null ? await fetchCommitStore(world, range) : success(local);
    return store.ok ? countCommits(world, store.value, range) : store;
  };

  const count: Commits['count'] = async (change) => {
    const range = rangeOf(change);
    const told = fromLock(change);
    if (range === null) return success(told === null ? null : { ...told, direction: null });
    const known = await cache.read(range);
    if (told !== null) {
      if (known.count !== null) return success({ ...told, direction: known.count.direction });
      const local = await findCommitStore(world, range);
      const looked = local === null ? null : await countCommits(world, local, range);
      if (looked?.ok === true && looked.value.direction !== null) {
        await keep(range, looked.value);
        // On a history that parted the difference of two totals is not the number of new commits.
        if (looked.value.direction === 'diverged') return looked;
        return success({ ...told, direction: looked.value.direction });
      }
      return success({ ...told, direction: null });
    }
    if (known.count !== null) return success(known.count);
    const counted = await countRange(range);
    if (counted.ok) await keep(range, counted.value);
    return counted;
  };

  const listRange = async (
    change: LockChange,
    range: CommitRange,
    known: DirectedCount | null,
    limit: number,
  ): Promise<Result<readonly CommitSubject[], Failure>> => {
    const local = await findCommitStore(world, range);
    if (local === null && !isBehind(change, known)) {
      const listed = await forges.list(range, limit);
      if (listed.ok && listed.value !== null) return success(listed.value.subjects);
      if (!listed.ok && !isWorthFetching(listed.failure)) return listed;
    }
    const store = local === null ? await storeOf(range) : success(local);
    return store.ok
      ? listSubjects(world, store.value, range, isBehind(change, known), limit)
      : store;
  };

  return {
    limits: forges.limits,
    remembered: async (changes) => {
      if (await cache.isEmpty()) return changes;
      const ranges = new Map<LockChange, CommitRange>();
      for (const change of changes) {
        const range = change.commits === undefined ? rangeOf(change) : null;
        if (range !== null) ranges.set(change, range);
      }
      const kept = new Set(await cache.kept([...ranges.values()]));
      return Promise.all(
        changes.map(async (change) => {
          const range = ranges.get(change);
          if (range === undefined || !kept.has(range)) return change;
          const { count: known } = await cache.read(range);
          if (known === null) return change;
          return {
            ...change,
            commits: { count: known.count, exact: known.exact, source: 'cache' as const },
          };
        }),
      );
    },
    count,
    subjects: async (change, limit) => {
      const range = rangeOf(change);
      if (range === null) return success(null);
      const known = await cache.read(range);
      const { subjects } = known;
      if (subjects !== null && (known.limit >= limit || subjects.length < known.limit))
        return success(subjects.slice(0, limit));
      const listed = await listRange(change, range, known.count, limit);
      if (listed.ok) await cache.write(range, { ...known, subjects: listed.value, limit });
      return listed;
    },
  };
};
