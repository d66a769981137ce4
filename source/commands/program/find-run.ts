import { failed, type Result, success } from '../../model/result.ts';
import type { RunWatch } from '../../model/watch/run-watch.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { nearestName } from '../../model/words/nearest.ts';
import type { RunSummary } from '../../state/run.ts';
import { type Program, type Refused, refused } from './open.ts';

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

/** Of the run that is named, else of the newest that deployed. */
export const watchOf = async (
  { engine, state }: Program,
  since: string | null,
): Promise<Result<RunWatch | null, Refused>> => {
  if (since === null) return success(state().watches[0] ?? null);
  await engine.runs.listAll();
  const found = findRun(state().history, since);
  if (!found.ok) return found;
  const watch = await engine.health.watchOf(found.value.id);
  return watch === null
    ? refused(2, {
        code: 'gate-closed',
        host: null,
        reason: `the run ${found.value.id} (${found.value.goal}) changed no host`,
        ...advised(advise('See the runs with', 'nixup history')),
      })
    : success(watch);
};

/** The report as it is after the comparison; null where no run deployed lately. */
export const reportNow = async (
  { engine, state }: Program,
  run: string | null,
): Promise<RunWatch | null> =>
  run === null
    ? null
    : (state().watches.find((one) => one.run === run) ?? (await engine.health.watchOf(run)));
