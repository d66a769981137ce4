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
