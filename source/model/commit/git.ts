import { type Command, quoteWords } from '../command.ts';
import { showRevision } from '../words/format.ts';

/** How git is told to look away from a file: `git update-index --assume-unchanged`, or a sparse checkout. */
export type Overlooking = 'assume-unchanged' | 'skip-worktree';

export interface OverlookedFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly ways: readonly Overlooking[];
}

/** The commands that have git look at the files again. */
export const lookAgainCommand = (root: string, files: readonly OverlookedFile[]): string =>
  (['assume-unchanged', 'skip-worktree'] as const)
    .flatMap((way) => {
      const paths = files.flatMap(({ path, ways }) => (ways.includes(way) ? [path] : []));
      return paths.length === 0
        ? []
        : [quoteWords(['git', '-C', root, 'update-index', `--no-${way}`, '--', ...paths])];
    })
    .join(' && ');

/** A name for a branch that begins at this commit. */
export const newBranch = (head: string | null): string => `from-${showRevision(head ?? 'here')}`;

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
  /** Those of them that git was told to look away from: it reports no change, and Nix reads it. */
  readonly overlooked?: readonly OverlookedFile[];
  readonly conflicted: readonly string[];
  /** Nix files that git does not track: invisible to Nix. */
  readonly untrackedNix: readonly string[];
  /** Git's hash of the tracked tree with its working contents: what Nix sees. */
  readonly tree: string;
  /**
   * A hash of the flake's own files that the systems of hosts are made of: all but the lock,
   * nixup's config, and Markdown that no Nix file names. Null when git did not say. A commit of
   * these files alone, or another lock, does not change it.
   */
  readonly sources: string | null;
  /** The remote that the branch is pushed to, known here or not; absent: not asked. */
  readonly remote?: string | null;
  readonly remoteUrl: string | null;
  /** Where a push really goes, without secrets: pushurl and pushInsteadOf count; absent: not known. */
  readonly pushesTo?: readonly string[];
  /** What pushes the branch, as it runs; absent on a detached head. */
  readonly push?: Command;
}
