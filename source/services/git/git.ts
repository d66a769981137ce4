import { join } from 'node:path';
import { type Command, quoteWords } from '../../model/command.ts';
import type { CutCommit, WantedCommit } from '../../model/commit/cut-commit.ts';
import type { Failure } from '../../model/failure.ts';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { readsOwnSubmodules } from '../../parsers/lock/flake-inputs.ts';
import type { LentTerminal } from '../world/lent-terminal.ts';
import {
  ask,
  findPlace,
  type GitPlace,
  type GitWorld,
  gitDeed,
  gitQuestion,
  isFileMissing,
  isNoCommitYet,
  isSafeRevision,
  reasonOf,
  refuseRevision,
} from './command.ts';
import {
  type Commit,
  type CommitRequest,
  changedBetween,
  commandOfCommit,
  commitPaths,
  isPublished,
} from './commit.ts';
import { isKeptNeeded, lookAtCutCommit, noteInIndex } from './cut-commit.ts';
import { type LockRevert, planLockRevert, rehearseHook } from './lock-revert.ts';
import { observeRepository, type Repository, readRemote } from './observe.ts';
import { commitObstacle } from './obstacles.ts';
import { type Pushed, type PushRights, type PushTarget, pushBranch, tryPush } from './push.ts';
import { findReadFolders, type ReadFolders } from './read-folders.ts';
import { findRewritten } from './rewritten.ts';
import { sourcesOf, treeOfPaths, workingTree } from './tree.ts';
import { findUnseen } from './unseen-file.ts';

/** Git as nixup uses it. All paths are relative to the root of the repository. */
export interface Git {
  /** Where the flake lies in its repository. Fails with git-refused outside of one. */
  place(): Promise<Result<GitPlace, Failure>>;
  observe(): Promise<Result<Repository, Failure>>;
  /** The tree of tracked files with their working contents: what Nix sees. */
  treeHash(): Promise<Result<string, Failure>>;
  headTree(): Promise<Result<string, Failure>>;
  /** What hosts are made of in that tree besides the inputs (`GitFacts.sources`); null when git does not have it. */
  sourcesOf(tree: string): Promise<string | null>;
  /** The root-relative path of a file of the flake: `flake.lock` → `nix/flake.lock`. */
  pathOf(file: string): Promise<Result<string, Failure>>;
  /** Text of a file of the flake (relative to the flake's folder) in a revision; null when it has none. */
  show(revision: string, file: string): Promise<Result<string | null, Failure>>;
  revisionExists(revision: string): Promise<boolean>;
  /** Whether the first commit is the second or one of its ancestors. */
  isAncestor(ancestor: string, descendant: string): Promise<Result<boolean, Failure>>;
  /** Whether a remote branch has the commit, as of the last fetch or push. */
  isPublished(revision: string): Promise<boolean>;
  /**
   * What a commit that its branch lost became there, by a rebase or an amend; null where it was
   * dropped, or a remote branch has all of the branch.
   */
  rewrittenAs(revision: string, branch: string): Promise<Result<string | null, Failure>>;
  /** The commit of a local branch, whatever it is called; null when there is no such branch. */
  branchTip(branch: string): Promise<Result<string | null, Failure>>;
  /** The message of HEAD. */
  headMessage(): Promise<Result<string, Failure>>;
  /** Commits reachable from the second and not from the first. */
  countCommits(from: string, to: string): Promise<Result<number, Failure>>;
  /** Whether git knows whose commits these are. */
  identity(): Promise<Result<string, Failure>>;
  /** What the flake's Nix files name by a path, and git does not give to Nix. */
  unseenFiles(): Promise<readonly UnseenFile[]>;
  /** Folders that the flake reads as a whole, each with what Nix does not see in it. */
  readFolders(): Promise<ReadFolders>;
  /** Tracked text files that hold conflict markers. */
  conflictMarkers(): Promise<Result<readonly string[], Failure>>;
  /** What would refuse a commit now, hooks apart; null when nothing would. Give what was observed to spare another look. */
  commitObstacle(seen?: Repository): Promise<Failure | null>;
  /** What commits these paths, as it is shown and as it runs. */
  commitCommands(paths: readonly string[]): Promise<Result<readonly Command[], Failure>>;
  commit(request: CommitRequest): Promise<Result<Commit, Failure>>;
  /** The tree that a commit of exactly these paths on top of HEAD would have. */
  treeOf(paths: readonly string[]): Promise<Result<string, Failure>>;
  /** What became of a commit whose nixup was killed. */
  cutCommit(wanted: WantedCommit): Promise<Result<CutCommit, Failure>>;
  /** Whether a folder of `keepTree` holds something that is not there any more. */
  isKeptNeeded(folder: string): Promise<boolean>;
  /** Brings into the index what a commit holds, where git was killed before it did; files that differ are left. */
  noteInIndex(revision: string): Promise<void>;
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
  canPush(seen?: Repository): Promise<Result<PushRights, Failure>>;
  /** Files that differ between two trees; none where git does not have one of them any more. */
  changedPaths(one: string, other: string): Promise<readonly string[]>;
  /** Keeps a commit from being collected: `refs/nixup/NAME`. */
  saveRef(name: string, revision: string): Promise<Result<void, Failure>>;
  /** Writes a file of the flake as it is in a revision; the index stays as it is. */
  restoreFile(revision: string, file: string): Promise<Result<void, Failure>>;
}

