import { breakingChanges } from '../../model/breaking.ts';
import type { CommitFacts } from '../../model/commit-facts.ts';
import { commitMessage } from '../../model/commit-message.ts';
import type { CommitPlan } from '../../model/commit-plan.ts';
import { heldInputs } from '../../model/config.ts';
import { explain } from '../../model/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { showDate } from '../../model/format-time.ts';
import { knownWork } from '../../model/known-work.ts';
import { ownOf } from '../../model/own-of.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { EngineContext } from '../context.ts';
import { observeGit, observeLock } from '../observe.ts';
import type { RunSession } from '../run-session.ts';

/** Whether every host of this tree that was evaluated was also built: the gate for a commit. */
const isTested = (context: EngineContext): boolean => {
  const { git, hosts } = context.state();
  const known = Object.values(hosts).filter(
    ({ entry }) => entry.role.kind === 'deployable' || entry.role.kind === 'build-only',
  );
  // Without a listed fleet nobody knows what would have to be tested.
  if (context.state().fleet.kind !== 'listed') return false;
  return known.every(
    ({ entry }) =>
      git !== null && context.records.evaluation(entry.name, git.tree)?.builtAt != null,
  );
};

const messageFacts = async (context: EngineContext): Promise<CommitFacts> => {
  const { lock, hosts } = context.state();
  const changes = lock.kind === 'read' ? lock.changes : [];
  const counted = await Promise.all(
    changes.map(async (change) => {
      const known = ownOf(context.state().commits, change.path)?.count ?? null;
      if (known !== null) return { change, count: known };
      const count = await context.commits.count(change);
      return { change, count: count.ok ? count.value : null };
    }),
  );
  const { records } = context;
  const today = showDate(context.world.clock.now());
  const all = Object.values(hosts);
  const inputs = lock.kind === 'read' ? lock.inputs : [];
  const breaking = breakingChanges(
    changes,
    context.state().commits,
    inputs,
    context.state().releaseNotes,
  );
  return {
    breaking: breaking.map(({ input, text }) => `${input}: ${text}`),
    style: context.config.commit.style,
    changes: counted,
    built: all.flatMap(({ entry, expectation }) =>
      expectation.kind === 'known' && expectation.builtAt !== null ? [entry.name] : [],
    ),
    hosts: all.map((host) => {
      const { name } = host.entry;
      const waiting = records.pending().find((one) => one.host === name)?.toplevel ?? null;
      return { name, work: knownWork(host, records.lastDeploy(name), waiting), facts: host.facts };
    }),
    held: [...heldInputs(context.config, today)].map(([input, { reason }]) => ({ input, reason })),
    files: context.state().git?.dirty ?? [],
  };
};

/** What a commit would hold, with its message from facts. */
export const makeCommitPlan = async (context: EngineContext): Promise<CommitPlan> => {
  await observeGit(context);
  await observeLock(context);
  const { git, gitProblem } = context.state();
  const none = { message: '', paths: [], branch: git?.branch ?? null, commands: [] };
  if (git === null)
    return { ...none, obstacle: gitProblem ?? 'the flake is not in a git repository' };
  if (git.conflicted.length > 0)
    return { ...none, obstacle: `conflicts are not resolved: ${git.conflicted.join(', ')}` };
  if (git.dirty.length === 0) return { ...none, obstacle: 'nothing to commit: the tree is clean' };
  const message = commitMessage(await messageFacts(context));
  return {
    message,
    paths: git.dirty,
    branch: git.branch,
    commands: [{ file: 'git', args: ['-C', git.root, 'commit', '-F', '-', '--', ...git.dirty] }],
    obstacle: isTested(context)
      ? null
      : 'this tree was not tested: test it first (t, or nixup test)',
  };
};

/** Commits exactly the tree that was tested, and proves it by reading the commit back. */
export const runCommit = async (
  context: EngineContext,
  session: RunSession,
  plan: CommitPlan,
): Promise<Result<string, Failure>> => {
  const { world, git } = context;
  session.stage('commit', { kind: 'running', since: world.clock.now() });
  const stop = (failure: Failure): Result<string, Failure> => {
    session.stage('commit', {
      kind: 'failed',
      reason: explain(failure).what,
      at: world.clock.now(),
    });
    return failed(failure);
  };
  if (plan.obstacle !== null)
    return stop({ code: 'gate-closed', host: null, reason: plan.obstacle, remedy: 'nixup test' });
  await observeGit(context);
  const tree = context.state().git?.tree ?? '';
  if (!isTested(context))
    return stop({
      code: 'gate-closed',
      host: null,
      reason: 'the tree was edited after the test',
      remedy: 'test the tree as it is now: nixup test',
    });
  const committed = await session.perform(
    { host: null, deed: 'commit' },
    () => git.commit({ message: plan.message, paths: plan.paths, tree }),
    ({ revision }) => `${revision} holds exactly the tested tree ${tree.slice(0, 12)}`,
  );
  if (!committed.ok) return stop(committed.failure);
  const { revision } = committed.value;
  session.commit = revision;
  await observeGit(context);
  await observeLock(context);
  session.stage('commit', {
    kind: 'passed',
    evidence: `${revision.slice(0, 12)} holds exactly the tested tree`,
    at: world.clock.now(),
  });
  return success(revision);
};

/** To the branch's upstream; to `origin`, remembered as upstream, where it has none. */
const pushObserved = async (context: EngineContext, branch: string) => {
  const seen = await context.git.observe();
  if (!seen.ok) return seen;
  const { remote, remoteRef } = seen.value;
  return context.git.push({
    remote: remote ?? 'origin',
    branch,
    ...(remoteRef === null ? { setUpstream: true } : { remoteRef }),
  });
};

/** Pushes the branch and proves it by asking the remote. */
export const runPush = async (
  context: EngineContext,
  session: RunSession,
): Promise<Result<void, Failure>> => {
  const branch = context.state().git?.branch ?? null;
  if (branch === null)
    return failed({
      code: 'git-refused',
      operation: 'push',
      detail: 'HEAD is detached',
      remedy: 'give the commits a branch of their own: git switch --create NAME',
    });
  const pushed = await session.perform(
    { host: null, deed: 'push' },
    () => pushObserved(context, branch),
    () => `the remote branch ${branch} points at the commit`,
  );
  await observeGit(context);
  return pushed.ok ? success(undefined) : pushed;
};
