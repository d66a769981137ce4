import type { RunEvent } from '../../state/events.ts';
import type { InterruptedRun } from '../../state/run.ts';
import type { EngineContext } from './context.ts';
import type { RunSession } from './session.ts';

/** The old journal gets its end, so that the run is no longer found as interrupted. */
export const closeInterrupted = async (
  context: EngineContext,
  run: InterruptedRun,
  summary: string,
): Promise<void> => {
  // It should only make a commit, and made it.
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

/**
 * A run that was cut off before its first host can only have changed the lock, which this run has
 * changed again.
 */
export const supersedeInterrupted = async (
  context: EngineContext,
  session: RunSession,
): Promise<void> => {
  const { interrupted } = context.state();
  if (interrupted !== null && Object.keys(interrupted.targets).length === 0)
    await closeInterrupted(context, interrupted, `superseded by ${session.id}`);
};
