import pLimit from 'p-limit';
import { isLock } from '../../model/commit/facts.ts';
import { activationTroubles } from '../../model/deploy/activation-troubles.ts';
import {
  type AlsoBack,
  leftOutStatus,
  type RollbackPlan,
  type RollbackTarget,
} from '../../model/deploy/plan.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { nameGeneration } from '../../model/host/generation.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { Result } from '../../model/result.ts';
import { aboutHost } from '../../model/words/about-host.ts';
import { type Advice, adviceLine, advised } from '../../model/words/advice.ts';
import { outcomeSentence } from '../../state/outcome.ts';
import { filesAloneCommand, partlyBack } from '../../state/partly-back.ts';
import { filesToCome } from '../../state/reducer/replay.ts';
import { type HostOutcome, reachedSome } from '../../state/run.ts';
import { undoSentences } from '../health/other-system.ts';
import { beginTravel, type HostJourney } from '../host/journey.ts';
import { restartHost } from '../host/restart.ts';
import { supervisionTerms } from '../host/supervision-terms.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import {
  type Forget,
  rememberLeaving,
  rememberTakenBack,
  rememberWayBack,
  rememberWithdrawn,
} from '../run/memory.ts';
import type { RunSession } from '../run/session.ts';
import { otherMachine } from '../survey/identity.ts';
import { keptOut } from './left-out.ts';
import { sayPackages, unitsOf } from './planned-changes.ts';
import { type PreparedBack, prepareFilesBack, takeBackFiles } from './take-back-files.ts';

/** The system that a host leaves. A rollback that is being resumed may have left it before. */
const leftBy = ({ from, to }: RollbackTarget, facts: HostFacts): StorePath | null =>
  facts.current === to ? from : facts.current;

/**
 * The system that is left is recorded before the host goes back, so that no run brings it back
 * without being asked. Answers a function that forgets this, for a host that stayed.
 */
const rememberLeft = async (
  context: EngineContext,
  session: RunSession,
  target: RollbackTarget,
  facts: HostFacts,
): Promise<Forget> => {
  const { host, to } = target;
  const left = leftBy(target, facts);
  if (left === null || left === to) return async () => undefined;
  const why = 'rolled back by hand';
  return rememberLeaving(context, session.id, { host, toplevel: left, why });
};

/** The host runs the system that it was to go back to: its next rollback starts there. */
const tellBack = async (
  context: EngineContext,
  session: RunSession,
  target: RollbackTarget,
  facts: HostFacts,
  generation: number | null,
): Promise<void> => {
  const at = context.world.clock.now();
  const { host, to } = target;
  await rememberWayBack(context, session.id, {
    host,
    left: leftBy(target, facts),
    to,
    generation,
    isByHand: true,
  });
  session.work(host, {
    kind: 'succeeded',
    deed: 'rollback',
    from: facts.current,
    to,
    generation,
    at,
  });
};

/**
 * Back by a restart, in the same way as forward: booted once, proven, and only then the default.
 */
const rollbackByRestart = async (
  context: EngineContext,
  session: RunSession,
  target: RollbackTarget,
  entry: HostEntry,
  facts: HostFacts,
): Promise<HostOutcome> => {
  const { to } = target;
  const journey: HostJourney = {
    entry,
    from: facts.current,
    to,
    mode: 'switch',
    way: { kind: 'restart-back' },
  };
  // It goes back to a system that was healthy before: its health is compared with that, not with
  // the system that it leaves.
  const baseline = context.records.baseline(entry.name);
  const before: HostFacts =
    baseline === undefined
      ? facts
      : { ...facts, failedUnits: baseline.failedUnits, activeUnits: baseline.activeUnits };
  const forget = await rememberLeft(context, session, target, facts);
  const outcome = await restartHost(beginTravel(context, session, journey), before, facts);
  // The system that it runs decides, even if something could not be proven afterwards.
  if (context.state().hosts[entry.name]?.facts?.current !== to) {
    const now = await context.hosts.probe(entry, { fresh: true });
    if (now.ok && now.value.current === facts.current) await forget();
    return outcome;
  }
  if (outcome.status === 'succeeded')
    await tellBack(context, session, target, facts, outcome.generation);
  else
    await rememberWayBack(context, session.id, {
      host: entry.name,
      left: facts.current,
      to,
      generation: null,
      isByHand: true,
    });
  return outcome;
};

