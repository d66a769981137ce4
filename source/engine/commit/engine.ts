import type { CommitChoice, CommitPlan } from '../../model/commit/commit-plan.ts';
import type { CutCommit } from '../../model/commit/cut-commit.ts';
import type { OwedPush } from '../../model/commit/owed-push.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { InterruptedRun, RunResult } from '../../state/run.ts';
import { superseding } from '../run/supersede.ts';
import type { EngineTools } from '../run/tools.ts';
import { commitGoal, makeCommitPlan, pushGoal } from './commit.ts';
import { askCutCommit } from './cut-commit.ts';
import { commitWays, pushGate } from './gate.ts';
import { readOwedPushes } from './owed-push.ts';

export interface CommitEngine {
  /** Without a choice: the lock alone, and no commit where other files changed. */
  plan(choice?: CommitChoice): Promise<CommitPlan>;
  run(plan: CommitPlan): Promise<RunResult>;
  /**
   * Why a push after a commit would fail, asked before the commit is made; null where no reason is
   * known.
   */
  pushGate(): Promise<Failure | null>;
  push(): Promise<RunResult>;
  /** Pushes that failed and are still to be done, one for each branch. */
  owedPushes(): Promise<readonly OwedPush[]>;
  /** What git says of the commit of the run that was cut off; null where it had begun none. */
  askCut(run: InterruptedRun): Promise<Result<CutCommit | null, Failure>>;
}

export const createCommitEngine = ({ context, start }: EngineTools): CommitEngine => ({
  plan: (choice) => makeCommitPlan(context(), choice),
  run: (plan) => start('commit', [], superseding(context(), commitGoal(context(), plan))),
  pushGate: () => pushGate(context(), commitWays),
  push: () => start('commit', [], pushGoal(context())),
  owedPushes: () => readOwedPushes(context()),
  askCut: (run) => askCutCommit(context(), run),
});
