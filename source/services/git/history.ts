import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import {
  askGit,
  type Checkout,
  type GitPlace,
  type GitWorld,
  gitQuestion,
  isFileMissing,
  isNoCommitYet,
  isSafeRevision,
  reasonOf,
  refuseRevision,
} from './command.ts';
import { changedBetween, isPublished } from './commit.ts';
import { sourcesOf } from './tree.ts';

interface Author {
  readonly revision: string;
  /** Name, address and time: git keeps them when it makes a commit again. */
  readonly author: string;
}

/** Far more than anybody has unpushed; what lies deeper is not looked for. */
const mostCommits = '500';

const authorsOf = async (
  world: GitWorld,
  place: GitPlace,
  which: readonly string[],
): Promise<Result<readonly Author[], Failure>> => {
  const answer = await askGit(
    world.exec,
    gitQuestion(place.root, [
      'log',
      '-z',
      '--no-show-signature',
      '--no-mailmap',
      `--max-count=${mostCommits}`,
      '--format=%H %at %an <%ae>',
      ...which,
      '--',
    ]),
  );
  if (!answer.ok) return answer;
  return success(
    answer.value.stdout.split('\0').flatMap((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? [] : [{ revision: line.slice(0, space), author: line.slice(space + 1) }];
    }),
  );
};

/** Git's id of the lock in a revision; null where it has none. */
const lockIn = async (
  world: GitWorld,
  { root, prefix }: GitPlace,
  revision: string,
): Promise<string | null> => {
  const answer = await askGit(
    world.exec,
    gitQuestion(root, ['rev-parse', '--verify', '--quiet', `${revision}:${prefix}flake.lock`]),
  );
  return answer.ok ? answer.value.stdout.trim() : null;
};

/**
 * The commit of a branch that took the place of one that is no longer on it, among those that no
 * remote branch has: the first that brings the same lock; else by its author and time, which a rebase
 * and an amend keep.
 */
const findRewritten = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
  branch: string,
): Promise<Result<string | null, Failure>> => {
  if (!isSafeRevision(revision)) return failed(refuseRevision(revision));
  const unpublished = await authorsOf(world, place, [`refs/heads/${branch}`, '--not', '--remotes']);
  if (!unpublished.ok) return unpublished;
  if (unpublished.value.length === 0) return success(null);
  const lost = await authorsOf(world, place, ['--no-walk', revision]);
  if (!lost.ok) return lost;
  const oldestFirst = unpublished.value.toReversed();
  const lock = await lockIn(world, place, revision);
  if (lock !== null && lock !== (await lockIn(world, place, `${revision}^`)))
    for (const one of oldestFirst)
      if (
        (await lockIn(world, place, one.revision)) === lock &&
        (await lockIn(world, place, `${one.revision}^`)) !== lock
      )
        return success(one.revision);
  const same = oldestFirst.find(({ author }) => author === lost.value[0]?.author);
  return success(same?.revision ?? null);
};

const treeAt = async (line: Checkout['line'], revision: string): Promise<string | null> => {
  if (!isSafeRevision(revision.replace(/\^$/, ''))) return null;
  const answer = await line(['rev-parse', '--verify', '--quiet', `${revision}^{tree}`]);
  return answer.ok ? answer.value : null;
};

const commitsByTree = async (line: Checkout['line']): Promise<ReadonlyMap<string, string>> => {
  const format = '--format=%T %H';
  const answer = await line([
    'log',
    `-${mostCommits}`,
    '--no-show-signature',
    format,
    'HEAD',
    '--',
  ]);
  const pairs = answer.ok ? answer.value.split('\n') : [];
  // The last one of a tree counts: oldest first.
  return new Map(
    pairs.toReversed().flatMap((pair): readonly (readonly [string, string])[] => {
      const [tree, commit] = pair.split(' ');
      return tree === undefined || commit === undefined ? [] : [[tree, commit]];
    }),
  );
};

/** What git knows of commits; nothing is changed. */
export interface GitHistory {
  /** What hosts are made of in that tree besides the inputs (`GitFacts.sources`); null when git does not have it. */
  sourcesOf(tree: string): Promise<string | null>;
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
  /** Files that differ between two trees; none where git does not have one of them any more. */
  changedPaths(one: string, other: string): Promise<readonly string[]>;
  /** The newest commits since that one which changed these files (relative to the repository): `7132145 Move the proxy`. */
  commitsOf(from: string, paths: readonly string[], most: number): Promise<readonly string[]>;
  /** The newest commit of HEAD's history for each of its trees; of the last few hundred commits. */
  commitsByTree(): Promise<ReadonlyMap<string, string>>;
  /** The tree of a commit, or of its parent (`HEAD^`); null where there is none. */
  treeAt(revision: string): Promise<string | null>;
  /** The commit before it; null where there is none. */
  firstParent(revision: string): Promise<string | null>;
}

// Whole: one line for each question, and none is longer than a few lines.
export const createGitHistory = (
  world: GitWorld,
  { place, inPlace, line }: Checkout,
): GitHistory => ({
  sourcesOf: async (tree) => {
    const found = await place();
    return found.ok && isSafeRevision(tree) ? await sourcesOf(world, found.value, tree) : null;
  },
  show: (revision, file) =>
    inPlace(async ({ root, prefix }) => {
      if (!isSafeRevision(revision)) return failed(refuseRevision(revision));
      const answer = await askGit(
        world.exec,
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
  commitsOf: async (from, paths, most) => {
    const format = ['--no-show-signature', '--format=%h %s', `--max-count=${most}`];
    if (!isSafeRevision(from)) return [];
    const answer = await line(['log', ...format, `${from}..HEAD`, '--', ...paths]);
    return answer.ok ? answer.value.split('\n').filter((one) => one !== '') : [];
  },
  commitsByTree: () => commitsByTree(line),
  treeAt: (revision) => treeAt(line, revision),
  firstParent: async (revision) => {
    if (!isSafeRevision(revision)) return null;
    const parent = await line(['rev-parse', '--verify', '--quiet', `${revision}^1`]);
    return parent.ok ? parent.value : null;
  },
  changedPaths: async (one, other) => {
    const found = await place();
    return found.ok ? changedBetween(world, found.value, one, other) : [];
  },
});
