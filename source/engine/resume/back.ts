import { generationMade, isPersistent } from '../../model/deploy/in-place.ts';
import type { LeftOut, RollbackPlan, RollbackTarget } from '../../model/deploy/plan.ts';
import { generationOf } from '../../model/host/generation.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { hostCommands } from '../../services/host/commands.ts';
import { entriesOf } from '../../state/hosts.ts';
import type { InterruptedRun } from '../../state/run.ts';
import { runRollback } from '../deploy/rollback.ts';
import type { EngineContext } from '../run/context.ts';
import { memoryOf, rememberSetback, rememberWayBack } from '../run/memory.ts';
import type { RunSession } from '../run/session.ts';
import { probeHosts } from '../survey/survey.ts';
import { type Concluded, concludeResume, type ResumeEnding } from './conclude.ts';
import type { FilesToFinish } from './files-to-come.ts';
import { revertOpen } from './open-activations.ts';

/**
 * Hosts that an unfinished rollback had already taken back: the systems that they left are recorded
 * now.
 */
const rememberArrived = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  systems: Readonly<Record<string, StorePath>>,
): Promise<void> => {
  for (const [host, to] of Object.entries(systems)) {
    const left = run.origins[host];
    if (session.outcomes.get(host)?.status !== 'unchanged' || left === undefined || left === to)
      continue;
    const why = 'rolled back by hand';
    await rememberSetback(context, session.id, 'taken-back', { host, toplevel: left, why });
    const generation = generationOf(context.state().hosts[host]?.facts ?? null, to);
    await rememberWayBack(context, session.id, {
      host,
      left,
      to,
      generation,
      isByHand: true,
    });
  }
};

/**
 * Hosts that should boot into a new system and still run the old one may have a boot entry chosen
 * for the next boot, and a generation of the new system: both are removed. Answers the hosts where
 * that was done.
 */
const undoRestarts = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  systems: Readonly<Record<string, StorePath>>,
): Promise<readonly string[]> => {
  const waiting = run.restarts.flatMap((host): readonly (readonly [HostEntry, StorePath])[] => {
    const known = context.state().hosts[host];
    const old = systems[host];
    return known?.probe.kind === 'answered' && old !== undefined && known.facts?.current === old
      ? [[known.entry, old]]
      : [];
  });
  const undone = await Promise.all(
    waiting.map(async ([entry, old]) => {
      const back = await session.perform(
        { host: entry.name, deed: 'rollback', from: run.targets[entry.name] ?? null, to: old },
        () => context.hosts.bootOnce.undo(entry, old, { profileBefore: null }),
        () =>
          `profile and boot default of ${entry.name} are ${old}, and nothing else is booted once`,
      );
      return back.ok ? [entry] : [];
    }),
  );
  await probeHosts(context, undone.flat());
  return undone.flat().map(({ name }) => name);
};

/** What each host is to be taken to, or why it is left out. */
const planWay = (
  context: EngineContext,
  run: InterruptedRun,
  systems: Readonly<Record<string, StorePath>>,
  how: ResumeEnding,
): RollbackPlan => {
  const targets: RollbackTarget[] = [];
  const leftOut: LeftOut[] = [];
  const memory = memoryOf(context);
  for (const name of Object.keys(systems)) {
    const host = context.state().hosts[name];
    const to = systems[name];
    if (host === undefined || to === undefined) continue;
    const { facts } = host;
    if (host.probe.kind === 'failed' || facts === null)
      leftOut.push({ host: name, kind: 'pending', reason: 'did not answer' });
    else if (facts.current === to && isPersistent(facts, to))
      leftOut.push({ host: name, kind: 'unchanged', reason: 'runs that system' });
    else if (how === 'rolled back' && memory.isLeft(name, to) !== null)
      leftOut.push({
        host: name,
        kind: 'repeated',
        reason: `ran a system that it was taken back from; to one before that: nixup rollback ${name}`,
      });
    else {
      // The unfinished rollback took the host there already, and left what it ran before.
      const from =
        how === 'finished' && facts.current === to
          ? (run.origins[name] ?? facts.current)
          : facts.current;
      targets.push({
        host: name,
        from,
        fromGeneration: generationOf(facts, from),
        to,
        ...(how === 'finished' && run.restarts.includes(name)
          ? { restart: 'planned' as const }
          : {}),
        toGeneration: generationOf(facts, to),
        madeGeneration: generationMade(facts, to),
        policy: host.entry.policy,
        commands: hostCommands.rollback(host.entry, facts, to),
      });
    }
  }
  return { targets, leftOut };
};

/** Hosts that went back by their own supervisor, or by the end of a restart, before anything was done here. */
const concludeBack = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  systems: Readonly<Record<string, StorePath>>,
  how: ResumeEnding,
  wentBack: readonly string[],
): Promise<void> => {
  for (const host of wentBack) {
    const left = run.targets[host];
    if (how === 'rolled back' && left !== undefined && left !== systems[host])
      await rememberSetback(context, session.id, 'taken-back', {
        host,
        toplevel: left,
        why: 'its run was cut off, and rolled back by hand',
      });
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
};

/** Takes hosts to systems that they hold already, by the way of a rollback: proven like a deploy. */
export const takeTo = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  systems: Readonly<Record<string, StorePath>>,
  how: ResumeEnding,
  files: FilesToFinish | null = null,
): Promise<Concluded> => {
  const names = Object.keys(systems);
  const entries = entriesOf(context.state(), names);
  await probeHosts(context, entries);
  const wentBack = [
    ...(await revertOpen(context, entries)),
    ...(how === 'rolled back' ? await undoRestarts(context, session, run, systems) : []),
  ];
  await runRollback(context, session, planWay(context, run, systems, how));
  if (how === 'finished') await rememberArrived(context, session, run, systems);
  await concludeBack(context, session, run, systems, how, wentBack);
  const all = Object.keys(how === 'finished' ? run.targets : run.origins);
  return concludeResume(context, session, run, all, how, files);
};
