import type { ReportedTroubles } from '../../model/deploy/activation-troubles.ts';
import { judgeActivated } from '../../model/deploy/evidence.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostFacts } from '../../model/host/host.ts';
import type { ActivatedAs } from '../../model/host/specialisation.ts';
import type { Supervision } from '../../model/host/supervision.ts';
import type { EngineContext } from '../run/context.ts';
import { isGood } from '../run/memory.ts';
import { followedActivation, type HostTravel } from './journey.ts';
import { lockOfTarget } from './lock-of-target.ts';
import { supervisionTerms } from './supervision-terms.ts';

/** What ssh, polling and the stop on the host need in addition to the clocks, ms. */
const marginMs = 30_000;

export type Activation =
  /**
   * It runs the new system, reached over a new connection; `id` names what is to
   * be confirmed, `facts` are what that connection asked, where it could be read;
   * `report` is what the activation said of units, null where it was not heard.
   */
  | {
      readonly kind: 'switched';
      readonly id: string;
      readonly facts: HostFacts | null;
      readonly report: ReportedTroubles | null;
    }
  | { readonly kind: 'untouched'; readonly failure: Failure }
  /** The host went back by itself, or somebody else switched it. */
  | { readonly kind: 'taken-back'; readonly failure: Failure; readonly reason: string }
  /** Nobody decided: it may run parts of both systems. */
  | { readonly kind: 'halfway'; readonly failure: Failure }
  | { readonly kind: 'silent'; readonly failure: Failure };

/**
 * Statuses after which the host may run parts of both systems although its link still names the old
 * system.
 */
const mayBeHalfway = (failure: Failure): boolean =>
  failure.code === 'activation-failed' && [2, 3, 101, null].includes(failure.exitCode);

const judgeSupervision = (
  host: string,
  supervision: Supervision,
  failure: Failure | null,
  trouble: string | null,
): Activation | null => {
  const { result } = supervision;
  if (result === null || result.kind === 'committed' || result.kind === 'kept') return null;
  const detail = failure === null ? trouble : explain(failure).what;
  if (result.kind === 'untouched')
    return { kind: 'untouched', failure: failure ?? { code: 'taken-back', host, result, detail } };
  const takenBack: Failure = { code: 'taken-back', host, result, detail };
  return { kind: 'taken-back', failure: takenBack, reason: explain(takenBack).what };
};

/**
 * Waits for a new connection to a host whose activation is not decided. Answers by the host's own
 * record and by what it runs. `failure` is how the activation itself ended.
 */
export const regainContact = async (
  travel: HostTravel,
  before: HostFacts,
  id: string,
  failure: Failure | null,
): Promise<Activation> => {
  const { context, journey } = travel;
  const { entry, to } = journey;
  const { fleet } = context.config;
  const host = entry.name;
  const { rebootsInto } = supervisionTerms(context, entry, before);
  travel.begin('contact', fleet.confirmTimeoutMs);
  const contact = await context.hosts.contact(entry, to, {
    timeoutMs:
      fleet.confirmTimeoutMs +
      fleet.revertTimeoutMs +
      (rebootsInto === null ? 0 : fleet.rebootTimeoutMs) +
      marginMs,
    supervision: id,
  });
  if (!contact.ok) return { kind: 'silent', failure: contact.failure };
  const { current, facts, supervision, trouble, bootId, machineId } = contact.value;
  // The deploy itself may give the host the machine id that somebody accepted for it.
  if (machineId !== null && machineId === context.hosts.moved.expectedMachine(host))
    await context.records.keepMachineId(host, machineId);
  travel.onSupervision(supervision);
  const decided =
    supervision === null ? null : judgeSupervision(host, supervision, failure, trouble);
  if (decided !== null) return decided;
  const verdict = judgeActivated(to, current);
  if (failure === null && verdict.kind === 'proven')
    return { kind: 'switched', id, facts, report: null };
  const why: Failure = failure ?? {
    code: 'activation-unproven',
    host,
    expected: to,
    found: current,
    ...(bootId === null || before.bootId === null || bootId === before.bootId
      ? {}
      : { isRestarted: true }),
  };
  // The host knows of no activation, and the script that should start it says that it did not.
  const isUnbegun =
    supervision === null && why.code === 'activation-failed' && why.isUntouched === true;
  return current === before.current && (isUnbegun || !mayBeHalfway(why))
    ? { kind: 'untouched', failure: why }
    : { kind: 'halfway', failure: why };
};

/** Units that were listed so long ago still count as what runs, ms. */
const recentMs = 30_000;

/** What runs on the host before its activation; null where it was asked long ago, as before a long copy. */
const activeNow = ({ world, state }: EngineContext, host: string): readonly string[] | null => {
  const facts = state().hosts[host]?.facts ?? null;
  return facts !== null && world.clock.now() - facts.at < recentMs ? facts.activeUnits : null;
};

/**
 * Activates under supervision, without persistence, then proves contact over a
 * new connection. The exit status alone decides nothing: the host's own record
 * and what it runs do.
 */
export const activateHost = async (
  travel: HostTravel,
  before: HostFacts,
  specialisation: ActivatedAs,
): Promise<Activation> => {
  const { context, session, journey } = travel;
  const { entry, to } = journey;
  const { fleet } = context.config;
  const host = entry.name;
  const id = followedActivation(journey) ?? `${session.id}-${host}`;
  travel.begin('activate', fleet.activationTimeoutMs);
  const activated = await session.perform(
    { host, deed: 'activate', from: before.current, to },
    // A cancellation of the run does not stop it: an activation that was started is followed to its
    // end.
    () =>
      context.hosts.activate(entry, {
        id,
        from: before.current,
        to,
        mode: 'test',
        specialisation,
        isFromGood: isGood(context, host, before.current),
        terms: {
          ...supervisionTerms(context, entry, before),
          activeBefore: activeNow(context, host),
        },
        lock: lockOfTarget(context, host, to),
        onLine: travel.onLine,
        onPhase: travel.onPhase,
        onWaits: travel.onWaits,
      }),
    ({ exitCode, meaning }) => `switch-to-configuration test ended with ${exitCode}: ${meaning}`,
  );
  const activation = await regainContact(
    travel,
    before,
    id,
    activated.ok ? null : activated.failure,
  );
  return activation.kind === 'switched' && activated.ok
    ? { ...activation, report: activated.value }
    : activation;
};
