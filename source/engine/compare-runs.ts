import { type InputMove, movesBetween } from '../model/past/input-moves.ts';
import { parseFlakeLock } from '../parsers/lock/flake-lock.ts';
import { type ComparedRun, compareRuns, type RunsCompared } from '../state/past/compare.ts';
import type { RunSummary } from '../state/run.ts';
import { lockTextOf } from './lock/lock-of-run.ts';
import type { EngineContext } from './run/context.ts';
import { tellHistory } from './run/history.ts';

const inputsBetween = async (
  context: EngineContext,
  older: RunSummary,
  newer: RunSummary,
): Promise<readonly InputMove[] | null> => {
  if (older.lock != null && older.lock === newer.lock) return [];
  const [before, after] = await Promise.all(
    [older, newer].map(async (run) => {
      const text = await lockTextOf(context, run);
      const lock = text === null ? null : parseFlakeLock(text, 'flake.lock');
      return lock?.ok === true ? lock.value : null;
    }),
  );
  return before == null || after == null ? null : movesBetween(before, after);
};

/** Two past runs side by side; null where one of them is not in the history. */
export const comparePastRuns = async (
  context: EngineContext,
  one: string,
  other: string,
): Promise<RunsCompared | null> => {
  if (context.state().olderRuns !== 0) await tellHistory(context, 'all');
  const runs = context.state().history.toReversed();
  const places = [one, other].map((id) => runs.findIndex((run) => run.id === id));
  const [from, to] = [Math.min(...places), Math.max(...places)];
  const [older, newer] = [runs[from], runs[to]];
  if (older === undefined || newer === undefined) return null;
  const read = async (run: RunSummary): Promise<ComparedRun> => ({
    run,
    events: await context.journal.read(run.id),
  });
  const between: ComparedRun[] = [];
  // Journals of runs that changed no host say nothing of packages.
  for (const run of runs.slice(from + 1, to + 1))
    if (Object.keys(run.ending?.result.hosts ?? {}).length > 0) between.push(await read(run));
  return compareRuns(
    await read(older),
    await read(newer),
    between,
    await inputsBetween(context, older, newer),
  );
};
