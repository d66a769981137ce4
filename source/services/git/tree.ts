import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { memoByObject } from '../../model/memo.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { ownName, sweepLeftBehind } from '../world/left-behind.ts';
import type { GitPlace, GitWorld } from './command.ts';
import {
  askGit,
  checkoutFailure,
  findPlace,
  gitChange,
  gitQuestion,
  withIndex,
  withoutLiteral,
} from './command.ts';
import { noteOverlooked, overlookedFiles } from './overlooked.ts';

const treeFailure = (failure: Failure, { root, gitFolder }: GitPlace): Failure =>
  checkoutFailure(failure, 'add', root, gitFolder);

/** An index of nixup's own beside that of git. */
const indexKind = 'nixup-index';

const inOwnIndex = async (
  world: GitWorld,
  place: GitPlace,
  work: (index: string) => Promise<Result<string, Failure>>,
): Promise<Result<string, Failure>> => {
  await sweepLeftBehind(world, place.gitFolder, indexKind);
  const index = join(place.gitFolder, ownName(world, indexKind));
  try {
    return await work(index);
  } finally {
    await world.files.remove(index);
    await world.files.remove(`${index}.lock`);
  }
};

const writeTree = async (
  world: GitWorld,
  place: GitPlace,
  index: string,
): Promise<Result<string, Failure>> => {
  const tree = await askGit(world.exec, withIndex(gitChange(place.root, ['write-tree']), index));
  return tree.ok ? success(tree.value.stdout.trim()) : failed(treeFailure(tree.failure, place));
};

/**
 * Git's hash of the tracked files with their working contents: what Nix sees.
 * Equal to the tree of HEAD when nothing differs. The person's index stays as it is.
 */
export const workingTree = (
  world: GitWorld,
  place: GitPlace,
  /** Where they are known already. */
  overlooked = overlookedFiles(world, place),
): Promise<Result<string, Failure>> =>
  inOwnIndex(world, place, async (index) => {
    const own = join(place.gitFolder, 'index');
    if (await world.files.exists(own)) {
      // With its time: git compares it with the files' times to find late changes.
      const copied = await askGit(world.exec, { file: 'cp', args: ['-p', '--', own, index] });
      if (!copied.ok) return failed(treeFailure(copied.failure, place));
    }
    const added = await askGit(
      world.exec,
      withIndex(gitChange(place.root, ['add', '--update']), index),
    );
    if (!added.ok) return failed(treeFailure(added.failure, place));
    const found = await overlooked;
    if (!found.ok) return failed(treeFailure(found.failure, place));
    const noted = await noteOverlooked(world, place, index, found.value);
    if (!noted.ok) return failed(treeFailure(noted.failure, place));
    if (place.readsSubmodules === true) {
      const withSubmodules = await noteSubmodules(world, place, index);
      if (!withSubmodules.ok) return withSubmodules;
    }
    return await writeTree(world, place, index);
  });

interface EditedSubmodule {
  /** Relative to the root. */
  readonly folder: string;
  /** Of its files as they are, which no commit of it has. */
  readonly tree: string;
}

/** Submodules whose files are not those of the commit that is checked out there. */
const submodulesWithEdits = async (
  world: GitWorld,
  place: GitPlace,
  index: string | null,
): Promise<Result<readonly EditedSubmodule[], Failure>> => {
  const question = gitQuestion(place.root, ['ls-files', '--stage', '-z']);
  const listed = await askGit(world.exec, index === null ? question : withIndex(question, index));
  if (!listed.ok) return failed(treeFailure(listed.failure, place));
  const folders = listed.value.stdout
    .split('\0')
    .flatMap((entry) =>
      entry.startsWith('160000 ') ? [entry.slice(entry.indexOf('\t') + 1)] : [],
    );
  const edited: EditedSubmodule[] = [];
  for (const folder of folders) {
    const found = await findPlace(world.exec, join(place.root, folder));
    // A submodule that is not checked out is known only by the repository around it.
    if (!found.ok || found.value.root === place.root) continue;
    const tree = await workingTree(world, { ...found.value, readsSubmodules: true });
    if (!tree.ok) return tree;
    const head = await askGit(
      world.exec,
      gitQuestion(found.value.root, ['rev-parse', '--verify', 'HEAD^{tree}']),
    );
    if (!head.ok || head.value.stdout.trim() !== tree.value)
      edited.push({ folder, tree: tree.value });
  }
  return success(edited);
};

