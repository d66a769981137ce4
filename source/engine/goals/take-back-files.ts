import type { Failure } from '../../model/failure.ts';
import { lastCommitOf } from '../../model/last-commit.ts';
import type { AlsoBack } from '../../model/plan.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { EngineContext } from '../context.ts';
import { observeGit, observeLock } from '../observe.ts';
import type { RunSession } from '../run-session.ts';
import { runPush } from './commit.ts';
import { runRevert } from './revert.ts';

/** The newest commit of this branch that nixup made, by the journals. */
const lastCommit = (context: EngineContext): Result<string, Failure> => {
  const commit = lastCommitOf(context.state().history);
  return commit === null
    ? failed({
        code: 'git-refused',
        operation: 'revert',
        detail: 'no run of nixup made a commit here',
        remedy: 'Revert by hand: git revert REVISION',
      })
    : success(commit);
};

/**
 * What goes back with the hosts, in this order: the lock to the committed one,
 * the commit by a revert, the branch by a push. Answers what was done, in words.
 */
export const takeBackFiles = async (
  context: EngineContext,
  session: RunSession,
  also: AlsoBack,
): Promise<Result<readonly string[], Failure>> => {
  const done: string[] = [];
  const { lock } = context.state();
  const changed =
    lock.kind === 'read' ? lock.changes.map(({ path }) => path.split('/')[0] ?? path) : [];
  if (also.lock && changed.length > 0) {
    const reverted = await runRevert(context, session, [...new Set(changed)]);
    if (!reverted.ok) return reverted;
    done.push('The lock is the committed one.');
  }
  if (also.commit) {
    const commit = lastCommit(context);
    if (!commit.ok) return commit;
    const reverted = await session.perform(
      { host: null, deed: `revert ${commit.value.slice(0, 12)}` },
      () => context.git.revertCommit(commit.value),
      ({ revision }) => `${revision} takes ${commit.value} back`,
    );
    if (!reverted.ok) return reverted;
    session.commit = reverted.value.revision;
    await observeGit(context);
    await observeLock(context);
    done.push(`Commit ${commit.value.slice(0, 12)} is reverted.`);
  }
  if (also.push) {
    const pushed = await runPush(context, session);
    if (!pushed.ok) return pushed;
    done.push('The branch is pushed.');
  }
  return success(done);
};
