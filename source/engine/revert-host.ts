import { explain } from '../model/explain.ts';
import type { HostEntry } from '../model/host.ts';
import type { DeployTarget } from '../model/plan.ts';
import type { HostOutcome } from '../model/run.ts';
import type { EngineContext } from './context.ts';
import type { RunSession } from './run-session.ts';
import { supervisionTerms } from './supervision-terms.ts';

/** Takes a host that was confirmed back to what it ran before this run: path, profile and boot entry. */
export const revertHost = async (
  context: EngineContext,
  session: RunSession,
  target: DeployTarget,
  entry: HostEntry,
  reason: string,
): Promise<HostOutcome> => {
  const { host, from: old, to } = target;
  const { clock } = context.world;
  const stay = (why: string, remedy: string): HostOutcome => {
    session.work(host, { kind: 'failed', step: 'rollback', reason: why, remedy, at: clock.now() });
    return { status: 'failed', from: old, to, generation: null, reason: why };
  };
  if (old === null)
    return stay(reason, `Which system ${host} ran before is unknown: look at the host.`);
  session.work(host, { kind: 'rollingBack', to: old, since: clock.now() });
  const back = await session.perform(
    { host, deed: 'rollback', from: to, to: old },
    () =>
      context.hosts.rollback(entry, {
        id: `${session.id}-${host}-back`,
        to: old,
        terms: supervisionTerms(
          context,
          entry,
          context.records.baseline(host) ?? { failedUnits: [] },
        ),
        onLine: (line) => session.log(host, line),
      }),
    ({ generation }) => `${host} runs ${old} again, profile is generation ${generation}`,
  );
  const after = await context.hosts.probe(entry, { fresh: true });
  if (after.ok) context.emitter.emit({ type: 'host-probed', host, facts: after.value });
  if (!back.ok) {
    const { what, next } = explain(back.failure);
    return stay(`${reason}; and the way back failed: ${what}`, next);
  }
  const { generation } = back.value;
  const at = clock.now();
  await context.records.keepDeploy({
    host,
    toplevel: old,
    from: to,
    fromGeneration: null,
    generation,
    at,
    run: session.id,
  });
  session.work(host, { kind: 'rolledBack', from: to, to: old, generation, reason, at });
  return { status: 'rolledBack', from: to, to: old, generation, reason };
};
