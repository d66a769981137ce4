import { breakingChanges } from '../../model/breaking.ts';
import { showCommand } from '../../model/command.ts';
import type { CommitFacts } from '../../model/commit-facts.ts';
import { commitMessage } from '../../model/commit-message.ts';
import type { CommitPlan } from '../../model/commit-plan.ts';
import { heldInputs } from '../../model/config.ts';
import { counted } from '../../model/counted.ts';
import { explain } from '../../model/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { showDate } from '../../model/format-time.ts';
import { knownWork } from '../../model/known-work.ts';
import { ownOf } from '../../model/own-of.ts';
import { hostList, waitsForBuilder } from '../../model/part-of-fleet.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { reviewed } from '../../model/review.ts';
import { buildableHosts } from '../../model/selectors-targets.ts';
import type { EngineContext } from '../context.ts';
import { observeGit, observeLock } from '../observe.ts';
import type { RunSession } from '../run-session.ts';

/**
 * Why this tree may not be committed: hosts whose system was not built and
 * tested from it. One whose builder sleeps waits for its turn, and is named in
 * the message.
 */
const untested = (context: EngineContext): string | null => {
  const state = context.state();
  const { git, hosts } = state;
  // Without a listed fleet nobody knows what would have to be tested.
  if (state.fleet.kind !== 'listed' || git === null)
    return 'nobody knows yet which hosts would have to be tested: the hosts are not read';
  const tested = new Set(
    Object.values(hosts).flatMap(({ entry }) =>
      context.records.evaluation(entry.name, git.tree)?.builtAt == null ? [] : [entry.name],
    ),
  );
  const all = buildableHosts(state);
  const left = all.filter((name) => {
    const host = hosts[name];
    return host !== undefined && !tested.has(name) && !waitsForBuilder(state, host);
  });
  if (left.length === 0) return null;
  const broken = left.flatMap((name) => {
    const expectation = hosts[name]?.expectation;
    return expectation?.kind === 'failed' ? [name] : [];
  });
  const words =
    left.length === all.length
      ? 'this tree was not tested'
      : `${left.length} of ${counted(all.length, 'host')} of this tree ${left.length === 1 ? 'is' : 'are'} not tested: ${hostList(left)}`;
  const way =
    broken.length === 0
      ? ''
      : ` (${hostList(broken)} cannot be evaluated: correct that, put the input back that broke it, or leave the host out with build = false in nixup.toml)`;
  return `${words}${way}. Test ${left.length === all.length ? 'it' : left.length === 1 ? 'that one' : 'those'} first: ${showCommand({ file: 'nixup', args: left.length === all.length ? ['test'] : ['test', ...left] })}`;
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
    obstacle: untested(context),
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
  const obstacle = untested(context);
  if (obstacle !== null)
    return stop({
      code: 'gate-closed',
      host: null,
      reason: obstacle,
      remedy: 'Nothing was committed.',
    });
  const committed = await session.perform(
    { host: null, deed: 'commit' },
    () => git.commit({ message: plan.message, paths: plan.paths, tree }),
    ({ revision }) => `${revision} holds exactly the tested tree ${tree.slice(0, 12)}`,
  );
  if (!committed.ok) return stop(committed.failure);
  const { revision } = committed.value;
  // What is committed differs no more: that nobody looked at it is said before it is forgotten.
  const { lock, stages } = context.state();
  if (stages.review.kind !== 'passed')
    session.stage(
      'review',
      reviewed(lock.kind === 'read' ? lock.changes : [], 'committed', world.clock.now()),
    );
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
