import { stylixNixpkgs, stylixNixpkgsAge } from '../data/input-data.ts';
import { canonicalVersion, committedVersion, newestVersion } from '../data/input-source.ts';
import type { DemoLocks } from '../data/lock-data.ts';
import { commitOf, type DemoSubject } from './subjects.ts';

/** The commits between two locked revisions of one input. */
interface DemoRange {
  readonly count: number;
  readonly isBehind: boolean;
  /** The commits with these numbers, from 1, oldest first. */
  commits(first: number, last: number): readonly DemoSubject[];
}

/** The nixpkgs that stylix brings along, which moves with it. */
const nestedRange = (now: number) => {
  const [from, to] = [stylixNixpkgs(now, committedVersion), stylixNixpkgs(now, newestVersion)];
  const [older, newer] = [stylixNixpkgsAge(committedVersion), stylixNixpkgsAge(newestVersion)];
  const place = { from: older, to: newer, count: 2_381, head: to.rev };
  const range: DemoRange = {
    count: place.count,
    isBehind: false,
    commits: (first, last) =>
      numbersBetween(first, Math.min(last, place.count)).map((number) =>
        commitOf(now, 'nixpkgs', place, number),
      ),
  };
  return { from: from.rev, to: to.rev, range };
};

const numbersBetween = (first: number, last: number): readonly number[] =>
  Array.from(
    { length: Math.max(0, last - Math.max(1, first) + 1) },
    (_, index) => Math.max(1, first) + index,
  );

/** Finds the range between two revisions that the demo's locks know; null for others. */
export const createRanges = (now: number, locks: DemoLocks) => {
  const places = new Map<string, { readonly input: string; readonly version: number }>();
  for (const source of locks.sources)
    for (let version = newestVersion; version >= 0; version -= 1)
      places.set(locks.revision(source.name, version), {
        input: source.name,
        version: canonicalVersion(source, version),
      });

  const nested = nestedRange(now);
  return (from: string, to: string): DemoRange | null => {
    if (from === nested.from && to === nested.to) return nested.range;
    const [old, fresh] = [places.get(from), places.get(to)];
    const source = locks.sources.find(({ name }) => name === old?.input);
    if (old === undefined || fresh === undefined || source === undefined) return null;
    if (source.name !== fresh.input) return null;
    const [low, high] = [
      Math.min(old.version, fresh.version),
      Math.max(old.version, fresh.version),
    ];
    const count = source.commits.slice(low + 1, high + 1).reduce((sum, one) => sum + one, 0);
    const range = {
      from: source.ages[low] ?? 0,
      to: source.ages[high] ?? 0,
      count,
      head: locks.revision(source.name, high),
    };
    return {
      count,
      isBehind: fresh.version < old.version,
      commits: (first, last) =>
        numbersBetween(first, Math.min(last, count)).map((number) =>
          commitOf(now, source.name, range, number),
        ),
    };
  };
};

export type DemoRanges = ReturnType<typeof createRanges>;
