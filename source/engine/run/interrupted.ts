import type { RunEvent } from '../../state/events.ts';
import { outcomeSentence } from '../../state/outcome.ts';
import type { HostOutcome, InterruptedRun } from '../../state/run.ts';
import type { EngineContext } from './context.ts';
import type { GoalEnding } from './ending.ts';
import type { RunSession } from './session.ts';

/** The old journal gets its end, so that the run is not found again. */
export const closeInterrupted = async (
  context: EngineContext,
  run: InterruptedRun,
  summary: string,
): Promise<void> => {
  // It was to make a commit and no more, and made it.
  const isDone = run.goal === 'commit' && run.committed !== undefined;
  const end: RunEvent = {
    type: 'result',
    run: run.id,
    ok: isDone,
    exitCode: isDone ? 0 : 1,
    hosts: {},
    commit: run.committed ?? null,
    build: null,
    summary,
  };
  await context.journal.write(run.id, { ...end, at: context.world.clock.now() });
  context.emitter.emit({ type: 'interruption-found', run: null });
};

/** What a host may end as for the unfinished run to be over for it. */
const isDecided = (outcome: HostOutcome | undefined): boolean =>
  outcome !== undefined &&
  ['succeeded', 'unchanged', 'unhealthy', 'rolledBack'].includes(outcome.status);

/** The unfinished run is over when every host of it that the flake still has is decided. */
export const concludeResume = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  names: readonly string[],
  how: 'finished' | 'rolled back',
): Promise<GoalEnding> => {
  const open = names.filter(
    (name) => context.state().hosts[name] !== undefined && !isDecided(session.outcomes.get(name)),
  );
  const began = new Date(run.startedAt).toISOString();
  if (open.length > 0)
    return {
      summary: `The run of ${began} is not over: ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} not where it was to be. Again with: nixup resume`,
    };
  await closeInterrupted(context, run, `${how} by ${session.id}`);
  return how === 'finished'
    ? {
        summary: `The run of ${began} is finished: ${outcomeSentence(session.results(), 'deploy')}. Next: nixup verify, nixup commit`,
      }
    : { summary: 'Every host runs the system it had before the unfinished run.' };
};
