import { hostList } from '../../model/words/sentences.ts';
import { interruptionOf, supersededDeed } from '../../state/reducer/replay.ts';
import type { InterruptedRun } from '../../state/run.ts';
import type { EngineContext } from './context.ts';
import type { GoalBody } from './ending.ts';
import { closeInterrupted } from './interrupted.ts';
import type { RunSession } from './session.ts';

/**
 * Hosts that this run itself deployed, rolled back, or found where it wanted them; a test does not
 * count.
 */
const decidedHosts = (context: EngineContext, session: RunSession): readonly string[] =>
  [...session.outcomes].flatMap(([host, { status }]) => {
    const work = context.state().hosts[host]?.work.kind;
    return work === status &&
      (work === 'succeeded' ||
        work === 'unchanged' ||
        work === 'unhealthy' ||
        work === 'rolledBack')
      ? [host]
      : [];
  });

/** What is left of one unfinished run after this one; null where nothing of it changed. */
const supersede = async (
  context: EngineContext,
  session: RunSession,
  run: InterruptedRun,
  decided: readonly string[],
): Promise<string | null> => {
  const { journal, world } = context;
  const meant = Object.keys(run.targets);
  const over = meant.filter((host) => decided.includes(host));
  const isLockOver = meant.length === 0 && run.commit === undefined && session.commit !== null;
  if (over.length === 0 && !isLockOver) return null;
  for (const host of over)
    await journal.write(run.id, {
      type: 'achieved',
      host,
      deed: supersededDeed,
      evidence: session.id,
      at: world.clock.now(),
    });
  const left = meant.filter((host) => !over.includes(host));
  if (left.length === 0) {
    await closeInterrupted(context, run, `superseded by ${session.id}`);
    return `The unfinished run ${run.id} is closed: this run came after it.`;
  }
  const rest = interruptionOf(run.id, await journal.read(run.id)) ?? null;
  if (context.state().interrupted?.id === run.id)
    context.emitter.emit({ type: 'interruption-found', run: rest });
  return `Of the unfinished run ${run.id} is left: ${hostList(left)}. See: nixup resume`;
};

/**
 * A run that changes hosts removes them from the unfinished runs before it: a resume of such a run
 * would undo what was done later.
 */
export const superseding =
  (context: EngineContext, body: GoalBody): GoalBody =>
  async (session) => {
    const ending = await body(session);
    const decided = decidedHosts(context, session);
    const told: string[] = [];
    for (const { id, ending: end } of context.state().history) {
      if (end !== null || id === session.id) continue;
      const run = interruptionOf(id, await context.journal.read(id));
      const words = run === undefined ? null : await supersede(context, session, run, decided);
      if (words !== null) told.push(words);
    }
    return told.length === 0 ? ending : { ...ending, summary: [ending.summary, ...told].join(' ') };
  };
