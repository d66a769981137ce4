import pLimit from 'p-limit';
import { showCommand } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { oldServicesOf } from '../../model/host/old-code.ts';
import type { UnitFacts } from '../../model/host/unit-details.ts';
import { partsOf, showUnitFailure } from '../../model/host/unit-failure.ts';
import { shortUnitName } from '../../model/host/unit-name.ts';
import { type Result, success } from '../../model/result.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { hostList } from '../../model/words/sentences.ts';
import type { RestartPlan, RestartTarget } from '../../state/plans/restart-services.ts';
import { exitCodeOf, type HostOutcome } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';

const names = (units: readonly string[]): string => units.map(shortUnitName).join(', ');

/** So long a unit may take to start after systemd was told, ms. */
const startMs = 60_000;
/** A unit that stays as it is so long has started, ms: one that ends at once shows by then. */
const stayMs = 5_000;
const lookEveryMs = 1_000;

const isUp = ({ active, sub, result }: UnitFacts): boolean =>
  (active === 'active' && sub !== 'auto-restart') ||
  // A unit that did its work and ended, such as a backup.
  (active === 'inactive' && sub === 'dead' && result === 'success');

const isDown = ({ active, sub, load }: UnitFacts): boolean =>
  active === 'failed' || sub === 'auto-restart' || load === 'not-found';

/** Waits until a unit has stayed up for a moment, or is down, or the time is over: what it is then. */
const waitForUnit = async (
  { hosts, world }: EngineContext,
  entry: HostEntry,
  unit: string,
  signal: AbortSignal,
): Promise<
  Result<{ readonly facts: UnitFacts; readonly ending: 'up' | 'down' | 'slow' }, Failure>
> => {
  const { clock } = world;
  const until = clock.now() + startMs;
  let upSince: number | null = null;
  let restarts: number | null = null;
  for (;;) {
    const asked = await hosts.units.facts(entry, unit);
    if (!asked.ok) return asked;
    const facts = asked.value;
    const now = clock.now();
    if (isDown(facts)) return success({ facts, ending: 'down' });
    if (!isUp(facts) || facts.restarts !== restarts) upSince = null;
    if (isUp(facts)) upSince ??= now;
    restarts = facts.restarts;
    if (upSince !== null && now - upSince >= stayMs) return success({ facts, ending: 'up' });
    if (now >= until || signal.aborted) return success({ facts, ending: 'slow' });
    await clock.sleep(lookEveryMs);
  }
};

const stateWords = ({ active, sub, result }: UnitFacts): string =>
  `${active ?? 'in an unknown state'}${sub === null ? '' : ` (${sub})`}${result === null || result === 'success' ? '' : `, result ${result}`}`;

/** What became of one unit after its restart. */
const unitEnding = async (
  context: EngineContext,
  session: RunSession,
  entry: HostEntry,
  unit: string,
): Promise<Pick<HostOutcome, 'status' | 'reason'>> => {
  const shown = shortUnitName(showUnitFailure(unit));
  const waited = await waitForUnit(context, entry, unit, session.signal);
  if (!waited.ok)
    return {
      status: 'failed',
      reason: `${shown} was restarted, and whether it runs is not known: ${explain(waited.failure).what}`,
    };
  const { facts, ending } = waited.value;
  switch (ending) {
    case 'up':
      return { status: 'succeeded', reason: `restarted ${shown}: ${stateWords(facts)}` };
    case 'down':
      return {
        status: 'unhealthy',
        reason: `${shown} does not run after its restart: ${stateWords(facts)}. Its journal: ${showCommand({ file: 'nixup', args: ['services', entry.name, '--unit', unit] })}`,
      };
    case 'slow':
      return {
        status: 'unhealthy',
        reason: `${shown} has not started ${showLimit(startMs)} after its restart: ${stateWords(facts)}`,
      };
  }
};

/** What the host says of the services after their restart. */
const restartHost = async (
  context: EngineContext,
  session: RunSession,
  { host, units, owner }: RestartTarget,
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
    of === 'unit' && unit !== undefined ? await unitEnding(context, session, entry, unit) : null;
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
