import type { Failure } from '../../model/failure.ts';
import { nearestName } from '../../model/words/nearest.ts';

const places = ['local', 'target'] as const;

/**
 * Refuses a value of --build-on that is no place: without this it would be built here without a
 * word. Null when it is one.
 */
export const buildOnFailure = (
  buildOn: string | null,
  hosts: readonly string[],
): Failure | null => {
  const allowed = [...places, ...hosts];
  if (buildOn === null || allowed.includes(buildOn)) return null;
  const nearest = nearestName(buildOn, allowed);
  return {
    code: 'gate-closed',
    host: null,
    reason: `--build-on ${buildOn} is no place to build at${nearest === null ? '' : ` (did you mean ${nearest}?)`}`,
    remedy: `Allowed are local, target, and the hosts ${hosts.join(', ')}.`,
  };
};
