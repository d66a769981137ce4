import pLimit from 'p-limit';
import { showCommand } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { oldServicesOf } from '../../model/host/old-code.ts';
import type { UnitFacts } from '../../model/host/unit-details.ts';
import { partsOf, showUnitFailure } from '../../model/host/unit-failure.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { hostList } from '../../model/words/sentences.ts';
import type { RestartPlan, RestartTarget } from '../../state/plans/restart-services.ts';
import { exitCodeOf, type HostOutcome } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { startMs, waitForUnit } from './wait-for-unit.ts';

const names = (units: readonly string[]): string => units.map(shortUnitName).join(', ');

const stateWords = ({ active, sub, result }: UnitFacts): string =>
  `${active ?? 'in an unknown state'}${sub === null || sub === active ? '' : ` (${sub})`}${result === null || result === 'success' ? '' : `, result ${result}`}`;

/** What became of one unit after its restart. */
const unitEnding = async (
  context: EngineContext,
  session: RunSession,
  entry: HostEntry,
  { unit, before }: { readonly unit: string; readonly before: UnitFacts | null },
): Promise<Pick<HostOutcome, 'status' | 'reason'>> => {
  const shown = shortUnitName(showUnitFailure(unit));
  const waited = await waitForUnit(
    context.world.clock,
    {
      unit: partsOf(unit).unit,
      before,
      ask: async () => await context.hosts.units.facts(entry, unit),
    },
    session.signal,
  );
  if (!waited.ok)
    return {
      status: 'failed',
      reason: `${shown} was restarted, and whether it runs is not known: ${explain(waited.failure).what}`,
    };
  const { facts, ending } = waited.value;
  const openUnit = showCommand({ file: 'nixup', args: ['services', entry.name, '--unit', unit] });
  switch (ending) {
    case 'up':
      return {
        status: 'succeeded',
        reason: `restarted ${shown}${facts.active === 'inactive' ? ', which ended without an error' : ''}: ${stateWords(facts)}`,
      };
    case 'down':
      return {
        status: 'unhealthy',
        reason: `${shown} does not run after its restart: ${stateWords(facts)}. Its journal: ${openUnit}`,
      };
    case 'slow':
      return {
        status: 'unhealthy',
        reason: `${shown} ${facts.type === 'oneshot' ? 'is still at work' : 'has not started'} ${showLimit(startMs)} after its restart: ${stateWords(facts)}`,
      };
    case 'unmet':
      return {
        status: 'unhealthy',
        reason: `${shown} was not started: a condition of its unit file does not hold on the host. Its file: ${openUnit}`,
      };
    case 'left':
      return {
        status: 'canceled',
        reason: `${shown} was restarted, and nobody waited for it: it was ${stateWords(facts)} then`,
      };
  }
};

/** What the host says of the services after their restart. */
const restartHost = async (
  context: EngineContext,
  session: RunSession,
  { host, units, owner, before }: RestartTarget,
  of: RestartPlan['of'],
): Promise<HostOutcome> => {
  const { hosts, emitter } = context;
  const known = context.state().hosts[host];
  const current = known?.facts?.current ?? null;
  const base = { from: current, to: current, generation: null };
  if (known === undefined) return { ...base, status: 'skipped', reason: 'no longer in the flake' };
  const { entry } = known;
  const asked = await session.perform(
    { host, deed: `restart ${units.join(' ')}`, from: current, to: current },
    () =>
      hosts.restartServices(
        entry,
        units.map((unit) => partsOf(unit).unit),
        owner,
      ),
    () => `systemctl was asked to restart ${units.join(' ')}`,
  );
  if (!asked.ok) {
    const { what, next } = explain(asked.failure);
    return { ...base, status: 'failed', reason: `${what} ${adviceLine(next)}` };
  }
  for (const line of asked.value) session.log(host, line);
  const [unit] = units;
  const ended =
    of === 'unit' && unit !== undefined
      ? await unitEnding(context, session, entry, { unit, before })
      : null;
  const probed = await hosts.probe(entry, { fresh: true, scope: 'whole' });
  if (!probed.ok) {
    emitter.emit({ type: 'host-unprobed', host, failure: probed.failure });
    if (ended !== null) return { ...base, ...ended };
    return {
      ...base,
      status: 'failed',
      reason: `whether ${names(units)} run is not known: ${explain(probed.failure).what}`,
    };
  }
  const facts = probed.value;
  emitter.emit({ type: 'host-probed', host, facts });
  if (ended !== null) return { ...base, ...ended };
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
          session.outcome(target.host, await restartHost(context, session, target, plan.of)),
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
