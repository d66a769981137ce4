import type { AlsoBack } from '../../model/deploy/plan.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { lockedInputs } from '../../model/inputs/moves.ts';
import { rootOfChange } from '../../model/lock/change.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { adviceOf, advise, advised } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import type { LockRevert } from '../../services/git/lock-revert.ts';
import { lastCommitOf, noCommitWords } from '../../state/last-commit.ts';
import type { FilesToCome } from '../../state/run.ts';
import { runPush } from '../commit/commit.ts';
import { pushGate, rollbackWays } from '../commit/gate.ts';
import { keepLock, noteLock } from '../lock/history.ts';
import { lockPath, observeGit, observeLock, readCommittedLock, readLock } from '../lock/observe.ts';
import { runRevert } from '../lock/revert.ts';
import { outdate } from '../lock/update.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** The committed lock, to go back to. */
const committedLock = async (context: EngineContext): Promise<Result<FlakeLock, Failure>> => {
  const shown = await context.git.show('HEAD', 'flake.lock');
  if (!shown.ok) return shown;
  return readCommittedLock(shown.value ?? '');
};

/** The commit whose lock is taken back; or null, with the reason where one was asked for. */
interface CommitBack {
  readonly commit: { readonly revision: string; readonly planned: LockRevert } | null;
  readonly why: string | null;
}

/**
 * What happens with the last commit that nixup made: it is taken back now, or was taken back
 * already. Refused where there is none, or where it cannot be taken back alone.
 */
export const planCommitBack = async (
  context: EngineContext,
  /** The commit that a rollback named before it was cut off. */
  meant?: string,
): Promise<Result<CommitBack, Failure>> => {
  const last =
    meant === undefined
      ? lastCommitOf(context.state())
      : ({ kind: 'made', revision: meant } as const);
  switch (last.kind) {
    case 'none':
      return failed({
        code: 'git-refused',
        operation: 'revert',
        detail: noCommitWords(last),
        ...advised(advise('Look for the one you mean', 'git log --oneline -- flake.lock')),
      });
    case 'taken-back':
      return success({ commit: null, why: noCommitWords(last) });
    case 'made': {
      const { revision } = last;
      const planned = await context.git.planLockRevert(revision);
      if (!planned.ok) return planned;
      return success(
        planned.value === null
          ? {
              commit: null,
              why: `the committed flake.lock is already the one from before commit ${showCommit(revision)}`,
            }
          : { commit: { revision, planned: planned.value }, why: null },
      );
    }
  }
};

/** Whether flake.lock is this very text. */
export const isLockText = async (context: EngineContext, text: string): Promise<boolean> => {
  const now = await readLock(context);
  return now.ok && now.value === text;
};

/** What goes back with the hosts; it was checked that it can, before the first host goes back. */
export interface PreparedBack {
  readonly also: AlsoBack;
  /** The commit whose lock is reverted; null when no commit is. */
  readonly commit: CommitBack['commit'];
  /**
   * Why no commit is taken back though that was asked for, as a sentence; null where none is
   * needed.
   */
  readonly note: string | null;
  /** What the flake's own inputs are locked to once the lock is back; null where it stays. */
  readonly inputs: ReadonlyMap<string, string> | null;
}

const nothingPrepared = { commit: null, note: null, inputs: null } as const;

/**
 * Checks everything that could refuse to take back lock and commit, and changes nothing. If that
 * were refused after a host is back, the branch would keep the bad lock, and the next run would
 * deploy it again.
 */
