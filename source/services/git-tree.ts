import { join } from 'node:path';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import type { GitPlace, GitWorld } from './git-command.ts';
import { ask, gitDeed, gitQuestion, reasonOf, withIndex } from './git-command.ts';

const treeFailure = (failure: Failure): Failure =>
  failure.code === 'command-failed'
    ? {
        code: 'git-refused',
        operation: 'read the working tree',
        detail: reasonOf(failure),
        remedy: 'see what git says: git status',
      }
    : failure;

const inOwnIndex = async (
  world: GitWorld,
  place: GitPlace,
  work: (index: string) => Promise<Result<string, Failure>>,
): Promise<Result<string, Failure>> => {
  const index = join(place.gitFolder, `nixup-index-${world.randomId()}`);
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
  const tree = await ask(world.exec, withIndex(gitDeed(place.root, ['write-tree']), index));
  return tree.ok ? success(tree.value.stdout.trim()) : failed(treeFailure(tree.failure));
};

/**
 * Git's hash of the tracked files with their working contents: what Nix sees.
 * Equal to the tree of HEAD when nothing differs. The person's index stays as it is.
 */
export const workingTree = (world: GitWorld, place: GitPlace): Promise<Result<string, Failure>> =>
  inOwnIndex(world, place, async (index) => {
    const own = join(place.gitFolder, 'index');
    if (await world.files.exists(own)) {
      // With its time: git compares it with the files' times to find late changes.
      const copied = await ask(world.exec, { file: 'cp', args: ['-p', '--', own, index] });
      if (!copied.ok) return failed(treeFailure(copied.failure));
    }
    const added = await ask(world.exec, withIndex(gitDeed(place.root, ['add', '--update']), index));
    return added.ok ? writeTree(world, place, index) : failed(treeFailure(added.failure));
  });

/** The tree that a commit of exactly these paths on top of HEAD would have. */
export const treeOfPaths = (
  world: GitWorld,
  place: GitPlace,
  paths: readonly string[],
): Promise<Result<string, Failure>> =>
  inOwnIndex(world, place, async (index) => {
    const head = await ask(world.exec, gitQuestion(place.root, ['rev-parse', '--verify', 'HEAD']));
    if (head.ok) {
      const read = await ask(
        world.exec,
        withIndex(gitDeed(place.root, ['read-tree', 'HEAD']), index),
      );
      if (!read.ok) return failed(treeFailure(read.failure));
    }
    // Also of what is gone again, or lies outside of a sparse checkout.
    const added = await world.exec(
      withIndex(
        gitDeed(place.root, ['update-index', '--add', '--remove', '--replace', '-z', '--stdin']),
        index,
      ),
      { quiet: true, timeoutMs: 60_000, input: paths.map((path) => `${path}\0`).join('') },
    );
    return added.ok ? writeTree(world, place, index) : failed(treeFailure(added.failure));
  });
