import pLimit from 'p-limit';
import { hostSettings } from '../../model/config/settings.ts';
import type { DeployTarget } from '../../model/deploy/plan.ts';
import { planRollout, type Rollout } from '../../model/deploy/rollout.ts';
import { explain } from '../../model/explain/explain.ts';
import { carriersOf } from '../../model/host/carriers.ts';
import { compareHealth } from '../../model/host/health.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { isLostContact } from '../../services/ssh/run.ts';
import type { HostOutcome } from '../../state/run.ts';
import { failingChecks, newProblems, unaskedProblems } from '../health/own-checks.ts';
import { revertHost } from '../host/revert.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** Pause between two looks at the hosts of a wave while it soaks, ms. */
const lookEveryMs = 2_000;

/** How one host is deployed, once its turn has come. */
type Travel = (target: DeployTarget, entry: HostEntry) => Promise<HostOutcome>;

const isFailed = (outcome: HostOutcome | undefined): boolean =>
  outcome?.status === 'failed' || outcome?.status === 'rolledBack';

const isDone = (outcome: HostOutcome | undefined): boolean =>
  outcome?.status === 'succeeded' || outcome?.status === 'unhealthy';

/** One host that soaks: still healthy, or handled by its policy. */
const lookAt = async (
  context: EngineContext,
  session: RunSession,
  target: DeployTarget,
  entry: HostEntry,
): Promise<void> => {
  const outcome = session.outcomes.get(target.host);
  const baseline = context.records.baseline(target.host);
  if (outcome?.status !== 'succeeded' || baseline === undefined) return;
  // A shared connection that broke says nothing about the host.
  const first = await context.hosts.probe(entry);
  const now =
    first.ok || !isLostContact(first.failure)
      ? first
      : await context.hosts.probe(entry, { fresh: true });
  let problems: readonly string[];
  let unasked: readonly string[] = [];
  if (now.ok) {
    context.emitter.emit({ type: 'host-probed', host: target.host, facts: now.value });
    const verdict = compareHealth(baseline, now.value, entry);
    const failing = verdict.kind === 'unhealthy' ? [] : await failingChecks(context, entry);
    unasked = unaskedProblems(failing);
    problems =
      verdict.kind === 'unhealthy' ? verdict.problems : newProblems(context, target.host, failing);
  } else {
    problems = [explain(now.failure).what];
    // It was confirmed, and may have been shut down since: the rollout stops, and whether the
    // system is good stays unknown.
    if (isLostContact(now.failure)) session.trials.set(target.host, null);
  }
  if (problems.length === 0) {
    if (unasked.length > 0 || outcome.unasked !== undefined)
      session.outcome(target.host, {
        ...outcome,
        unasked: unasked.length > 0 ? unasked : undefined,
      });
    return;
  }
  const { generation } = outcome;
  const at = context.world.clock.now();
  const { from, to } = target;
  session.work(target.host, { kind: 'unhealthy', problems, from, to, generation, at });
  const reason = problems.join('; ');
  session.outcome(target.host, { ...outcome, status: 'unhealthy', reason });
  if (now.ok && entry.onUnhealthy === 'rollback')
    session.outcome(target.host, await revertHost(context, session, target, entry, reason));
};

/** A host that is not begun: why, and in which words. */
const leave = (
  context: EngineContext,
  session: RunSession,
  { host, from, to }: DeployTarget,
  status: 'skipped' | 'canceled',
  reason: string,
): void => {
  session.work(
    host,
    status === 'skipped'
      ? { kind: 'skipped', reason }
      : { kind: 'canceled', step: null, at: context.world.clock.now() },
  );
  session.outcome(host, { status, from, to, generation: null, reason });
};

const sickIn = (session: RunSession, wave: readonly DeployTarget[]): string | null =>
  wave.find(({ host }) => {
    const outcome = session.outcomes.get(host);
    return isFailed(outcome) || outcome?.status === 'unhealthy';
  })?.host ?? null;

