import { explain } from '../../model/explain/explain.ts';
import { isAsleep, pendingReason } from '../../model/explain/pending-reason.ts';
import { compareHealth } from '../../model/host/health.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { unitFailureWords } from '../../model/host/unit-failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { isPassing, passingWords } from '../../state/passing-system.ts';
import type { HostOutcome } from '../../state/run.ts';
import { acceptedOf, keepAccepted, unwellNow } from '../run/accepted-units.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody } from '../run/ending.ts';
import { forgetSetback } from '../run/memory.ts';
import type { RunSession } from '../run/session.ts';
import { otherMachine } from '../survey/identity.ts';
import { keepBaseline } from './baseline.ts';
import { failingChecks, newProblems } from './own-checks.ts';

/** How a host ended, and what was accepted of it in words; null where nothing was. */
interface Accepting {
  readonly outcome: HostOutcome;
  readonly accepted: string | null;
}

/**
 * What is accepted: new trouble, and every unit that fails or does not run and that nobody had
 * accepted yet.
 */
const acceptedWords = (
  problems: readonly string[],
  units: readonly string[],
  newUnits: readonly string[],
): string => {
  const beside = (problems.length === 0 ? units : newUnits)
    .map((unit) => ({ unit, words: unitFailureWords(unit) }))
    // A critical unit that does not run has words of its own.
    .filter(
      ({ unit, words }) =>
        !problems.some((problem) => problem.includes(words) || problem.startsWith(`${unit} `)),
    );
  const all = [...problems, ...beside.map(({ words }) => `${words}, as before`)];
  return all.length === 0 ? 'its state' : all.join('; ');
};

const notAccepted = (outcome: HostOutcome): Accepting => ({ outcome, accepted: null });

const nothingDone = { from: null, to: null, generation: null } as const;

/** The state of the host now, or its outcome where that cannot be asked. */
const meet = async (
  context: EngineContext,
  session: RunSession,
  entry: HostEntry,
): Promise<Result<HostFacts, HostOutcome>> => {
  const { hosts, emitter } = context;
  const { name: host } = entry;
  const probed = await hosts.probe(entry, { fresh: true });
  if (!probed.ok) {
    emitter.emit({ type: 'host-unprobed', host, failure: probed.failure });
    return failed(
      isAsleep(probed.failure)
        ? { ...nothingDone, status: 'pending', reason: pendingReason(probed.failure) }
        : { ...nothingDone, status: 'failed', reason: explain(probed.failure).what },
    );
  }
  const facts = probed.value;
  emitter.emit({ type: 'host-probed', host, facts });
  const mismatch = otherMachine(context, entry, facts);
  if (mismatch === null) return success(facts);
  session.mistaken.add(host);
  return failed({ ...nothingDone, status: 'failed', reason: explain(mismatch).what });
};

const acceptHost = async (
  context: EngineContext,
  session: RunSession,
  entry: HostEntry,
): Promise<Accepting> => {
  const { records } = context;
  const { name: host } = entry;
  const met = await meet(context, session, entry);
  if (!met.ok) return notAccepted(met.failure);
  const facts = met.value;
  const { current } = facts;
  const here = { ...nothingDone, from: current, to: current };
  const baseline = records.baseline(host);
  const verdict =
    baseline === undefined ? ({ kind: 'healthy' } as const) : compareHealth(baseline, facts, entry);
  const problems = [
    ...(verdict.kind === 'unhealthy' ? verdict.problems : []),
    ...newProblems(context, host, await failingChecks(context, entry)),
  ];
  const units = unwellNow(context, entry, facts);
  const before = acceptedOf(context, host);
  const newUnits = units.filter((unit) => !before.includes(unit));
  if (problems.length === 0 && newUnits.length === 0 && records.sickness(host) === undefined)
    return notAccepted({
      ...here,
      status: 'unchanged',
      reason: 'nothing to accept: there is no trouble',
    });
  const words = acceptedWords(problems, units, newUnits);
  const kept = await session.perform(
    { host, deed: 'accept', from: current, to: current },
    async () => {
      const done = await keepBaseline(context, entry, facts);
      if (!done.ok) return done;
      await forgetSetback(context, host, current);
      return await keepAccepted(context, host, units);
    },
    () => `accepted: ${words}`,
  );
  if (!kept.ok)
    return notAccepted({ ...here, status: 'failed', reason: explain(kept.failure).what });
  if (current !== null)
    session.work(host, { kind: 'unchanged', toplevel: current, at: context.world.clock.now() });
  return {
    outcome: { ...here, status: 'unchanged', reason: `accepted: ${words}` },
    accepted: words,
  };
};

/**
 * Makes the health of hosts as it is now what later runs compare with, because a person accepts it.
 * Answers the hosts of which something was accepted.
 */
export const runAccept = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
): Promise<readonly string[]> => {
  const accepted: string[] = [];
  for (const entry of entries)
    if (entry.role.kind === 'deployable') {
      const { outcome, accepted: words } = await acceptHost(context, session, entry);
      session.outcome(entry.name, outcome);
      if (words !== null) accepted.push(entry.name);
    }
  return accepted;
};

export const acceptGoal =
  (context: EngineContext, entries: readonly HostEntry[]): GoalBody =>
  async (session) => {
    const accepted = await runAccept(context, session, entries);
    const told = [...session.outcomes].map(([host, { reason }]) => aboutHost(host, reason ?? ''));
    const passing = accepted.filter((host) => isPassing(context.state().hosts[host]));
    return {
      summary: `${told.join('; ')}${accepted.length > 0 ? '. Later runs compare with this.' : ''}${passing.length > 0 ? ` ${passingWords}` : ''}`,
    };
  };
