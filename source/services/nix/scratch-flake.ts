import { join } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advised, commandOnly } from '../../model/words/advice.ts';
import {
  askGit,
  findPlace,
  type GitPlace,
  gitChange,
  gitQuestion,
  withIndex,
} from '../git/command.ts';
import type { World } from '../world/world.ts';

/** A copy of a flake in which locks are tried; the working tree is not changed. */
export interface ScratchFlake {
  /** How Nix is told of it. */
  readonly reference: string;
  /** The folder in which it lies, for places in messages. */
  readonly folder: string;
  writeLock(text: string): Promise<Result<void, Failure>>;
  remove(): Promise<void>;
}

/** The commits, or trees of edited files, that stand for submodules in a tree: folder and hash. */
const submodulesOf = async (
  world: Pick<World, 'exec'>,
  root: string,
  index: string,
): Promise<Result<readonly (readonly [folder: string, tree: string])[], Failure>> => {
  const listed = await askGit(
    world.exec,
    withIndex(gitQuestion(root, ['ls-files', '--stage', '-z']), index),
  );
  if (!listed.ok) return listed;
  return success(
    listed.value.stdout.split('\0').flatMap((entry) => {
      const [meta = '', folder = ''] = entry.split('\t');
      const [mode, hash = ''] = meta.split(' ');
      return mode === '160000' ? [[folder, hash] as const] : [];
    }),
  );
};

const notCheckedOut = (root: string, folder: string): Failure => ({
  code: 'git-refused',
  operation: 'copy the flake',
  detail: `its submodule ${folder} is not checked out as the flake has it`,
  ...advised(
    commandOnly(
      quoteWords(['git', '-C', root, 'submodule', 'update', '--init', '--recursive', '--', folder]),
    ),
  ),
});

/** Writes the files of a tree, and with them those of the submodules that Nix reads. */
const layOut = async (
  world: Pick<World, 'exec' | 'files'>,
  { root, readsSubmodules }: Pick<GitPlace, 'root' | 'readsSubmodules'>,
  tree: string,
  { folder, index }: { readonly folder: string; readonly index: string },
): Promise<Result<void, Failure>> => {
  const made = await world.files.makeFolder(folder);
  if (!made.ok) return made;
  await world.files.remove(index);
  const commands = [
    gitChange(root, ['read-tree', tree]),
    gitQuestion(root, ['checkout-index', '--all', '--force', `--prefix=${folder}/`]),
  ];
  for (const command of commands) {
    const done = await askGit(world.exec, withIndex(command, index));
    if (!done.ok) return failed(done.failure);
  }
  if (readsSubmodules !== true) return success(undefined);
  const inner = await submodulesOf(world, root, index);
  if (!inner.ok) return inner;
  for (const [path, hash] of inner.value) {
    const found = await findPlace(world.exec, join(root, path));
    const isThere = found.ok && found.value.root !== root;
    const laid = isThere
      ? await layOut(world, { root: found.value.root, readsSubmodules }, hash, {
          folder: join(folder, path),
          index,
        })
      : null;
    if (laid?.ok !== true) return failed(notCheckedOut(root, path));
  }
  return success(undefined);
};

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
  const laid = await layOut(world, place, tree, { folder, index });
  if (!laid.ok) {
    await remove();
    return laid;
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
