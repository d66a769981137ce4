import { bisectOrder } from '../../model/causes/bisect-order.ts';
import type { Failure } from '../../model/failure.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import type { EngineContext } from '../run/context.ts';

/** The two locks between which the guilty input is, and the inputs that moved, cheap ones first. */
export interface BisectLocks {
  readonly oldText: string;
  readonly old: FlakeLock;
  readonly now: FlakeLock;
  readonly inputs: readonly string[];
}

export const readBisectLocks = (context: EngineContext): Result<BisectLocks, Failure> => {
  const { lock } = context.state();
  const nothing = (detail: string): Result<BisectLocks, Failure> =>
    failed({
      code: 'gate-closed',
      host: null,
      reason: detail,
      ...advised(advise('Look at the configuration itself', 'git diff HEAD')),
    });
  if (lock.kind !== 'read') return nothing('there is no lock whose inputs could be tried');
  const inputs = bisectOrder(lock.changes);
  if (inputs.length === 0)
    return nothing('no input changed since the committed lock, so none can be to blame');
  const old = parseFlakeLock(lock.oldText, 'HEAD:flake.lock');
  if (!old.ok) return old;
  const now = parseFlakeLock(lock.newText, 'flake.lock');
  if (!now.ok) return now;
  return success({ oldText: lock.oldText, old: old.value, now: now.value, inputs });
};
