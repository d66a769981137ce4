import type { Attributes } from '../../model/lock/lock.ts';
import { narHashFor, revisionFor } from '../process/hash.ts';

/** The release of NixOS at a time: one in May, one in November. */
export const releaseAt = (now: number): { readonly stable: string; readonly old: string } => {
  const date = new Date(now);
  const year = date.getUTCFullYear() % 100;
  const month = date.getUTCMonth() + 1;
  if (month >= 12) return { stable: `${year}.11`, old: `${year}.05` };
  if (month >= 6) return { stable: `${year}.05`, old: `${year - 1}.11` };
  return { stable: `${year - 1}.11`, old: `${year - 1}.05` };
};

/** States of an input in time: one for each update of the fleet so far, and the newest upstream. */
export const newestVersion = 4;

/** The version that the fleet's committed lock has. */
export const committedVersion = 3;

const dayMs = 86_400_000;

/** An input inside an input: locked with it, or following a path from the root. */
export type NestedInput =
  | { readonly follows: readonly string[] }
  | {
      readonly original: Attributes;
      readonly locked: Attributes;
      readonly flake?: false;
      readonly inputs?: Readonly<Record<string, NestedInput>>;
    };

/** An input of the demo's flake with its history. */
export interface InputSource {
  readonly name: string;
  readonly original: Attributes;
  readonly flake?: false;
  /** Days before now at which its versions 0 to 4 were made; equal ages are the same revision. */
  readonly ages: readonly number[];
  /** Commits between each version and the one before. */
  readonly commits: readonly number[];
  /** The count of revisions at version 0, where the lock tells it. */
  readonly firstCount?: number;
  /** How the locked reference of a revision looks. */
  locked(at: LockedAt): Attributes;
  nested?(
    version: number,
    lock: (name: string, days: number) => LockedAt,
  ): Readonly<Record<string, NestedInput>>;
}

export interface LockedAt {
  readonly rev: string;
  readonly narHash: string;
  /** Seconds since the epoch. */
  readonly lastModified: number;
  readonly revCount: number;
}

/** The first version that is the same revision as this one. */
export const canonicalVersion = (source: InputSource, version: number): number =>
  source.ages.indexOf(source.ages[version] ?? 0);

/** What a name is locked to when it was made so many days before now. */
export const lockedAt = (now: number, name: string, days: number, revCount = 0): LockedAt => ({
  rev: revisionFor(`${name} ${days}`),
  narHash: narHashFor(`${name} ${days}`),
  lastModified: Math.floor((now - days * dayMs) / 1000) - 4_321,
  revCount,
});

/** What an input is locked to at one of its versions. */
export const versionOf = (now: number, source: InputSource, version: number): LockedAt => {
  const counted = source.commits.slice(0, version + 1).reduce((sum, count) => sum + count, 0);
  const revCount = (source.firstCount ?? 0) + counted;
  return lockedAt(now, source.name, source.ages[version] ?? 0, revCount);
};
