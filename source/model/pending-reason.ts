import { explain } from './explain.ts';
import type { Failure } from './failure.ts';

/**
 * Why a host waits for its turn. That a host sleeps is normal and one word;
 * anything else that keeps it from answering is said in full.
 */
export const pendingReason = (failure: Failure): string =>
  failure.code === 'host-unreachable' || failure.code === 'host-timeout'
    ? 'asleep'
    : explain(failure).what;
