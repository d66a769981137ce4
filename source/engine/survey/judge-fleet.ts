import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { correctStages } from '../../state/correct-stages.ts';
import type { Ancestry } from '../../state/events.ts';
import { inferStages } from '../../state/proven.ts';
import type { EngineContext } from '../run/context.ts';
import { answerHostsAgain } from './answer-again.ts';

const relate = async (context: EngineContext, revision: string): Promise<Ancestry> => {
  const { git } = context;
  const head = context.state().git?.head ?? null;
  const clean = revision.replace(/-dirty$/, '');
  if (head === null || !(await git.revisionExists(clean))) return { kind: 'unknown' };
  if (clean === head) return { kind: 'same' };
  const behind = await git.isAncestor(clean, head);
  if (behind.ok && behind.value) {
    const count = await git.countCommits(clean, head);
    return { kind: 'behind', commits: count.ok ? count.value : null };
  }
  const ahead = await git.isAncestor(head, clean);
  return ahead.ok && ahead.value ? { kind: 'ahead' } : { kind: 'diverged' };
};

/** For hosts that run something else than expected: behind, ahead, diverged, or unknown. */
const judgePositions = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  // Hosts share revisions: each is looked up once.
  const related = new Map<string, Promise<Ancestry>>();
  const relateOnce = (revision: string): Promise<Ancestry> => {
    const known = related.get(revision) ?? relate(context, revision);
    related.set(revision, known);
    return known;
  };
  for (const { name } of entries) {
    const host = context.state().hosts[name];
    const running: StorePath | null = host?.facts?.current ?? null;
    if (host === undefined || running === null) continue;
    if (host.expectation.kind === 'known' && host.expectation.toplevel === running) continue;
    const revision = host.facts?.revision ?? null;
    const origin = context.records.origin(name, running);
    // A system of a dirty tree names the revision below its changes, so it cannot be said to be
    // that revision.
    const ancestry: Ancestry =
      origin?.takenBack === true
        ? { kind: 'ahead' }
        : revision !== null
          ? await relateOnce(revision)
          : origin === undefined
            ? { kind: 'unknown' }
            : { kind: 'behind', commits: null };
    context.emitter.emit({ type: 'position-judged', host: name, ancestry });
  }
};

/** Derives the steps of the runbook from the facts in the state. */
export const judgeStages = ({ state, world, emitter }: EngineContext): void => {
  for (const stagesBy of [correctStages, inferStages])
    for (const [stage, now] of stagesBy(state(), world.clock.now()))
      emitter.emit({ type: 'stage-changed', stage, state: now });
};

/** Derives the position of each host, and the steps of the runbook, from the facts in the state. */
export const judgeFleet = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  await judgePositions(context, entries);
  answerHostsAgain(context);
  judgeStages(context);
};
