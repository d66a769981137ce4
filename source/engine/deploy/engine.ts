import {
  type AlsoBack,
  type DeployMode,
  type DeployPlan,
  hostsOnly,
  type RollbackPlan,
  type RollbackWish,
} from '../../model/deploy/plan.ts';
import { hostCommands } from '../../services/host/commands.ts';
import { type CleanPlan, planClean } from '../../state/plans/clean.ts';
import { planDeploy } from '../../state/plans/deploy.ts';
import { planRollback } from '../../state/plans/rollback.ts';
import type { RunResult } from '../../state/run.ts';
import { evaluateHosts, expectFromRecords } from '../build/expectations.ts';
import { tending } from '../commit/tend.ts';
import { memoryOf } from '../run/memory.ts';
import { superseding } from '../run/supersede.ts';
import type { EngineTools } from '../run/tools.ts';
import { judgeFleet } from '../survey/judge-fleet.ts';
import { cleanGoal } from './clean.ts';
import { deployGoal } from './deploy.ts';
import { previewDeploy, previewRollback } from './preview-plan.ts';
import { rollbackGoal } from './rollback.ts';
import { rolloutFor } from './waves.ts';

export interface DeployEngine {
  /** `canary`: this host first, the others only when it is well. */
  plan(hosts: readonly string[], mode: DeployMode, canary?: string | null): DeployPlan;
  /** Asks the hosts what the plan would do to them; adds it to each target. Changes nothing. */
  preview(plan: DeployPlan): Promise<DeployPlan>;
  run(plan: DeployPlan): Promise<RunResult>;
}

export interface RollbackEngine {
  plan(hosts: readonly string[], wish: RollbackWish): RollbackPlan;
  /** As for a deploy. */
  preview(plan: RollbackPlan, also?: AlsoBack): Promise<RollbackPlan>;
  /** `also`: what else goes back once every host is back. */
  run(plan: RollbackPlan, also?: AlsoBack): Promise<RunResult>;
}

export interface CleanEngine {
  /** Generations that nobody needs any more: not running, booted, booted next, known good or young. */
  plan(hosts: readonly string[]): CleanPlan;
  /** Removes exactly these generations; nothing is garbage-collected. */
  run(plan: CleanPlan): Promise<RunResult>;
}

const hostsOf = (plan: {
  readonly targets: readonly { readonly host: string }[];
}): readonly string[] => plan.targets.map(({ host }) => host);

export const createDeployEngine = ({ context, start }: EngineTools): DeployEngine => ({
  plan: (hosts, mode, canary = null) => {
    const plan = planDeploy(context().state(), hosts, mode, hostCommands, memoryOf(context()));
    const { onFailure } = context().config.fleet;
    return { ...plan, rollout: rolloutFor(context(), plan.targets, canary), onFailure };
  },
  preview: (plan) => previewDeploy(context(), plan),
  run: (plan) =>
    start(
      'deploy',
      hostsOf(plan),
      plan.mode === 'dry-activate'
        ? deployGoal(context(), plan)
        : tending(context(), superseding(context(), deployGoal(context(), plan))),
    ),
});

export const createRollbackEngine = ({
  context,
  entries,
  inBackground,
  start,
}: EngineTools): RollbackEngine => ({
  plan: (hosts, wish) =>
    planRollback(context().state(), hosts, wish, hostCommands, memoryOf(context())),
  preview: (plan, also) => previewRollback(context(), plan, also),
  run: async (plan, also = hostsOnly) => {
    const before = context().state().git?.tree;
    const result = await start(
      'rollback',
      hostsOf(plan),
      tending(context(), superseding(context(), rollbackGoal(context(), plan, also))),
    );
    if (context().state().git?.tree === before) return result;
    // The lock was put back too: from now on every host is compared with that one.
    const judge = (): Promise<void> => judgeFleet(context(), entries());
    await expectFromRecords(context(), entries());
    await judge();
    inBackground(evaluateHosts(context(), entries()).then(judge));
    return result;
  },
});

export const createCleanEngine = ({ context, start }: EngineTools): CleanEngine => ({
  plan: (hosts) =>
    planClean(
      context().state(),
      hosts,
      context().config.fleet.keepGenerationsMs,
      context().world.clock.now(),
      hostCommands.clean,
    ),
  run: (plan) => start('clean', hostsOf(plan), cleanGoal(context(), plan)),
});
