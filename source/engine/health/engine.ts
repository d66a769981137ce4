import type { RunResult } from '../../state/run.ts';
import type { EngineTools } from '../run/tools.ts';
import { acceptGoal } from './accept.ts';
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
}

export const createHealthEngine = ({ context, entries, start }: EngineTools): HealthEngine => ({
  verify: (hosts) => start('verify', hosts, verifyGoal(context(), entries(hosts)), 'looks'),
  watch: (hosts) => start('watch', hosts, watchGoal(context(), entries(hosts)), 'looks'),
  accept: (hosts) => start('verify', hosts, acceptGoal(context(), entries(hosts))),
});