/** Watches the hosts that are done for a while; answers the first that is not well, null where all are. */
const soak = async (
  context: EngineContext,
  session: RunSession,
  wave: readonly DeployTarget[],
  until: number,
): Promise<string | null> => {
  const { clock } = context.world;
  let sick: string | null = null;
  while (clock.now() < until && !session.signal.aborted && sick === null) {
    await clock.sleep(Math.min(lookEveryMs, until - clock.now()), session.signal);
    for (const target of wave) {
      const entry = context.state().hosts[target.host]?.entry;
      if (entry !== undefined) await lookAt(context, session, target, entry);
    }
    sick = sickIn(session, wave);
  }
  return sick;
};

const revertWave = async (
  context: EngineContext,
  session: RunSession,
  wave: readonly DeployTarget[],
  failed: string,
): Promise<void> => {
  const reason = `its wave was taken back, because ${failed} failed`;
  await Promise.all(
    wave.map(async (target) => {
      const entry = context.state().hosts[target.host]?.entry;
      const reached = session.outcomes.get(target.host);
      if (entry === undefined || !isDone(reached)) return;
      // This host was healthy with its system: another host of the wave was not.
      if (reached?.status === 'succeeded') session.trials.set(target.host, null);
      session.outcome(target.host, await revertHost(context, session, target, entry, reason));
    }),
  );
};

/**
 * Wave after wave, this machine last. Between two waves the hosts that are done are watched. What
 * an unhealthy host means for the others is the config's `on_failure`; a wave that is reverted
 * rolls back all of its hosts.
 */
export const runWaves = async (
  context: EngineContext,
  session: RunSession,
  targets: readonly DeployTarget[],
  rollout: Rollout,
  travel: Travel,
): Promise<void> => {
  const { onFailure } = context.config.fleet;
  const limit = pLimit(Math.min(context.jobs.copy, context.jobs.activate));
  let stoppedBy: string | null = null;

  const tell = (wave: number, state: 'deploying' | 'soaking', untilMs: number | null): void =>
    session.say({
      type: 'rollout-moved',
      wave,
      waves: rollout.waves.length,
      hosts: rollout.waves[wave - 1] ?? [],
      state,
      until: untilMs,
    });

  const take = async (target: DeployTarget): Promise<void> => {
    const entry = context.state().hosts[target.host]?.entry;
    if (entry === undefined) return;
    await context.pace.untilGo(session.signal);
    if (session.signal.aborted)
      return leave(context, session, target, 'canceled', 'canceled before it began');
    if (stoppedBy !== null && onFailure !== 'continue')
      return leave(context, session, target, 'skipped', `not begun, because ${stoppedBy} failed`);
    const outcome = await travel(target, entry);
    session.outcome(target.host, outcome);
    if (isFailed(outcome)) stoppedBy ??= target.host;
  };

  for (const [index, names] of rollout.waves.entries()) {
    const wave = targets.filter(({ host }) => names.includes(host));
    const isLast = index === rollout.waves.length - 1;
    if (rollout.waves.length > 1) tell(index + 1, 'deploying', null);
    await Promise.all(wave.map((target) => limit(() => take(target))));
    if (!isLast) stoppedBy ??= sickIn(session, wave);
    if (!isLast && stoppedBy === null && rollout.soakMs > 0 && !session.signal.aborted) {
      const until = context.world.clock.now() + rollout.soakMs;
      tell(index + 1, 'soaking', until);
      stoppedBy = await soak(context, session, wave, until);
    }
    if (onFailure === 'revert-wave' && stoppedBy !== null)
      await revertWave(context, session, wave, stoppedBy);
    if (onFailure === 'continue') stoppedBy = null;
  }
};

/** The order in which these hosts are deployed, by the config, the way of ssh to them, and the canary that was chosen. */
export const rolloutFor = (
  context: EngineContext,
  targets: readonly DeployTarget[],
  canary: string | null,
): Rollout => {
  const { waves, soakMs } = context.config.fleet;
  return planRollout(
    targets.map(({ host, policy }) => ({
      host,
      policy,
      here: context.state().hosts[host]?.entry.here === true,
      after: [
        ...hostSettings(context.config, host).after,
        ...carriersOf(host, context.hosts.routes.known()),
      ],
    })),
    { waves, canary, soakMs },
  );
};
