import type { LeftOut } from '../deploy/plan.ts';
import type { Failure } from '../failure.ts';
import { explain, explainInLine } from './explain.ts';

/** Only a time-out and an address without an answer are asleep; a name without an address is not. */
export const isAsleep = (failure: Failure): boolean =>
  failure.code === 'host-timeout' ||
  (failure.code === 'host-unreachable' && failure.name === undefined);

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
