import { type CommitRange, rangeOf } from '../../model/inputs/commits.ts';
import type { LockChange } from '../../model/lock/change.ts';
import type { World } from '../world/world.ts';
import { createCommitsCache } from './cache.ts';

/** The changes with the counts that the disk remembers, where they have none; no process, no network. */
export const withRememberedCounts = async (
  world: Pick<World, 'files' | 'folders'>,
  changes: readonly LockChange[],
): Promise<readonly LockChange[]> => {
  const cache = createCommitsCache(world);
  if (await cache.isEmpty()) return changes;
  const ranges = new Map<LockChange, CommitRange>();
  for (const change of changes) {
    const range = change.commits === undefined ? rangeOf(change) : null;
    if (range !== null) ranges.set(change, range);
  }
  const kept = new Set(await cache.kept([...ranges.values()]));
  if (kept.size === 0) return changes;
  return Promise.all(
    changes.map(async (change) => {
      const range = ranges.get(change);
      if (range === undefined || !kept.has(range)) return change;
      const known = await cache.count(range);
      if (known === null) return change;
      const commits = { count: known.count, exact: known.exact, source: 'cache' as const };
      return { ...change, commits };
    }),
  );
};
