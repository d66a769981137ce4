import { join } from 'node:path';
import type { GitFacts, OverlookedFile } from '../../model/commit/git.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type DirtyFile, parseGitStatus } from '../../parsers/git/status.ts';
import { redact } from '../../parsers/redact.ts';
import { askGit, checkoutFailure, type GitPlace, type GitWorld, gitQuestion } from './command.ts';
import { changedOverlooked, overlookedFiles } from './overlooked.ts';
import { sourcesOf, workingTree } from './tree.ts';

/** Something that was begun in the repository and not ended. */
export type GitOperation = 'merge' | 'rebase' | 'am' | 'cherry-pick' | 'revert' | 'bisect';

/** The files by which git itself knows (wt-status.c); the first that is there counts. */
const operationFiles: readonly (readonly [GitOperation, string])[] = [
  ['merge', 'MERGE_HEAD'],
  ['am', 'rebase-apply/applying'],
  ['rebase', 'rebase-merge'],
  ['rebase', 'rebase-apply'],
  ['cherry-pick', 'CHERRY_PICK_HEAD'],
  ['revert', 'REVERT_HEAD'],
  ['bisect', 'BISECT_LOG'],
];

export interface RepositoryState extends GitFacts {
  /** The flake's folder below the root, empty or ending in a slash. */
  readonly prefix: string;
  readonly dirtyFiles: readonly DirtyFile[];
  readonly operation: GitOperation | null;
  /** Branches that point at a detached HEAD. */
  readonly branchesHere: readonly string[];
  /** Older commits are not here (`git clone --depth`). */
  readonly isShallow: boolean;
  /** The remote that the branch is pushed to; null when none is known. */
  readonly remote: string | null;
  /** The full name of the branch there, `refs/heads/main`; null without an upstream. */
  readonly remoteRef: string | null;
}

interface Remote {
  readonly name: string | null;
  readonly ref: string | null;
  readonly url: string | null;
  /** Its addresses for a push, without secrets; none where git does not say. */
  readonly pushesTo: readonly string[];
}

/** Where git would push a branch; its address without secrets. */
export const readRemote = async (
  world: GitWorld,
  place: GitPlace,
  branch: string | null,
): Promise<Remote> => {
  const format = '--format=%(push:remotename)%00%(push:remoteref)%00%(upstream:remoteref)';
  const [tracking, urls] = await Promise.all([
    branch === null
      ? null
      : askGit(
          world.exec,
          gitQuestion(place.root, ['for-each-ref', format, `refs/heads/${branch}`]),
        ),
    askGit(
      world.exec,
      gitQuestion(place.root, ['config', '-z', '--get-regexp', '^remote\\..*\\.url$']),
    ),
  ]);
  const [name = '', pushRef = '', upstreamRef = ''] =
    tracking?.ok === true ? (tracking.value.stdout.split('\n')[0] ?? '').split('\0') : [];
  const known = new Map<string, string>();
  for (const entry of urls.ok ? urls.value.stdout.split('\0') : []) {
    const [key = '', url = ''] = entry.split('\n');
    if (key !== '') known.set(key.slice('remote.'.length, -'.url'.length), url);
  }
  const [only] = known.keys();
  const chosen =
    name !== '' ? name : known.has('origin') ? 'origin' : known.size === 1 ? (only ?? null) : null;
  const ref = upstreamRef === '' ? '' : pushRef === '' ? upstreamRef : pushRef;
  const url = chosen === null ? undefined : known.get(chosen);
  const addresses =
    chosen === null
      ? null
      : await askGit(
          world.exec,
          gitQuestion(place.root, ['remote', 'get-url', '--push', '--all', '--', chosen]),
        );
  const pushesTo = addresses?.ok === true ? addresses.value.stdout.split('\n') : [];
  return {
    name: chosen,
    pushesTo: pushesTo.filter((one) => one !== '').map(redact),
    ref: ref === '' ? null : ref,
    url: url === undefined ? null : redact(url),
  };
};

