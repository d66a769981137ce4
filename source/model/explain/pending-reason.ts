import type { LeftOut } from '../deploy/plan.ts';
import type { Failure } from '../failure.ts';
import { explain, explainInLine } from './explain.ts';

/**
 * Only a host that does not answer to the connection, or whose address does not, counts as asleep; one that
 * took the connection and hangs does not, nor does a name without an address.
 */
export const isAsleep = (failure: Failure): boolean =>
  (failure.code === 'host-timeout' && failure.isConnected !== true) ||
  (failure.code === 'host-unreachable' && failure.name === undefined);

/**
 * Why a host is pending. That a host sleeps is normal and said in one word; anything else that
 * keeps it from answering is said in full.
 */
export const pendingReason = (failure: Failure): string =>
  isAsleep(failure) ? 'asleep' : explain(failure).what;

/**
 * What becomes of a host that could not be asked: one that sleeps is pending; one that is awake and
 * refuses nixup will not change by waiting.
 */
export const absence = (failure: Failure): Pick<LeftOut, 'kind' | 'reason'> =>
  isAsleep(failure)
    ? { kind: 'pending', reason: 'asleep' }
    : {
        kind: failure.code === 'identity-mismatch' ? 'mistaken' : 'failed',
        reason: explainInLine(failure),
      };
