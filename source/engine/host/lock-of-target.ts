import { fingerprintOf } from '../../model/lock/facts.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { lockOfSystem } from '../../state/past/systems.ts';
import type { EngineContext } from '../run/context.ts';

/** The lock from which a system was built: that of now where it is the system of this tree, else by the history. */
export const lockOfTarget = (
  { state, records }: EngineContext,
  host: string,
  to: StorePath,
): string | null => {
  const { git, lock, history } = state();
  return records.origin(host, to)?.tree === git?.tree
    ? fingerprintOf(lock)
    : (lockOfSystem(history, host, to)?.lock ?? null);
};
