import { judgeActivated } from '../../model/deploy/evidence.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { generationOf } from '../../model/host/generation.ts';
import type { HostFacts } from '../../model/host/host.ts';
import type { SupervisionResult } from '../../model/host/supervision.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { HostOutcome } from '../../state/run.ts';
import { rememberWayBack } from '../run/memory.ts';
import type { HostTravel } from './journey.ts';
import { supervisionTerms } from './supervision-terms.ts';
import { untilBack } from './until-back.ts';
import { goWayBack } from './way-back.ts';

/** A rollback that failed is told with what the host boots now, never with what it should boot. */
const withBoot = (failure: Failure, old: StorePath, facts: HostFacts | null): Failure =>
  failure.code === 'taken-back' && failure.result.kind === 'revert-failed' && facts !== null
    ? { ...failure, boot: { found: facts.bootDefault, old } }
    : failure;

/** The facts of a host that went back by itself; one that had to reboot for that is waited for. */
const whatIsTrue = async (
  travel: HostTravel,
  before: HostFacts,
  result: SupervisionResult,
): Promise<Result<HostFacts, Failure>> => {
  const { context, journey } = travel;
  if (result.kind !== 'rebooted') return context.hosts.probe(journey.entry, { fresh: true });
  travel.begin('restart', context.config.fleet.rebootTimeoutMs);
  return untilBack(travel, before);
};

/**
 * The supervisor takes the host back where it still can: nothing was made persistent, so profile
 * and boot entry are the old ones. Otherwise by a supervised activation of the old system, profile
 * and boot entry.
 */
const goBack = async (
  travel: HostTravel,
  before: HostFacts,
  old: StorePath,
  supervision: string | undefined,
): Promise<Result<{ readonly generation: number | null }, Failure>> => {
  const { context, session, journey } = travel;
  const { entry } = journey;
  const host = entry.name;
  if (supervision !== undefined) {
    const decided = await context.hosts.decide(entry, supervision, 'revert');
    if (!decided.ok) return decided;
    const result = decided.value?.result ?? null;
    if (
      result?.kind === 'reverted' ||
      result?.kind === 'untouched' ||
      result?.kind === 'rebooted'
    ) {
      const after = await whatIsTrue(travel, before, result);
      if (!after.ok) return after;
      const verdict = judgeActivated(old, after.value.current);
      return verdict.kind === 'proven'
        ? success({ generation: generationOf(after.value, old) })
        : failed({ code: 'activation-unproven', host, expected: old, found: after.value.current });
    }
    if (result?.kind === 'foreign' || result?.kind === 'revert-failed') {
      const after = await context.hosts.probe(entry, { fresh: true });
      const failure: Failure = { code: 'taken-back', host, result, detail: null };
      return failed(withBoot(failure, old, after.ok ? after.value : null));
    }
  }
  return context.hosts.rollback(entry, {
    id: `${session.id}-${host}-back`,
    to: old,
    stops: supervision ?? `${session.id}-${host}`,
    terms: supervisionTerms(context, entry, before),
    onLine: travel.onLine,
  });
};

/** Back to the system that ran before, proven like a deploy. */
export const takeBack = (
  travel: HostTravel,
  before: HostFacts,
  reason: string,
  supervision?: string,
): Promise<HostOutcome> => {
  const { context, session, journey } = travel;
  const { entry, to: left } = journey;
  // A host that already ran the new system without a boot entry goes back to the system that it
  // would boot.
  const old = before.current === left ? before.profile : before.current;
  return goWayBack(context, session, { entry, left, old, reason }, (back) =>
    goBack(travel, before, back, supervision),
  );
};

/**
 * The host went back by itself, or somebody else switched it: what it runs now is asked and told,
 * and nothing is done.
 */
export const tellTakenBack = async (
  travel: HostTravel,
  before: HostFacts,
  failure: Failure,
): Promise<HostOutcome> => {
  const { context, session, journey } = travel;
  const { entry, to } = journey;
  const host = entry.name;
  const { what } = explain(failure);
  if (failure.code === 'taken-back' && 'why' in failure.result)
    session.reverts.set(host, failure.result.why);
  const after =
    failure.code === 'taken-back'
      ? await whatIsTrue(travel, before, failure.result)
      : await context.hosts.probe(entry, { fresh: true });
  if (!after.ok) return travel.stop('rollback', failure);
  context.emitter.emit({ type: 'host-probed', host, facts: after.value });
  const old = before.current;
  const isBack =
    failure.code === 'taken-back' &&
    (failure.result.kind === 'reverted' || failure.result.kind === 'rebooted') &&
    old !== null &&
    after.value.current === old &&
    after.value.profile === before.profile;
  if (!isBack || old === null)
    return travel.stop('rollback', old === null ? failure : withBoot(failure, old, after.value));
  const generation = generationOf(after.value, old);
  const at = context.world.clock.now();
  await rememberWayBack(context, session.id, { host, left: to, to: old, generation });
  session.work(host, { kind: 'rolledBack', from: to, to: old, generation, reason: what, at });
  return { status: 'rolledBack', from: to, to: old, generation, reason: what };
};
