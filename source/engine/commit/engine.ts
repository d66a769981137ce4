import type { CommitChoice, CommitPlan } from '../../model/commit/commit-plan.ts';
import type { CutCommit } from '../../model/commit/cut-commit.ts';
import type { OwedPush } from '../../model/commit/owed-push.ts';
import type { RequestPlan, RequestProblem } from '../../model/commit/request-plan.ts';
import type { Config } from '../../model/config/settings.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { advised } from '../../model/words/advice.ts';
import type { InterruptedRun, RunResult } from '../../state/run.ts';
import { endWith } from '../run/ending.ts';
import { superseding } from '../run/supersede.ts';
import type { EngineTools } from '../run/tools.ts';
import { commitGoal, makeCommitPlan, proposeGoal, pushGoal } from './commit.ts';
import { askCutCommit } from './cut-commit.ts';
import { commitWays, pushGate, requestProblem } from './gate.ts';
import { keepingMessage } from './kept-message.ts';
import { readOwedPushes } from './owed-push.ts';
import { carriedBelow } from './request-facts.ts';
import { planRequest } from './request-plan.ts';

export interface CommitEngine {
  /** Without a choice: the lock alone, and no commit where other files changed. */
  plan(choice?: CommitChoice): Promise<CommitPlan>;
  run(plan: CommitPlan): Promise<RunResult>;
  /** Keeps a message that is being edited until the commit; the generated one, and none, are not kept. */
  keepMessage(plan: CommitPlan, text: string): Promise<void>;
  /**
   * Why a push after a commit would fail, asked before the commit is made; null where no reason is
   * known.
   */
  pushGate(): Promise<Failure | null>;
  push(): Promise<RunResult>;
  /** The commits that a push brings to the remote, each with its subject, the newest first. */
  unpushed(): Promise<readonly string[]>;
  /** What nixup.toml says of the push and the pull request of a commit. */
  settings(): Pick<Config['commit'], 'push' | 'pullRequest'>;
  /** What keeps a pull request from being opened, known before the commit; null where nothing is known. */
  requestProblem(): Promise<RequestProblem | null>;
  /** What a pull request would do; `made`: for that commit, which exists. Null where none can be opened. */
  planRequest(plan: Pick<CommitPlan, 'facts'>, made: string | null): Promise<RequestPlan | null>;
  /** A branch of its own with a pull request for a commit that exists; null: the one at HEAD. */
  propose(revision: string | null): Promise<RunResult>;
  /** Pushes that failed and are still to be done, one for each branch. */
  owedPushes(): Promise<readonly OwedPush[]>;
  /** What git says of the commit of the run that was cut off; null where it had begun none. */
  askCut(run: InterruptedRun): Promise<Result<CutCommit | null, Failure>>;
}

const noCommit: Failure = {
  code: 'git-refused',
  operation: 'open a pull request',
  detail: 'there is no commit yet',
  ...advised('commit first'),
};

export const createCommitEngine = ({ context, start }: EngineTools): CommitEngine => ({
  keepMessage: keepingMessage(context),
  plan: async (choice) => {
    const plan = await makeCommitPlan(context(), choice);
    if (plan.proposes !== true || plan.obstacle !== null) return plan;
    const request = await planRequest(context(), plan);
    return request === null ? plan : { ...plan, request };
  },
  planRequest: (plan, made) => planRequest(context(), plan, made),
  unpushed: async () => {
    const { git } = context().state();
    return git?.branch == null ? [] : await carriedBelow(context(), git.branch, git.head);
  },
  run: (plan) => start('commit', [], superseding(context(), commitGoal(context(), plan))),
  pushGate: () => pushGate(context(), commitWays),
  push: () => start('push', [], pushGoal(context())),
  settings: () => context().config.commit,
  requestProblem: () => requestProblem(context()),
  propose: (revision) =>
    start('request', [], async (session) => {
      const message = await context().git.headMessage();
      const wanted = revision ?? context().state().git?.head ?? null;
      return wanted === null || !message.ok
        ? endWith(message.ok ? noCommit : message.failure)
        : proposeGoal(context(), { revision: wanted, message: message.value })(session);
    }),
  owedPushes: () => readOwedPushes(context()),
  askCut: (run) => askCutCommit(context(), run),
});