// Over 60 lines: what is done to one host, one thing after the other.
const rollbackHost = async (
  context: EngineContext,
  session: RunSession,
  target: RollbackTarget,
): Promise<HostOutcome> => {
  const { host, to } = target;
  const { world, hosts } = context;
  const base = { from: target.from, to, generation: null };
  const entry = context.state().hosts[host]?.entry;
  if (entry === undefined) return { ...base, status: 'skipped', reason: 'no longer in the flake' };
  const work = { kind: 'rollingBack', to, since: world.clock.now() } as const;
  session.work(host, work);
  const failedWith = (reason: string, next: Advice | string): HostOutcome => {
    const at = world.clock.now();
    session.work(host, { kind: 'failed', step: 'rollback', reason, ...advised(next), at });
    return { ...base, status: 'failed', reason };
  };
  const probed = await hosts.probe(entry, { fresh: true });
  if (!probed.ok) {
    const { what, next } = explain(probed.failure);
    return failedWith(what, next);
  }
  const facts = probed.value;
  const mismatch = otherMachine(context, entry, facts);
  if (mismatch !== null) {
    const { what, next } = explain(mismatch);
    return failedWith(what, next);
  }
  if (target.restart === 'planned' && facts.current !== to)
    return rollbackByRestart(context, session, target, entry, facts);
  const forget = await rememberLeft(context, session, target, facts);
  const done = await session.perform(
    { host, deed: 'rollback', from: facts.current, to },
    () =>
      hosts.rollback(entry, {
        id: `${session.id}-${host}-back`,
        to,
        terms: supervisionTerms(context, entry, facts),
        onLine: (line) => session.log(host, line),
        onWaits: (waits) => session.work(host, { ...work, waits }),
      }),
    (value) => `${host} runs ${to}, profile is ${nameGeneration(value.generation)}`,
  );
  const after = await hosts.probe(entry, { fresh: true });
  if (after.ok) context.emitter.emit({ type: 'host-probed', host, facts: after.value });
  if (!done.ok) {
    // Where nobody can tell what it runs, it may have gone back.
    if (after.ok && after.value.current === facts.current) await forget();
    const { what, next } = explain(done.failure);
    return failedWith(what, next);
  }
  const { generation } = done.value;
  await tellBack(context, session, target, facts, generation);
  const { activation } = done.value;
  const troubles =
    activation === null
      ? []
      : activationTroubles(activation, facts, after.ok ? after.value : null, entry);
  const reason = troubles.length === 0 ? null : troubles.join('; ');
  return { status: 'succeeded', from: facts.current, to, generation, reason };
};

/** Takes hosts back: path, profile and boot entry, proven like a deploy. Never by `--rollback`. */
export const runRollback = async (
  context: EngineContext,
  session: RunSession,
  plan: RollbackPlan,
): Promise<void> => {
  for (const { host, kind, reason } of plan.leftOut) {
    const why = kind === 'protected' ? `protected: ${reason}` : reason;
    if (kind === 'mistaken') session.mistaken.add(host);
    const status = leftOutStatus[kind];
    session.outcome(host, { status, from: null, to: null, generation: null, reason: why });
    if (status === 'skipped') session.work(host, { kind: 'skipped', reason: why });
    if (status === 'failed') keptOut(context, session, host, why);
  }
  for (const target of plan.targets) {
    session.work(target.host, { kind: 'queued' });
    session.say({
      type: 'planned',
      host: target.host,
      mode: 'rollback',
      from: target.from,
      fromGeneration: target.fromGeneration,
      to: target.to,
      ...(target.restart === 'planned' ? { restart: true } : {}),
      ...unitsOf(target.preview),
    });
  }
  sayPackages(context, session, plan.targets);
  const travel = async (target: RollbackTarget): Promise<void> => {
    const { host, from, to } = target;
    if (!session.signal.aborted) {
      session.outcome(host, await rollbackHost(context, session, target));
      return;
    }
    const reason = 'canceled before it began';
    session.work(host, { kind: 'canceled', step: null, at: context.world.clock.now() });
    session.outcome(host, { status: 'canceled', from, to, generation: null, reason });
  };
  const isHere = ({ host }: RollbackTarget): boolean =>
    context.state().hosts[host]?.entry.here === true;
  const limit = pLimit(context.jobs.activate);
  await Promise.all(
    plan.targets.filter((target) => !isHere(target)).map((target) => limit(() => travel(target))),
  );
  // This machine last: its activation may end nixup itself.
  for (const target of plan.targets.filter(isHere)) await travel(target);
};

