import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { generationOf } from '../../model/host/generation.ts';
import { compareHealth } from '../../model/host/health.ts';
import type { HostFacts } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { type Result, success } from '../../model/result.ts';
import { advise, advised, commandOnly } from '../../model/words/advice.ts';
import type { BootedOnce } from '../../services/deploy/boot-once.ts';
import type { HostOutcome } from '../../state/run.ts';
import { settleHealth } from '../health/settle.ts';
import { isGood, rememberWayBack } from '../run/memory.ts';
import type { HostTravel } from './journey.ts';
import { persist, remember } from './make-persistent.ts';
import { untilBack } from './until-back.ts';

/** Pause between two looks at a host that starts, ms. */
const lookEveryMs = 1_000;

/** How long services may take to come up after a boot before they are judged, ms. */
const startingMs = 90_000;

const restart = async (
  travel: HostTravel,
  before: HostFacts,
  to: StorePath,
): Promise<Result<HostFacts, Failure>> => {
  const { context, session, journey } = travel;
  travel.begin('restart', context.config.fleet.rebootTimeoutMs);
  return await session.perform(
    { host: journey.entry.name, deed: 'restart', from: before.current, to },
    async () => {
      const asked = await context.hosts.bootOnce.restart(journey.entry);
      return asked.ok ? untilBack(travel, before) : asked;
    },
    (facts) =>
      `boot id ${facts.bootId ?? 'unknown'}; it runs ${facts.current ?? 'an unknown system'}`,
  );
};

/** Services start one after the other: what does not run yet is no problem yet. */
const settledHealth = async (
  travel: HostTravel,
  before: HostFacts,
): Promise<Result<readonly string[], Failure>> => {
  const { context, journey } = travel;
  const { clock } = context.world;
  const until = clock.now() + startingMs;
  for (;;) {
    const now = await context.hosts.probe(journey.entry);
    const isUp = now.ok && compareHealth(before, now.value, journey.entry).kind === 'healthy';
    if (isUp || clock.now() >= until) return settleHealth(context, journey.entry, before);
    await clock.sleep(lookEveryMs);
  }
};

/** The host is back on the old system: its profile and boot entries are restored. */
const tellBack = async (
  travel: HostTravel,
  old: StorePath,
  once: BootedOnce,
  reason: string,
): Promise<HostOutcome> => {
  const { context, session, journey } = travel;
  const { entry, to } = journey;
  const host = entry.name;
  const undone = await session.perform(
    { host, deed: 'rollback', from: to, to: old },
    () => context.hosts.bootOnce.undo(entry, old, once),
    () => `profile and boot default of ${host} are ${old} again`,
  );
  const after = await context.hosts.probe(entry, { fresh: true });
  if (after.ok) context.emitter.emit({ type: 'host-probed', host, facts: after.value });
  if (!undone.ok) return travel.stop('rollback', undone.failure);
  const generation = after.ok ? generationOf(after.value, old) : null;
  const at = context.world.clock.now();
  await rememberWayBack(context, session.id, { host, left: to, to: old, generation });
  session.work(host, { kind: 'rolledBack', from: to, to: old, generation, reason, at });
  return { status: 'rolledBack', from: to, to: old, generation, reason };
};

/**
 * A rollback by restart came up with the system that it should leave: profile and boot entries of
 * that system are restored, and the rollback stays to be done.
 */
const tellNotBack = async (
  travel: HostTravel,
  left: StorePath,
  once: BootedOnce,
  found: StorePath | null,
): Promise<HostOutcome> => {
  const { context, session, journey } = travel;
  const { entry, to } = journey;
  const host = entry.name;
  const undone = await session.perform(
    { host, deed: 'rollback', from: to, to: left },
    () => context.hosts.bootOnce.undo(entry, left, once),
    () => `profile and boot default of ${host} are ${left} still`,
  );
  if (!undone.ok) return travel.stop('restart', undone.failure);
  const reason =
    found === left
      ? `it came back on the system that it was to leave: ${to} did not start`
      : `it came back on ${found ?? 'an unknown system'}: ${to} did not start`;
  const next = advise(
    'See at its console why, or go back further',
    `nixup rollback ${host} --generation N --reboot`,
  );
  const at = context.world.clock.now();
  session.work(host, { kind: 'failed', step: 'restart', reason, ...advised(next), at });
  return { status: 'failed', from: journey.from, to, generation: null, reason };
};

