import { join } from 'node:path';
import type { GitPlace, GitWorld } from './command.ts';

/** The index of a commit of some paths, named by its git (builtin/commit.c, prepare_index). */
const partialIndex = /^next-index-(\d+)\.lock$/;

/** Those in a git folder, and whether their git lives. */
const partialIndexes = async (
  world: Pick<GitWorld, 'files' | 'isProcessAlive'>,
  folder: string,
): Promise<readonly { readonly path: string; readonly isAlive: boolean }[]> => {
  const listed = await world.files.list(folder);
  if (!listed.ok) return [];
  const names = listed.value.filter((name) => partialIndex.test(name));
  const stamps = await world.files.stamps(names, folder);
  return (stamps.ok ? stamps.value : []).map(({ path, changedAt }) => ({
    path: join(folder, path),
    isAlive: world.isProcessAlive(Number(partialIndex.exec(path)?.[1]), changedAt),
  }));
};

/** The index of a commit that a living git makes in this git folder; null where none does. */
export const livingGitOf = async (
  world: Pick<GitWorld, 'files' | 'isProcessAlive'>,
  folder: string,
): Promise<string | null> =>
  (await partialIndexes(world, folder)).find(({ isAlive }) => isAlive)?.path ?? null;

/** Removes what a git that was killed in a commit of some paths left: it is read by no other. */
export const removeDeadIndexes = async (
  world: Pick<GitWorld, 'files' | 'isProcessAlive'>,
  place: GitPlace,
): Promise<void> => {
  for (const { path, isAlive } of await partialIndexes(world, place.gitFolder))
    if (!isAlive) await world.files.remove(path);
};
