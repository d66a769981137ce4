/** What git says of the flake's repository, read without changing anything. */
export interface GitFacts {
  readonly root: string;
  /** Null on a detached head. */
  readonly branch: string | null;
  /** Null before the first commit. */
  readonly head: string | null;
  readonly upstream: string | null;
  readonly ahead: number;
  readonly behind: number;
  /** Tracked files that differ from HEAD, relative to the root. */
  readonly dirty: readonly string[];
  readonly conflicted: readonly string[];
  /** Nix files that git does not track: invisible to Nix. */
  readonly untrackedNix: readonly string[];
  /** Git's hash of the tracked tree with its working contents: what Nix sees. */
  readonly tree: string;
  /**
   * Hash of the part of that tree which the systems of hosts are made of besides
   * the inputs: without the lock, nixup's own config and Markdown that no Nix file names. Null when git
   * did not say. Neither a commit of them nor another lock changes it.
   */
  readonly sources: string | null;
  readonly remoteUrl: string | null;
}