/** The folders of submodules that hold edits which Nix reads; none where it reads no submodules. */
export const editedSubmodules = async (
  world: GitWorld,
  place: GitPlace,
): Promise<readonly string[]> => {
  if (place.readsSubmodules !== true) return [];
  const edited = await submodulesWithEdits(world, place, null);
  return edited.ok ? edited.value.map(({ folder }) => folder) : [];
};

/**
 * Puts the working contents of submodules that differ from their commit into the
 * tree, in the place of the commit: an edit there is another tree, and no commit
 * of the repository around them holds it.
 */
const noteSubmodules = async (
  world: GitWorld,
  place: GitPlace,
  index: string,
): Promise<Result<void, Failure>> => {
  const edited = await submodulesWithEdits(world, place, index);
  if (!edited.ok) return edited;
  for (const { folder, tree } of edited.value) {
    const put = await askGit(
      world.exec,
      withIndex(
        gitChange(place.root, ['update-index', '--cacheinfo', `160000,${tree},${folder}`]),
        index,
      ),
    );
    if (!put.ok) return failed(treeFailure(put.failure, place));
  }
  return success(undefined);
};

/** The folders above a path, the nearest last. */
const foldersOf = (path: string): readonly string[] => {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

/** Names of Markdown and paths, as Nix files hold them: `./motd.md`, `"${self}/a.md"`, `../texts`, `./.`. */
const mention = String.raw`[^][:space:]"'()=;]*\.[mM][dD]|\.{1,2}/[A-Za-z0-9._/+-]*`;

/** What the Nix files of a tree mention; null when git does not say. */
const mentionsIn = async (
  world: GitWorld,
  root: string,
  tree: string,
): Promise<readonly string[] | null> => {
  const options = ['-h', '-o', '-I', '--no-color', '--no-line-number', '--no-column'];
  const found = await askGit(
    world.exec,
    withoutLiteral(
      gitQuestion(root, ['grep', ...options, '-E', '-e', mention, tree, '--', ':(top)*.nix']),
    ),
  );
  if (found.ok) return found.value.stdout.split('\n').filter((one) => one !== '');
  // Nothing is found: git ends with 1.
  return found.failure.code === 'command-failed' && found.failure.exitCode === 1 ? [] : null;
};

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1).toLowerCase();

/**
 * Whether a configuration may read a Markdown: a Nix file names it, or a folder above it. Names are
 * compared without the folders before them, so that one too many is taken for read; one
 * that is computed without a path or `.md` in the text is not found.
 */
const isRead = (path: string, mentions: readonly string[]): boolean => {
  const folders = new Set(foldersOf(path).map(lastPart));
  return mentions.some((one) => {
    const name = lastPart(one.replace(/\/+$/, ''));
    // `./.`, `../` and `${name}.md` may be any.
    if (/^\.{0,2}$/.test(name) || name.includes('}')) return true;
    return name === lastPart(path) || folders.has(name);
  });
};

/** A tree never changes, and neither does what it is made of: one that was asked about by this git is not asked about again. */
const askedTrees = memoByObject((_git: GitWorld) => new Map<string, string>());

/** Asks are few: a fleet has a handful of trees in one run of nixup. */
const mostTrees = 100;

export const sourcesOf = async (
  world: GitWorld,
  place: GitPlace,
  tree: string,
): Promise<string | null> => {
  const known = askedTrees(world);
  const key = [place.root, place.prefix, tree].join('\0');
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const sources = await readSources(world, place, tree);
  if (known.size >= mostTrees) known.clear();
  if (sources !== null) known.set(key, sources);
  return sources;
};

/**
 * What hosts are made of besides the inputs, as one hash: the files of a tree
 * without the lock, nixup's own config and Markdown that no Nix file reads. Null when git does not say.
 */
const readSources = async (
  world: GitWorld,
  { root, prefix }: GitPlace,
  tree: string,
): Promise<string | null> => {
  const listed = await askGit(
    world.exec,
    gitQuestion(root, ['ls-tree', '-r', '-z', '--full-tree', tree]),
  );
  if (!listed.ok) return null;
  const entries = listed.value.stdout
    .split('\0')
    .map((entry) => ({ entry, path: entry.slice(entry.indexOf('\t') + 1) }));
  const isMarkdown = (path: string): boolean => /\.md$/i.test(path);
  const mentions = entries.some(({ path }) => isMarkdown(path))
    ? await mentionsIn(world, root, tree)
    : [];
  if (mentions === null) return null;
  const hash = createHash('sha256');
  for (const { entry, path } of entries) {
    const isApart = path === `${prefix}flake.lock` || path === `${prefix}nixup.toml`;
    const isForPeople = isMarkdown(path) && !isRead(path, mentions);
    if (!isApart && !isForPeople) hash.update(`${entry}\0`);
  }
  return hash.digest('hex');
};

