import { noProgress } from '../../model/build/progress.ts';
import { activationTroubles } from '../../model/deploy/activation-troubles.ts';
import { bootRoomTrouble } from '../../model/deploy/boot-room.ts';
import { irreversible } from '../../model/deploy/preview.ts';
import { explain } from '../../model/explain/explain.ts';
import { isAsleep, pendingReason } from '../../model/explain/pending-reason.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import type { ActivatedAs } from '../../model/host/specialisation.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { CopyProgress } from '../../services/deploy/copy.ts';
import { dryRunReason, type HostOutcome } from '../../state/run.ts';
import { keepBaseline } from '../health/baseline.ts';
import { withUnasked } from '../health/own-checks.ts';
import { judgeHealth } from '../health/settle.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { type Activation, activateHost } from './activate.ts';
import { foresee, isForeseen } from './foresee.ts';
import {
  beginTravel,
  followedActivation,
  type HostJourney,
  type HostTravel,
  isByRestart,
} from './journey.ts';
import { keepRunning, persist, remember } from './make-persistent.ts';
import { meetHost, preflight, settleOrphan } from './prepare.ts';
import { proveHealth } from './prove-health.ts';
import { restartHost } from './restart.ts';
import { leftUnasked, specialisationOf } from './specialisation.ts';
import { takeBack, tellTakenBack } from './take-back.ts';

/**
 * Whether this run continues what an earlier run began: an activation, or a restart from which the
 * host came back.
 */
const isUnderWay = (journey: HostJourney, facts: HostFacts): boolean =>
  followedActivation(journey) !== null ||
  (isByRestart(journey) && facts.current === journey.to && facts.booted === journey.to);

/**
 * The baseline that the health of the host is compared with. Usually its health now. For a deploy
 * that is continued, its health before that deploy began. For a host that is unhealthy with what it
 * runs, or that runs the new system already, its health when it was last healthy.
 */
const asBefore = (context: EngineContext, journey: HostJourney, facts: HostFacts): HostFacts => {
  const host = journey.entry.name;
  const isBegun = isUnderWay(journey, facts);
  const isOpen =
    isBegun || facts.current === journey.to || context.records.sickness(host) !== undefined;
  const baseline = isOpen ? context.records.baseline(host) : undefined;
  return {
    ...facts,
    ...(isBegun ? { current: journey.from } : {}),
    ...(baseline === undefined
      ? {}
      : {
          failedUnits: baseline.failedUnits,
          activeUnits: isBegun
            ? baseline.activeUnits
            : [...new Set([...baseline.activeUnits, ...facts.activeUnits])],
        }),
  };
};

/** Trouble that was there before this deploy is no reason to go back. */
const olderProblems = async (
  { context, journey: { entry, to } }: HostTravel,
  before: HostFacts,
  now: HostFacts,
): Promise<Result<ReadonlySet<string>, Failure>> => {
  if (now.current === to) return success(new Set());
  const verdict = await judgeHealth(context, entry, before, now);
  if (!verdict.ok) return verdict;
  return success(new Set(verdict.value.kind === 'unhealthy' ? verdict.value.problems : []));
};

/** At most ten times a second, as a count of paths and bytes. */
const tellCopies = ({ context, session, journey }: HostTravel) => {
  const { clock } = context.world;
  let toldAt = Number.NEGATIVE_INFINITY;
  return ({ done, expected, bytes }: CopyProgress): void => {
    const at = clock.now();
    if (at - toldAt < 100 && done < expected) return;
    toldAt = at;
    session.say({
      type: 'progress',
      host: journey.entry.name,
      ...noProgress,
      copies: { ...noProgress.copies, expected, done, running: expected - done, bytes },
    });
  };
};

const preview = async (
  travel: HostTravel,
  before: HostFacts,
  specialisation: ActivatedAs,
): Promise<HostOutcome> => {
  const { context, journey, session } = travel;
  const { entry, to } = journey;
  travel.begin('activate');
  const shown = await context.hosts.activate(entry, {
    id: `${session.id}-${entry.name}-dry`,
    from: before.current,
    to,
    mode: 'dry-activate',
    specialisation,
    onLine: travel.onLine,
  });
  if (!shown.ok) return travel.stop('activate', shown.failure);
  session.work(entry.name, { kind: 'skipped', reason: dryRunReason });
  return {
    status: 'skipped',
    from: before.current,
    to,
    generation: null,
    reason: dryRunReason,
  };
};

/**
 * Whether a service migrates its data with this system: a rollback would start its old version on
 * the new data.
 */
