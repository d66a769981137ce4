import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { type CommitRange, type DirectedCount, rangeOf } from '../../model/inputs/commits.ts';
import type { ForgeLimit } from '../../model/inputs/forge-limit.ts';
import { type LockChange, lockedSide } from '../../model/lock/change.ts';
import { type CommitCount, lockedCommitCount } from '../../model/lock/commit-count.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import type { World } from '../world/world.ts';
import {
  createForgeCommits,
  type ForgeCommits,
  type ListedCommits,
  type OnPart,
} from './by-forge.ts';
import {
  type CommitStore,
  countCommits,
  fetchCommitStore,
  findCommitStore,
  isHuge,
  listSubjects,
  readCommitText,
} from './by-git.ts';
import { type CommitsCache, createCommitsCache } from './cache.ts';

/** Counts and subjects of the commits between the two sides of a change. */
export interface Commits {
  /** What forges said that they still allow. */
  limits(): readonly ForgeLimit[];
  /**
   * Null where the change has no commits to count. Asked in this order: the
   * lock itself, the cache, git on this machine, the forge, a partial clone.
   */
  count(change: LockChange): Promise<Result<DirectedCount | null, Failure>>;
  /**
   * All subjects, the newest first; for a downgrade those of the commits that are lost. Where a
   * forge sends them by pages, each part is told as it comes, and what its limit left out is asked
   * for the next time. Null as for `count`.
   */
  subjects(change: LockChange, onPart?: OnPart): Promise<Result<ListedCommits | null, Failure>>;
  /**
   * The whole message of one of these commits, from a repository on this machine; null where none
   * has it.
   */
  message(change: LockChange, revision: string): Promise<Result<string | null, Failure>>;
}

const fromLock = (change: LockChange): CommitCount | null => {
  const old = lockedSide(change.old);
  const now = lockedSide(change.new);
  return old === null || now === null ? null : lockedCommitCount(old, now);
};

/** A forge that was not reached is not reached by git either; one that answers may only have no such question. */
const isWorthFetching = (failure: Failure): boolean =>
  failure.code === 'http-failed' && failure.isAnswered === true;

/** The failure of the forge, and then that of git. */
const bothReasons = (forge: Failure | null, git: Failure): Failure =>
  forge?.code === 'http-failed' && git.code === 'git-refused'
    ? { ...forge, detail: `${forge.detail}; git was refused too: ${git.detail}` }
    : git;

const isBehind = (change: LockChange, count: DirectedCount | null): boolean =>
  count?.direction === 'behind' ||
  (count?.direction === null && change.alarms.includes('downgrade'));

/** By git on this machine, by the forge, by a partial clone, in this order. */
const countRange = async (
  world: World,
  forges: ForgeCommits,
  range: CommitRange,
): Promise<Result<DirectedCount, Failure>> => {
  const local = await findCommitStore(world, range);
  if (local !== null && !local.shallow) return countCommits(world, local, range);
  const compared = await forges.compare(range);
  if (compared.ok && compared.value !== null) {
    const { count, direction } = compared.value;
    return success({ count, exact: true, source: 'compare', direction });
  }
  if (!compared.ok && !isWorthFetching(compared.failure)) return compared;
  const store = local === null ? await fetchCommitStore(world, range) : success(local);
  return store.ok
    ? countCommits(world, store.value, range)
    : failed(bothReasons(compared.ok ? null : compared.failure, store.failure));
};

/** By git alone. From a shallow clone old commits that were merged since may be missing. */
const listByGit = async (
  world: World,
  store: CommitStore,
  range: CommitRange,
  behind: boolean,
): Promise<Result<ListedCommits, Failure>> => {
  const listed = await listSubjects(world, store, range, behind);
  if (!listed.ok) return listed;
  const rest: Failure | null = store.shallow
    ? {
        code: 'git-refused',
        operation: 'list every commit',
        detail: 'only the newest part of the history was fetched',
        ...advised(
          advise('all of it', quoteWords(['git', '-C', store.folder, 'fetch', '--unshallow'])),
        ),
      }
    : null;
  return success({ subjects: listed.value, rest });
};

const listRange = async (
  world: World,
  forges: ForgeCommits,
  range: CommitRange,
  behind: boolean,
  known: ListedCommits['subjects'],
  onPart: OnPart,
): Promise<Result<ListedCommits, Failure>> => {
  const local = await findCommitStore(world, range);
  if (local !== null && !local.shallow) return listByGit(world, local, range, behind);
  const ahead = behind ? { ...range, old: range.new, new: range.old } : range;
  const compared = await forges.list(ahead, known, onPart);
  const listed = compared.ok ? compared.value : null;
  if (listed !== null && (listed.rest === null || (local === null && isHuge(range))))
    return success(listed);
  if (!compared.ok && !isWorthFetching(compared.failure)) return compared;
  const store = local === null ? await fetchCommitStore(world, range) : success(local);
  const found = store.ok ? await listByGit(world, store.value, range, behind) : store;
  // What the forge told before its limit was reached is kept.
  if (listed === null)
    return found.ok
      ? found
      : failed(bothReasons(compared.ok ? null : compared.failure, found.failure));
  return found.ok && found.value.subjects.length >= listed.subjects.length
    ? found
    : success(listed);
};

export const createCommits = (world: World): Commits => {
  const cache: CommitsCache = createCommitsCache(world);
  const forges = createForgeCommits(world);

  const count: Commits['count'] = async (change) => {
    const range = rangeOf(change);
    const fromBoth = fromLock(change);
    // What the lock does not know for certain is asked for.
    const isDoubtful = change.alarms.includes('history-rewritten');
    const certain = (fromBoth?.exact === true && !isDoubtful) || range === null ? fromBoth : null;
    if (range === null) return success(certain === null ? null : { ...certain, direction: null });
    const known = await cache.count(range);
    if (certain !== null) {
      if (known !== null) return success({ ...certain, direction: known.direction });
      const local = await findCommitStore(world, range);
      const looked = local === null ? null : await countCommits(world, local, range);
      if (looked?.ok === true && looked.value.direction !== null) {
        await cache.keepCount(range, looked.value);
        // On a history that parted the difference of two totals is not the number of new commits.
        if (looked.value.direction === 'diverged') return looked;
        return success({ ...certain, direction: looked.value.direction });
      }
      return success({ ...certain, direction: null });
    }
    if (known !== null) return success(known);
    const counted = await countRange(world, forges, range);
    if (counted.ok) await cache.keepCount(range, counted.value);
    return counted;
  };

  return {
    limits: forges.limits,
    count,
    message: async (change, revision) => {
      const range = rangeOf(change);
      const store = range === null ? null : await findCommitStore(world, range);
      return store === null ? success(null) : readCommitText(world, store, revision);
    },
    subjects: async (change, onPart = () => undefined) => {
      const range = rangeOf(change);
      if (range === null) return success(null);
      const known = await cache.subjects(range);
      if (known?.isWhole === true) return success({ subjects: known.subjects, rest: null });
      const behind = isBehind(change, await cache.count(range));
      const listed = await listRange(world, forges, range, behind, known?.subjects ?? [], onPart);
      if (listed.ok)
        await cache.keepSubjects(range, {
          subjects: listed.value.subjects,
          isWhole: listed.value.rest === null,
        });
      return listed;
    },
  };
};
