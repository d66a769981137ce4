import { join } from 'node:path';
import type { World } from './world.ts';

type OwnerWorld = Pick<World, 'hostName' | 'processId' | 'randomId'>;

type SweepWorld = Pick<World, 'files' | 'hostName' | 'isProcessAlive'>;

/**
 * A name for what a process makes for itself and removes again. It holds its
 * machine and process, so that what a killed one left can be told apart.
 */
export const ownName = (world: OwnerWorld, kind: string): string =>
  `${kind}.${world.hostName}.${world.processId}.${world.randomId()}`;

/** The process of this machine that a name tells; null for another name, or one of another machine. */
export const processOf = (
  world: Pick<World, 'hostName'>,
  kind: string,
  name: string,
): number | null => {
  const start = `${kind}.${world.hostName}.`;
  const id = name.startsWith(start)
    ? /^(\d+)\.[a-z0-9]+(?:\.|$)/i.exec(name.slice(start.length))?.[1]
    : undefined;
  return id === undefined ? null : Number(id);
};

/** Whether an ended process of this machine left it; one of another machine may be at work. */
const isLeftBehind = (world: Omit<SweepWorld, 'files'>, kind: string, name: string): boolean => {
  const processId = processOf(world, kind, name);
  return processId !== null && !world.isProcessAlive(processId, Number.POSITIVE_INFINITY);
};

/** The names of what killed processes left of this kind in a folder. */
export const findLeftBehind = async (
  world: SweepWorld,
  folder: string,
  kind: string,
): Promise<readonly string[]> => {
  const listed = await world.files.list(folder);
  return listed.ok ? listed.value.filter((name) => isLeftBehind(world, kind, name)) : [];
};

/** Removes what killed processes left of this kind in a folder. */
export const sweepLeftBehind = async (
  world: SweepWorld,
  folder: string,
  kind: string,
): Promise<void> => {
  for (const name of await findLeftBehind(world, folder, kind))
    await world.files.remove(join(folder, name));
};

/** Where something is tried out, in a folder of this process; what killed ones left of it is removed first. */
export const scratchFolder = async (
  world: OwnerWorld & SweepWorld & Pick<World, 'folders'>,
  kind: string,
): Promise<string> => {
  const folder = join(world.folders.cache, 'scratch');
  await sweepLeftBehind(world, folder, kind);
  return join(folder, ownName(world, kind));
};
