import { dirname, join } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import { askGit, type GitPlace, type GitWorld, gitQuestion } from './command.ts';

const ownerOf = async (world: GitWorld, path: string): Promise<number | null> =>
  (await world.files.look(path))?.owner ?? null;

const linesOf = async (
  world: GitWorld,
  place: GitPlace,
  args: readonly string[],
): Promise<readonly string[]> => {
  const answer = await askGit(world.exec, gitQuestion(place.root, args));
  return answer.ok ? answer.value.stdout.split('\n').filter((line) => line !== '') : [];
};

/** The ids of a commit, its trees and its files: each lies in the folder of its first two digits. */
const objectsOf = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<readonly string[]> => {
  const [listed, tree] = await Promise.all([
    askGit(
      world.exec,
      gitQuestion(place.root, [
        'diff-tree',
        '--root',
        '-r',
        '-t',
        '-z',
        '--no-renames',
        '--no-commit-id',
        revision,
      ]),
    ),
    linesOf(world, place, ['rev-parse', '--verify', '--quiet', `${revision}^{tree}`]),
  ]);
  // `:100644 100644 BEFORE AFTER M`, then the path.
  const made = listed.ok
    ? listed.value.stdout.split('\0').flatMap((entry) => {
        const id = entry.startsWith(':') ? entry.split(' ')[3] : undefined;
        return id === undefined || /^0+$/.test(id) ? [] : [id];
      })
    : [];
  return [...new Set([revision, ...tree, ...made])];
};

/** Git appends to these files: when root owns them, a person's next commit fails. */
const writtenPlaces = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<readonly string[]> => {
  const [branch] = await linesOf(world, place, ['symbolic-ref', '--quiet', 'HEAD']);
  const objects = await objectsOf(world, place, revision);
  const inFolder = [
    'COMMIT_EDITMSG',
    'logs/HEAD',
    'objects',
    ...(branch === undefined ? [] : [`logs/${branch}`]),
  ];
  // What a linked worktree has of its own, and what it shares, only git knows.
  const found: string[] = [];
  for (const path of inFolder)
    found.push(
      ...(await linesOf(world, place, ['rev-parse', '--path-format=absolute', '--git-path', path])),
    );
  return found.flatMap((path) =>
    path.endsWith('/objects')
      ? [...new Set(objects.map((id) => join(path, id.slice(0, 2))))]
      : [path, dirname(path)],
  );
};

/**
 * What a commit by root leaves in the git folder of a person: git makes files and folders of root
 * there, so that the person cannot commit any more. It is told, and not changed: whoever may write
 * there may put a link in the place of a file.
 */
export const foreignFiles = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<readonly string[]> => {
  const [common = place.gitFolder] = await linesOf(world, place, [
    'rev-parse',
    '--path-format=absolute',
    '--git-common-dir',
  ]);
  const owner = await ownerOf(world, common);
  if (owner === null || owner === 0) return [];
  const shared = await linesOf(world, place, ['config', '--get', 'core.sharedRepository']);
  // Git gives its files to the group then.
  if (!/^(?:umask|false|0)?$/.test(shared[0] ?? '')) return [];
  const written = await writtenPlaces(world, place, revision);
  const owners = await Promise.all(written.map((path) => ownerOf(world, path)));
  return owners.includes(0)
    ? [
        // The folder of a linked worktree lies in the common one.
        `Files of root are in ${common} now, and its owner cannot commit beside them. To give them back: ${quoteWords(['chown', '--recursive', `--reference=${common}`, '--', common])}`,
      ]
    : [];
};
