import { createHash } from 'node:crypto';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { SharedFolder, World } from '../world/world.ts';

/** Where a flake stands in a git checkout. */
export interface GitPlace {
  /** The git folder of this very checkout: a worktree has one of its own. */
  readonly folder: string;
  /** Ends the names of what nixup keeps there; empty for a flake at the top of the checkout. */
  readonly mark: string;
}

/** `gitdir: PATH` of a worktree or submodule (gitrepository-layout(5)). */
const gitFolderOf = async (world: Pick<World, 'files'>, folder: string): Promise<string | null> => {
  const entry = join(folder, '.git');
  const text = await world.files.read(entry);
  if (!text.ok)
    return text.failure.code === 'file-failed' && text.failure.isNoFile === true ? entry : null;
  const named = /^gitdir: (.+)$/m.exec(text.value ?? '')?.[1];
  if (named === undefined) return null;
  return isAbsolute(named) ? named : join(folder, named);
};

/** Null for a flake that is in no git checkout. */
export const gitPlaceOf = async (
  world: Pick<World, 'files'>,
  flake: string,
): Promise<GitPlace | null> => {
  for (let folder = flake; ; folder = dirname(folder)) {
    const gitFolder = await gitFolderOf(world, folder);
    if (gitFolder !== null) {
      const within = relative(folder, flake);
      const mark =
        within === '' ? '' : `-${createHash('sha256').update(within).digest('hex').slice(0, 10)}`;
      return { folder: gitFolder, mark };
    }
    if (folder === dirname(folder)) return null;
  }
};

/** Where the records of a flake are kept for all users of its checkout. */
export const sharedPlace = async (
  world: Pick<World, 'files'>,
  flake: string,
): Promise<SharedFolder> => {
  const git = await gitPlaceOf(world, flake);
  return git === null ? { kind: 'none' } : await world.files.share(git.folder, `nixup${git.mark}`);
};
