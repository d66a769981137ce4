import { join } from 'node:path';
import { quoteWords } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import type { World } from '../world/world.ts';

/**
 * Nix refuses a flake without a lock in the words that it has for one that does not fit:
 * whether there is a lock at all, the file says.
 */
export const nameAbsentLock = async <Value>(
  world: World,
  flake: string,
  result: Result<Value, Failure>,
): Promise<Result<Value, Failure>> => {
  if (result.ok || result.failure.code !== 'lock-invalid') return result;
  const lock = await world.files.read(join(flake, 'flake.lock'));
  return lock.ok && lock.value === undefined
    ? failed({
        ...result.failure,
        detail: 'there is no lock file yet, and a look writes none',
        ...advised(
          advise(
            'Make it with nixup update, or let Nix make it, then look at it',
            quoteWords(['nix', 'flake', 'lock', flake]),
          ),
        ),
      })
    : result;
};
