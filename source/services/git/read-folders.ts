import { dirname, join } from 'node:path';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import type { World } from '../world/world.ts';
import { askGit, gitQuestion } from './command.ts';
import { pathsInLine } from './unseen-file.ts';
import { lookWhyUnseen } from './why-unseen.ts';

type FolderWorld = Pick<World, 'exec' | 'files'>;

/** What is known of the folders that a flake reads as a whole. */
export interface ReadFolders {
  readonly folders: readonly ReadFolder[];
  /** Places that read a folder which their line does not name: `lib/scan.nix, line 3`. */
  readonly computed: readonly string[];
}

/** A folder that the flake reads as a whole, with what lies there and Nix does not see. */
export interface ReadFolder {
  /** Relative to the flake; empty: the flake's own. */
  readonly folder: string;
  /** `hosts/default.nix, line 3`. */
  readonly place: string;
  readonly hidden: readonly UnseenFile[];
}

/**
 * What reads a folder by its content: builtins.readDir, and what nixpkgs' lib (filesystem, fileset)
 * and the usual libraries make of it.
 */
const readers =
  'readDir|listFilesRecursive|packagesFromDirectoryRecursive|fileset|import-tree|haumea|snowfall|readDirRecursive';

/** A line that only names a library, such as an input's url, reads nothing. */
const callsReader =
  /^[^#]*\b(?:readDir|listFilesRecursive|packagesFromDirectoryRecursive|fileFilter|toSource)\b/;

/** More folders than these are not looked at: each costs several calls of git. */
const mostFiles = 20;

const rowsOf = (text: string): readonly (readonly [file: string, line: number, code: string])[] =>
  text.split('\n').flatMap((row) => {
    const [file = '', line = '', code = ''] = row.split('\0');
    return code === '' ? [] : [[file, Number(line), code] as const];
  });

/** Paths of a line, `./.` among them, which names the file's own folder. */
const foldersInLine = (file: string, code: string): readonly string[] => {
  const own = /(?:^|[\s([{;=:,])\.\/\.(?![\w/.])/.test(code.replace(/(^|\s)#.*$/, ''))
    ? [dirname(file)]
    : [];
  return [...own, ...pathsInLine(code).map((path) => join(dirname(file), path))];
};

const isModule = (path: string): boolean => path.endsWith('.nix');

/** Files of a folder that git does not give to Nix: new ones of any kind, and ignored ones that are Nix. */
const hiddenIn = async (
  world: FolderWorld,
  flake: string,
  folder: string,
): Promise<readonly UnseenFile[]> => {
  const list = async (...flags: readonly string[]): Promise<readonly string[]> => {
    const where = folder === '' ? '.' : folder;
    const question = gitQuestion(flake, [
      'ls-files',
      '-z',
      '--others',
      '--exclude-standard',
      ...flags,
      '--',
      where,
    ]);
    const answer = await askGit(world.exec, question);
    return answer.ok ? answer.value.stdout.split('\0').filter((path) => path !== '') : [];
  };
  const [fresh, ignored] = await Promise.all([list(), list('--ignored')]);
  const isDirect = (path: string): boolean =>
    folder !== '' || !path.replace(/\/$/, '').includes('/');
  const paths = [
    ...fresh.filter((path) => isDirect(path) && (folder !== '' || isModule(path))),
    ...ignored.filter((path) => isModule(path) && isDirect(path)),
  ];
  const found = await Promise.all(
    paths.slice(0, mostFiles).map((path) => lookWhyUnseen(world, flake, path.replace(/\/$/, ''))),
  );
  return found.flatMap((one) => one ?? []);
};

/**
 * Folders that tracked Nix files of the flake read as a whole, as far as their text names them: no
 * file there is named, so that one that git does not track is missing without an error.
 */
export const findReadFolders = async (world: FolderWorld, flake: string): Promise<ReadFolders> => {
  const grep = gitQuestion(flake, ['grep', '-z', '-n', '-I', '-E', readers, '--', '*.nix']);
  const searched = await askGit(world.exec, {
    ...grep,
    env: { ...grep.env, GIT_LITERAL_PATHSPECS: '0' },
  });
  if (!searched.ok) return { folders: [], computed: [] };
  const places = new Map<string, string>();
  const computed: string[] = [];
  for (const [file, line, code] of rowsOf(searched.value.stdout)) {
    const place = `${file}, line ${line}`;
    const named = foldersInLine(file, code).filter((path) => !isModule(path));
    if (named.length === 0 && callsReader.test(code)) computed.push(place);
    for (const path of named) {
      const folder = path === '.' ? '' : path;
      if (!folder.startsWith('..') && !places.has(folder)) places.set(folder, place);
    }
  }
  const folders = await Promise.all(
    [...places].map(async ([folder, place]) => ({
      folder,
      place,
      hidden: await hiddenIn(world, flake, folder),
    })),
  );
  return { folders, computed };
};