const changesData = ({ agreed }: HostJourney): boolean =>
  agreed !== undefined && irreversible(agreed).length > 0;

/** What is wrong, and why the host did not go back by itself. */
const withData = (journey: HostJourney, problems: readonly string[]): readonly string[] =>
  problems.length > 0 &&
  journey.entry.onUnhealthy === 'rollback' &&
  journey.agreed !== undefined &&
  changesData(journey)
    ? [
        ...problems,
        `not taken back by itself: the data of ${irreversible(journey.agreed)
          .map(({ name, from, to }) => `${name} (${from} → ${to})`)
          .join(', ')} cannot go back`,
      ]
    : problems;

/** Messages of the activation about units that a later look at the host does not show. */
const saidBy = (
  context: EngineContext,
  entry: HostEntry,
  before: HostFacts,
  activation: Activation | null,
): readonly string[] =>
  activation?.kind !== 'switched' || activation.report === null
    ? []
    : activationTroubles(
        activation.report,
        before,
        context.state().hosts[entry.name]?.facts ?? null,
        entry,
      );

/** What the next step needs, or the outcome with which the deploy of this host ended. */
type Way<Value> = Result<Value, HostOutcome>;

/** A host that answered, and is ready to be changed. */
interface ReadyHost {
  readonly now: HostFacts;
  /** The baseline that its health is compared with. */
  readonly before: HostFacts;
  /** An earlier run began what this one continues. */
  readonly isBegun: boolean;
  /** Problems that the host has already. */
  readonly older: ReadonlySet<string>;
}

/** Identity and preflight; the state of the host now becomes the baseline. */
const makeReady = async (travel: HostTravel): Promise<Way<ReadyHost>> => {
  const { context, session, journey } = travel;
  const { entry, to } = journey;
  const host = entry.name;
  travel.begin('identity');
  const met = await meetHost(context, journey, session.signal);
  if (!met.ok) {
    if (!isAsleep(met.failure)) return failed(travel.stop('identity', met.failure));
    const why = pendingReason(met.failure);
    session.work(host, { kind: 'pending', why });
    return failed({ status: 'pending', from: journey.from, to, generation: null, reason: why });
  }
  travel.begin('preflight');
  const settled = await settleOrphan(context, journey, met.value, session.signal);
  if (!settled.ok) return failed(travel.stop('preflight', settled.failure));
  const now = settled.value;
  const before = asBefore(context, journey, now);
  const wasOrphan = now !== met.value;
  const ready = preflight(wasOrphan ? { ...journey, from: now.current } : journey, now);
  if (!ready.ok) return failed(travel.stop('preflight', ready.failure));
  const isBegun = isUnderWay(journey, now);
  // Its health when it was last well stays what it is compared with; where none is known, that is its health now.
  const isWellOrNew =
    context.records.sickness(host) === undefined || context.records.baseline(host) === undefined;
  if (before.current !== to && !isBegun && isWellOrNew) {
    const kept = await keepBaseline(context, entry, before);
    if (!kept.ok) return failed(travel.stop('preflight', kept.failure));
  }
  const older = await olderProblems(travel, before, now);
  if (!older.ok) return failed(travel.stop('preflight', older.failure));
  return success({ now, before, isBegun, older: older.value });
};

/** Copies the system, and asks what it would do: after that nothing more is asked. */
const bring = async (
  travel: HostTravel,
  { now, before, isBegun }: ReadyHost,
): Promise<Way<ActivatedAs>> => {
  const { context, session, journey } = travel;
  const { entry, to, mode } = journey;
  const host = entry.name;
  travel.begin('copy');
  const copied = await session.perform(
    { host, deed: 'copy', from: before.current, to },
    () =>
      context.hosts.copy(entry, to, {
        signal: session.signal,
        onLine: travel.onLine,
        onProgress: tellCopies(travel),
        specialisation: before.specialisation,
        newSize: journey.agreed?.packages?.newSize,
        ...(isForeseen(journey, before) && !isBegun
          ? { onForesee: () => travel.begin('preview') }
          : {}),
      }),
    () => `${to} is valid on ${host}`,
  );
  if (!copied.ok) return failed(travel.stop('copy', copied.failure));
  if (session.signal.aborted)
    return failed(travel.stop('activate', { code: 'canceled', what: `the deploy to ${host}` }));
  const runAs = specialisationOf(journey, before, copied.value.lacksSpecialisation);
  if (mode === 'dry-activate') return failed(await preview(travel, before, runAs));
  const left = leftUnasked(journey, before, runAs);
  if (left !== null && !isBegun) return failed(travel.stop('preview', left));
  const noRoom = mode === 'test' ? null : bootRoomTrouble(host, copied.value.bootRoom);
  if (noRoom !== null && !isBegun) return failed(travel.stop('preflight', noRoom));
  const foreseen = foresee(travel, copied.value.impact);
  if (!foreseen.ok) return failed(travel.stop('preview', foreseen.failure));
  return isByRestart(journey) && before.current !== to
    ? failed(await restartHost(travel, before, now))
    : success(runAs);
};

