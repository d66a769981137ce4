import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { nearestName } from '../../model/words/nearest.ts';
import type { RunSummary } from '../../state/run.ts';
import { type Refused, refused } from './open.ts';

/** The run that a person means by its name, or by the beginning or the end of it. */
export const findRun = (
  history: readonly RunSummary[],
  wanted: string,
): Result<RunSummary, Refused> => {
  const found =
    history.find(({ id }) => id === wanted) ??
    history.find(({ id }) => id.startsWith(wanted) || id.endsWith(wanted));
  if (found !== undefined) return success(found);
  const nearest = nearestName(
    wanted,
    history.map(({ id }) => id),
  );
  const refusal = refused(2, {
    code: 'gate-closed',
    host: null,
    reason: `there is no run ${wanted}${nearest === null ? '' : `; did you mean ${nearest}?`}`,
    ...advised(advise('See the runs with', 'nixup history')),
  });
  return failed(refusal.failure);
};