/** What a folder is for git: `files` may lie in it, or it is a `repository` of its own; an empty one is neither. */
const folderKind = async (
  world: Pick<GitWorld, 'files'>,
  path: string,
): Promise<'files' | 'repository' | 'empty'> => {
  const listed = await world.files.list(path);
  if (!listed.ok || listed.value.length === 0) return 'empty';
  return listed.value.includes('.git') ? 'repository' : 'files';
};

interface Displaced {
  /** Something else stands in their place: git follows neither links nor folders, and refuses their names. */
  readonly taken: readonly string[];
  /** A repository stands in their place: a submodule, or what becomes one. */
  readonly repositories: readonly string[];
}

/** Paths where no file is any more: a link replaces a folder above it, or a folder replaces it. */
export const displaced = async (
  world: Pick<GitWorld, 'files'>,
  place: GitPlace,
  paths: readonly string[],
): Promise<Displaced> => {
  const folders = [...new Set(paths.flatMap(foldersOf))];
  const found = await world.files.stamps([...new Set([...folders, ...paths])], place.root);
  // What cannot be asked is left to git.
  const kinds = new Map((found.ok ? found.value : []).map(({ path, kind }) => [path, kind]));
  const taken: string[] = [];
  const repositories: string[] = [];
  for (const path of paths)
    if (foldersOf(path).some((folder) => kinds.get(folder) === 'link')) taken.push(path);
    else if (kinds.get(path) === 'folder') {
      const kind = await folderKind(world, join(place.root, path));
      if (kind === 'files') taken.push(path);
      else if (kind === 'repository') repositories.push(path);
    }
  return { taken, repositories };
};

/** Files of HEAD that the index has no longer: `git rm --cached` leaves them where they are. */
const forgottenPaths = async (
  world: GitWorld,
  place: GitPlace,
  paths: readonly string[],
): Promise<readonly string[]> => {
  const listed = async (words: readonly string[]): Promise<ReadonlySet<string> | null> => {
    const answer = await askGit(world.exec, gitQuestion(place.root, [...words, '--', ...paths]));
    return answer.ok ? new Set(answer.value.stdout.split('\0')) : null;
  };
  const [committed, indexed] = [
    await listed(['ls-tree', '-r', '-z', '--name-only', '--full-tree', 'HEAD']),
    await listed(['ls-files', '-z', '--cached']),
  ];
  return committed === null || indexed === null
    ? []
    : paths.filter((path) => committed.has(path) && !indexed.has(path));
};

/** The tree that a commit of exactly these paths on top of HEAD would have. */
export const treeOfPaths = (
  world: GitWorld,
  place: GitPlace,
  paths: readonly string[],
): Promise<Result<string, Failure>> =>
  inOwnIndex(world, place, async (index) => {
    const head = await askGit(
      world.exec,
      gitQuestion(place.root, ['rev-parse', '--verify', 'HEAD']),
    );
    if (head.ok) {
      const read = await askGit(
        world.exec,
        withIndex(gitChange(place.root, ['read-tree', 'HEAD']), index),
      );
      if (!read.ok) return failed(treeFailure(read.failure, place));
    }
    const { taken, repositories } = await displaced(world, place, paths);
    const forgotten = head.ok ? await forgottenPaths(world, place, paths) : [];
    const others = paths.filter((path) => ![...taken, ...forgotten].includes(path));
    for (const [flags, names] of [
      // A repository takes the place of a file only where that is gone.
      [['--force-remove'], [...taken, ...forgotten, ...repositories]],
      // Also of what is gone again, or lies outside of a sparse checkout.
      [['--add', '--remove', '--replace'], others],
    ] as const) {
      if (names.length === 0) continue;
      const noted = await world.exec(
        withIndex(gitChange(place.root, ['update-index', ...flags, '-z', '--stdin']), index),
        { quiet: true, timeoutMs: 60_000, input: names.map((path) => `${path}\0`).join('') },
      );
      if (!noted.ok) return failed(treeFailure(noted.failure, place));
    }
    return writeTree(world, place, index);
  });