/**
 * The lock and the commit, which go back once every host is back, and what is recorded before that.
 */
export const takeFilesBack = async (
  context: EngineContext,
  session: RunSession,
  prepared: PreparedBack,
  hosts: readonly string[] = [...session.outcomes.keys()],
): Promise<Result<readonly string[], Failure>> => {
  const { commit, inputs } = prepared;
  const tree = context.state().git?.tree ?? null;
  const names = hosts.join(', ');
  const why = `taken back with ${names}`;
  // Before the lock is written: even if nixup ends now, the next update leaves these revisions out.
  const forgets = [
    ...(inputs === null ? [] : [await rememberWithdrawn(context, session.id, inputs, why)]),
    ...(commit === null ? [] : [await rememberTakenBack(context, tree)]),
  ];
  const files = await takeBackFiles(context, session, prepared);
  const isCommitBack = commit !== null && session.commit !== null;
  if (!files.ok && !isCommitBack) for (const forget of forgets) await forget();
  return files;
};

/** The hosts that are back when all went well, with those that were there already. */
const hostsBackOf = ({ targets, leftOut }: RollbackPlan): readonly string[] => [
  ...targets.map(({ host }) => host),
  ...leftOut.filter(({ kind }) => kind === 'unchanged').map(({ host }) => host),
];

/** The commands for lock and commit where hosts have nothing to go back to. */
const filesAloneOf = (
  context: EngineContext,
  also: AlsoBack,
  { commit }: PreparedBack,
): string | null => {
  const { git } = context.state();
  const isLockChanged = git?.dirty.some(isLock) ?? false;
  return filesAloneCommand(
    also,
    git?.root ?? context.flake,
    isLockChanged,
    commit?.revision ?? null,
  );
};

export const rollbackGoal =
  (context: EngineContext, plan: RollbackPlan, also: AlsoBack): GoalBody =>
  async (session) => {
    const prepared = await prepareFilesBack(context, session, also);
    if (!prepared.ok) return endWith(prepared.failure);
    const toCome =
      also.lock || also.commit || also.push
        ? filesToCome({
            ...also,
            hosts: hostsBackOf(plan),
            ...(prepared.value.commit === null ? {} : { revision: prepared.value.commit.revision }),
          })
        : null;
    if (toCome !== null)
      session.say({ type: 'intended', host: null, deed: toCome, from: null, to: null });
    await runRollback(context, session, plan);
    const isSilent = plan.leftOut.every(({ kind }) => kind === 'pending' || kind === 'skipped');
    if (plan.leftOut.length > 0 && isSilent && !reachedSome(session.outcomes.values()))
      return {
        exitCode: 1,
        summary: `No host was rolled back: ${plan.leftOut.map(({ host, reason }) => aboutHost(host, reason)).join('; ')}. A rollback does not wait for hosts: repeat it when the host answers.`,
      };
    // Lock and commit follow only when every host is back: a host that stays still runs what the
    // lock says now.
    const part = partlyBack(
      plan.leftOut,
      session.results(),
      also,
      filesAloneOf(context, also, prepared.value),
    );
    if (part !== null) return part;
    const files = await takeFilesBack(context, session, prepared.value);
    if (!files.ok) {
      const { what, next } = explain(files.failure);
      return {
        exitCode: 1,
        summary: `${outcomeSentence(session.results(), 'rollback')}. ${what} ${adviceLine(next)}`,
      };
    }
    if (toCome !== null)
      session.say({ type: 'achieved', host: null, deed: toCome, evidence: 'done' });
    const summary = outcomeSentence(session.results(), 'rollback');
    const more = [...files.value, ...undoSentences(context, [...session.outcomes.keys()])];
    return {
      summary: more.length === 0 ? summary : [`${summary}.`, ...more].join(' '),
    };
  };
