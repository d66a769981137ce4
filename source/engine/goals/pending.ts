import { generationOf, isPersistent } from '../../model/in-place.ts';
import { fingerprintOf } from '../../model/lock-facts.ts';
import { pendingReason } from '../../model/pending-reason.ts';
import type { DeployTarget, LeftOut } from '../../model/plan.ts';
import type { PendingHost } from '../../model/run.ts';
import { entriesOf } from '../../model/selectors-targets.ts';
import { deedCommands } from '../../services/host-commands.ts';
import type { EngineContext } from '../context.ts';
import type { ResumeChoice } from '../contract.ts';
import { endWith, type GoalEnding } from '../goal-ending.ts';
import { observeLock } from '../observe.ts';
import type { RunSession } from '../run-session.ts';
import { probeHosts } from '../survey.ts';
import { runDeploy } from './deploy.ts';

/**
 * Hosts that were asleep get the very system that was tested for them, unless
 * the lock has moved since: then that system is not what the flake says, and
 * nobody would want it.
 */
export const runPending = async (
  context: EngineContext,
  session: RunSession,
  pending: readonly PendingHost[],
  choice: ResumeChoice,
): Promise<GoalEnding> => {
  const { records } = context;
  if (choice === 'leave') {
    await records.keepPending([]);
    return { summary: 'Nothing waits any more; every host was left as it is.' };
  }
  const lock = await observeLock(context);
  const now = lock.ok ? fingerprintOf(lock.value) : null;
  const moved = pending.filter((one) => now === null || one.lock !== now);
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
    else if (known.facts.current === toplevel && isPersistent(known.facts, toplevel))
      leftOut.push({ host, kind: 'unchanged', reason: 'runs it already' });
    else
      targets.push({
        host,
        from: known.facts.current,
        fromGeneration: generationOf(known.facts, known.facts.current),
        to: toplevel,
        policy: known.entry.policy,
        commands: deedCommands.deploy(known.entry, known.facts, toplevel, 'switch'),
        dirty: false,
        notes: known.entry.notes,
      });
  }
  const deployed = await runDeploy(
    context,
    session,
    { mode: 'switch', targets, leftOut },
    'journal',
  );
  const still = pending.filter(({ host }) => session.outcomes.get(host)?.status === 'pending');
  await records.keepPending(still);
  if (!deployed.ok) return endWith(deployed.failure);
  return {
    summary:
      still.length === 0
        ? 'Every host that had waited runs its tested system.'
        : `Still asleep: ${still.map(({ host }) => host).join(', ')}. Next: nixup resume`,
  };
};