export type BranchToPush = Omit<PushTarget, 'remote'> & { readonly remote?: string | undefined };

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
  const { exec } = world;
  let known: Promise<Result<GitPlace, Failure>> | undefined;
  const place = async (): Promise<Result<GitPlace, Failure>> => {
    known ??= findPlace(exec, flake);
    const found = await known;
    if (!found.ok) known = undefined;
    if (!found.ok) return found;
    // Read each time: a person may edit it meanwhile.
    const text = readsSubmodules ? null : await world.files.read(join(flake, 'flake.nix'));
    const isAsked = text === null || (text.ok && readsOwnSubmodules(text.value ?? ''));
    return isAsked ? success({ ...found.value, readsSubmodules: true }) : found;
  };
  const inPlace = async <Value>(
    work: (place: GitPlace) => Promise<Result<Value, Failure>>,
  ): Promise<Result<Value, Failure>> => {
    const found = await place();
    return found.ok ? work(found.value) : found;
  };
  const line = async (args: readonly string[]): Promise<Result<string, Failure>> => {
    const answer = await ask(exec, gitQuestion(flake, args));
    return answer.ok ? success(answer.value.stdout.trim()) : answer;
  };

  return {
    place,
    observe: () => inPlace((found) => observeRepository(world, found)),
    treeHash: () => inPlace((found) => workingTree(world, found)),
    headTree: () => line(['rev-parse', '--verify', 'HEAD^{tree}']),
    sourcesOf: async (tree) => {
      const found = await place();
      return found.ok && isSafeRevision(tree) ? await sourcesOf(world, found.value, tree) : null;
    },
    pathOf: (file) => inPlace(async ({ prefix }) => success(`${prefix}${file}`)),
    show: (revision, file) =>
      inPlace(async ({ root, prefix }) => {
        if (!isSafeRevision(revision)) return failed(refuseRevision(revision));
        const answer = await ask(
          exec,
          gitQuestion(root, ['show', '--no-textconv', `${revision}:${prefix}${file}`]),
        );
        if (answer.ok) return success(answer.value.stdout);
        const reason = reasonOf(answer.failure);
        if (isFileMissing(reason) || isNoCommitYet(revision, reason)) return success(null);
        return failed(
          answer.failure.code === 'command-failed' ? refuseRevision(revision) : answer.failure,
        );
      }),
    revisionExists: async (revision) =>
      isSafeRevision(revision) &&
      (await line(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`])).ok,
    isAncestor: async (ancestor, descendant) => {
      for (const one of [ancestor, descendant])
        if (!isSafeRevision(one)) return failed(refuseRevision(one));
      const answer = await line(['merge-base', '--is-ancestor', ancestor, descendant]);
      if (answer.ok) return success(true);
      return answer.failure.code === 'command-failed' && answer.failure.exitCode === 1
        ? success(false)
        : answer;
    },
    isPublished: async (revision) => {
      const found = await place();
      return found.ok && isSafeRevision(revision) && isPublished(world, found.value, revision);
    },
    rewrittenAs: (revision, branch) =>
      inPlace((found) => findRewritten(world, found, revision, branch)),
    branchTip: async (branch) => {
      const answer = await line(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
      if (answer.ok) return answer;
      return answer.failure.code === 'command-failed' && answer.failure.exitCode === 1
        ? success(null)
        : answer;
    },
    headMessage: () => line(['log', '-1', '--no-show-signature', '--format=%B', 'HEAD']),
    countCommits: async (from, to) => {
      for (const one of [from, to]) if (!isSafeRevision(one)) return failed(refuseRevision(one));
      const answer = await line(['rev-list', '--count', `${from}..${to}`]);
      return answer.ok ? success(Number(answer.value)) : answer;
    },
    identity: async () => {
      const answer = await line(['var', 'GIT_AUTHOR_IDENT']);
      return answer.ok ? success(answer.value.replace(/ \d+ [+-]\d+$/, '')) : answer;
    },
    readFolders: () => findReadFolders(world, flake),
    unseenFiles: async () => {
      const found = await place();
      return await findUnseen(world, flake, found.ok && found.value.readsSubmodules === true);
    },
    conflictMarkers: () =>
      inPlace(async ({ root }) => {
        const answer = await ask(
          exec,
          gitQuestion(root, ['grep', '-z', '-I', '--name-only', '-E', '^(<{7}|>{7}) ']),
        );
        if (answer.ok)
          return success(answer.value.stdout.split('\0').filter((path) => path !== ''));
        return answer.failure.code === 'command-failed' && answer.failure.exitCode === 1
          ? success([])
          : answer;
      }),
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
      if (found.ok) await noteInIndex(world, found.value, revision);
    },
    cutCommit: (wanted) => inPlace((found) => lookAtCutCommit(world, found, wanted)),
    push: (target) =>
      inPlace(async (found) => {
        const { remote } = target;
        if (remote !== undefined) return pushBranch(world, found, { ...target, remote }, terminal);
        const known = await readRemote(world, found, target.branch);
        return known.name === null
          ? failed({
              code: 'git-refused',
              operation: 'push',
              detail: 'the repository has no remote',
              remedy: quoteWords(['git', '-C', found.root, 'remote', 'add', 'origin', 'ADDRESS']),
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
      }),
    canPush: (repository) =>
      inPlace(async (found) => {
        if (repository !== undefined) return tryPush(world, found, repository, terminal);
        const seen = await observeRepository(world, found);
        return seen.ok ? tryPush(world, found, seen.value, terminal) : seen;
      }),
    changedPaths: async (one, other) => {
      const found = await place();
      return found.ok ? changedBetween(world, found.value, one, other) : [];
    },
    saveRef: async (name, revision) => {
      if (!/^[A-Za-z0-9][A-Za-z0-9/_-]*$/.test(name) || !isSafeRevision(revision))
        return failed(refuseRevision(`${name} ${revision}`));
      const saved = await exec(
        gitDeed(flake, ['update-ref', '-m', 'nixup', `refs/nixup/${name}`, `${revision}^{}`]),
        { quiet: true },
      );
      return saved.ok ? success(undefined) : saved;
    },
    planLockRevert: (revision) => inPlace((found) => planLockRevert(world, found, revision)),
    rehearseHook: async (planned, options) => {
      const found = await place();
      return found.ok ? rehearseHook(world, found.value, planned, options) : found.failure;
    },
    restoreFile: (revision, file) =>
      inPlace(async ({ root, prefix }) => {
        if (!isSafeRevision(revision)) return failed(refuseRevision(revision));
        const restored = await exec(
          gitDeed(root, [
            'restore',
            `--source=${revision}`,
            '--worktree',
            '--',
            `${prefix}${file}`,
          ]),
        );
        if (restored.ok) return success(undefined);
        return failed(
          restored.failure.code === 'command-failed'
            ? {
                code: 'git-refused',
                operation: `restore ${file}`,
                detail: reasonOf(restored.failure),
                remedy: `see what that revision holds: ${quoteWords(['git', '-C', root, 'show', '--stat', revision])}`,
              }
            : restored.failure,
        );
      }),
  };
};
