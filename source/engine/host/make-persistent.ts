import { judgeActivated, judgePersistent } from '../../model/deploy/evidence.ts';
import type { Failure } from '../../model/failure.ts';
import { generationOf, nameGeneration } from '../../model/host/generation.ts';
import type { BootDefault, HostFacts } from '../../model/host/host.ts';
import { onceWords } from '../../model/host/next-boot.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { deploysListed } from '../run/accepted-units.ts';
import type { HostTravel } from './journey.ts';
import { lockOfTarget } from './lock-of-target.ts';

/** Whether the system to go back to has a boot entry, by the loader's own files. */
const knownGoodWords = ({ knownGood, bootable }: HostFacts): string => {
  if (knownGood === undefined) return '';
  if (bootable === undefined)
    return '; whether its known good system has a boot entry is not known';
  return bootable.includes(knownGood)
    ? '; its known good system has a boot entry'
    : '; its known good system has no boot entry';
};

const onceOf = (boot: BootDefault): string => {
  const once = onceWords(boot);
  return once === null ? '' : `, but ${once}`;
};

/**
 * Profile and boot entry, and everything read back then. After a settle time a
 * connection of its own confirms: a host that can no longer be reached goes
 * back. Without one, contact was proven just now.
 */
export const persist = async (
  travel: HostTravel,
  before: HostFacts,
  supervision: string | undefined,
): Promise<Result<number, { readonly step: 'persist' | 'verify'; readonly failure: Failure }>> => {
  const { context, session, journey } = travel;
  const { entry, to, mode } = journey;
  const host = entry.name;
  travel.begin('persist');
  const persisted = await session.perform(
    { host, deed: 'persist', from: before.profile, to },
    () =>
      context.hosts.setProfileAndBoot(entry, to, {
        supervision,
        record: {
          run: session.id,
          from: before.current === to ? before.profile : before.current,
          lock: lockOfTarget(context, host, to),
        },
        fresh: context.settleMs > 0,
        onLine: travel.onLine,
      }),
    ({ generation, boot, facts }) =>
      `profile is ${nameGeneration(generation)}; boot default ${boot.kind === 'resolved' ? 'proven' : `not verifiable: ${boot.reason}`}${onceOf(boot)}${knownGoodWords(facts)}`,
  );
  if (!persisted.ok) return failed({ step: 'persist', failure: persisted.failure });
  travel.begin('verify');
  const { facts: after, generation } = persisted.value;
  travel.onSupervision(persisted.value.supervision);
  context.emitter.emit({ type: 'host-probed', host, facts: after });
  const runs = judgeActivated(to, after.current);
  if (mode === 'switch' && runs.kind !== 'proven')
    return failed({
      step: 'verify',
      failure: { code: 'activation-unproven', host, expected: to, found: after.current },
    });
  const stays = judgePersistent(to, after);
  if (stays.kind === 'refuted')
    return failed({
      step: 'verify',
      failure: { code: 'persistence-unproven', host, detail: stays.reason },
    });
  return success(generation);
};

export const remember = async (
  travel: HostTravel,
  before: HostFacts,
  generation: number | null,
): Promise<void> => {
  const { records, world, emitter } = travel.context;
  const { entry, to } = travel.journey;
  const wasActivatedEarlier = before.current === to;
  const earlier = records.lastDeploy(entry.name);
  await records.keepDeploy({
    host: entry.name,
    toplevel: to,
    from: wasActivatedEarlier ? before.profile : before.current,
    fromGeneration: wasActivatedEarlier
      ? (earlier?.fromGeneration ?? null)
      : generationOf(before, before.current),
    generation,
    at: world.clock.now(),
    run: travel.session.id,
  });
  emitter.emit(deploysListed(travel.context));
};

/** The supervisor leaves the host as it is: it runs the new system, and boots the old one. */
export const keepRunning = async (
  travel: HostTravel,
  supervision: string | undefined,
): Promise<Result<void, Failure>> => {
  const { context, journey } = travel;
  if (supervision === undefined) return success(undefined);
  const decided = await context.hosts.decide(journey.entry, supervision, 'keep');
  if (!decided.ok) return decided;
  travel.onSupervision(decided.value);
  const result = decided.value?.result ?? null;
  return result === null || result.kind === 'kept' || result.kind === 'committed'
    ? success(undefined)
    : failed({ code: 'taken-back', host: journey.entry.name, result, detail: null });
};
