import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { World } from './world.ts';

const plain = (name: string): string => name.replaceAll(/[^A-Za-z0-9._-]/g, '_');

/** One folder per flake, named after its path, so that two checkouts never share a journal. */
export const stateFolder = (world: Pick<World, 'folders'>, flake: string): string => {
  const hash = createHash('sha256').update(flake).digest('hex').slice(0, 10);
  const name = flake.split('/').at(-1) ?? 'flake';
  return join(world.folders.state, 'flakes', `${plain(name)}-${hash}`);
};

/** What was known last, for the first frame; each machine has its own, as their clocks differ. */
export const lastFactsFile = (folder: string, machine: string): string =>
  join(folder, `last-facts-${plain(machine)}.json`);
