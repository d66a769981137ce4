import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Advice } from '../../model/words/advice.ts';
import type { LeftOver } from '../../state/left-over.ts';
import type { Goal } from '../../state/run.ts';
import type { StageName } from '../../state/stage.ts';
import type { RunSession } from './session.ts';

/** How a goal ended where the outcomes of the hosts do not say it alone. */
export interface GoalEnding {
  readonly failure?: Failure;
  readonly exitCode?: number;
  readonly summary: string;
  /** What is left where every step was done; told at the end of the run, after its pushes. */
  readonly left?: readonly LeftOver[];
  /** What to do next, for people without a screen. */
  readonly next?: Advice;
}

/** The ending for a failure; `before` is told first: what was done all the same. */
export const endWith = (failure: Failure, before = ''): GoalEnding => ({
  failure,
  summary: `${before}${explainInLine(failure)}`,
});

/** What a goal does once its run began. */
export type GoalBody = (session: RunSession) => Promise<GoalEnding>;

/**
 * What work that changes nothing comes to; null as soon as the run is canceled: nobody waits for answers that
 * nobody wants any more. The work itself goes on to its own end, unheard.
 */
export const untilCanceled = async <Value>(
  signal: AbortSignal,
  work: Promise<Value>,
): Promise<Value | null> => {
  let release = (): void => undefined;
  const canceled = new Promise<null>((resolve) => {
    const stop = (): void => resolve(null);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    release = () => signal.removeEventListener('abort', stop);
  });
  // A failure of what was left is told nowhere.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, canceled]);
  } finally {
    release();
  }
};

/** Goals that change nothing on hosts, in the lock and in git; each is a step of its own. */
const looking = ['check', 'verify', 'watch'] as const satisfies readonly (Goal & StageName)[];

/** What a goal came to; one that only looks is left as soon as it is canceled. */
export const endingOfBody = async (
  session: RunSession,
  body: GoalBody,
  now: () => number,
): Promise<GoalEnding> => {
  const step = looking.find((name) => name === session.goal);
  if (step === undefined) return await body(session);
  const ending = await untilCanceled(session.signal, body(session));
  if (ending !== null) return ending;
  session.stage(step, { kind: 'failed', reason: 'canceled', at: now() });
  return { exitCode: 130, summary: 'Canceled. Nothing was changed.' };
};