/** The health of a host with the system that it runs now. */
interface ProvenHost {
  readonly problems: readonly string[];
  /** The activation that the host still waits to have confirmed. */
  readonly supervision: string | undefined;
}

/** Activates without persistence, and proves contact and health. */
const activateAndProve = async (
  travel: HostTravel,
  { before, older }: ReadyHost,
  runAs: ActivatedAs,
): Promise<Way<ProvenHost>> => {
  const { context, journey } = travel;
  const { entry, to } = journey;
  const activation = before.current === to ? null : await activateHost(travel, before, runAs);
  const proven =
    activation === null || activation.kind === 'switched'
      ? await proveHealth(travel, before, activation)
      : activation;
  switch (proven.kind) {
    case 'silent':
      return failed(travel.stop('contact', proven.failure));
    case 'unanswered':
      return failed(travel.stop('health', proven.failure));
    case 'untouched':
      return failed(travel.stop('activate', proven.failure));
    case 'taken-back':
      return failed(travel.withAside(await tellTakenBack(travel, before, proven.failure)));
    case 'halfway':
      return failed(travel.withAside(await takeBack(travel, before, explain(proven.failure).what)));
    case 'watched':
      break;
  }
  const supervision = activation?.kind === 'switched' ? activation.id : undefined;
  const problems = withData(journey, [
    ...proven.problems,
    ...saidBy(context, entry, before, activation),
  ]);
  const isNewlySick = problems.some((problem) => !older.has(problem));
  return isNewlySick && entry.onUnhealthy === 'rollback' && !changesData(journey)
    ? failed(travel.withAside(await takeBack(travel, before, problems.join('; '), supervision)))
    : success({ problems, supervision });
};

/**
 * Profile and boot entry come last: where a person has to decide, a reboot still starts the old
 * system.
 */
const settle = async (
  travel: HostTravel,
  before: HostFacts,
  { problems, supervision }: ProvenHost,
): Promise<HostOutcome> => {
  const { entry, mode } = travel.journey;
  if (mode === 'test' || (problems.length > 0 && entry.onUnhealthy !== 'keep')) {
    const kept = await keepRunning(travel, supervision);
    if (!kept.ok) return travel.withAside(await tellTakenBack(travel, before, kept.failure));
    await remember(travel, before, null);
    return problems.length > 0
      ? travel.unhealthy(before, null, problems)
      : travel.arrive(before, null, 'runs until the next boot: --mode test');
  }
  const persisted = await persist(travel, before, supervision);
  if (!persisted.ok) {
    const { step, failure } = persisted.failure;
    return failure.code === 'taken-back'
      ? travel.withAside(await tellTakenBack(travel, before, failure))
      : travel.stop(step, failure);
  }
  const generation = persisted.value;
  await remember(travel, before, generation);
  return problems.length > 0
    ? travel.unhealthy(before, generation, problems)
    : travel.arrive(before, generation, mode === 'boot' ? 'starts with the next boot' : null);
};

/**
 * Takes one host from its system to the tested one. The order makes sure that the host is never
 * lost: identity, preflight, copy, activation without persistence, contact over a new connection,
 * health, profile and boot entry last.
 */
export const deployHost = async (
  context: EngineContext,
  session: RunSession,
  journey: HostJourney,
): Promise<HostOutcome> => {
  const travel = beginTravel(context, session, journey);
  const ready = await makeReady(travel);
  if (!ready.ok) return ready.failure;
  const brought = await bring(travel, ready.value);
  if (!brought.ok) return brought.failure;
  const proven: Way<ProvenHost> =
    journey.mode === 'boot'
      ? success({ problems: [], supervision: undefined })
      : await activateAndProve(travel, ready.value, brought.value);
  if (!proven.ok) return proven.failure;
  const settled = await settle(travel, ready.value.before, proven.value);
  return journey.mode === 'boot' ? settled : withUnasked(context, journey.entry.name, settled);
};
