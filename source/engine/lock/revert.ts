import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { fingerprintOf, type LockFacts } from '../../model/lock/facts.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { rootOf } from '../../model/lock/paths.ts';
import { revertInputs } from '../../model/lock/splice.ts';
import { writeFlakeLock } from '../../model/lock/write.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { nearestName } from '../../model/words/nearest.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { gitPlaceOf } from '../../services/git/folder.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { acceptanceWords, writeAcceptedLock } from './accepted-lock.ts';
import { keepLock, lockBeforeUpdate, noteLock } from './history.ts';
import { lockPath, observeGit, observeLock, readCommittedLock, readLock } from './observe.ts';
import { updatedLock } from './put-back.ts';
import { outdate } from './update.ts';

const inputNames = ({ nodes, root }: FlakeLock): readonly string[] =>
  Object.keys(nodes.get(root)?.inputs ?? {});

/** What an input goes to: the committed lock, or again to what the last update gave it. */
export type RevertTo = 'committed' | 'updated';

/** A repository that git cannot read whole, as one that this user may not write, still has its commits. */
const isOutsideOfGit = async (context: EngineContext): Promise<boolean> =>
  context.state().git === null && (await gitPlaceOf(context.world, context.flake)) === null;

const wantedLock = async (
  context: EngineContext,
  inputs: readonly string[],
  to: RevertTo,
  current: string | undefined,
): Promise<Result<string | null, Failure>> => {
  if (to === 'updated') return updatedLock(context, inputs);
  return current !== undefined && (await isOutsideOfGit(context))
    ? lockBeforeUpdate(context, current)
    : context.git.show('HEAD', 'flake.lock');
};

/** Why inputs cannot be put back to the committed lock alone; null where they can, or nobody knows. */
export const revertObstacle = (lock: LockFacts, inputs: readonly string[]): Failure | null => {
  if (lock.kind !== 'read') return null;
  const old = parseFlakeLock(lock.oldText, 'HEAD:flake.lock');
  const now = parseFlakeLock(lock.newText, 'flake.lock');
  if (!old.ok || !now.ok) return null;
  const spliced = revertInputs(old.value, now.value, inputs);
  return spliced.ok ? null : spliced.failure;
};

/** The lock as it is, and as it would be with these inputs put back. */
const spliceBack = async (
  context: EngineContext,
  inputs: readonly string[],
  to: RevertTo,
): Promise<Result<{ readonly before: string; readonly text: string }, Failure>> => {
  const path = lockPath(context);
  const working = await readLock(context);
  if (!working.ok) return working;
  const wanted = await wantedLock(context, inputs, to, working.value);
  if (!wanted.ok) return wanted;
  if (working.value === undefined || wanted.value === null)
    return failed({
      code: 'lock-invalid',
      file: path,
      line: null,
      detail: 'there is no lock to go back to',
    });
  const oldLock =
    to === 'committed'
      ? readCommittedLock(wanted.value)
      : parseFlakeLock(wanted.value, 'the lock of the last update');
  if (!oldLock.ok) return oldLock;
  const newLock = parseFlakeLock(working.value, path);
  if (!newLock.ok) return newLock;
  const known = [...new Set([...inputNames(newLock.value), ...inputNames(oldLock.value)])];
  for (const name of inputs)
    if (!known.includes(name) && !known.includes(rootOf(name)))
      return failed({ code: 'input-unknown', name, nearest: nearestName(name, known) });
  const spliced = revertInputs(oldLock.value, newLock.value, inputs);
  if (!spliced.ok) return spliced;
  // Exactly the committed text, however it was formatted, when nothing else is left.
  const text = spliced.value === oldLock.value ? wanted.value : writeFlakeLock(spliced.value);
  return success({ before: working.value, text });
};

/**
 * Puts single inputs back to the committed lock (without a repository: to the one before the last
 * update), or takes their update again. Offline and at once, by replacing their part of the lock.
 */
export const runRevert = async (
  context: EngineContext,
  session: RunSession,
  inputs: readonly string[],
  to: RevertTo = 'committed',
): Promise<Result<void, Failure>> => {
  const spliced = await spliceBack(context, inputs, to);
  if (!spliced.ok) return spliced;
  const { before, text } = spliced.value;
  const deed = `${to === 'committed' ? 'revert' : 'keep'} ${inputs.join(', ')}`;
  // Where nothing changes there is nothing to undo, and no reason to test again.
  if (text === before) return success(undefined);
  const work = {
    kind: to === 'committed' ? 'put-back' : 'taken-again',
    inputs: [...inputs],
  } as const;
  const kept = await keepLock(context, session, { deed, work }, before);
  if (!kept.ok) return kept;
  const written = await session.perform(
    { host: null, deed },
    () => writeAcceptedLock(context, text, before),
    acceptanceWords,
  );
  if (!written.ok) return written;
  if (written.value.kind !== 'accepted') {
    await noteLock(context, session, before);
    await observeLock(context);
    const obstacle =
      written.value.kind === 'rejected'
        ? written.value.reason
        : explain(written.value.failure).what;
    return failed({
      code: 'revert-refused',
      input: inputs.join(', '),
      detail: `Nix does not accept the lock ${to === 'committed' ? 'without' : 'with'} it: ${obstacle}`,
    });
  }
  await noteLock(context, session, text);
  await observeGit(context);
  await observeLock(context);
  outdate(context, session, 'the lock moved');
  return success(undefined);
};

export const revertGoal =
  (context: EngineContext, inputs: readonly string[], to: RevertTo = 'committed'): GoalBody =>
  async (session) => {
    const before = fingerprintOf(context.state().lock);
    const reverted = await runRevert(context, session, inputs, to);
    if (reverted.ok && fingerprintOf(context.state().lock) === before)
      return {
        summary: `${inputs.join(', ')}: ${to === 'committed' ? 'nothing to put back' : 'nothing to update again'}, flake.lock is as it was.`,
      };
    return reverted.ok
      ? {
          summary:
            to === 'committed' && (await isOutsideOfGit(context))
              ? `${inputs.join(', ')}: back to the lock from before the last update (the flake is in no git repository).`
              : to === 'committed'
                ? `${inputs.join(', ')}: back to the committed lock.`
                : `${inputs.join(', ')}: updated again.`,
        }
      : endWith(reverted.failure);
  };
