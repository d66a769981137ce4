import { createHash } from 'node:crypto';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import type { SharedFolder, World } from '../world/world.ts';

/** Where a flake stands in a git checkout. */
interface FoundGitFolder {
  /** The git folder of this very checkout: a worktree has one of its own. */
  readonly folder: string;
  /** Ends the names of what nixup keeps there; empty for a flake at the top of the checkout. */
  readonly mark: string;
}

/** `gitdir: PATH` of a worktree or submodule (gitrepository-layout(5)). */
const gitFolderOf = async (world: Pick<World, 'files'>, folder: string): Promise<string | null> => {
  const entry = join(folder, '.git');
  const text = await world.files.read(entry);
  if (!text.ok)
    return text.failure.code === 'file-failed' && text.failure.isNoFile === true ? entry : null;
  const named = /^gitdir: (.+)$/m.exec(text.value ?? '')?.[1];
  if (named === undefined) return null;
  return isAbsolute(named) ? named : join(folder, named);
};

/** Null for a flake that is in no git checkout. */
export const gitPlaceOf = async (
  world: Pick<World, 'files'>,
  flake: string,
): Promise<FoundGitFolder | null> => {
  for (let folder = flake; ; folder = dirname(folder)) {
    const gitFolder = await gitFolderOf(world, folder);
    if (gitFolder !== null) {
      const within = relative(folder, flake);
      const mark =
        within === '' ? '' : `-${createHash('sha256').update(within).digest('hex').slice(0, 10)}`;
      return { folder: gitFolder, mark };
    }
    if (folder === dirname(folder)) return null;
  }
};

/** Where the records of a flake are kept for all users of its checkout. */
export const sharedPlace = async (
  world: Pick<World, 'files'>,
  flake: string,
): Promise<SharedFolder> => {
  const git = await gitPlaceOf(world, flake);
  return git === null ? { kind: 'none' } : await world.files.share(git.folder, `nixup${git.mark}`);
};

type GuardWorld = Pick<World, 'files' | 'environment'>;

/** Settings that name another file which git reads (git-config(1)). */
const namesFile = /^\s*(path|excludesfile|attributesfile)\s*=\s*("(?:[^"\\]|\\.)*"|[^#;\n]*)/gim;

/** The first of a configuration and the files that it names which would hold git for ever. */
const endlessConfig = async (
  { files, environment }: GuardWorld,
  config: string,
  seen: Set<string>,
): Promise<string | null> => {
  if (seen.has(config)) return null;
  seen.add(config);
  if ((await files.look(config))?.isSpecial === true) return config;
  const text = await files.read(config);
  if (!text.ok) return null;
  for (const [, key = '', value = ''] of (text.value ?? '').matchAll(namesFile)) {
    const bare = value.trim().replace(/^"(.*)"$/, '$1');
    if (bare === '') continue;
    const path = bare.startsWith('~/')
      ? join(environment['HOME'] ?? '', bare.slice(2))
      : resolve(dirname(config), bare);
    const found =
      key.toLowerCase() === 'path'
        ? await endlessConfig({ files, environment }, path, seen)
        : (await files.look(path))?.isSpecial === true
          ? path
          : null;
    if (found !== null) return found;
  }
  return null;
};

/** Configuration of the user and the machine (git-config(1), FILES). */
const configsOf = (environment: World['environment']): readonly string[] => {
  const home = environment['HOME'] ?? '';
  const xdg = environment['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const global = environment['GIT_CONFIG_GLOBAL'];
  return [
    ...(global === undefined ? [join(home, '.gitconfig'), join(xdg, 'git/config')] : [global]),
    ...(environment['GIT_CONFIG_NOSYSTEM'] === undefined
      ? [environment['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig']
      : []),
  ];
};

/** What git reads in every folder that it looks into, tracked or new. */
const readInEachFolder: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);

/**
 * A pipe, a socket or a device in the place of a file that git or Nix reads of a flake: they
 * would wait for it, or read it, for ever (gitrepository-layout(5), gitignore(5),
 * gitattributes(5)). Null where there is none.
 */
export const findEndlessFile = async (
  world: GuardWorld,
  flake: string,
): Promise<Failure | null> => {
  const { files, environment } = world;
  const place = await gitPlaceOf(world, flake);
  const own = place?.folder ?? null;
  const named = own === null ? null : await files.read(join(own, 'commondir'));
  const common =
    own === null || named?.ok !== true || named.value === undefined
      ? own
      : resolve(own, named.value.trim());
  const inOwn = ['HEAD', 'index', 'config.worktree', 'info/sparse-checkout', 'commondir'];
  const inCommon = ['packed-refs', 'shallow', 'info/exclude', 'info/attributes'];
  const folders = [flake];
  while (place !== null && folders.length < 64) {
    const last = folders.at(-1) ?? flake;
    if (last === dirname(last) || (await files.exists(join(last, '.git')))) break;
    folders.push(dirname(last));
  }
  const xdg = environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? '', '.config');
  const candidates = [
    join(flake, 'flake.nix'),
    join(flake, 'flake.lock'),
    ...folders.flatMap((folder) =>
      ['.git', '.gitattributes', '.gitignore', '.gitmodules'].map((name) => join(folder, name)),
    ),
    ...(own === null ? [] : inOwn.map((name) => join(own, name))),
    ...(common === null ? [] : inCommon.map((name) => join(common, name))),
    ...['ignore', 'attributes'].map((name) => join(xdg, 'git', name)),
  ];
  const refuse = (path: string): Failure => ({
    code: 'file-failed',
    operation: 'read',
    path,
    detail: 'it is a pipe, a socket or a device and not a file; reading it could wait for ever',
    isNoFile: true,
  });
  for (const path of candidates)
    if ((await files.look(path))?.isSpecial === true) return refuse(path);
  // Git would read gigabytes, and Nix after it.
  const flakeFile = await files.read(join(flake, 'flake.nix'));
  if (!flakeFile.ok) return flakeFile.failure;
  const below =
    place === null ? null : await files.findSpecial(folders.at(-1) ?? flake, readInEachFolder);
  if (below !== null) return refuse(below);
  const seen = new Set<string>();
  const configs = [
    ...(common === null ? [] : [join(common, 'config')]),
    ...(own === null ? [] : [join(own, 'config.worktree')]),
    ...configsOf(environment),
  ];
  for (const config of configs) {
    const found = await endlessConfig(world, config, seen);
    if (found !== null) return refuse(found);
  }
  return null;
};
