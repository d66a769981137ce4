import type { RunEvent } from '../../model/events.ts';
import type { HostEntry, StorePath } from '../../model/host.ts';
import { generationMade, generationOf, isInPlace, isPersistent } from '../../model/in-place.ts';
import { outcomeSentence } from '../../model/outcome-words.ts';
import { pendingReason } from '../../model/pending-reason.ts';
import type { DeployPlan, DeployTarget, LeftOut, RollbackTarget } from '../../model/plan.ts';
import type { HostOutcome, InterruptedRun } from '../../model/run.ts';
import { entriesOf } from '../../model/selectors-targets.ts';
import { deedCommands } from '../../services/host-commands.ts';
import type { EngineContext } from '../context.ts';
import type { ResumeChoice } from '../contract.ts';
import { endWith, type GoalEnding } from '../goal-ending.ts';
import { isOrphan } from '../prepare-host.ts';
import type { RunSession } from '../run-session.ts';
import { probeHosts } from '../survey.ts';
import { runDeploy } from './deploy.ts';
import { runRollback } from './rollback.ts';
import { undoRestarts } from './undo-restarts.ts';

/** The old journal gets its end, so that the run is not found again. */
export const closeInterrupted = async (
  context: EngineContext,
  run: InterruptedRun,
  summary: string,
): Promise<void> => {
  const end: RunEvent = {
    type: 'result',
    run: run.id,
    ok: false,
    exitCode: 1,
    hosts: {},
    commit: null,
    build: null,
    summary,
  };
  await context.journal.write(run.id, { ...end, at: context.world.clock.now() });
  context.emitter.emit({ type: 'interruption-found', run: null });
};

const openActivation = async (context: EngineContext, host: string): Promise<string | null> => {
  const facts = context.state().hosts[host]?.facts ?? null;
  return facts !== null && (await isOrphan(context, facts))
    ? (facts.supervision?.id ?? null)
    : null;
};

/** Asks every host where it stands, and waits for those that are going back by themselves. */
const settleReverts = async (context: EngineContext, names: readonly string[]): Promise<void> => {
  const entries = entriesOf(context.state(), names);
  await probeHosts(context, entries);
  await revertOpen(
    context,
    entries.filter(({ name }) => {
      const phase = context.state().hosts[name]?.facts?.supervision?.phase;
      return phase === 'reverting' || phase === 'stopping';
    }),
  );
};

/** Sends back every host of these that is not decided; answers those that went. */
const revertOpen = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<readonly string[]> => {
  const open: { entry: HostEntry; id: string }[] = [];
  for (const entry of entries) {
    const id = await openActivation(context, entry.name);
    if (id !== null) open.push({ entry, id });
  }
  const decided = await Promise.all(
    open.map(async ({ entry, id }) => {
      const answer = await context.hosts.decide(entry, id, 'revert');
      return answer.ok && answer.value?.result?.kind === 'reverted' ? [entry.name] : [];
    }),
  );
  if (open.length > 0)
    await probeHosts(
      context,
      open.map(({ entry }) => entry),
    );
  return decided.flat();
};

/** Where every host of the unfinished run is still to be taken: the same paths, asked anew where each stands. */
const planFinish = async (
  context: EngineContext,
  run: InterruptedRun,
  names: readonly string[],
): Promise<DeployPlan> => {
  await settleReverts(context, names);
  const mode = run.mode === 'rollback' ? 'switch' : run.mode;
  const targets: DeployTarget[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of names) {
    const host = context.state().hosts[name];
    const to = run.targets[name];
    if (to === undefined) continue;
    if (host === undefined) {
      leftOut.push({ host: name, kind: 'skipped', reason: 'no longer in the flake' });
    } else if (host.probe.kind === 'failed' || host.facts === null) {
      const reason =
        host.probe.kind === 'failed' ? pendingReason(host.probe.failure) : 'did not answer';
      leftOut.push({ host: name, kind: 'pending', reason, waiting: to });
    } else if (isInPlace(host.facts, to, mode)) {
      leftOut.push({ host: name, kind: 'unchanged', reason: 'was done before the run ended' });
    } else {
      const activation = await openActivation(context, name);
      const isRestarted = run.restarts.includes(name);
      const from =
        activation === null && !isRestarted
          ? host.facts.current
          : (run.origins[name] ?? host.facts.current);
      targets.push({
        host: name,
        from,
        fromGeneration: generationOf(host.facts, from),
        to,
        ...(activation === null ? {} : { activation }),
        ...(isRestarted ? { restart: 'planned' as const } : {}),
        policy: host.entry.policy,
        commands: deedCommands.deploy(host.entry, host.facts, to, mode),
        dirty: false,
        notes: [],
      });
    }
  }
  return { mode, targets, leftOut };
};

