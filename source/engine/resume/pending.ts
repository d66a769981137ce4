import { isInPlace } from '../../model/deploy/in-place.ts';
import type { DeployMode, DeployPlan, DeployTarget, LeftOut } from '../../model/deploy/plan.ts';
import { pendingReason } from '../../model/explain/pending-reason.ts';
import type { Failure } from '../../model/failure.ts';
import { generationOf } from '../../model/host/generation.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import { advise } from '../../model/words/advice.ts';
import { hostCommands } from '../../services/host/commands.ts';
import { entriesOf } from '../../state/hosts.ts';
import { type PendingHost, type ResumeChoice, reachedSome } from '../../state/run.ts';
import { runDeploy } from '../deploy/deploy.ts';
import { previewDeploy } from '../deploy/preview-plan.ts';
import { observeLock } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalEnding } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { probeHosts } from '../survey/survey.ts';

const modeOf = ({ mode = 'switch' }: PendingHost): DeployMode => mode;

/**
 * What is still to be done, asked again. A restart that the config wants is planned as in a deploy.
 * Nobody sees a preview here, so nobody has agreed to anything else that it shows.
 */
const planPending = async (
  context: EngineContext,
  pending: readonly PendingHost[],
  mode: DeployMode,
): Promise<DeployPlan> => {
  const targets: DeployTarget[] = [];
  const leftOut: LeftOut[] = [];
  for (const { host, toplevel } of pending) {
    const known = context.state().hosts[host];
    if (known === undefined)
      leftOut.push({ host, kind: 'skipped', reason: 'no longer in the flake' });
    else if (known.probe.kind === 'failed' || known.facts === null)
      leftOut.push({
        host,
        kind: 'pending',
        reason:
          known.probe.kind === 'failed' ? pendingReason(known.probe.failure) : 'did not answer',
        waiting: toplevel,
      });
    else if (isInPlace(known.facts, toplevel, mode))
      leftOut.push({ host, kind: 'unchanged', reason: 'runs it already' });
    else
      targets.push({
        host,
        from: known.facts.current,
        fromGeneration: generationOf(known.facts, known.facts.current),
        to: toplevel,
        policy: known.entry.policy,
        commands: hostCommands.deploy(known.entry, known.facts, toplevel, mode),
        dirty: false,
        notes: known.entry.notes,
      });
  }
  const plan = await previewDeploy(context, { mode, targets, leftOut });
  return { ...plan, targets: plan.targets.map(({ preview: _unseen, ...target }) => target) };
};

/**
 * Hosts that were asleep get exactly the system that was tested for them, unless the lock has
 * changed since: then that system is not what the flake says.
 */
export const runPending = async (
  context: EngineContext,
  session: RunSession,
  pending: readonly PendingHost[],
  choice: ResumeChoice,
): Promise<GoalEnding> => {
  const { records } = context;
  if (choice === 'leave') {
    await records.settlePending(
      pending.map(({ host }) => host),
      [],
    );
    return { summary: 'Nothing waits any more; every host was left as it is.' };
  }
  const lock = await observeLock(context);
  // A flake without inputs has no lock, neither then nor now.
  const moved = pending.filter((one) => !lock.ok || one.lock !== fingerprintOf(lock.value));
  const [first] = moved;
  if (first !== undefined)
    return {
      exitCode: 3,
      summary: `Refused: the lock has moved since ${moved.map(({ host }) => host).join(', ')} did not answer, so what waits is not what the flake says now. Next: nixup test, nixup deploy ${first.host}; or let it go: nixup resume leave`,
    };
  await probeHosts(
    context,
    entriesOf(
      context.state(),
      pending.map(({ host }) => host),
    ),
  );
  const { deploy } = context.state().stages;
  let failure: Failure | null = null;
  for (const mode of new Set(pending.map(modeOf))) {
    const waiting = pending.filter((one) => modeOf(one) === mode);
    const deployed = await runDeploy(
      context,
      session,
      await planPending(context, waiting, mode),
      'journal',
    );
    if (!deployed.ok) failure ??= deployed.failure;
  }
  const still = pending.filter(({ host }) => session.outcomes.get(host)?.status === 'pending');
  await records.settlePending(
    pending.map(({ host }) => host),
    still,
  );
  // No host answered: the result of the deploy step stays as it was.
  if (failure === null && !reachedSome(session.outcomes.values())) session.stage('deploy', deploy);
  if (failure !== null) return endWith(failure);
  return {
    ...(still.length === 0 ? {} : { next: advise('When they are awake', 'nixup resume') }),
    summary:
      still.length === 0
        ? 'Every host that had waited runs its tested system.'
        : `Still asleep: ${still.map(({ host }) => host).join(', ')}. The tested system waits for it.`,
  };
};
