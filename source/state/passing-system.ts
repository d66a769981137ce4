import { isPersistent } from '../model/deploy/in-place.ts';
import type { HostState } from './state.ts';

/** Whether the host runs a system that it would not boot. Pure. */
export const isPassing = (host: HostState | undefined): boolean => {
  const facts = host?.facts ?? null;
  return facts !== null && facts.current !== null && !isPersistent(facts, facts.current);
};

/** Said where the health of such a system is accepted. */
export const passingWords = 'The next deploy makes the running system permanent.';
