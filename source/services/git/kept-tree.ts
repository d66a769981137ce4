import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { ownName } from '../world/left-behind.ts';
import type { FileStamp } from '../world/world.ts';
import { ask, type GitPlace, type GitWorld, gitQuestion } from './command.ts';

/** Hooks that git runs while a commit is made (githooks(5)). */
const commitHooks: ReadonlySet<string> = new Set([
  'pre-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'post-index-change',
  'reference-transaction',
]);

/** The hooks of this repository that a commit runs, by name; those of git's configuration too. */
export const hooksOfCommit = async (
  world: GitWorld,
  place: GitPlace,
): Promise<readonly string[]> => {
  const [folder, configured] = await Promise.all([
    ask(
      world.exec,
      gitQuestion(place.root, ['rev-parse', '--path-format=absolute', '--git-path', 'hooks']),
    ),
    ask(
      world.exec,
      gitQuestion(place.root, ['config', '-z', '--get-regexp', '^hook\\..*\\.command$']),
    ),
  ]);
  const named = folder.ok ? await world.files.list(folder.value.stdout.replace(/\n$/, '')) : folder;
  return [
    ...(named.ok ? named.value.filter((name) => commitHooks.has(name)) : []),
    ...(configured.ok
      ? configured.value.stdout.split('\0').flatMap((entry) => {
          const key = entry.split('\n')[0] ?? '';
          return key.startsWith('hook.') ? [key.slice('hook.'.length, -'.command'.length)] : [];
        })
      : []),
  ];
};

/** A folder with index and files from before a commit. */
export const keptKind = 'nixup-kept';

/** A folder with the versions of files that a hook wrote, and that were put back. */
export const hookChangesKind = 'nixup-hook-changes';

/** Larger new files are left out: copies of an image or a disk would fill the disk. */
const largestNewBytes = 10 * 1024 * 1024;

/** New files of more than this together are left out too, the largest first. */
const allNewBytes = 100 * 1024 * 1024;

const listed = async (
  world: GitWorld,
  place: GitPlace,
  words: readonly string[],
): Promise<Result<readonly string[], Failure>> => {
  const answer = await ask(world.exec, gitQuestion(place.root, ['ls-files', '-z', ...words]));
  return answer.ok
    ? success([...new Set(answer.value.stdout.split('\0').filter((path) => path !== ''))])
    : answer;
};

