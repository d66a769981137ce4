import { join } from 'node:path';
import { gitPlaceOf } from '../../services/git/folder.ts';
import type { World } from '../../services/world/world.ts';

type LookWorld = Pick<World, 'files'>;

/**
 * Where the lock of a run is; in a place that is not `needed` this user may have no right to write.
 */
interface LockPlace {
  readonly path: string;
  readonly needed: boolean;
}

/** Folders of this machine in which every user may write, and nobody may remove what others wrote. */
const sharedFolders = ['/run/lock', '/dev/shm', '/tmp'] as const;

const openToAll = 0o1777;

/**
 * The first one is the same for root and for a person. Where `/run/lock` is
 * root's alone (NixOS) nobody uses it. The flake is named by device and inode,
 * so that a bind mount or another path to it meets the same lock.
 */
const sharedPlace = async (world: LookWorld, flake: string): Promise<LockPlace | null> => {
  const at = await world.files.look(flake);
  if (at === undefined) return null;
  for (const folder of sharedFolders) {
    const facts = await world.files.look(folder);
    if (facts?.owner === 0 && (facts.mode & openToAll) === openToAll)
      return { path: join(folder, `nixup-run-${at.device}-${at.inode}.lock`), needed: false };
  }
  return null;
};

/** In the git folder of this very checkout: other machines see it where the repository is shared. */
const gitPlace = async (world: LookWorld, flake: string): Promise<LockPlace | null> => {
  const git = await gitPlaceOf(world, flake);
  return git && { path: join(git.folder, `nixup-run${git.mark}.lock`), needed: false };
};

/**
 * One run per flake, whoever starts it: a lock in the state folder (this user
 * on every machine, and earlier versions), one for all users of this machine,
 * one for all who share the repository.
 */
export const lockPlaces = async (
  world: LookWorld,
  flake: string,
  folder: string,
): Promise<readonly LockPlace[]> => {
  const others = await Promise.all([sharedPlace(world, flake), gitPlace(world, flake)]);
  const own = { path: join(folder, 'run.lock'), needed: true };
  return [own, ...others.filter((place) => place !== null)];
};

/** Files that come and go with the runs of others on this flake. */
export const runLockFiles = async (
  world: LookWorld,
  flake: string,
  folder: string,
): Promise<readonly string[]> => (await lockPlaces(world, flake, folder)).map(({ path }) => path);