// Whole: every refusal, in the order in which they count.
export const prepareFilesBack = async (
  context: EngineContext,
  session: RunSession,
  also: AlsoBack & Pick<FilesToCome, 'revision'>,
): Promise<Result<PreparedBack, Failure>> => {
  if (!also.lock && !also.commit && !also.push) return success({ also, ...nothingPrepared });
  await observeGit(context);
  await observeLock(context);
  const { lock } = context.state();
  const closed = (failure: Failure): Result<PreparedBack, Failure> =>
    failed(
      failure.code === 'git-refused'
        ? {
            code: 'gate-closed',
            host: null,
            reason: `No host was touched, because ${failure.operation} would fail: ${failure.detail}`,
            ...advised(adviceOf(failure)),
          }
        : failure,
    );
  if (also.push) {
    const unpushable = await pushGate(context, rollbackWays);
    if (unpushable !== null) return failed(unpushable);
  }
  const back = also.commit
    ? await planCommitBack(context, also.revision)
    : success({ commit: null, why: null });
  if (!back.ok) return closed(back.failure);
  const { commit, why } = back.value;
  const note = why === null ? null : `No commit is reverted: ${why}.`;
  if (commit === null) {
    if (!also.lock) return success({ also, ...nothingPrepared, note });
    const readable = await committedLock(context);
    return readable.ok
      ? success({ also, commit, note, inputs: lockedInputs(readable.value) })
      : closed(readable.failure);
  }
  const obstacle = await context.git.commitObstacle();
  if (obstacle !== null) return closed(obstacle);
  // What a rollback that was cut off had written already is not somebody's change.
  const isWritten = await isLockText(context, commit.planned.text);
  if (!also.lock && !isWritten && lock.kind === 'read' && lock.changes.length > 0)
    return failed({
      code: 'gate-closed',
      host: null,
      reason:
        'No host was touched: flake.lock has changes that are not committed, and taking the commit back would lose them',
      ...advised(
        advise('Drop them with the rollback: add --lock. Or keep them first', 'nixup commit'),
      ),
    });
  // The revisions that the inputs go back to are recorded: with an unreadable lock nothing could
  // be.
  const parsed = parseFlakeLock(commit.planned.text, commit.planned.path);
  if (!parsed.ok)
    return failed({
      code: 'gate-closed',
      host: null,
      reason: `No host was touched: the lock from before commit ${showCommit(commit.revision)} cannot be restored. ${explain(parsed.failure).what}`,
      remedy: 'Roll the hosts back alone: leave --commit out',
    });
  const refusal = await context.git.rehearseHook(commit.planned, {
    onLine: (line) => session.log(null, line),
    signal: session.signal,
  });
  if (refusal !== null) return closed(refusal);
  return success({ also, commit, note, inputs: lockedInputs(parsed.value) });
};

/** Writes the previous lock, and commits it alone. */
const takeLockBack = async (
  context: EngineContext,
  session: RunSession,
  { revision, planned }: NonNullable<PreparedBack['commit']>,
): Promise<Result<void, Failure>> => {
  const short = showCommit(revision);
  const current = await readLock(context);
  if (!current.ok) return current;
  const what = { deed: `take back commit ${short}`, work: { kind: 'whole' } } as const;
  const kept = await keepLock(context, session, what, current.value ?? '');
  if (!kept.ok) return kept;
  const reverted = await session.perform(
    { host: null, deed: `revert ${short}` },
    async () => {
      const written = await context.world.files.write(lockPath(context), planned.text);
      return written.ok
        ? context.git.commit({
            message: planned.message,
            paths: [planned.path],
            onLine: (line) => session.log(null, line),
            signal: session.signal,
          })
        : written;
    },
    (made) => `${made.revision} takes the lock of ${revision} back`,
  );
  await noteLock(context, session, planned.text);
  await observeGit(context);
  await observeLock(context);
  outdate(context, session, `commit ${short} was reverted`);
  if (!reverted.ok) return reverted;
  // The lock is one that was in use before: the next step is to bring the hosts to it.
  const at = context.world.clock.now();
  const evidence = `the lock is the one from before commit ${short}`;
  for (const stage of ['update', 'review'] as const)
    session.stage(stage, { kind: 'passed', evidence, at });
  session.commit = reverted.value.revision;
  await context.records.keepCommit({ revision: session.commit, deed: 'revert', at });
  return success(undefined);
};

/**
 * What goes back with the hosts, in this order: the lock to the committed one,
 * the lock of the commit by a commit of it alone, the branch by a push. Answers
 * what was done, in words.
 */
export const takeBackFiles = async (
  context: EngineContext,
  session: RunSession,
  { also, commit, note }: PreparedBack,
): Promise<Result<readonly string[], Failure>> => {
  const done: string[] = note === null ? [] : [note];
  const { lock } = context.state();
  const changed = lock.kind === 'read' ? lock.changes.map(rootOfChange) : [];
  // The lock of the commit's parent replaces it as a whole.
  if (also.lock && commit === null && changed.length > 0) {
    const reverted = await runRevert(context, session, [...new Set(changed)]);
    if (!reverted.ok) return reverted;
    done.push('The lock is the committed one.');
  }
  if (commit !== null) {
    const reverted = await takeLockBack(context, session, commit);
    if (!reverted.ok) return reverted;
    done.push(`Commit ${showCommit(commit.revision)} is reverted: its lock, and nothing else.`);
  }
  if (also.push) {
    const pushed = await runPush(context, session);
    if (!pushed.ok) return pushed;
    done.push('The branch is pushed.');
  }
  return success(done);
};
