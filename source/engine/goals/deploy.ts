import { explain } from '../../model/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { compareHealth } from '../../model/health.ts';
import type { StorePath } from '../../model/host.ts';
import { generationOf } from '../../model/in-place.ts';
import { fingerprintOf } from '../../model/lock-facts.ts';
import { endingOfHosts, outcomeSentence } from '../../model/outcome-words.ts';
import type { DeployPlan } from '../../model/plan.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { narrowRollout } from '../../model/rollout.ts';
import type { HostOutcome } from '../../model/run.ts';
import { isBuiltStill } from '../build-place.ts';
import type { EngineContext } from '../context.ts';
import { deployHost } from '../deploy-host.ts';
import { observeGit } from '../observe.ts';
import { rolloutFor } from '../rollout-for.ts';
import type { RunSession } from '../run-session.ts';
import { runWaves } from '../run-waves.ts';
import { keepDashboardBaseline } from '../watch-dashboards.ts';

const leftOutOutcome = (
  kind: 'unchanged' | 'pending' | 'skipped',
  reason: string,
): HostOutcome => ({
  status: kind,
  from: null,
  to: null,
  generation: null,
  reason,
});

/**
 * What a deploy's paths are measured against: the tree as it is now, or the
 * journal of an unfinished run, whose paths had passed this gate already.
 */
export type GateBasis = 'tree' | 'journal';

const collected = (host: string, path: StorePath): Failure => ({
  code: 'gate-closed',
  host,
  reason: `${path} is no longer in the store (garbage was collected)`,
  remedy: 'build it again: nixup test',
});

/** Nothing that was confirmed may have moved between the confirmation and the deed. */
const checkGate = async (
  context: EngineContext,
  plan: DeployPlan,
  basis: GateBasis,
): Promise<Result<void, Failure>> => {
  const refused = plan.leftOut.find(({ kind }) => kind === 'refused');
  if (refused !== undefined)
    return failed({
      code: 'gate-closed',
      host: refused.host,
      reason: refused.reason,
      remedy: 'nixup test',
    });
  await observeGit(context);
  const tree = context.state().git?.tree;
  for (const target of plan.targets) {
    if (basis === 'journal') {
      const { builtOn } = context.records.origin(target.host, target.to) ?? {};
      if (await isBuiltStill(context, target.to, builtOn)) continue;
      return failed(collected(target.host, target.to));
    }
    const expectation = context.state().hosts[target.host]?.expectation;
    if (expectation?.kind !== 'known' || expectation.toplevel !== target.to)
      return failed({
        code: 'gate-closed',
        host: target.host,
        reason: 'what it should run changed since the confirmation',
        remedy: 'look at the plan again: nixup deploy',
      });
    if (tree !== undefined && expectation.tree !== tree)
      return failed({
        code: 'gate-closed',
        host: target.host,
        reason: 'the tree was edited after the test',
        remedy: 'test the tree as it is now: nixup test',
      });
    if (!(await isBuiltStill(context, target.to, expectation.builtOn)))
      return failed(collected(target.host, target.to));
  }
  return success(undefined);
};

/**
 * A host that an unfinished run had brought to its system already was not
 * judged by it: its health against the baseline of that run counts.
 */
const unjudgedProblems = (context: EngineContext, host: string): readonly string[] => {
  const baseline = context.records.baseline(host);
  const known = context.state().hosts[host];
  if (baseline === undefined || known?.facts == null) return [];
  const verdict = compareHealth(baseline, known.facts, known.entry);
  return verdict.kind === 'unhealthy' ? verdict.problems : [];
};

