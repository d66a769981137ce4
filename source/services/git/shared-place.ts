import type { SharedFolder, World } from '../world/world.ts';
import { gitPlaceOf } from './folder.ts';

/** Where the records of a flake are kept for all users of its checkout. */
export const sharedPlace = async (
  world: Pick<World, 'files'>,
  flake: string,
): Promise<SharedFolder> => {
  const git = await gitPlaceOf(world, flake);
  return git === null ? { kind: 'none' } : await world.files.share(git.folder, `nixup${git.mark}`);
};
