import { explain, explainInLine } from './explain.ts';
import type { Failure } from './failure.ts';
import type { LeftOut } from './plan.ts';

/** Only what does not answer in time, or has no way to it, may be asleep; ssh says anything else for a reason. */
export const isAsleep = ({ code }: Failure): boolean =>
  code === 'host-unreachable' || code === 'host-timeout';

/**
 * Why a host waits for its turn. That a host sleeps is normal and one word;
 * anything else that keeps it from answering is said in full.
 */
export const pendingReason = (failure: Failure): string =>
  isAsleep(failure) ? 'asleep' : explain(failure).what;

/**
 * What becomes of a host that could not be asked: one that sleeps waits for its
 * turn; one that is there and keeps nixup out will not change by waiting.
 */
export const absence = (failure: Failure): Pick<LeftOut, 'kind' | 'reason'> =>
  isAsleep(failure)
    ? { kind: 'pending', reason: 'asleep' }
    : {
        kind: failure.code === 'identity-mismatch' ? 'mistaken' : 'failed',
        reason: explainInLine(failure),
      };
