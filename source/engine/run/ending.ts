import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Advice } from '../../model/words/advice.ts';
import type { LeftOver } from '../../state/left-over.ts';
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
