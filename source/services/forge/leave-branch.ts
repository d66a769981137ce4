import { type Command, quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import {
  askGit,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  reasonOf,
  refusing,
} from '../git/command.ts';

const refused = refusing('take the branch back');

/** What became of the branch that the commit was made on. */
type LeftBranch =
  | { readonly kind: 'back'; readonly to: string }
  /** Why the commit stays on it. */
  | { readonly kind: 'stays'; readonly why: string };

const stays = (why: string): Result<LeftBranch, Failure> => success({ kind: 'stays', why });

/** A branch, and where it goes. */
interface Leaving {
  readonly branch: string;
  /** The tip of the branch. */
  readonly from: string;
  /** The commit that it goes back to. */
  readonly to: string;
  /** What the remote has of this branch: the branch never goes behind that. Null where it has none. */
  readonly upstream: string | null;
}

/** Why the commits stay on the branch; null where they can leave it. */
const whyStays = async (
  world: GitWorld,
  place: GitPlace,
  { ref, branch, from, to, upstream }: Leaving & { readonly ref: string },
): Promise<Result<string | null, Failure>> => {
  const [head, tip, kept, changed] = await Promise.all([
    askGit(world.exec, gitQuestion(place.root, ['symbolic-ref', '--quiet', 'HEAD'])),
    askGit(world.exec, gitQuestion(place.root, ['rev-parse', '--verify', '--quiet', ref])),
    askGit(
      world.exec,
      gitQuestion(place.root, ['for-each-ref', '--count=1', '--contains', from, 'refs/remotes/']),
    ),
    askGit(world.exec, gitQuestion(place.root, ['diff-tree', '-r', '-z', '--name-only', to, from])),
  ]);
  if (!head.ok || head.value.stdout.trim() !== ref)
    return success(`HEAD is not on ${branch} any more`);
  if (!tip.ok || tip.value.stdout.trim() !== from) return success(`${branch} moved meanwhile`);
  if (!kept.ok || kept.value.stdout.trim() === '')
    return success('no remote branch is known here that has it');
  if (upstream !== null) {
    const shared = await askGit(
      world.exec,
      gitQuestion(place.root, ['merge-base', upstream, from]),
    );
    if (!shared.ok)
      return success(`what the remote has of ${branch} has nothing in common with it`);
    const isBehind = await askGit(
      world.exec,
      gitQuestion(place.root, ['merge-base', '--is-ancestor', shared.value.stdout.trim(), to]),
    );
    if (!isBehind.ok)
      return success(`the remote has commits of ${branch} that come after ${showCommit(to)}`);
  }
  if (!changed.ok) return changed;
  const paths = changed.value.stdout.split('\0').filter((path) => path !== '');
  const dirty = await askGit(
    world.exec,
    gitQuestion(place.root, [
      'status',
      '--porcelain',
      '-z',
      '--untracked-files=no',
      '--',
      ...paths,
    ]),
  );
  if (!dirty.ok) return dirty;
  if (dirty.value.stdout !== '')
    return success(`${paths.join(', ')} changed again after the commit`);
  return success(null);
};

/** What moves the branch, and what lays its files there, as it is shown and as it runs. */
export const leaveCommands = (
  root: string,
  { branch, from, to }: Pick<Leaving, 'branch' | 'from' | 'to'>,
): readonly [Command, Command] => [
  gitChange(root, [
    'update-ref',
    '-m',
    'nixup: the commit is in its pull request',
    `refs/heads/${branch}`,
    to,
    from,
  ]),
  gitChange(root, ['read-tree', '-m', '-u', from, to]),
];

/**
 * Takes commits off the branch that is checked out, once another branch of the remote has them: branch,
 * index and files are as before the commits, for the files of the commits. Everything else, staged or
 * not, stays as it is: git's own two-tree merge, by which it switches branches (git-read-tree(1)).
 */
export const leaveBranch = async (
  world: GitWorld,
  place: GitPlace,
  { branch, from, to, upstream }: Leaving,
): Promise<Result<LeftBranch, Failure>> => {
  const ref = `refs/heads/${branch}`;
  const why = await whyStays(world, place, { ref, branch, from, to, upstream });
  if (!why.ok) return why;
  if (why.value !== null) return stays(why.value);
  const [move, lay] = leaveCommands(place.root, { branch, from, to });
  const moved = await world.exec(move, { quiet: true });
  if (!moved.ok)
    return failed(
      refused(
        `${branch} could not be moved: ${reasonOf(moved.failure)}`,
        advise('by hand', quoteWords(['git', '-C', place.root, 'reset', '--keep', to])),
      ),
    );
  const laid = await world.exec(lay, { quiet: true });
  if (laid.ok) return success({ kind: 'back', to });
  // The files stay as they are, so the branch does too.
  const [moveBack] = leaveCommands(place.root, { branch, from: to, to: from });
  await world.exec(moveBack, { quiet: true });
  return stays(reasonOf(laid.failure));
};
