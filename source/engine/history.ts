import { interruptionOf, summarizeRun } from '../model/replay.ts';
import type { InterruptedRun, RunSummary } from '../model/run.ts';
import type { EngineContext } from './context.ts';
import { liveRun } from './run-lock.ts';

/** Journals read when the program starts; older ones are read when asked for. */
const recentRuns = 50;

/** Past runs, newest first, and the newest one that never ended. */
export const readHistory = async (
  context: EngineContext,
): Promise<{
  readonly runs: readonly RunSummary[];
  readonly interrupted: InterruptedRun | null;
}> => {
  const { journal } = context;
  const ids = (await journal.runs()).toReversed().slice(0, recentRuns);
  const runs: RunSummary[] = [];
  let interrupted: InterruptedRun | null = null;
  const live = await liveRun(context.world, context.folder);
  for (const id of ids) {
    const events = await journal.read(id);
    const summary = summarizeRun(id, events);
    if (summary !== undefined) runs.push(summary);
    if (id !== live) interrupted ??= interruptionOf(id, events) ?? null;
  }
  return { runs, interrupted };
};

/** Tells past runs, the one that was cut off, and the hosts that still wait. */
export const tellHistory = async (context: EngineContext): Promise<void> => {
  const { runs, interrupted } = await readHistory(context);
  context.emitter.emit(
    { type: 'history-listed', runs },
    { type: 'interruption-found', run: interrupted },
    { type: 'pending-listed', hosts: context.records.pending() },
  );
};
