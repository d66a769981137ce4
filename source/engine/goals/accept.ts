import { explain } from '../../model/explain.ts';
import { compareHealth } from '../../model/health.ts';
import type { HostEntry } from '../../model/host.ts';
import { isAsleep, pendingReason } from '../../model/pending-reason.ts';
import type { HostOutcome } from '../../model/run.ts';
import type { EngineContext } from '../context.ts';
import { otherMachine } from '../identity.ts';
import { forgetSetback } from '../memory.ts';
import { failingChecks, newProblems } from '../own-checks.ts';
import { keepBaseline } from '../prepare-host.ts';
import type { RunSession } from '../run-session.ts';

const acceptHost = async (
  context: EngineContext,
  session: RunSession,
  entry: HostEntry,
): Promise<HostOutcome> => {
  const { records, hosts, emitter } = context;
  const { name: host } = entry;
  const base = { from: null, to: null, generation: null };
  const probed = await hosts.probe(entry, { fresh: true });
  if (!probed.ok) {
    emitter.emit({ type: 'host-unprobed', host, failure: probed.failure });
    return isAsleep(probed.failure)
      ? { ...base, status: 'pending', reason: pendingReason(probed.failure) }
      : { ...base, status: 'failed', reason: explain(probed.failure).what };
  }
  const facts = probed.value;
  emitter.emit({ type: 'host-probed', host, facts });
  const mismatch = otherMachine(context, entry, facts);
  if (mismatch !== null) {
    session.mistaken.add(host);
    return { ...base, status: 'failed', reason: explain(mismatch).what };
  }
  const { current } = facts;
  const here = { ...base, from: current, to: current };
  const baseline = records.baseline(host);
  const verdict =
    baseline === undefined ? ({ kind: 'healthy' } as const) : compareHealth(baseline, facts, entry);
  const problems = [
    ...(verdict.kind === 'unhealthy' ? verdict.problems : []),
    ...newProblems(context, host, await failingChecks(context, entry)),
  ];
  if (problems.length === 0 && records.sickness(host) === undefined)
    return { ...here, status: 'unchanged', reason: 'nothing to accept: there is no new trouble' };
  const words = problems.length === 0 ? 'its state as it is' : problems.join('; ');
  const kept = await session.perform(
    { host, deed: 'accept', from: current, to: current },
    async () => {
      const done = await keepBaseline(context, entry, facts);
      if (done.ok) await forgetSetback(context, host, current);
      return done;
    },
    () => `accepted: ${words}`,
  );
  if (!kept.ok) return { ...here, status: 'failed', reason: explain(kept.failure).what };
  if (current !== null)
    session.work(host, { kind: 'unchanged', toplevel: current, at: context.world.clock.now() });
  return { ...here, status: 'unchanged', reason: `accepted: ${words}` };
};

/** The health of hosts as it is becomes what later runs compare with: somebody said that it is to be so. */
export const runAccept = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
): Promise<void> => {
  for (const entry of entries)
    if (entry.role.kind === 'deployable')
      session.outcome(entry.name, await acceptHost(context, session, entry));
};
