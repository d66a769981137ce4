import { join } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import { ask, type GitPlace, type GitWorld, gitQuestion } from './command.ts';

const ownerOf = async (world: GitWorld, path: string): Promise<number | null> =>
  (await world.files.look(path))?.owner ?? null;

/**
 * What a commit of root in the git folder of a person leaves: git makes files
 * and folders of root there, beside which the person cannot commit any more.
 * It is told, and not changed: whoever may write there may put a link in the place of a file.
 */
export const foreignFiles = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<readonly string[]> => {
  const folder = place.gitFolder;
  const owner = await ownerOf(world, folder);
  if (owner === null || owner === 0) return [];
  const shared = await ask(
    world.exec,
    gitQuestion(place.root, ['config', '--get', 'core.sharedRepository']),
  );
  // Git gives its files to the group then.
  if (shared.ok && !/^(?:umask|false|0)?$/.test(shared.value.stdout.trim())) return [];
  const made = ['COMMIT_EDITMSG', join('objects', revision.slice(0, 2))];
  const owners = await Promise.all(made.map((path) => ownerOf(world, join(folder, path))));
  return owners.includes(0)
    ? [
        `Files of root are in ${folder} now, and its owner cannot commit beside them. To give them back: ${quoteWords(['chown', '--recursive', `--reference=${folder}`, '--', folder])}`,
      ]
    : [];
};
