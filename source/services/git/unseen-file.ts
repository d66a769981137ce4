import { dirname, join } from 'node:path';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import type { World } from '../world/world.ts';
import { askGit, gitQuestion } from './command.ts';
import { answerOf, lookWhyAbsent, lookWhyUnseen, unseenWithSubmodules } from './why-unseen.ts';

type SeenWorld = Pick<World, 'exec' | 'files'>;

/** A path of a flake's Nix file, as the language reads it: `./hosts/p620.nix`, `../lib`. */
const pathLiteral = /(?:^|[\s([{;=:,])(\.\.?(?:\/[A-Za-z0-9_.+-]+)+)/g;

/** The paths that a line of Nix names; none of a comment. */
export const pathsInLine = (line: string): readonly string[] => {
  const code = line.replace(/(^|\s)#.*$/, '');
  return [...code.matchAll(pathLiteral)].flatMap((match) => match[1] ?? []);
};

/** A folder is read as its default.nix, where there is one. */
const withDefault = async (world: SeenWorld, flake: string, path: string): Promise<string> => {
  const inner = join(path, 'default.nix');
  return (await world.files.exists(join(flake, inner))) ? inner : path;
};

/** Tracked files of the flake, with the folders above them; a link to a commit is no such file. */
const trackedPaths = async (world: SeenWorld, flake: string): Promise<ReadonlySet<string>> => {
  const listed = await answerOf(world, flake, ['ls-files', '--stage', '-z']);
  const paths = new Set<string>();
  for (const entry of (listed ?? '').split('\0')) {
    const [meta = '', path = ''] = entry.split('\t');
    if (path === '' || meta.startsWith('160000 ')) continue;
    for (let one = path; one !== '.' && !paths.has(one); one = dirname(one)) paths.add(one);
  }
  return paths;
};

const isClean = async (world: SeenWorld, flake: string): Promise<boolean> =>
  (await answerOf(world, flake, ['diff-index', '--quiet', 'HEAD', '--'])) !== null;

/**
 * What tracked Nix files of the flake name by its path, and Nix does not see:
 * ignored, in a submodule, in another repository. The flake's own flake.nix and
 * flake.lock are among them.
 */
export const findUnseen = async (
  world: SeenWorld,
  flake: string,
  readsSubmodules = false,
): Promise<readonly UnseenFile[]> => {
  const grep = gitQuestion(flake, [
    'grep',
    '-z',
    '-I',
    '-E',
    '\\.\\.?/[A-Za-z0-9_]',
    '--',
    '*.nix',
  ]);
  const searched = await askGit(world.exec, {
    ...grep,
    env: { ...grep.env, GIT_LITERAL_PATHSPECS: '0' },
  });
  const named = (searched.ok ? searched.value.stdout : '').split('\n').flatMap((row) => {
    const at = row.indexOf('\0');
    if (at === -1) return [];
    const within = dirname(row.slice(0, at));
    return pathsInLine(row.slice(at + 1)).map((path) => join(within, path));
  });
  const tracked = await trackedPaths(world, flake);
  const own = ['flake.nix', 'flake.lock'];
  const wanted = [...new Set([...own, ...named])];
  const unseen = new Map<string, UnseenFile>();
  for (const path of wanted) {
    if (tracked.has(path) || path.startsWith('..')) continue;
    const file = await withDefault(world, flake, path);
    // A lock that is not there is made by Nix.
    const found =
      (await lookWhyUnseen(world, flake, file)) ??
      (own.includes(path) ? null : await lookWhyAbsent(world, flake, file));
    const one = found !== null && readsSubmodules ? unseenWithSubmodules(found) : found;
    // A clean tree is fetched by Nix, with its submodules.
    if (one?.kind === 'submodule-absent' && (await isClean(world, flake))) continue;
    if (one !== null) unseen.set(one.file, one);
  }
  return [...unseen.values()];
};
