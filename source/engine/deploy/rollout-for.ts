import { hostSettings } from '../../model/config/settings.ts';
import type { DeployTarget } from '../../model/deploy/plan.ts';
import { planRollout, type Rollout } from '../../model/deploy/rollout.ts';
import { carriersOf } from '../../model/host/carriers.ts';
import type { EngineContext } from '../run/context.ts';

/** The order in which these hosts are deployed, by the config, the way of ssh to them, and the canary that was chosen. */
export const rolloutFor = (
  context: EngineContext,
  targets: readonly DeployTarget[],
  canary: string | null,
): Rollout => {
  const { waves, soakMs } = context.config.fleet;
  return planRollout(
    targets.map(({ host, policy }) => ({
      host,
      policy,
      here: context.state().hosts[host]?.entry.here === true,
      after: [
        ...hostSettings(context.config, host).after,
        ...carriersOf(host, context.hosts.routes.known()),
      ],
    })),
    { waves, canary, soakMs },
  );
};
