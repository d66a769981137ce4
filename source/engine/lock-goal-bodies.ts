import { showCommand } from '../model/command.ts';
import type { WrittenHold } from '../model/inputs/hold.ts';
import { updateSentence } from '../model/inputs/standing.ts';
import { fingerprintOf } from '../model/lock/facts.ts';
import { warnOfBadRevisions } from './inputs/bad-revisions.ts';
import { runHold, runRelease } from './lock/hold.ts';
import { type LockWish, runRestoreLock } from './lock/restore.ts';
import { type RevertTo, runRevert } from './lock/revert.ts';
import { runUpdate } from './lock/update.ts';
import type { EngineContext } from './run/context.ts';
import { endWith, type GoalBody } from './run/ending.ts';
import { closeInterrupted } from './run/interrupted.ts';
import type { RunSession } from './run/session.ts';

/** A run that was cut off before it began a host had changed the lock at most, which was now changed again. */
const supersedeInterrupted = async (context: EngineContext, session: RunSession): Promise<void> => {
  const { interrupted } = context.state();
  if (interrupted !== null && Object.keys(interrupted.targets).length === 0)
    await closeInterrupted(context, interrupted, `superseded by ${session.id}`);
};

export const updateGoal =
  (
    context: EngineContext,
    inputs: readonly string[] | 'all',
    exclude: readonly string[],
  ): GoalBody =>
  async (session) => {
    const updated = await runUpdate(context, session, inputs, exclude);
    if (!updated.ok) return endWith(updated.failure);
    await supersedeInterrupted(context, session);
    warnOfBadRevisions(context, session);
    const { changes, unmoved, unfetched } = updated.value;
    const told = updateSentence(changes, unmoved, inputs);
    return {
      // What was to be fetched and could not is a failure, whatever else moved.
      ...(unfetched.length === 0 ? {} : { exitCode: 1 }),
      summary: `${told}.`,
      ...(changes.length === 0
        ? {}
        : { next: 'Next: look at the difference (nixup diff), then nixup test' }),
    };
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
            to === 'committed' && context.state().git === null
              ? `${inputs.join(', ')}: back to the lock from before the last update (the flake is in no git repository).`
              : to === 'committed'
                ? `${inputs.join(', ')}: back to the committed lock.`
                : `${inputs.join(', ')}: updated again.`,
        }
      : endWith(reverted.failure);
  };

export const restoreLockGoal =
  (context: EngineContext, wish: LockWish): GoalBody =>
  async (session) => {
    const restored = await runRestoreLock(context, session, wish);
    if (!restored.ok) return endWith(restored.failure);
    await supersedeInterrupted(context, session);
    return {
      summary:
        restored.value === null
          ? 'flake.lock is as it was already.'
          : `flake.lock was written (${restored.value}). To take that back: nixup revert --undo`,
    };
  };

export const holdGoal =
  (context: EngineContext, inputs: readonly string[], hold: WrittenHold): GoalBody =>
  async (session) => {
    const held = await runHold(context, session, inputs, hold);
    if (!held.ok) return endWith(held.failure);
    const { lock } = context.state();
    const isChosen = inputs.some(
      (name) =>
        lock.kind === 'read' &&
        lock.changes.some((one) => one.path === name && one.chosen !== undefined),
    );
    return {
      summary: `${inputs.join(', ')}: held${hold.until === null ? '' : ` until ${hold.until}`}, and at the ${isChosen ? 'chosen' : 'committed'} revision. The rest stays updated.`,
      next: 'Next: nixup test',
    };
  };

export const releaseGoal =
  (context: EngineContext, inputs: readonly string[]): GoalBody =>
  async (session) => {
    const released = await runRelease(context, session, inputs);
    if (!released.ok) return endWith(released.failure);
    const names = released.value;
    return {
      summary:
        names.length === 0
          ? `${inputs.join(', ')}: not held, nothing to take away.`
          : `${names.join(', ')}: not held any more.`,
      ...(names.length === 0
        ? {}
        : { next: `Next: ${showCommand({ file: 'nixup', args: ['update', ...names] })}` }),
    };
  };
