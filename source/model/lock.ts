import type { ChosenRevision } from './chosen-revision.ts';
import type { CommitCount } from './lock-facts.ts';

/**
 * The shape of `flake.lock`, versions 5 to 7, after Nix's `src/libflake/lockfile.cc`.
 * Unknown attributes of nodes and references are kept as they were read.
 */
export interface FlakeLock {
  readonly version: number;
  /** Key of the root node. Keys name nodes inside one file only: they say nothing about identity. */
  readonly root: string;
  readonly nodes: ReadonlyMap<string, LockNode>;
}

export interface LockNode {
  readonly inputs?: Readonly<Record<string, InputEdge>>;
  /** As `flake.nix` asks for it; absent on the root. */
  readonly original?: Attributes;
  /** What it resolved to; absent on the root. */
  readonly locked?: Attributes;
  /** Absent means true. */
  readonly flake?: boolean;
  /** On relative path inputs (Nix 2.26 and later): the input that the path is relative to. */
  readonly parent?: InputPath;
}

/** A node's key, or the path that the input follows. */
export type InputEdge = string | InputPath;

/** Names of inputs from the root; empty for the flake itself. */
export type InputPath = readonly string[];

export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue };

/** A missing attribute and one that is undefined are the same, so that a `LockedReference` is one of these. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/**
 * What an input is locked to: the attributes of `locked`, with `ref` taken from
 * `original` where the locked reference has none. `lastModified` is in seconds
 * since the epoch.
 */
export interface LockedReference {
  readonly type: string;
  readonly host?: string;
  readonly owner?: string;
  readonly repo?: string;
  readonly url?: string;
  readonly path?: string;
  readonly id?: string;
  readonly dir?: string;
  readonly rev?: string;
  readonly ref?: string;
  readonly dirtyRev?: string;
  readonly revCount?: number;
  readonly lastModified?: number;
  readonly narHash?: string;
  /** Only ever false: the input is fetched, and not read as a flake. */
  readonly flake?: boolean;
  readonly [attribute: string]: AttributeValue | undefined;
}

/** `follows` is an input path joined by `/`; empty when it follows the flake itself. */
export interface FollowsReference {
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

/** In the order of their listing. */
export const lockAlarms = [
  'downgrade',
  'diverged',
  'history-rewritten',
  'same-rev-new-hash',
  'owner-changed',
  'host-changed',
  'type-changed',
  'branch-changed',
  'release-change',
  'dirty',
  'no-hash',
  'rev-mismatch',
  'local-path',
  'follows-removed',
  'flake-toggled',
] as const;

export type LockAlarm = (typeof lockAlarms)[number];

export interface LockChange {
  /** The input path from the root in the new lock (in the old one for `removed`), joined by `/`. */
  readonly path: string;
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
