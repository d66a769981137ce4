import { trialOfRevert } from '../../model/causes/trial.ts';
import type { GitFacts } from '../../model/commit/git.ts';
import { compareHealth } from '../../model/host/health.ts';
import { hasOwnChecks } from '../../model/host/own-checks.ts';
import type { HostMemory, Setback, SetbackKind } from '../../model/host/setback.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { HostOutcome } from '../../state/run.ts';
import type { SetbackRecord, WithdrawnRecord } from '../records/schemas.ts';
import { deploysListed } from './accepted-units.ts';
import type { EngineContext } from './context.ts';
import { lockedNow, makingOf } from './making.ts';
import type { RunSession } from './session.ts';

/**
 * Whether a system is made of what failed before: none of the inputs that may be the cause has
 * changed since, and the flake's own files are the same. Another input that changed beside them, or
 * a commit of notes, makes another system (its revision is part of it), and no other cause.
 */
const hasSameInputs = (
  { sources, head = null, inputs }: SetbackRecord,
  git: GitFacts | null,
  revisions: ReadonlyMap<string, string>,
): boolean => {
  const suspects = Object.entries(inputs);
  const hasSameFiles =
    sources === null ? head !== null && head === git?.head : sources === git?.sources;
  return (
    hasSameFiles &&
    suspects.length > 0 &&
    suspects.every(([name, revision]) => revisions.get(name) === revision)
  );
};

/** Problems of a host that has been unhealthy since it got a system, as far as its units show. */
const problemsNow = (context: EngineContext, host: string): readonly string[] => {
  const known = context.records.sickness(host);
  const state = context.state().hosts[host];
  const baseline = context.records.baseline(host);
  if (known === undefined) return [];
  if (state?.facts == null || baseline === undefined) return known.problems;
  const verdict = compareHealth(baseline, state.facts, state.entry);
  if (verdict.kind === 'unhealthy') return verdict.problems;
  // The result of the host's own checks does not show in its units: a verification runs them.
  return hasOwnChecks(state.entry) ? known.problems : [];
};

/** What is remembered of hosts, as plans ask for it. */
export const memoryOf = (context: EngineContext): HostMemory => {
  const { records } = context;
  const exactly = (host: string, toplevel: StorePath): SetbackRecord | undefined =>
    records.setbacks().findLast((one) => one.host === host && one.toplevel === toplevel);
  return {
    isLeft: (host, toplevel): Setback | null => exactly(host, toplevel) ?? null,
    setback: (host, toplevel) => {
      const known = exactly(host, toplevel);
      if (known !== undefined) return known;
      const { git } = context.state();
      const revisions = lockedNow(context);
      return (
        records
          .setbacks()
          .findLast((one) => one.host === host && hasSameInputs(one, git, revisions)) ?? null
      );
    },
    sickness: (host) => {
      const known = records.sickness(host);
      if (known === undefined) return null;
      const problems = problemsNow(context, host);
      return problems.length === 0
        ? null
        : { toplevel: known.toplevel, since: known.since, problems };
    },
    wayBack: (host) => {
      const last = records.lastDeploy(host);
      if (last === undefined) return { to: null, isDone: false };
      return last.deed === 'rollback'
        ? { to: last.toplevel, isDone: true }
        : { to: last.from, isDone: false };
    },
  };
};

/** Whether a system may be kept as known good: nobody went back from it, and nothing is wrong with it. */
export const isGood = (
  { records }: EngineContext,
  host: string,
  toplevel: StorePath | null,
): boolean =>
  records.sickness(host) === undefined &&
  !records.setbacks().some((one) => one.host === host && one.toplevel === toplevel);

/** Forgets what was recorded before an action that then was not done. */
export type Forget = () => Promise<void>;

/** Records that a system must not be brought to a host again without being asked. */
export const rememberSetback = async (
  context: EngineContext,
  run: string,
  kind: SetbackKind,
  { host, toplevel, why }: { host: string; toplevel: StorePath; why: string },
): Promise<void> => {
  const { records, world } = context;
  const tree = records.origin(host, toplevel)?.tree;
  const known = records
    .setbacks()
    .findLast((one) => one.host === host && one.toplevel === toplevel && one.sources !== null);
  // After a commit of its lock nobody sees any more which inputs had moved.
  const making = known ?? (tree === undefined ? null : await makingOf(context, tree));
  await records.keepSetback({
    host,
    toplevel,
    kind,
    at: world.clock.now(),
    run,
    why,
    sources: making?.sources ?? null,
    inputs: making?.inputs ?? {},
  });
};

/** The run that a person takes back who rolls a host back from this system; absent where no run brought it. */
const runTakenBack = (
  { records }: EngineContext,
  host: string,
  left: StorePath | null,
): { readonly of?: string } => {
  const last = records.lastDeploy(host);
  if (last === undefined || left === null || last.toplevel !== left) return {};
  // Rolled back once more: it is still the deploy of that run which is not there any more.
  const of = last.deed === 'rollback' ? last.of : last.run;
  return of === undefined ? {} : { of };
};

/** The host was rolled back: its recorded way back leads there, and is done. */
export const rememberWayBack = async (
  context: EngineContext,
  run: string,
  way: {
    readonly host: string;
    readonly left: StorePath | null;
    readonly to: StorePath;
    readonly generation: number | null;
    /** A person asked for it; absent where a run went back by itself. */
    readonly isByHand?: true;
  },
): Promise<void> => {
  const { records, world, emitter } = context;
  const { host, left, to, generation, isByHand } = way;
  await records.keepDeploy({
    host,
    toplevel: to,
    from: left,
    fromGeneration: null,
    generation,
    at: world.clock.now(),
    run,
    deed: 'rollback',
    ...(isByHand === true ? runTakenBack(context, host, left) : {}),
  });
  emitter.emit(deploysListed(context));
  const facts = context.state().hosts[host]?.facts ?? null;
  // Trouble that is still there on the old system was not caused by the new one alone.
  const problems = facts?.current === to ? problemsNow(context, host) : [];
  if (problems.length === 0) await records.dropSickness(host);
  else await rememberSickness(context, run, { host, toplevel: to, problems });
};

