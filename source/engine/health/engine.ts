import { hostCommands } from '../../services/host/commands.ts';
import { planServiceRestarts, type RestartPlan } from '../../state/plans/restart-services.ts';
import type { RunResult } from '../../state/run.ts';
import type { EngineTools } from '../run/tools.ts';
import { probeHosts } from '../survey/survey.ts';
import { acceptGoal } from './accept.ts';
import { restartServicesGoal } from './restart-services.ts';
import { verifyGoal } from './verify.ts';
import { watchGoal } from './watch-goal.ts';

export interface HealthEngine {
  verify(hosts: readonly string[]): Promise<RunResult>;
  /**
   * The same comparison as the last step of the runbook, as long after the deploy as one likes, and
   * what Prometheus says.
   */
  watch(hosts: readonly string[]): Promise<RunResult>;
  /** The health of these hosts as it is becomes what later runs compare with. */
  accept(hosts: readonly string[]): Promise<RunResult>;
  /** Asks these hosts which services still run code of an earlier system; what they say is in the state. */
  askOldCode(hosts: readonly string[]): Promise<void>;
  /** Which of these services can be restarted, by what the hosts said last. */
  planRestarts(hosts: readonly string[]): RestartPlan;
  /** Restarts exactly the services that were shown. */
  restart(plan: RestartPlan): Promise<RunResult>;
}

export const createHealthEngine = ({ context, entries, start }: EngineTools): HealthEngine => ({
  verify: (hosts) => start('verify', hosts, verifyGoal(context(), entries(hosts)), 'looks'),
  watch: (hosts) => start('watch', hosts, watchGoal(context(), entries(hosts)), 'looks'),
  accept: (hosts) => start('verify', hosts, acceptGoal(context(), entries(hosts))),
  askOldCode: async (hosts) => await probeHosts(context(), entries(hosts), 'whole'),
  planRestarts: (hosts) =>
    planServiceRestarts(context().state(), hosts, hostCommands.restartServices),
  restart: (plan) =>
    start(
      'verify',
      plan.targets.map(({ host }) => host),
      restartServicesGoal(context(), plan),
    ),
});