const leaveOut = (
  context: EngineContext,
  session: RunSession,
  plan: DeployPlan,
  basis: GateBasis,
): void => {
  for (const { host, kind, reason, waiting } of plan.leftOut) {
    if (kind === 'refused' || kind === 'protected') {
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
    const known = context.state().hosts[host];
    const current = known?.facts?.current ?? null;
    const problems =
      kind === 'unchanged' && basis === 'journal' ? unjudgedProblems(context, host) : [];
    if (problems.length > 0 && current !== null) {
      const generation = generationOf(known?.facts ?? null, current);
      const at = context.world.clock.now();
      const base = { from: current, to: current, generation };
      session.outcome(host, { ...base, status: 'unhealthy', reason: problems.join('; ') });
      session.work(host, { ...base, kind: 'unhealthy', problems, at });
      continue;
    }
    session.outcome(host, {
      ...leftOutOutcome(kind, reason),
      from: current,
      to: kind === 'pending' ? (waiting ?? null) : current,
      generation: generationOf(known?.facts ?? null, current),
    });
    if (kind === 'pending') session.work(host, { kind: 'pending', why: reason });
    else if (kind === 'unchanged' && current !== null)
      session.work(host, { kind: 'unchanged', toplevel: current, at: context.world.clock.now() });
    else session.work(host, { kind: 'skipped', reason });
  }
};

const rememberPending = async (context: EngineContext, session: RunSession): Promise<void> => {
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
          },
        ]
      : [];
  });
  const others = records.pending().filter(({ host }) => !session.outcomes.has(host));
  if (waiting.length + others.length > 0 || records.pending().length > 0)
    await records.keepPending([...others, ...waiting]);
};

const reachedStatuses: ReadonlySet<HostOutcome['status']> = new Set<HostOutcome['status']>([
  'succeeded',
  'unhealthy',
  'unchanged',
]);

/** Takes every planned host to its tested system, wave after wave. */
export const runDeploy = async (
  context: EngineContext,
  session: RunSession,
  plan: DeployPlan,
  basis: GateBasis = 'tree',
): Promise<Result<boolean, Failure>> => {
  const { world } = context;
  session.stage('deploy', { kind: 'running', since: world.clock.now() });
  const gate = await checkGate(context, plan, basis);
  if (!gate.ok) {
    session.stage('deploy', {
      kind: 'failed',
      reason: explain(gate.failure).what,
      at: world.clock.now(),
    });
    return gate;
  }
  if (plan.targets.length > 0) await keepDashboardBaseline(context);
  leaveOut(context, session, plan, basis);
  for (const target of plan.targets) {
    session.work(target.host, { kind: 'queued' });
    session.say({
      type: 'planned',
      host: target.host,
      mode: plan.mode,
      from: target.from,
      fromGeneration: target.fromGeneration,
      to: target.to,
      ...(target.restart === 'planned' ? { restart: true } : {}),
    });
  }

  const targetNames = plan.targets.map(({ host }) => host);
  await runWaves(
    context,
    session,
    plan.targets,
    plan.mode === 'dry-activate'
      ? { waves: [targetNames], soakMs: 0 }
      : narrowRollout(plan.rollout ?? rolloutFor(context, plan.targets, null), targetNames),
    (target, entry) =>
      deployHost(context, session, {
        entry,
        from: target.from,
        to: target.to,
        mode: plan.mode,
        activation: target.activation,
        agreed: target.preview,
        isRestarted: target.restart === 'planned',
      }),
  );

  await rememberPending(context, session);
  const at = world.clock.now();
  const words = outcomeSentence(session.results(), 'deploy');
  const ending = endingOfHosts(session.outcomes);
  const statuses = [...session.outcomes.values()].map(({ status }) => status);
  if (ending === 'failed' || ending === 'canceled' || statuses.includes('canceled')) {
    session.stage('deploy', { kind: 'failed', reason: words, at });
    return success(false);
  }
  if (!statuses.some((status) => reachedStatuses.has(status))) {
    session.stage('deploy', { kind: 'skipped', reason: words });
    return success(true);
  }
  const evidence =
    plan.targets.length === 0
      ? `${words}: nothing had to be done`
      : `${words}; /run/current-system of each host was read over a new connection`;
  session.stage(
    'deploy',
    ending === 'well' ? { kind: 'passed', evidence, at } : { kind: 'partly', ending, evidence, at },
  );
  return success(true);
};
