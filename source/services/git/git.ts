import { type Command, quoteWords } from '../../model/command.ts';
import type { CutCommit, WantedCommit } from '../../model/commit/cut-commit.ts';
import type { Failure } from '../../model/failure.ts';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advised, commandOnly } from '../../model/words/advice.ts';
import type { LentTerminal } from '../world/lent-terminal.ts';
import { askGit, type GitPlace, type GitWorld, gitQuestion, openCheckout } from './command.ts';
import { type Commit, type CommitRequest, commandOfCommit, commitPaths } from './commit.ts';
import { isKeptNeeded, lookAtCutCommit, noteInIndex } from './cut-commit.ts';
import { createGitHistory, type GitHistory } from './history.ts';
import { type LockRevert, planLockRevert, rehearseHook } from './lock-revert.ts';
import { observeRepository, type RepositoryState, readRemote } from './observe.ts';
import { commitObstacle } from './obstacles.ts';
import { type Pushed, type PushRights, type PushTarget, pushBranch, tryPush } from './push.ts';
import { findReadFolders, type ReadFolders } from './read-folders.ts';
import { treeOfPaths, workingTree } from './tree.ts';
import { findUnseen } from './unseen-file.ts';

/** Git as nixup uses it. All paths are relative to the root of the repository. */
export interface Git extends GitHistory {
  /** Where the flake lies in its repository. Fails with git-refused outside of one. */
  place(): Promise<Result<GitPlace, Failure>>;
  observe(): Promise<Result<RepositoryState, Failure>>;
  /** The tree of tracked files with their working contents: what Nix sees. */
  treeHash(): Promise<Result<string, Failure>>;
  /** The root-relative path of a file of the flake: `flake.lock` → `nix/flake.lock`. */
  pathOf(file: string): Promise<Result<string, Failure>>;
  /** Whether git knows whose commits these are. */
  identity(): Promise<Result<string, Failure>>;
  /** What the flake's Nix files name by a path, and git does not give to Nix. */
  unseenFiles(): Promise<readonly UnseenFile[]>;
  /** Folders that the flake reads as a whole, each with what Nix does not see in it. */
  readFolders(): Promise<ReadFolders>;
  /** Tracked text files that hold conflict markers. */
  conflictMarkers(): Promise<Result<readonly string[], Failure>>;
  /** What would refuse a commit now, hooks apart; null when nothing would. Give what was observed to spare another look. */
  commitObstacle(seen?: RepositoryState): Promise<Failure | null>;
  /** What commits these paths, as it is shown and as it runs. */
  commitCommands(paths: readonly string[]): Promise<Result<readonly Command[], Failure>>;
  commit(request: CommitRequest): Promise<Result<Commit, Failure>>;
  /** The tree that a commit of exactly these paths on top of HEAD would have. */
  treeOf(paths: readonly string[]): Promise<Result<string, Failure>>;
  /** What became of a commit whose nixup was killed. */
  cutCommit(wanted: WantedCommit): Promise<Result<CutCommit, Failure>>;
  /** Whether a folder of `keepTree` holds something that is not there any more. */
  isKeptNeeded(folder: string): Promise<boolean>;
  /**
   * Brings into the index what a commit holds, where git or nixup was killed before it did; files
   * that differ are left. Answers the paths that the index did not have.
   */
  noteInIndex(revision: string): Promise<readonly string[]>;
  /** What it means to take back the lock of a commit; the rest of that commit stays. */
  planLockRevert(revision: string): Promise<Result<LockRevert | null, Failure>>;
  /** Whether the pre-commit hook refuses that, without a commit. */
  rehearseHook(
    planned: LockRevert,
    options?: Parameters<typeof rehearseHook>[3],
  ): Promise<Failure | null>;
  /** Pushes a branch; without a remote to where the branch is pushed by git's own settings. */
  push(target: BranchToPush): Promise<Result<Pushed, Failure>>;
  /** Tries a push; give what was observed to spare another look. */
  canPush(seen?: RepositoryState): Promise<Result<PushRights, Failure>>;
}

type BranchToPush = Omit<PushTarget, 'remote'> & { readonly remote?: string | undefined };