/**
 * The system that a rollback by restart came to is made the default, whatever its health: troubles
 * are told, but they are no reason to return to the system that was left.
 */
const arriveBack = async (
  travel: HostTravel,
  before: HostFacts,
  back: HostFacts,
): Promise<HostOutcome> => {
  travel.begin('health');
  const health = await settledHealth(travel, before);
  const problems = health.ok ? health.value : [explain(health.failure).what];
  const persisted = await persist(travel, before, undefined);
  if (!persisted.ok) return travel.stop(persisted.failure.step, persisted.failure.failure);
  return travel.arrive(
    before,
    persisted.value,
    [...problems, `restarted: boot id ${explainBoot(back)}`].join('; '),
  );
};

/** Boots the new system once, unless an earlier run did and the host came up with it. */
const bootIntoNew = async (
  travel: HostTravel,
  before: HostFacts,
  old: StorePath,
  now: HostFacts,
): Promise<Result<{ readonly once: BootedOnce; readonly back: HostFacts }, Failure>> => {
  const { context, session, journey } = travel;
  const { entry, to } = journey;
  if (now.current === to) return success({ once: { profileBefore: null }, back: now });
  travel.begin('restart');
  const once = await session.perform(
    { host: entry.name, deed: 'boot-once', from: old, to },
    () =>
      context.hosts.bootOnce.choose(
        entry,
        old,
        to,
        journey.way.kind !== 'restart-back' && isGood(context, entry.name, old),
      ),
    () => `${to} is started once with the next boot; the default stays ${old}`,
  );
  if (!once.ok) return once;
  const back = await restart(travel, before, to);
  return back.ok ? success({ once: once.value, back: back.value }) : back;
};

/**
 * Deploys by a restart: the new system is booted once while the old one stays the default, so that
 * a host that does not start is back after a power cycle. The new system is proven, by boot id,
 * contact and health, before it is made the default. `before` are the facts from before all of
 * this, `now` those of now; they differ where an earlier run was cut off.
 */
export const restartHost = async (
  travel: HostTravel,
  before: HostFacts,
  now: HostFacts,
): Promise<HostOutcome> => {
  const { context, session, journey } = travel;
  const { entry, to } = journey;
  const host = entry.name;
  const old = before.current;
  if (old === null)
    return travel.stop('restart', {
      code: 'gate-closed',
      host,
      reason: 'which system it runs is unknown: there is no way back',
      ...advised(commandOnly(`nixup status ${host}`)),
    });
  const booted = await bootIntoNew(travel, before, old, now);
  if (!booted.ok) return travel.stop('restart', booted.failure);
  const { once, back } = booted.value;
  if (journey.way.kind === 'restart-back')
    return back.current === to
      ? arriveBack(travel, before, back)
      : tellNotBack(travel, old, once, back.current);
  if (back.current !== to)
    return tellBack(
      travel,
      old,
      once,
      back.current === old
        ? 'it came back on its old system: the new one did not start'
        : `it came back on ${back.current ?? 'an unknown system'}`,
    );
  travel.begin('health');
  const health = await settledHealth(travel, before);
  if (!health.ok) return travel.stop('health', health.failure);
  const problems = health.value;
  if (problems.length > 0 && entry.onUnhealthy === 'rollback') {
    session.work(host, { kind: 'rollingBack', to: old, since: context.world.clock.now() });
    const again = await restart(travel, back, old);
    return again.ok && again.value.current === old
      ? tellBack(travel, old, once, problems.join('; '))
      : travel.stop(
          'rollback',
          again.ok
            ? { code: 'activation-unproven', host, expected: old, found: again.value.current }
            : again.failure,
        );
  }
  if (problems.length > 0 && entry.onUnhealthy === 'ask') {
    // It is not the default yet: the next boot starts the old system, until the person decides.
    await remember(travel, before, null);
    return travel.unhealthy(before, null, problems);
  }
  const persisted = await persist(travel, before, undefined);
  if (!persisted.ok) return travel.stop(persisted.failure.step, persisted.failure.failure);
  await remember(travel, before, persisted.value);
  if (problems.length > 0) return travel.unhealthy(before, persisted.value, problems);
  return travel.arrive(before, persisted.value, `restarted: boot id ${explainBoot(back)}`);
};

const explainBoot = (facts: HostFacts): string => facts.bootId?.slice(0, 8) ?? 'unknown';
