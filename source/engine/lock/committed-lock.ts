import type { Failure } from '../../model/failure.ts';
import { isUnknownVersion } from '../../model/inputs/advice.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { failed, type Result } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';

/** HEAD's lock, to go back to; a broken one is refused with what can be done instead. */
export const readCommittedLock = (text: string): Result<FlakeLock, Failure> => {
  const parsed = parseFlakeLock(text, 'HEAD:flake.lock');
  if (parsed.ok || parsed.failure.code !== 'lock-invalid' || isUnknownVersion(parsed.failure))
    return parsed;
  return failed({
    ...parsed.failure,
    ...advised(
      advise(
        'There is nothing to go back to. Commit a lock that can be read, or take an earlier one',
        'git restore --source=REVISION flake.lock',
      ),
    ),
  });
};
