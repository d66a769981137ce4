import type { HostEntry } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { correctStages } from '../../state/correct-stages.ts';
import type { Ancestry, Undated } from '../../state/events.ts';
import { inferStages } from '../../state/proven.ts';
import type { EngineContext } from '../run/context.ts';
import { answerHostsAgain } from './answer-again.ts';

/** Of a system that was built from a commit itself. */
const relate = async (
  { git }: EngineContext,
  commit: string,
  head: string | null,
): Promise<Ancestry> => {
  if (head === null || !(await git.revisionExists(commit))) return { kind: 'unknown' };
  if (commit === head) return { kind: 'same' };
  const behind = await git.isAncestor(commit, head);
  if (behind.ok && behind.value) {
    const count = await git.countCommits(commit, head);
    return { kind: 'behind', commits: count.ok ? count.value : null };
  }
  const ahead = await git.isAncestor(head, commit);
  return ahead.ok && ahead.value ? { kind: 'ahead' } : { kind: 'diverged' };
};

const dirty = /-dirty$/;

/**
 * Of a system by the revision that it carries. That of a dirty tree is the commit below its changes,
 * which may have been committed since: how many commits it lacks is not known then.
 */
const relateRevision = async (
  context: EngineContext,
  revision: string,
  head: string | null,
): Promise<Ancestry> => {
  const related = await relate(context, revision.replace(dirty, ''), head);
  return dirty.test(revision) && related.kind === 'behind'
    ? { kind: 'behind', commits: null }
    : related;
};

type CommitsByTree = EngineContext['git']['commitsByTree'];

/** Hosts share revisions: each is looked up once. */
const once = <Value>(find: (key: string) => Promise<Value>): ((key: string) => Promise<Value>) => {
  const found = new Map<string, Promise<Value>>();
  return (key) => {
    const known = found.get(key) ?? find(key);
    found.set(key, known);
    return known;
  };
};

/**
 * For hosts that run something else than expected: behind, ahead, diverged, or unknown. A system
 * that was evaluated here is that of a tree, and of the commit that holds this tree: it may carry
 * the revision before that commit, as it was built before.
 */
const judgePositions = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  commitsByTree: CommitsByTree,
): Promise<void> => {
  const head = context.state().git?.head ?? null;
  const byCommit = once((commit) => relate(context, commit, head));
  const byRevision = once((revision) => relateRevision(context, revision, head));
  for (const { name } of entries) {
    const host = context.state().hosts[name];
    const running: StorePath | null = host?.facts?.current ?? null;
    if (host === undefined || running === null) continue;
    if (host.expectation.kind === 'known' && host.expectation.toplevel === running) continue;
    const revision = host.facts?.revision ?? null;
    const origin = context.records.origin(name, running);
    const commit = origin === undefined ? undefined : (await commitsByTree()).get(origin.tree);
    const ancestry: Ancestry =
      origin?.takenBack === true
        ? { kind: 'ahead' }
        : commit !== undefined
          ? await byCommit(commit)
          : revision !== null
            ? await byRevision(revision)
            : origin === undefined
              ? { kind: 'unknown' }
              : { kind: 'behind', commits: null };
    context.emitter.emit({ type: 'position-judged', host: name, ancestry });
  }
};

/** For systems that name no commit, as they were tested before it was made: the one that holds their tree. */
const nameCommits = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  commitsByTree: CommitsByTree,
): Promise<void> => {
  const named: Undated[] = [];
  for (const { name } of entries) {
    const { current = null, revision = null } = context.state().hosts[name]?.facts ?? {};
    if (current === null || (revision !== null && !dirty.test(revision))) continue;
    const origin = context.records.origin(name, current);
    const commit = origin === undefined ? undefined : (await commitsByTree()).get(origin.tree);
    if (commit !== undefined)
      named.push({ type: 'system-committed', host: name, system: current, revision: commit });
  }
  context.emitter.emit(...named);
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
  let commits: ReturnType<CommitsByTree> | undefined;
  // Asked where a host needs it, and once for all.
  const commitsByTree: CommitsByTree = () => {
    commits ??= context.git.commitsByTree();
    return commits;
  };
  await judgePositions(context, entries, commitsByTree);
  await nameCommits(context, entries, commitsByTree);
  answerHostsAgain(context);
  judgeStages(context);
};