/**
 * Takes every host to its target. A host that had begun to go back by itself
 * meanwhile is taken there anew, once.
 */
const finish = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
): Promise<GoalEnding> => {
  let plan = await planFinish(context, run, Object.keys(run.targets));
  for (const _try of [1, 2]) {
    const deployed = await runDeploy(context, session, plan, 'journal');
    if (!deployed.ok) return endWith(deployed.failure);
    const wentBack = plan.targets.filter(
      ({ host, activation }) =>
        activation !== undefined && session.outcomes.get(host)?.status === 'rolledBack',
    );
    if (wentBack.length === 0) break;
    plan = await planFinish(
      context,
      run,
      wentBack.map(({ host }) => host),
    );
  }
  return concludeResume(context, session, run, Object.keys(run.targets), 'finished');
};

/** What a host may end as for the unfinished run to be over for it. */
const isDecided = (outcome: HostOutcome | undefined): boolean =>
  outcome !== undefined &&
  ['succeeded', 'unchanged', 'unhealthy', 'rolledBack'].includes(outcome.status);

/** The unfinished run is over when every host of it that the flake still has is decided. */
const concludeResume = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  names: readonly string[],
  how: 'finished' | 'rolled back',
): Promise<GoalEnding> => {
  const open = names.filter(
    (name) => context.state().hosts[name] !== undefined && !isDecided(session.outcomes.get(name)),
  );
  const began = new Date(run.startedAt).toISOString();
  if (open.length > 0)
    return {
      summary: `The run of ${began} is not over: ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} not where it was to be. Again with: nixup resume`,
    };
  await closeInterrupted(context, run, `${how} by ${session.id}`);
  return how === 'finished'
    ? {
        summary: `The run of ${began} is finished: ${outcomeSentence(session.results(), 'deploy')}. Next: nixup verify, nixup commit`,
      }
    : { summary: 'Every host runs the system it had before the unfinished run.' };
};

/** Takes hosts to systems that they hold already, by the way of a rollback: proven like a deploy. */
const takeTo = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  systems: Readonly<Record<string, StorePath>>,
  how: 'finished' | 'rolled back',
): Promise<GoalEnding> => {
  const names = Object.keys(systems);
  const entries = entriesOf(context.state(), names);
  await probeHosts(context, entries);
  const wentBack = [
    ...(await revertOpen(context, entries)),
    ...(how === 'rolled back' ? await undoRestarts(context, session, run, systems) : []),
  ];
  const targets: RollbackTarget[] = [];
  const leftOut: { host: string; kind: 'unchanged' | 'pending'; reason: string }[] = [];
  for (const name of names) {
    const host = context.state().hosts[name];
    const to = systems[name];
    if (host === undefined || to === undefined) continue;
    const { facts } = host;
    if (host.probe.kind === 'failed' || facts === null)
      leftOut.push({ host: name, kind: 'pending', reason: 'did not answer' });
    else if (facts.current === to && isPersistent(facts, to))
      leftOut.push({ host: name, kind: 'unchanged', reason: 'runs that system' });
    else
      targets.push({
        host: name,
        from: facts.current,
        fromGeneration: generationOf(facts, facts.current),
        to,
        toGeneration: generationOf(facts, to),
        madeGeneration: generationMade(facts, to),
        policy: host.entry.policy,
        commands: deedCommands.rollback(host.entry, facts, to),
      });
  }
  await runRollback(context, session, { targets, leftOut });
  for (const host of wentBack) {
    const { facts } = context.state().hosts[host] ?? {};
    const outcome = session.outcomes.get(host);
    if (outcome?.status !== 'unchanged' || facts == null) continue;
    const to = systems[host] ?? null;
    const generation = generationOf(facts, to);
    session.outcome(host, {
      status: 'succeeded',
      from: run.targets[host] ?? null,
      to,
      generation,
      reason: null,
    });
  }
  return concludeResume(context, session, run, names, how);
};

/** Finishes, takes back or closes a run whose process ended before it did. */
export const runResume = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  choice: ResumeChoice,
): Promise<GoalEnding> => {
  switch (choice) {
    case 'finish':
      // A rollback is finished as one: its system is on the host, and perhaps not here.
      return run.mode === 'rollback'
        ? takeTo(context, session, run, run.targets, 'finished')
        : finish(context, session, run);
    case 'rollback':
      return takeTo(context, session, run, run.origins, 'rolled back');
    case 'leave':
      await closeInterrupted(context, run, 'left as it was');
      return { summary: 'The unfinished run is closed; every host was left as it is.' };
  }
};
