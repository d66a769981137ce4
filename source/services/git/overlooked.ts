import type { OverlookedFile, Overlooking } from '../../model/commit/git.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import {
  askGit,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  withIndex,
} from './command.ts';

/** `git ls-files -v`: lower case is assume-unchanged, S is skip-worktree (git-ls-files(1)). */
const waysOf = (tag: string): readonly Overlooking[] => [
  ...(/^[a-z]$/.test(tag) ? (['assume-unchanged'] as const) : []),
  ...(/^[sS]$/.test(tag) ? (['skip-worktree'] as const) : []),
];

/**
 * Files that git was told to look away from and that are there: git reports no change
 * of them, and Nix reads what is in them. Those of a sparse checkout are not there.
 */
export const overlookedFiles = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<readonly OverlookedFile[], Failure>> => {
  const listed = await askGit(world.exec, gitQuestion(place.root, ['ls-files', '-v', '-z']));
  // That git does not say is not that there are none.
  if (!listed.ok) return listed;
  const marked = listed.value.stdout.split('\0').flatMap((entry) => {
    const ways = waysOf(entry.slice(0, 1));
    return ways.length === 0 ? [] : [{ path: entry.slice(2), ways }];
  });
  if (marked.length === 0) return success([]);
  const found = await world.files.stamps(
    marked.map(({ path }) => path),
    place.root,
  );
  if (!found.ok) return found;
  const present = new Set(found.value.map(({ path }) => path));
  return success(marked.filter(({ path }) => present.has(path)));
};

/** Has an index of nixup's own hold what is in them, as it does for every other file. */
export const noteOverlooked = async (
  world: GitWorld,
  place: GitPlace,
  index: string,
  found: readonly OverlookedFile[],
): Promise<Result<void, Failure>> => {
  const noteWith = async (
    words: readonly string[],
    files: readonly OverlookedFile[],
  ): Promise<Result<void, Failure>> => {
    if (files.length === 0) return success(undefined);
    const noted = await world.exec(
      withIndex(gitChange(place.root, ['update-index', ...words, '-z', '--stdin']), index),
      { quiet: true, timeoutMs: 60_000, input: files.map(({ path }) => `${path}\0`).join('') },
    );
    return noted.ok ? success(undefined) : noted;
  };
  for (const way of ['assume-unchanged', 'skip-worktree'] as const) {
    const done = await noteWith(
      [`--no-${way}`],
      found.filter(({ ways }) => ways.includes(way)),
    );
    if (!done.ok) return done;
  }
  return await noteWith([], found);
};

/** Those of them that differ from HEAD, by the tree of the working contents. */
export const changedOverlooked = async (
  world: GitWorld,
  place: GitPlace,
  tree: string,
  /** Before the first commit every file differs. */
  head: string | null,
  found: readonly OverlookedFile[],
): Promise<Result<readonly OverlookedFile[], Failure>> => {
  if (found.length === 0 || head === null) return success(found);
  const differing = await askGit(
    world.exec,
    gitQuestion(place.root, ['diff-tree', '-r', '-z', '--name-only', 'HEAD', tree]),
  );
  if (!differing.ok) return differing;
  const paths = new Set(differing.value.stdout.split('\0'));
  return success(found.filter(({ path }) => paths.has(path)));
};
