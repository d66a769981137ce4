import { dirname, join, relative, resolve } from 'node:path';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import { parseCheckIgnore } from '../../parsers/git/check-ignore.ts';
import type { World } from '../world/world.ts';
import { ask, gitQuestion } from './command.ts';

type SeenWorld = Pick<World, 'exec' | 'files'>;

const questionTimeoutMs = 60_000;

const answerOf = async (
  world: SeenWorld,
  folder: string,
  args: readonly string[],
): Promise<string | null> => {
  const answer = await ask(world.exec, gitQuestion(folder, args));
  return answer.ok ? answer.value.stdout : null;
};

const rootOf = async (world: SeenWorld, folder: string): Promise<string | null> => {
  const told = await answerOf(world, folder, ['rev-parse', '--show-toplevel']);
  const root = told?.replace(/\n$/, '') ?? '';
  return root === '' ? null : root;
};

/** The folder of a path, or the nearest one above it that is there. */
const folderAt = async (world: SeenWorld, path: string, top: string): Promise<string> => {
  for (let folder = dirname(path); folder !== top && folder.startsWith(`${top}/`); ) {
    if (await world.files.exists(folder)) return folder;
    folder = dirname(folder);
  }
  return top;
};

/** The outermost repository between a root and a path below it, relative to the root; null where there is none. */
const repositoryBetween = async (
  world: SeenWorld,
  root: string,
  path: string,
): Promise<string | null> => {
  let found: string | null = null;
  let folder = await folderAt(world, path, root);
  while (folder !== root && folder.startsWith(`${root}/`)) {
    const inner = await rootOf(world, folder);
    if (inner === null || inner === root || !inner.startsWith(`${root}/`)) break;
    found = relative(root, inner);
    folder = dirname(inner);
  }
  return found;
};

/** Whether git keeps only a commit there, and whether `.gitmodules` says from where. */
const linkAt = async (
  world: SeenWorld,
  root: string,
  folder: string,
): Promise<'submodule' | 'pointer' | 'none'> => {
  const listed = await answerOf(world, root, ['ls-files', '--stage', '-z', '--', folder]);
  if (listed?.startsWith('160000 ') !== true) return 'none';
  const modules = await answerOf(world, root, [
    'config',
    '--file',
    join(root, '.gitmodules'),
    '-z',
    '--get-regexp',
    '^submodule\\..*\\.path$',
  ]);
  const isNamed = (modules ?? '')
    .split('\0')
    .some((entry) => entry.slice(entry.indexOf('\n') + 1).replace(/\/$/, '') === folder);
  return isNamed ? 'submodule' : 'pointer';
};

/** The rule that ignores a file; null where none does. A file that is not there has one too. */
export const ignoreRule = async (
  world: SeenWorld,
  root: string,
  file: string,
): Promise<ReturnType<typeof parseCheckIgnore>> => {
  const question = gitQuestion(root, ['check-ignore', '--verbose', '-z', '--stdin']);
  // It refuses to run with literal paths; ahead of a name that begins with a colon stands a folder.
  const asked = { ...question, env: { ...question.env, GIT_LITERAL_PATHSPECS: '0' } };
  const answer = await world.exec(asked, {
    quiet: true,
    timeoutMs: questionTimeoutMs,
    input: `./${file}\0`,
  });
  return answer.ok ? parseCheckIgnore(answer.value.stdout) : null;
};

/**
 * Why Nix does not see what is on the disk: a file or folder, relative to a
 * folder of a repository. Null where it sees it, where nothing is there, and
 * where no git answers, as outside of a repository.
 */
export const lookWhyUnseen = async (
  world: SeenWorld,
  folder: string,
  file: string,
): Promise<UnseenFile | null> => {
  const real = await world.files.realPath(folder);
  const base = real.ok ? real.value : folder;
  const path = resolve(base, file);
  if (!(await world.files.exists(path))) return null;
  const root = await rootOf(world, base);
  if (root === null || !path.startsWith(`${root}/`)) return null;
  return await whyUnseenBelow(world, root, relative(root, path));
};

/** What is left to say of a file where Nix reads submodules; null where it sees the file. */
export const unseenWithSubmodules = (unseen: UnseenFile): UnseenFile | null =>
  unseen.kind === 'submodule' ? unseen.inside : unseen;

const whyUnseenBelow = async (
  world: SeenWorld,
  repository: string,
  file: string,
): Promise<UnseenFile | null> => {
  const listed = await answerOf(world, repository, ['ls-files', '--stage', '-z', '--', file]);
  if (listed === null) return null;
  const isLink = listed.startsWith('160000 ');
  if (listed !== '' && !isLink) return null;
  const nested = isLink ? file : await repositoryBetween(world, repository, join(repository, file));
  if (nested !== null) {
    const link = await linkAt(world, repository, nested);
    if (link !== 'submodule')
      return { kind: 'nested', repository, file, nested, isPointedAt: link === 'pointer' };
    const inside = isLink
      ? null
      : await whyUnseenBelow(world, join(repository, nested), relative(nested, file));
    return { kind: 'submodule', repository, file, submodule: nested, inside };
  }
  const rule = await ignoreRule(world, repository, file);
  return rule === null
    ? { kind: 'untracked', repository, file }
    : { kind: 'ignored', repository, file, rule };
};

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
  const searched = await ask(world.exec, {
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
  const wanted = [...new Set(['flake.nix', 'flake.lock', ...named])];
  const unseen = new Map<string, UnseenFile>();
  for (const path of wanted) {
    if (tracked.has(path) || path.startsWith('..')) continue;
    const file = await withDefault(world, flake, path);
    const found = await lookWhyUnseen(world, flake, file);
    const one = found !== null && readsSubmodules ? unseenWithSubmodules(found) : found;
    if (one !== null) unseen.set(one.file, one);
  }
  return [...unseen.values()];
};