const readOperation = async (world: GitWorld, place: GitPlace): Promise<GitOperation | null> => {
  for (const [operation, file] of operationFiles)
    if (await world.files.exists(join(place.gitFolder, file))) return operation;
  // Between two commits of a longer cherry-pick or revert only the list of them is there.
  const todo = await world.files.read(join(place.gitFolder, 'sequencer/todo'));
  if (!todo.ok || todo.value === undefined) return null;
  return todo.value.startsWith('revert') ? 'revert' : 'cherry-pick';
};

/** To go to from a detached HEAD. */
const readBranchesHere = async (world: GitWorld, place: GitPlace): Promise<readonly string[]> => {
  const listed = await askGit(
    world.exec,
    gitQuestion(place.root, [
      'for-each-ref',
      '--points-at=HEAD',
      '--format=%(refname:short)',
      'refs/heads/',
    ]),
  );
  return listed.ok ? listed.value.stdout.split('\n').filter((name) => name !== '') : [];
};

/** What differs from HEAD: by git's status, and what git was told to look away from. */
const changedFiles = (
  status: ReturnType<typeof parseGitStatus>,
  overlooked: readonly OverlookedFile[],
): Pick<RepositoryState, 'dirty' | 'overlooked' | 'dirtyFiles'> => ({
  dirty: [
    ...status.dirty.flatMap(({ path, from }) => (from === null ? [path] : [path, from])),
    ...status.conflicted,
    ...overlooked.map(({ path }) => path),
  ],
  overlooked,
  dirtyFiles: [
    ...status.dirty,
    ...overlooked.map(({ path }) => ({ path, state: 'modified', from: null }) as const),
  ],
});

/** Reads the repository without changing anything in it. */
export const observeRepository = async (
  world: GitWorld,
  place: GitPlace,
): Promise<Result<RepositoryState, Failure>> => {
  const answer = await askGit(
    world.exec,
    gitQuestion(place.root, [
      'status',
      '--porcelain=v2',
      '--branch',
      '-z',
      '--untracked-files=all',
      '--ignore-submodules=dirty',
    ]),
  );
  if (!answer.ok) {
    return failed(checkoutFailure(answer.failure, 'status', place.root, place.gitFolder));
  }
  const status = parseGitStatus(answer.value.stdout);
  const marked = overlookedFiles(world, place);
  const [tree, remote, operation, branchesHere, shallow] = await Promise.all([
    workingTree(world, place, marked),
    readRemote(world, place, status.branch),
    readOperation(world, place),
    status.branch === null && status.head !== null ? readBranchesHere(world, place) : [],
    askGit(world.exec, gitQuestion(place.root, ['rev-parse', '--is-shallow-repository'])),
  ]);
  if (!tree.ok) return tree;
  const found = await marked;
  const looked = found.ok
    ? await changedOverlooked(world, place, tree.value, status.head, found.value)
    : found;
  if (!looked.ok)
    return failed(checkoutFailure(looked.failure, 'ls-files', place.root, place.gitFolder));
  const overlooked = looked.value;
  return success({
    root: place.root,
    prefix: place.prefix,
    branch: status.branch,
    head: status.head,
    upstream: status.upstream,
    ahead: status.ahead ?? 0,
    behind: status.behind ?? 0,
    ...changedFiles(status, overlooked),
    conflicted: status.conflicted,
    untrackedNix: status.untracked.filter((path) => path.endsWith('.nix')),
    tree: tree.value,
    sources: await sourcesOf(world, place, tree.value),
    operation,
    branchesHere,
    isShallow: shallow.ok && shallow.value.stdout.trim() === 'true',
    remote: remote.name,
    remoteRef: remote.ref,
    remoteUrl: remote.url,
    ...(remote.pushesTo.length === 0 ? {} : { pushesTo: remote.pushesTo }),
  });
};