const ignoredFiles = (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<readonly string[], Failure>> =>
  listed(world, place, ['--others', '--ignored', '--exclude-standard']);

interface GuardedFiles {
  readonly guarded: readonly string[];
  /** New files that are too large to be kept. */
  readonly unguarded: readonly string[];
}

/** The new files that are kept, the smallest first. Pure. */
export const chooseNewFiles = (found: readonly FileStamp[]): GuardedFiles => {
  const guarded: string[] = [];
  const unguarded: string[] = [];
  let sum = 0;
  for (const { path, bytes } of found.toSorted((one, other) => one.bytes - other.bytes)) {
    sum += bytes;
    (bytes > largestNewBytes || sum > allNewBytes ? unguarded : guarded).push(path);
  }
  return { guarded, unguarded };
};

/** Tracked files, and new ones of bearable size. */
export const filesOf = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<GuardedFiles, Failure>> => {
  const tracked = await listed(world, place, ['--cached']);
  if (!tracked.ok) return tracked;
  const fresh = await listed(world, place, ['--others', '--exclude-standard']);
  if (!fresh.ok) return fresh;
  const stamps = await world.files.stamps(fresh.value, place.root);
  if (!stamps.ok) return stamps;
  const chosen = chooseNewFiles(stamps.value);
  return success({ ...chosen, guarded: [...tracked.value, ...chosen.guarded] });
};

/** What was put back after a command with hooks. */
export interface PutBack {
  /** Files that were rewritten, added or deleted while it ran, relative to the root. */
  readonly paths: readonly string[];
  /** Where their versions are kept; null where there is none. */
  readonly keptIn: string | null;
}

/** The index and the files of a working tree, as they were at a moment. */
export interface KeptTree {
  /** What its folder in git's folder is called. */
  readonly name: string;
  /** The command with its hooks begins: what changed before this is somebody else's, and left alone. */
  commandBegins(): Promise<void>;
  /** It has ended: so is what changes from here on. */
  commandEnded(): Promise<void>;
  /** Files that git ignores and that are gone since; they are too many to be kept. */
  goneIgnored(): Promise<readonly string[]>;
  /** Files that changed until then, relative to the root. Who changed them meanwhile, nobody can tell. */
  changed(): Promise<Result<readonly string[], Failure>>;
  /** Whether the index is as it was when the command began. */
  isIndexAsBegun(): Promise<boolean>;
  /** The index alone, as it was when it was kept. */
  putBackIndex(): Promise<Result<void, Failure>>;
  /** Removes git's lock of the index, where the command left one. */
  unlock(): Promise<void>;
  /** Index and files as they were; what stood in their place is kept beside. */
  putBack(): Promise<Result<PutBack, Failure>>;
  forget(): Promise<void>;
}

/**
 * Keeps what hooks of a commit can reach: the index always, tracked files and
 * new ones of bearable size where there are hooks. Byte for byte, as filters and line endings need
 * not give the same again.
 */
export const keepTree = async (
  world: GitWorld,
  place: GitPlace,
  hooks: readonly string[],
): Promise<Result<KeptTree, Failure>> => {
  const { files } = world;
  const name = ownName(world, keptKind);
  const folder = join(place.gitFolder, name);
  const before =
    hooks.length === 0
      ? success<GuardedFiles>({ guarded: [], unguarded: [] })
      : await filesOf(world, place);
  if (!before.ok) return before;
  const tree = join(folder, 'files');
  const begun = join(folder, 'at-begin');
  const lock = join(place.gitFolder, 'index.lock');
  const wasLocked = await files.exists(lock);
  const keptIndex = await files.copy(['index'], place.gitFolder, folder);
  const keptFiles = keptIndex.ok
    ? await files.copy(before.value.guarded, place.root, tree)
    : keptIndex;
  if (!keptFiles.ok) {
    await files.remove(folder);
    return keptFiles;
  }

  const ignored = hooks.length === 0 ? success([]) : await ignoredFiles(world, place);

  let begunAt = Number.NEGATIVE_INFINITY;
  let endedAt = Number.POSITIVE_INFINITY;
  // Asked of the same file system: its clock may be another one, and coarser.
  const timeOf = async (mark: string): Promise<number | undefined> => {
    await files.write(join(folder, mark), '');
    const stamp = await files.stamps([mark], folder);
    return stamp.ok ? stamp.value[0]?.changedAt : undefined;
  };
  const commandBegins = async (): Promise<void> => {
    begunAt = (await timeOf('begun')) ?? begunAt;
    await files.copy(['index'], place.gitFolder, begun);
  };
  const commandEnded = async (): Promise<void> => {
    endedAt = (await timeOf('ended')) ?? endedAt;
  };

  const changed = async (): Promise<Result<readonly string[], Failure>> => {
    if (hooks.length === 0) return success([]);
    const now = await filesOf(world, place);
    if (!now.ok) return now;
    const apart = new Set(before.value.unguarded);
    const all = [...new Set([...before.value.guarded, ...now.value.guarded])];
    const moved = await files.differing(
      all.filter((path) => !apart.has(path)),
      place.root,
      tree,
    );
    if (!moved.ok) return moved;
    const stamps = await files.stamps(moved.value, place.root);
    if (!stamps.ok) return stamps;
    const foreign = new Set(
      stamps.value.flatMap(({ path, changedAt }) =>
        changedAt < begunAt || changedAt > endedAt ? [path] : [],
      ),
    );
    return success(moved.value.filter((path) => !foreign.has(path)));
  };

  // Git ended, so a lock that was not there before is nobody's.
  const unlock = async (): Promise<void> => {
    if (!wasLocked) await files.remove(lock);
  };

  const putBackIndex = async (): Promise<Result<void, Failure>> => {
    const moved = await files.differing(['index'], place.gitFolder, folder);
    if (!moved.ok) return moved;
    await unlock();
    if (moved.value.length === 0) return success(undefined);
    return (await files.exists(join(folder, 'index')))
      ? files.copy(['index'], folder, place.gitFolder)
      : files.remove(join(place.gitFolder, 'index'));
  };

  const putBackFiles = async (paths: readonly string[]): Promise<Result<PutBack, Failure>> => {
    if (paths.length === 0) return success({ paths, keptIn: null });
    const aside = join(place.gitFolder, ownName(world, hookChangesKind));
    const kept = await files.copy(paths, place.root, aside);
    if (!kept.ok) return kept;
    const known = new Set(before.value.guarded);
    for (const path of paths)
      if (!known.has(path) || !(await files.exists(join(tree, path)))) {
        const removed = await files.remove(join(place.root, path));
        if (!removed.ok) return removed;
      }
    const back = await files.copy(paths, tree, place.root);
    if (!back.ok) return back;
    return success({ paths, keptIn: (await files.exists(aside)) ? aside : null });
  };

  return success({
    name,
    commandBegins,
    commandEnded,
    goneIgnored: async () => {
      const now = ignored.ok && ignored.value.length > 0 ? await ignoredFiles(world, place) : null;
      if (!ignored.ok || now?.ok !== true) return [];
      const listed = new Set(now.value);
      const missing = ignored.value.filter((path) => !listed.has(path));
      // One that is ignored no more is there all the same.
      const stamps = await files.stamps(missing, place.root);
      const there = new Set(stamps.ok ? stamps.value.map(({ path }) => path) : missing);
      return missing.filter((path) => !there.has(path));
    },
    changed,
    isIndexAsBegun: async () => {
      const moved = await files.differing(['index'], place.gitFolder, begun);
      return moved.ok && moved.value.length === 0;
    },
    unlock,
    putBackIndex,
    putBack: async () => {
      const index = await putBackIndex();
      if (!index.ok) return index;
      // Asked after the index is back: which files are new depends on it.
      const moved = await changed();
      return moved.ok ? putBackFiles(moved.value) : moved;
    },
    forget: async () => {
      await files.remove(folder);
    },
  });
};
