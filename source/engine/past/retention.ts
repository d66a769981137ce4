import { join } from 'node:path';
import type { FileStamp, World } from '../../services/world/world.ts';

/** What is kept of past runs, as `[history]` says. */
interface Retention {
  readonly keepRuns: number;
  readonly keepMegabytes: number;
}

/** The newest ones stay whatever their size: the history shows these first. */
const alwaysKept = 50;

/**
 * Which runs go, the oldest first: those beyond the number, then those beyond the size, but for
 * those that something still needs. Pure.
 */
export const runsToRemove = (
  /** The oldest first. */
  runs: readonly { readonly id: string; readonly bytes: number }[],
  { keepRuns, keepMegabytes }: Retention,
  needed: ReadonlySet<string>,
): readonly string[] => {
  const keepBytes = keepMegabytes * 1024 * 1024;
  let bytes = 0;
  return runs
    .toReversed()
    .filter((run, place) => {
      bytes += run.bytes;
      return place >= alwaysKept && (place >= keepRuns || bytes > keepBytes) && !needed.has(run.id);
    })
    .map(({ id }) => id)
    .toReversed();
};

/**
 * Removes old runs with their logs, at the end of a run and under the lock of the flake. Answers those that are
 * gone; what cannot be removed stays until the end of the next run.
 */
export const removeOldRuns = async (
  { files }: Pick<World, 'files'>,
  folder: string,
  {
    runs,
    needed,
    retention,
  }: {
    readonly runs: readonly string[];
    readonly needed: ReadonlySet<string>;
    readonly retention: Retention;
  },
): Promise<readonly string[]> => {
  if (runs.length <= alwaysKept) return [];
  const found = await files.stamps(
    runs.map((id) => join(id, 'journal.jsonl')),
    folder,
  );
  const stamps = new Map<string, FileStamp>(
    found.ok ? found.value.map((stamp) => [stamp.path, stamp]) : [],
  );
  const known = runs.map((id) => ({
    id,
    bytes: stamps.get(join(id, 'journal.jsonl'))?.bytes ?? 0,
  }));
  const gone: string[] = [];
  for (const id of runsToRemove(known, retention, needed))
    if ((await files.remove(join(folder, id))).ok) gone.push(id);
  return gone;
};
