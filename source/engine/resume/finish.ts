import { isInPlace } from '../../model/deploy/in-place.ts';
import type { DeployPlan, DeployTarget, LeftOut } from '../../model/deploy/plan.ts';
import { generationOf } from '../../model/host/generation.ts';
import { hostCommands } from '../../services/host/commands.ts';
import { unreachable } from '../../state/plans/decision.ts';
import type { InterruptedRun } from '../../state/run.ts';
import type { HostState } from '../../state/state.ts';
import { runDeploy } from '../deploy/deploy.ts';
import { stillRestarting } from '../host/still-restarting.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { type Concluded, concludeResume, stillOpen } from './conclude.ts';
import { openActivation, settleReverts } from './open-activations.ts';

/** How a host that did not answer is left out: one that the run told to restart may be on its way down or up. */
const absenceOf = (run: InterruptedRun, host: HostState): Pick<LeftOut, 'kind' | 'reason'> => {
  const { name } = host.entry;
  const isTold = run.restarts.includes(name) && !run.finishedHosts.includes(name);
  const restarting =
    isTold && host.probe.kind === 'failed' ? stillRestarting(host.probe.failure) : null;
  return restarting === null
    ? (unreachable(host) ?? { kind: 'pending', reason: 'did not answer' })
    : { kind: 'pending', reason: restarting };
};

/** Where every host of the unfinished run is still to be taken: the same paths; where each host stands is asked again. */
const planFinish = async (
  context: EngineContext,
  run: InterruptedRun,
  names: readonly string[],
): Promise<DeployPlan> => {
  await settleReverts(context, names);
  const mode = run.mode === 'rollback' ? 'switch' : run.mode;
  const targets: DeployTarget[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of names) {
    const host = context.state().hosts[name];
    const to = run.targets[name];
    if (to === undefined) continue;
    if (host === undefined) {
      leftOut.push({ host: name, kind: 'skipped', reason: 'no longer in the flake' });
    } else if (host.probe.kind === 'failed' || host.facts === null) {
      leftOut.push({
        host: name,
        ...absenceOf(run, host),
        waiting: to,
      });
    } else if (isInPlace(host.facts, to, mode)) {
      leftOut.push({ host: name, kind: 'unchanged', reason: 'was done before the run ended' });
    } else {
      const activation = await openActivation(context, name);
      const isRestarted = run.restarts.includes(name);
      const from =
        activation === null && !isRestarted
          ? host.facts.current
          : (run.origins[name] ?? host.facts.current);
      targets.push({
        host: name,
        from,
        fromGeneration: generationOf(host.facts, from),
        to,
        ...(activation === null ? {} : { activation }),
        ...(isRestarted ? { restart: 'planned' as const, wasToldToRestart: true as const } : {}),
        policy: host.entry.policy,
        commands: hostCommands.deploy(host.entry, host.facts, to, mode),
        dirty: false,
        notes: [],
      });
    }
  }
  return { mode, targets, leftOut };
};

/**
 * Takes these hosts of the run to their targets. A host that had begun to go back by itself
 * meanwhile is taken there once more.
 */
export const finishDeploy = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  names: readonly string[],
): Promise<Concluded> => {
  let plan = await planFinish(context, run, names);
  for (const _try of [1, 2]) {
    const deployed = await runDeploy(context, session, plan, 'journal');
    if (!deployed.ok) return stillOpen(endWith(deployed.failure));
    const wentBack = plan.targets.filter(
      ({ host, activation }) =>
        activation !== undefined && session.outcomes.get(host)?.status === 'rolledBack',
    );
    if (wentBack.length === 0) break;
    plan = await planFinish(
      context,
      run,
      wentBack.map(({ host }) => host),
    );
  }
  return concludeResume(context, session, run, Object.keys(run.targets), 'finished');
};
