import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { ownName } from '../world/left-behind.ts';
import type { FileStamp } from '../world/world.ts';
import { askGit, type GitPlace, type GitWorld, gitQuestion } from './command.ts';

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
    askGit(
      world.exec,
      gitQuestion(place.root, ['rev-parse', '--path-format=absolute', '--git-path', 'hooks']),
    ),
    askGit(
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

/** A folder with the index from before a commit. */
export const keptKind = 'nixup-kept';

/** A folder with the versions of files that a hook wrote, kept for a person. */
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
  const answer = await askGit(world.exec, gitQuestion(place.root, ['ls-files', '-z', ...words]));
  return answer.ok
    ? success([...new Set(answer.value.stdout.split('\0').filter((path) => path !== ''))])
    : answer;
};

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
export const workingFiles = async (
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

/** The index of a person as it was at a moment: git's own commit works on it where no hook runs. */
export interface KeptIndex {
  /** What its folder in git's folder is called. */
  readonly name: string;
  /** Git's command begins: what changes from here on, and is not git's, is somebody else's. */
  commandBegins(): Promise<void>;
  /** Whether the index is as it was when the command began. */
  isAsBegun(): Promise<boolean>;
  /** The index as it was when it was kept. */
  putBack(): Promise<Result<void, Failure>>;
  /** Removes git's lock of the index, where the command left one. */
  unlock(): Promise<void>;
  forget(): Promise<void>;
}

/** Keeps the index, byte for byte. */
export const keepIndex = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<KeptIndex, Failure>> => {
  const { files } = world;
  const name = ownName(world, keptKind);
  const folder = join(place.gitFolder, name);
  const begun = join(folder, 'at-begin');
  const lock = join(place.gitFolder, 'index.lock');
  const wasLocked = await files.exists(lock);
  const kept = await files.copy(['index'], place.gitFolder, folder);
  if (!kept.ok) {
    await files.remove(folder);
    return kept;
  }
  // Git ended, so a lock that was not there before is nobody's.
  const unlock = async (): Promise<void> => {
    if (!wasLocked) await files.remove(lock);
  };
  return success({
    name,
    commandBegins: async () => {
      await files.copy(['index'], place.gitFolder, begun);
    },
    isAsBegun: async () => {
      const moved = await files.differing(['index'], place.gitFolder, begun);
      return moved.ok && moved.value.length === 0;
    },
    putBack: async () => {
      const moved = await files.differing(['index'], place.gitFolder, folder);
      if (!moved.ok) return moved;
      await unlock();
      if (moved.value.length === 0) return success(undefined);
      return (await files.exists(join(folder, 'index')))
        ? files.copy(['index'], folder, place.gitFolder)
        : files.remove(join(place.gitFolder, 'index'));
    },
    unlock,
    forget: async () => {
      await files.remove(folder);
    },
  });
};
