import type { Failure } from '../../model/failure.ts';
import type { WrittenHold } from '../../model/inputs/hold.ts';
import type { Goal, RunResult } from '../../state/run.ts';
import { tellStandingsOf } from '../inputs/standings.ts';
import type { GoalBody } from '../run/ending.ts';
import type { RunEffect } from '../run/run-guard.ts';
import type { EngineTools } from '../run/tools.ts';
import { holdGoal, releaseGoal } from './hold.ts';
import { type LockWish, restoreLockGoal } from './restore.ts';
import { type RevertTo, revertGoal, revertObstacle } from './revert.ts';
import { updateGoal } from './update.ts';

/** What can be done to flake.lock, and to the holds that an update respects. */
export interface LockEngine {
  update(inputs: readonly string[] | 'all', exclude?: readonly string[]): Promise<RunResult>;
  /** Back to the committed lock, or again to what the last update gave them. */
  revert(inputs: readonly string[], to?: RevertTo): Promise<RunResult>;
  /** Why these inputs cannot be put back alone, as far as the locks tell; null where they can. */
  revertObstacle(inputs: readonly string[]): Failure | null;
  /** The whole lock back: as before the last thing that nixup did to it, or as in HEAD. Mends a broken one. */
  restore(wish: LockWish): Promise<RunResult>;
  /** Keeps inputs at the committed lock: writes the hold to nixup.toml, and puts them back. */
  hold(inputs: readonly string[], hold: WrittenHold): Promise<RunResult>;
  /** Takes the holds of inputs out of nixup.toml; the lock stays as it is. */
  release(inputs: readonly string[]): Promise<RunResult>;
}

/** `onChanged`: called after the lock may have changed, while the person goes on working. */
export const createLockEngine = (
  { context, start, inBackground }: EngineTools,
  onChanged: (result: RunResult) => void,
): LockEngine => {
  const change = async (goal: Goal, body: GoalBody, kind?: RunEffect): Promise<RunResult> => {
    const result = await start(goal, [], body, kind);
    onChanged(result);
    return result;
  };

  return {
    update: (inputs, exclude = []) => change('update', updateGoal(context(), inputs, exclude)),
    revert: (inputs, to) => change('revert', revertGoal(context(), inputs, to)),
    revertObstacle: (inputs) => revertObstacle(context().state().lock, inputs),
    restore: (wish) => change('revert', restoreLockGoal(context(), wish), 'mends-lock'),
    hold: (inputs, hold) => change('hold', holdGoal(context(), inputs, hold)),
    release: async (inputs) => {
      const result = await start('hold', [], releaseGoal(context(), inputs));
      inBackground(tellStandingsOf(context(), (name) => inputs.includes(name)));
      return result;
    },
  };
};
