import { type DeployMode, type DeployPlan, leftOutStatus } from '../../model/deploy/plan.ts';
import { explain } from '../../model/explain/explain.ts';
import { generationOf } from '../../model/host/generation.ts';
import { compareHealth } from '../../model/host/health.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import { advise, advised } from '../../model/words/advice.ts';
import type { HostOutcome } from '../../state/run.ts';
import { keepBaseline } from '../health/baseline.ts';
import type { EngineContext } from '../run/context.ts';
import { rememberSickness } from '../run/memory.ts';
import type { RunSession } from '../run/session.ts';
import type { GateBasis } from './gate.ts';

const leftOutOutcome = (
  kind: 'unchanged' | 'pending' | 'failed' | 'skipped',
  reason: string,
): HostOutcome => ({
  status: kind,
  from: null,
  to: null,
  generation: null,
  reason,
});

/**
 * A host that an unfinished run had already brought to its system was not checked by it: its health
 * is compared with the baseline of that run.
 */
const unjudgedProblems = (context: EngineContext, host: string): readonly string[] => {
  const baseline = context.records.baseline(host);
  const known = context.state().hosts[host];
  if (baseline === undefined || known?.facts == null) return [];
  const verdict = compareHealth(baseline, known.facts, known.entry);
  return verdict.kind === 'unhealthy' ? verdict.problems : [];
};

/** A host that is awake and refuses nixup: what happened, and below it what to do. */
export const keptOut = (
  context: EngineContext,
  session: RunSession,
  host: string,
  reason: string,
): void => {
  const probe = context.state().hosts[host]?.probe;
  const told = probe?.kind === 'failed' ? explain(probe.failure) : null;
  session.work(host, {
    kind: 'failed',
    step: 'identity',
    reason: told?.what ?? reason,
    ...advised(told?.next ?? advise('Then try again', `nixup status ${host}`)),
    at: context.world.clock.now(),
  });
};

/** Tells of every host that the plan leaves out its state, and why it is left out. */
export const leaveOut = (
  context: EngineContext,
  session: RunSession,
  plan: DeployPlan,
  basis: GateBasis,
): void => {
  for (const { host, kind, reason, waiting } of plan.leftOut) {
    if (kind === 'refused' || kind === 'protected' || kind === 'repeated') {
      const why = kind === 'protected' ? `protected: ${reason}` : reason;
      session.outcome(host, {
        status: 'skipped',
        from: null,
        to: null,
        generation: null,
        reason: why,
      });
      session.work(host, { kind: 'skipped', reason: why });
      continue;
    }
    if (kind === 'mistaken') session.mistaken.add(host);
    const known = context.state().hosts[host];
    const current = known?.facts?.current ?? null;
    const problems =
      kind === 'unhealthy'
        ? [reason]
        : kind === 'unchanged' && basis === 'journal'
          ? unjudgedProblems(context, host)
          : [];
    if (problems.length > 0 && current !== null) {
      const generation = generationOf(known?.facts ?? null, current);
      const at = context.world.clock.now();
      const base = { from: current, to: current, generation };
      session.outcome(host, { ...base, status: 'unhealthy', reason: problems.join('; ') });
      session.work(host, { ...base, kind: 'unhealthy', problems, at });
      continue;
    }
    session.outcome(host, {
      ...leftOutOutcome(leftOutStatus[kind], reason),
      from: current,
      to: kind === 'pending' ? (waiting ?? null) : current,
      generation: generationOf(known?.facts ?? null, current),
    });
    if (kind === 'pending') session.work(host, { kind: 'pending', why: reason });
    else if (kind === 'failed' || kind === 'mistaken') keptOut(context, session, host, reason);
    else if (kind === 'unchanged' && current !== null)
      session.work(host, { kind: 'unchanged', toplevel: current, at: context.world.clock.now() });
    else session.work(host, { kind: 'skipped', reason });
  }
};

/** Hosts that an unfinished run left with trouble keep it until somebody accepts it. */
export const rememberUnjudged = async (
  context: EngineContext,
  session: RunSession,
  plan: DeployPlan,
): Promise<void> => {
  for (const { host } of plan.leftOut) {
    const outcome = session.outcomes.get(host);
    if (outcome?.status !== 'unhealthy' || outcome.to === null) continue;
    const problems = [outcome.reason ?? 'no reason is known'];
    await rememberSickness(context, session.id, { host, toplevel: outcome.to, problems });
  }
};

/**
 * A host that the deploy leaves as it is gets a baseline too, where it has none: what fails on it
 * later is new. An existing baseline stays.
 */
export const keepFirstBaselines = async (
  context: EngineContext,
  plan: DeployPlan,
): Promise<void> => {
  if (plan.mode === 'dry-activate') return;
  await Promise.all(
    plan.leftOut.map(async ({ host, kind }) => {
      const known = context.state().hosts[host];
      if (kind !== 'unchanged' || known?.facts == null) return;
      if (context.records.baseline(host) !== undefined) return;
      await keepBaseline(context, known.entry, known.facts);
    }),
  );
};

/** The tested systems of hosts that did not answer wait for them. */
export const rememberPending = async (
  context: EngineContext,
  session: RunSession,
  mode: DeployMode,
): Promise<void> => {
  // A dry run is not repeated later.
  if (mode === 'dry-activate') return;
  const { records, world } = context;
  const { lock } = context.state();
  const waiting = [...session.outcomes].flatMap(([host, outcome]) => {
    const expectation = context.state().hosts[host]?.expectation;
    return outcome.status === 'pending' && expectation?.kind === 'known'
      ? [
          {
            host,
            toplevel: expectation.toplevel,
            lock: fingerprintOf(lock),
            since: world.clock.now(),
            ...(mode === 'switch' ? {} : { mode }),
          },
        ]
      : [];
  });
  await records.settlePending([...session.outcomes.keys()], waiting);
};
