import { join } from 'node:path';
import type { GitPlace, GitWorld } from './command.ts';

/** The index of a commit of some paths, named by its git (builtin/commit.c, prepare_index). */
const partialIndex = /^next-index-(\d+)\.lock$/;

/** Removes what a git that was killed in a commit of some paths left: it is read by no other. */
export const removeDeadIndexes = async (
  world: Pick<GitWorld, 'files' | 'isProcessAlive'>,
  place: GitPlace,
): Promise<void> => {
  const listed = await world.files.list(place.gitFolder);
  if (!listed.ok) return;
  const names = listed.value.filter((name) => partialIndex.test(name));
  const stamps = await world.files.stamps(names, place.gitFolder);
  for (const { path, changedAt } of stamps.ok ? stamps.value : []) {
    const pid = Number(partialIndex.exec(path)?.[1]);
    if (!world.isProcessAlive(pid, changedAt))
      await world.files.remove(join(place.gitFolder, path));
  }
};
