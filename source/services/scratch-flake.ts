import { join } from 'node:path';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import { ask, type GitPlace, gitDeed, gitQuestion, withIndex } from './git-command.ts';
import type { World } from './world.ts';

/** A copy of a flake in which locks are tried; the working tree never knows. */
export interface ScratchFlake {
  /** How Nix is told of it. */
  readonly reference: string;
  /** The folder in which it lies, for places in messages. */
  readonly folder: string;
  writeLock(text: string): Promise<Result<void, Failure>>;
  remove(): Promise<void>;
}

/**
 * Lays out a git tree (of `treeHash`) in a folder of its own. Read with `path:`,
 * it needs no repository and no Nix newer than 2.8, and its systems carry no
 * revision, so that two locks which do not concern a host give it one system.
 */
export const openScratchFlake = async (
  world: Pick<World, 'exec' | 'files'>,
  place: GitPlace,
  tree: string,
  folder: string,
): Promise<Result<ScratchFlake, Failure>> => {
  const index = `${folder}.index`;
  const remove = async (): Promise<void> => {
    await world.files.remove(index);
    await world.files.remove(folder);
  };
  await remove();
  const made = await world.files.makeFolder(folder);
  if (!made.ok) return made;
  const commands = [
    gitDeed(place.root, ['read-tree', tree]),
    gitQuestion(place.root, ['checkout-index', '--all', '--force', `--prefix=${folder}/`]),
  ];
  for (const command of commands) {
    const done = await ask(world.exec, withIndex(command, index));
    if (done.ok) continue;
    await remove();
    return failed(done.failure);
  }
  const within = place.prefix.replace(/\/$/, '');
  const path = `path:${encodeURI(folder)}`;
  return success({
    reference: within === '' ? path : `${path}?dir=${encodeURIComponent(within)}`,
    folder: join(folder, within),
    writeLock: (text) => world.files.write(join(folder, within, 'flake.lock'), text),
    remove,
  });
};