const findConflictMarkers = async (
  world: GitWorld,
  { root }: GitPlace,
): Promise<Result<readonly string[], Failure>> => {
  const answer = await askGit(
    world.exec,
    gitQuestion(root, ['grep', '-z', '-I', '--name-only', '-E', '^(<{7}|>{7}) ']),
  );
  if (answer.ok) return success(answer.value.stdout.split('\0').filter((path) => path !== ''));
  return answer.failure.code === 'command-failed' && answer.failure.exitCode === 1
    ? success([])
    : answer;
};

const pushNamed = async (
  world: GitWorld,
  found: GitPlace,
  target: BranchToPush,
  terminal: LentTerminal | null,
): Promise<Result<Pushed, Failure>> => {
  const { remote } = target;
  if (remote !== undefined) return pushBranch(world, found, { ...target, remote }, terminal);
  const known = await readRemote(world, found, target.branch);
  return known.name === null
    ? failed({
        code: 'git-refused',
        operation: 'push',
        detail: 'the repository has no remote',
        ...advised(
          commandOnly(quoteWords(['git', '-C', found.root, 'remote', 'add', 'origin', 'ADDRESS'])),
        ),
      })
    : pushBranch(
        world,
        found,
        {
          ...target,
          remote: known.name,
          remoteRef: target.remoteRef ?? known.ref ?? undefined,
          setUpstream: target.setUpstream ?? known.ref === null,
        },
        terminal,
      );
};

/**
 * Git for the repository around a flake's folder. Never opens an editor, and
 * asks a question only on a terminal that was lent to it.
 */
export const createGit = (
  world: GitWorld,
  flake: string,
  terminal: LentTerminal | null = null,
  readsSubmodules = false,
): Git => {
  const checkout = openCheckout(world, flake, readsSubmodules);
  const { place, inPlace, line } = checkout;
  return {
    place,
    ...createGitHistory(world, checkout),
    observe: () => inPlace((found) => observeRepository(world, found)),
    treeHash: () => inPlace((found) => workingTree(world, found)),
    pathOf: (file) => inPlace(async ({ prefix }) => success(`${prefix}${file}`)),
    identity: async () => {
      const answer = await line(['var', 'GIT_AUTHOR_IDENT']);
      return answer.ok ? success(answer.value.replace(/ \d+ [+-]\d+$/, '')) : answer;
    },
    readFolders: () => findReadFolders(world, flake),
    unseenFiles: async () => {
      const found = await place();
      return await findUnseen(world, flake, found.ok && found.value.readsSubmodules === true);
    },
    conflictMarkers: () => inPlace((found) => findConflictMarkers(world, found)),
    commitObstacle: async (repository) => {
      const found = await place();
      if (!found.ok) return found.failure;
      if (repository !== undefined) return commitObstacle(world, found.value, repository, terminal);
      const seen = await observeRepository(world, found.value);
      return seen.ok ? commitObstacle(world, found.value, seen.value, terminal) : seen.failure;
    },
    commitCommands: (paths) =>
      inPlace(async (found) => success([await commandOfCommit(world, found, paths)])),
    commit: (request) => inPlace((found) => commitPaths(world, found, request, terminal)),
    treeOf: (paths) => inPlace((found) => treeOfPaths(world, found, paths)),
    isKeptNeeded: async (folder) => {
      const found = await place();
      return !found.ok || isKeptNeeded(world, found.value, folder);
    },
    noteInIndex: async (revision) => {
      const found = await place();
      return found.ok ? await noteInIndex(world, found.value, revision) : [];
    },
    cutCommit: (wanted) => inPlace((found) => lookAtCutCommit(world, found, wanted)),
    push: (target) => inPlace((found) => pushNamed(world, found, target, terminal)),
    canPush: (repository) =>
      inPlace(async (found) => {
        if (repository !== undefined) return tryPush(world, found, repository, terminal);
        const seen = await observeRepository(world, found);
        return seen.ok ? tryPush(world, found, seen.value, terminal) : seen;
      }),
    planLockRevert: (revision) => inPlace((found) => planLockRevert(world, found, revision)),
    rehearseHook: async (planned, options) => {
      const found = await place();
      return found.ok ? rehearseHook(world, found.value, planned, options) : found.failure;
    },
  };
};
