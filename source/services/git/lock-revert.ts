import { join } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import { revertMessage } from '../../model/commit/revert-message.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { commandOnly } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import {
  askGit,
  type GitPlace,
  type GitWorld,
  gitChange,
  gitQuestion,
  isSafeRevision,
  refuseRevision,
  refusing,
  withoutLiteral,
} from './command.ts';
import { commitTimeoutMs, withWords } from './commit.ts';
import { commitFailure } from './commit-failure.ts';
import { readHeadState, sayMoves } from './head.ts';
import { makeHookTree, sweepHookTrees } from './hook-tree.ts';
import { hooksOfCommit } from './kept-index.ts';

/** The lock as it was before a commit, and the message of the commit that brings it back. */
export interface LockRevert {
  readonly text: string;
  readonly message: string;
  /** The lock, relative to the root of the repository. */
  readonly path: string;
}

/**
 * How the lock of a commit is taken back. Only the lock goes back: whatever else the commit holds
 * stays. Null where HEAD's lock is already the one from before that commit; refused where later
 * commits changed the lock again.
 */
export const planLockRevert = async (
  world: GitWorld,
  place: GitPlace,
  revision: string,
): Promise<Result<LockRevert | null, Failure>> => {
  if (!isSafeRevision(revision)) return failed(refuseRevision(revision));
  const { root } = place;
  const path = `${place.prefix}flake.lock`;
  const short = showCommit(revision);
  const refused = (detail: string, ...words: readonly string[]): Result<never, Failure> =>
    failed(
      refusing('revert the commit')(detail, commandOnly(quoteWords(['git', '-C', root, ...words]))),
    );
  const line = async (...args: readonly string[]): Promise<string | null> => {
    const answer = await askGit(world.exec, gitQuestion(root, args));
    return answer.ok ? answer.value.stdout.trim() : null;
  };
  const known = await line('rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  if (known === null)
    return refused(`commit ${short} is not in this repository`, 'log', '--oneline', '-10');
  if ((await line('merge-base', '--is-ancestor', known, 'HEAD')) === null)
    return refused(`commit ${short} is not on this branch`, 'log', '--oneline', '-10');
  if ((await line('rev-parse', '--verify', '--quiet', `${known}~1^{commit}`)) === null)
    return refused(
      `what was before commit ${short} is not in this repository: it is the first commit, or the clone is shallow`,
      'fetch',
      '--deepen=50',
    );
  const [before, after, now] = await Promise.all(
    [`${known}~1`, known, 'HEAD'].map((one) =>
      line('rev-parse', '--verify', '--quiet', `${one}:${path}`),
    ),
  );
  if (before === null) return refused(`there was no ${path} before commit ${short}`, 'show', known);
  if (before === after) return refused(`commit ${short} did not change ${path}`, 'show', known);
  if (now === before) return success(null);
  if (now !== after)
    return refused(
      `later commits changed ${path} again, so commit ${short} cannot be reverted by itself`,
      ...['log', '--oneline', `${known}..HEAD`, '--', path],
    );
  const text = await askGit(
    world.exec,
    gitQuestion(root, ['show', '--no-textconv', `${known}~1:${path}`]),
  );
  if (!text.ok) return text;
  const subject = (await line('log', '-1', '--no-show-signature', '--format=%s', known)) ?? '';
  return success({
    text: text.value.stdout,
    path,
    message: revertMessage(subject, path, known),
  });
};

/**
 * Runs the pre-commit hook on the tree that a commit of this text would have,
 * and commits nothing: whether it refuses is known before. It runs in a copy of the
 * tree, which is thrown away. Hooks that want the message cannot be asked.
 */
export const rehearseHook = async (
  world: GitWorld,
  place: GitPlace,
  planned: LockRevert,
  options: {
    readonly onLine?: ((line: string) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<Failure | null> => {
  const hooks = await hooksOfCommit(world, place);
  if (!hooks.includes('pre-commit')) return null;
  const before = await readHeadState(world, place);
  if (!before.ok) return before.failure;
  await sweepHookTrees(world, place);
  const copy = await makeHookTree(world, place, before.value);
  if (!copy.ok) return copy.failure;
  // Only the commit itself asks the hook where git has no copy of HEAD.
  if (copy.value === null) return null;
  const at = copy.value.place;
  try {
    // As `git commit --only` has it: HEAD with the lock alone.
    const written = await world.files.write(join(at.root, planned.path), planned.text);
    if (!written.ok) return written.failure;
    for (const args of [
      ['read-tree', 'HEAD'],
      ['add', '--force', '--', planned.path],
    ]) {
      const laid = await world.exec(gitChange(at.root, args), { quiet: true });
      if (!laid.ok) return laid.failure;
    }
    const run = await world.exec(
      withoutLiteral(gitChange(at.root, ['hook', 'run', '--ignore-missing', 'pre-commit'])),
      { timeoutMs: commitTimeoutMs, group: true, untilExit: true, ...options },
    );
    if (run.ok || run.failure.code === 'canceled') return null;
    // Git before 2.36 cannot run a hook alone: then nobody knows.
    const isUnknown =
      run.failure.code === 'command-failed' &&
      run.failure.tail.some((line) => line.includes("'hook' is not a git command"));
    return isUnknown
      ? null
      : withWords(
          commitFailure(run.failure, place.root, [planned.path]),
          await sayMoves(world, place, before.value, copy.value, 'Somebody'),
        );
  } finally {
    await copy.value.forget();
  }
};
