import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { folderNameStart } from '../../model/remembered/file-names.ts';
import type { World } from './world.ts';

/** One folder per flake, named after its path, so that two checkouts never share a journal. */
export const stateFolder = (world: Pick<World, 'folders'>, flake: string): string => {
  const hash = createHash('sha256').update(flake).digest('hex').slice(0, 10);
  return join(world.folders.state, 'flakes', `${folderNameStart(flake)}${hash}`);
};
