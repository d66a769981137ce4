import pLimit from 'p-limit';
import { explain } from '../../model/explain/explain.ts';
import { oldServicesOf } from '../../model/host/old-code.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { hostList } from '../../model/words/sentences.ts';
import type { RestartPlan, RestartTarget } from '../../state/plans/restart-services.ts';
import { exitCodeOf, type HostOutcome } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';

const names = (units: readonly string[]): string => units.map(shortUnitName).join(', ');

/** What the host says of the services after their restart. */
const restartHost = async (
  context: EngineContext,
  session: RunSession,
  { host, units }: RestartTarget,
): Promise<HostOutcome> => {
  const { hosts, emitter } = context;
  const known = context.state().hosts[host];
  const current = known?.facts?.current ?? null;
  const base = { from: current, to: current, generation: null };
  if (known === undefined) return { ...base, status: 'skipped', reason: 'no longer in the flake' };
  const { entry } = known;
  const asked = await session.perform(
    { host, deed: `restart ${units.join(' ')}`, from: current, to: current },
    () => hosts.restartServices(entry, units),
    () => `systemctl was asked to restart ${units.join(' ')}`,
  );
  if (!asked.ok) {
    const { what, next } = explain(asked.failure);
    return { ...base, status: 'failed', reason: `${what} ${adviceLine(next)}` };
  }
  for (const line of asked.value) session.log(host, line);
  const probed = await hosts.probe(entry, { fresh: true, scope: 'whole' });
  if (!probed.ok) {
    emitter.emit({ type: 'host-unprobed', host, failure: probed.failure });
    return {
      ...base,
      status: 'failed',
      reason: `whether ${names(units)} run is not known: ${explain(probed.failure).what}`,
    };
  }
  const facts = probed.value;
  emitter.emit({ type: 'host-probed', host, facts });
  const down = units.filter((unit) => !facts.activeUnits.includes(unit));
  const stillOld = new Set(oldServicesOf(facts.oldCode).map(({ unit }) => unit));
  const old = units.filter((unit) => stillOld.has(unit) && !down.includes(unit));
  const done = units.filter((unit) => !stillOld.has(unit) && !down.includes(unit));
  const words = [
    ...(done.length === 0 ? [] : [`restarted ${names(done)}`]),
    ...(old.length === 0 ? [] : [`still with old code: ${names(old)}`]),
    ...(down.length === 0 ? [] : [`not running after the restart: ${names(down)}`]),
  ].join('; ');
  return {
    ...base,
    status: down.length + old.length > 0 ? 'unhealthy' : 'succeeded',
    reason: words,
  };
};

/** Restarts exactly the services that were shown, and looks at the host again. */
export const restartServicesGoal =
  (context: EngineContext, plan: RestartPlan): GoalBody =>
  async (session) => {
    for (const { host, kind, reason } of plan.leftOut) {
      const status = kind === 'unchanged' || kind === 'pending' ? kind : 'skipped';
      session.outcome(host, { status, from: null, to: null, generation: null, reason });
    }
    const limit = pLimit(context.jobs.activate);
    await Promise.all(
      plan.targets.map((target) =>
        limit(async () =>
          session.outcome(target.host, await restartHost(context, session, target)),
        ),
      ),
    );
    const told = plan.targets.map(({ host }) =>
      aboutHost(host, session.outcomes.get(host)?.reason ?? 'nothing'),
    );
    const silent = plan.leftOut.filter(({ kind }) => kind === 'pending').map(({ host }) => host);
    return {
      exitCode: exitCodeOf([...session.outcomes.values()]),
      summary: [
        told.length === 0 ? 'No service was restarted.' : `${told.join('; ')}.`,
        ...(silent.length === 0 ? [] : [`Not asked, no answer: ${hostList(silent)}.`]),
      ].join(' '),
    };
  };