/** The host is healthy with this system: its bad records are removed. */
export const forgetSetback = async (
  context: EngineContext,
  host: string,
  toplevel: StorePath | null,
): Promise<void> => {
  const { records } = context;
  await records.dropSetbacks((one) => one.host === host && one.toplevel === toplevel);
  await records.dropSickness(host);
};

/** Records a host that is unhealthy; an earlier `since` stays. */
export const rememberSickness = async (
  context: EngineContext,
  run: string,
  sick: {
    readonly host: string;
    readonly toplevel: StorePath;
    readonly problems: readonly string[];
  },
): Promise<void> => {
  const { records, world } = context;
  const known = records.sickness(sick.host);
  await records.keepSickness({
    host: sick.host,
    toplevel: sick.toplevel,
    since: known?.toplevel === sick.toplevel ? known.since : world.clock.now(),
    run,
    problems: [...sick.problems],
  });
};

/**
 * A person rolls the host back from this system. Recorded before the host goes back, so that no
 * later run brings it there again, even if nixup ends meanwhile.
 */
export const rememberLeaving = async (
  context: EngineContext,
  run: string,
  left: { readonly host: string; readonly toplevel: StorePath; readonly why: string },
): Promise<Forget> => {
  const { records } = context;
  const isIt = (one: SetbackRecord): boolean =>
    one.host === left.host && one.toplevel === left.toplevel;
  const earlier = records.setbacks().findLast(isIt);
  await rememberSetback(context, run, 'taken-back', left);
  return async () => {
    if (earlier === undefined) await records.dropSetbacks((one) => isIt(one) && one.run === run);
    else await records.keepSetback(earlier);
  };
};

/**
 * Inputs that go back in a lock together with hosts are not updated to these revisions again by
 * themselves. Recorded before the lock is written; `after` is what it will lock. Revisions that the
 * lock still holds in the end are forgotten again.
 */
export const rememberWithdrawn = async (
  context: EngineContext,
  run: string,
  after: ReadonlyMap<string, string>,
  why: string,
): Promise<Forget> => {
  const { records, world } = context;
  const at = world.clock.now();
  const leaving = [...lockedNow(context)].flatMap(([input, revision]) =>
    after.has(input) && after.get(input) !== revision ? [{ input, revision, at, run, why }] : [],
  );
  const isLeaving = (one: WithdrawnRecord): boolean =>
    leaving.some(({ input, revision }) => input === one.input && revision === one.revision);
  const earlier = records.withdrawn().filter(isLeaving);
  if (leaving.length > 0) await records.keepWithdrawn(leaving);
  return async () => {
    const now = lockedNow(context);
    const stayed = (one: WithdrawnRecord): boolean => now.get(one.input) === one.revision;
    if (!leaving.some(stayed)) return;
    await records.dropWithdrawn((one) => one.run === run && isLeaving(one) && stayed(one));
    const again = earlier.filter(stayed);
    if (again.length > 0) await records.keepWithdrawn(again);
  };
};

/**
 * Systems of the lock whose commit is taken back are newer than what the branch
 * says from then on. Remembered before the commit that does it.
 */
export const rememberTakenBack = async (
  context: EngineContext,
  tree: string | null,
): Promise<Forget> => {
  const { records } = context;
  const known = context.state().hostNames.flatMap((host) => {
    const record = records.evaluation(host, tree);
    return record === undefined ? [] : [record];
  });
  for (const record of known) await records.keepEvaluation({ ...record, takenBack: true });
  return async () => {
    for (const record of known) await records.keepEvaluation(record);
  };
};

/** Records the outcome of a host in a deploy, for later runs. */
export const rememberOutcome = async (
  context: EngineContext,
  { id: run, reverts, trials }: Pick<RunSession, 'id' | 'reverts' | 'trials'>,
  host: string,
  toplevel: StorePath,
  { status, reason }: HostOutcome,
): Promise<void> => {
  const state = context.state().hosts[host];
  const why = reason ?? 'no reason is known';
  const remember = async (kind: SetbackKind | null): Promise<void> => {
    if (kind !== null) await rememberSetback(context, run, kind, { host, toplevel, why });
  };
  const trial = trials.get(host);
  switch (status) {
    case 'succeeded':
      return forgetSetback(context, host, toplevel);
    case 'rolledBack':
      return remember(trial === undefined ? trialOfRevert(reverts.get(host)) : trial);
    case 'failed': {
      // Only a rollback comes without a failure: the system that it went back from was tried.
      const isWayBack = state?.work.kind === 'failed' && state.work.step === 'rollback';
      return remember(trial === undefined && isWayBack ? 'failed' : (trial ?? null));
    }
    case 'unhealthy': {
      if (trial === null) return undefined;
      const problems = state?.work.kind === 'unhealthy' ? state.work.problems : [why];
      await rememberSickness(context, run, { host, toplevel, problems });
      return state?.entry.onUnhealthy === 'keep' ? undefined : remember('unhealthy');
    }
    case 'unchanged':
    case 'pending':
    case 'skipped':
    case 'canceled':
      return undefined;
  }
};
