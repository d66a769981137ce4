import type { LockAlarm } from './alarm-texts.ts';
import type { CommitCount } from './commit-count.ts';
import type { Attributes, LockedReference } from './lock.ts';
import { rootOf } from './paths.ts';

/** `follows` is an input path joined by `/`; empty when it follows the flake itself. */
interface FollowsReference {
  readonly follows: string;
}

export type ChangeSide = LockedReference | FollowsReference;

export const isFollows = (side: ChangeSide | null): side is FollowsReference =>
  side !== null && 'follows' in side && !('type' in side);

/** The locked reference on one side of a change; null where there is none. */
export const lockedSide = (side: ChangeSide | null): LockedReference | null =>
  side === null || isFollows(side) ? null : side;

export const changeKinds = [
  'updated',
  'repointed',
  'rehashed',
  'follows',
  'metadata',
  'renamed',
  'added',
  'removed',
] as const;

/**
 * - `updated`: another revision of the same source
 * - `repointed`: `original` changed (owner, repository, branch, type, url, directory, pin, flake or not)
 * - `rehashed`: the same revision with another content hash
 * - `follows`: a follows was added, removed or retargeted
 * - `metadata`: nothing that is built changes (spelling, dates, dropped hashes)
 */
export type ChangeKind = (typeof changeKinds)[number];

export interface LockChange {
  /** The input path from the root in the new lock (in the old one for `removed`), joined by `/`. */
  readonly path: string;
  /** The flake's own input that it belongs to; set only where that name holds a slash. */
  readonly root?: string;
  readonly kind: ChangeKind;
  /** The path in the old lock; on `renamed` only. */
  readonly from?: string;
  /** Whether any attribute of the locked reference differs. */
  readonly lockedChanged: boolean;
  readonly old: ChangeSide | null;
  readonly new: ChangeSide | null;
  /** What `flake.nix` asked for before and now; only where the two differ. */
  readonly original?: { readonly old: Attributes | null; readonly new: Attributes | null };
  /** Whole days between the two dates, negative when the new one is older; null when one is unknown. */
  readonly days: number | null;
  readonly compareUrl: string | null;
  /** Absent where nothing is known. */
  readonly commits?: CommitCount;
  readonly alarms: readonly LockAlarm[];
  /** A person chose the new revision; absent where an update found it. */
  readonly chosen?: ChosenRevision;
  /** Inputs without an entry of their own that follow this one and move with it. */
  readonly alsoMoves: readonly string[];
}

/** A revision that a person chose for an input. */
export interface ChosenRevision {
  readonly revision: string;
  /** As it was asked for: `2026-11-20`, `v1.2`, `64c08a7`. */
  readonly wish: string;
  /** Of the commit, seconds since the epoch; null where nobody could tell. */
  readonly date: number | null;
  /** The branch that the input follows; null where its remote names none. */
  readonly branch: string | null;
  /** Whether the branch has the commit; null where that could not be found out. */
  readonly onBranch: boolean | null;
  /** What the branch had at that moment. */
  readonly tip: string | null;
}

/** The input of the flake itself that a change belongs to. */
export const rootOfChange = ({ path, root }: Pick<LockChange, 'path' | 'root'>): string =>
  root ?? rootOf(path);

/** Whether it is an input of the flake itself. */
export const isOwnInput = (change: Pick<LockChange, 'path' | 'root'>): boolean =>
  change.path === rootOfChange(change);
