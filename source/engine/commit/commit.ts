import { showCommand } from '../../model/command.ts';
import {
  type ChosenPaths,
  type CommitChoice,
  type CommitPlan,
  choiceWords,
  choosePaths,
  lockOnly,
  showFiles,
} from '../../model/commit/commit-plan.ts';
import { lookAgainCommand } from '../../model/commit/git.ts';
import { commitMessage } from '../../model/commit/message.ts';
import { messageProblem } from '../../model/commit/message-problem.ts';
import type { OwedPush } from '../../model/commit/owed-push.ts';
import { asSentence, explain, explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import { unseenRemedy, unseenSentence } from '../../model/nix/unseen-file.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Advice, adviceLine, advise, advised } from '../../model/words/advice.ts';
import { showCommit } from '../../model/words/format.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { type Commit, namesOf } from '../../services/git/commit.ts';
import type { RepositoryState } from '../../services/git/observe.ts';
import { commitObstacleOf, leaveDetached } from '../../services/git/obstacles.ts';
import { type Pushed, pushTarget } from '../../services/git/push.ts';
import { lookWhyUnseen } from '../../services/git/why-unseen.ts';
import { failedInTest } from '../../state/failed-in-test.ts';
import { buildableHosts } from '../../state/hosts.ts';
import { failedPartWords, testedPart, waitsForBuilder } from '../../state/part-of-fleet.ts';
import { pushToCome } from '../../state/reducer/replay.ts';
import { reviewed } from '../../state/review.ts';
import { isProven, nextStage } from '../../state/stage.ts';
import { refreshExpectations } from '../build/expectations.ts';
import { observeGit, observeLock } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import type { RunSession } from '../run/session.ts';
import { neverPushes } from './gate.ts';
import { dropKeptMessage, keptMessageFile, readKeptMessage } from './kept-message.ts';
import { messageFacts } from './message-facts.ts';
import { beginPush, owePush, type PushedBranch, settlePush } from './owed-push.ts';
import { runPropose, type Wanted } from './propose.ts';
import { pushTold } from './push-told.ts';
import { tendRequests } from './tend.ts';

/** What changed in the tree since the one that was tested last. */
const sinceTest = async ({ git, records }: EngineContext, tree: string): Promise<string> => {
  const tested = records.lastTestedTree();
  const changed = tested === null ? [] : await git.changedPaths(tested, tree);
  return changed.length === 0 ? '' : `: ${namesOf(changed)} changed after the last test`;
};

/**
 * Why this tree may not be committed: hosts whose system was not built and
 * tested from it. One whose builder sleeps waits for its turn, and is named in
 * the message.
 */
const untested = async (context: EngineContext): Promise<string | null> => {
  const state = context.state();
  const { git, gitProblem, hosts, fleet } = state;
  if (git === null && gitProblem !== null) return gitProblem;
  if (fleet.kind === 'failed')
    return `nobody knows yet which hosts would have to be tested: ${explainInLine(fleet.failure)}`;
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
  const inTest = failedInTest(state, left).filter((name) => !broken.includes(name));
  const failed = [...broken, ...inTest];
  // To test the failed hosts again leads nowhere before something is corrected.
  if (inTest.length > 0 && failed.length === left.length)
    return `${failedPartWords(testedPart(state), failed)}. A commit needs every host: correct ${failed.length === 1 ? 'it' : 'them'}, put the input back that broke ${failed.length === 1 ? 'it' : 'them'}, or leave ${failed.length === 1 ? 'the host' : 'the hosts'} out with build = false in nixup.toml. Then test again: ${showCommand({ file: 'nixup', args: ['test', ...left] })}`;
  const words =
    left.length === all.length
      ? `this tree was not tested${await sinceTest(context, git.tree)}`
      : `${left.length} of ${counted(all.length, 'host')} of this tree ${left.length === 1 ? 'is' : 'are'} not tested: ${hostList(left)}`;
  const way =
    broken.length === 0
      ? ''
      : ` (${hostList(broken)} cannot be evaluated: correct that, put the input back that broke it, or leave the host out with build = false in nixup.toml)`;
  return `${words}${way}. Test ${left.length === all.length ? 'it' : left.length === 1 ? 'that one' : 'those'} first: ${showCommand({ file: 'nixup', args: left.length === all.length ? ['test'] : ['test', ...left] })}`;
};

/** Files of the commit that git was told to look away from: it would leave their changes out. */
const hiddenFiles = (seen: RepositoryState, paths: readonly string[]): string | null => {
  const hidden = (seen.overlooked ?? []).filter(({ path }) => paths.includes(path));
  return hidden.length === 0
    ? null
    : `${namesOf(hidden.map(({ path }) => path))} changed, and git does not see it. Let git see it again: ${lookAgainCommand(seen.root, hidden)}`;
};

/**
 * The reason in the state of the repository why nothing can be committed; with a clean tree only an
 * operation that was begun and not ended counts.
 */
const stateObstacle = (seen: RepositoryState): string | null => {
  const stated = commitObstacleOf(seen);
  const counts = seen.operation !== null || seen.dirty.length > 0;
  return stated !== null && counts ? explainInLine(stated) : null;
};

type Chosen = Extract<ChosenPaths, { kind: 'chosen' }>;

/** Why a commit would hold nothing; null when it would hold something. */
const emptiness = (
  lock: string,
  { paths, others }: Chosen,
  seen: RepositoryState,
): string | null => {
  if (paths.length === 0 && others.kind === 'none')
    return seen.dirty.length === 0
      ? 'nothing to commit: the tree is clean'
      : `nothing to commit: ${lock} differs from HEAD only in how its lines end`;
  if (paths.length === 0 && others.kind === 'left')
    return `nothing to commit: ${lock} is unchanged, and other files are left as they are`;
  return null;
};

/** Why a commit of these paths cannot be made now; null when it can. */
const planObstacle = async (
  context: EngineContext,
  seen: RepositoryState,
): Promise<string | null> => {
  const missing = await untested(context);
  if (missing !== null) return missing;
  const refused = await context.git.commitObstacle(seen);
  return refused === null ? null : explainInLine(refused);
};

/**
 * Whether git lists the lock as changed for how its lines end alone (`core.autocrlf`): a commit of it would hold
 * nothing, and git refuses that.
 */
const isLockAsCommitted = async (
  { git: repository, state }: EngineContext,
  lockPath: string,
): Promise<boolean> => {
  const { git, lock } = state();
  if (git === null || git.head === null || !git.dirty.includes(lockPath)) return false;
  if (lock.kind !== 'read' || lock.changes.length > 0) return false;
  const changed = await repository.changedPaths(git.head, git.tree);
  return changed.length === 0
    ? (await repository.treeAt(git.head)) === git.tree
    : !changed.includes(lockPath);
};

/**
 * What a commit would hold: the lock, and files that were named on purpose; with a message made of
 * facts.
 */
export const makeCommitPlan = async (
  context: EngineContext,
  choice: CommitChoice = lockOnly,
): Promise<CommitPlan> => {
  await observeGit(context);
  await observeLock(context);
  const { git, gitProblem } = context.state();
  const keptIn = keptMessageFile(context);
  const none = {
    message: '',
    kept: null,
    keptIn,
    paths: [],
    others: { kind: 'none' },
    branch: git?.branch ?? null,
    commands: [],
  } as const;
  if (git === null)
    return { ...none, obstacle: gitProblem ?? 'the flake is not in a git repository' };
  // A file that git ignores is not in its list of changed files.
  const unseen = await lookWhyUnseen(context.world, context.flake, 'flake.lock');
  if (unseen !== null)
    return { ...none, obstacle: `${unseenSentence(unseen)}. ${adviceLine(unseenRemedy(unseen))}` };
  const seen = await context.git.observe();
  if (!seen.ok) return { ...none, obstacle: explain(seen.failure).what };
  const blocked = stateObstacle(seen.value);
  if (blocked !== null) return { ...none, obstacle: blocked, isBlocked: true };
  const place = await context.git.pathOf('flake.lock');
  if (!place.ok) return { ...none, obstacle: explain(place.failure).what };
  const isSame = await isLockAsCommitted(context, place.value);
  const changed = isSame ? git.dirty.filter((path) => path !== place.value) : git.dirty;
  const chosen = choosePaths(place.value, changed, choice);
  if (chosen.kind === 'unchanged')
    return {
      ...none,
      obstacle: `${chosen.path} did not change, so it cannot be committed with the lock`,
    };
  const { paths, others } = chosen;
  const hidden = hiddenFiles(seen.value, paths);
  const empty = hidden === null ? emptiness(place.value, chosen, seen.value) : null;
  const obstacle = hidden ?? empty ?? (await planObstacle(context, seen.value));
  const commands = await context.git.commitCommands(paths);
  // The confirmation shows the command that runs: without that command no commit is offered.
  if (!commands.ok) return { ...none, obstacle: explainInLine(commands.failure) };
  const facts = await messageFacts(context, paths);
  const { pullRequest, push } = context.config.commit;
  return {
    ...none,
    ...(pullRequest ? { proposes: true as const } : {}),
    ...(!pullRequest && push === 'always' ? { pushes: true as const } : {}),
    message: commitMessage(facts),
    facts,
    kept: await readKeptMessage(context, keptIn),
    paths,
    others,
    commands: commands.value,
    obstacle,
    ...(empty === null ? {} : { holdsNothing: true as const }),
  };
};

/** What a commit is proven to hold. */
const evidenceOf = (plan: CommitPlan, revision: string, tree: string): string => {
  const short = showCommit(revision);
  return plan.others.kind === 'left'
    ? `${short} holds ${showFiles(plan.paths)} as tested; left uncommitted: ${showFiles(plan.others.paths)}`
    : `${short} holds exactly the tested tree ${showCommit(tree)}`;
};

interface ProvenCommit {
  readonly revision: string;
  /** What else is to be told about it, as sentences with a space before them. */
  readonly note: string;
}

const noteOf = (plan: CommitPlan, { notes }: Commit): string =>
  [
    plan.others.kind === 'left' ? ` Left uncommitted: ${showFiles(plan.others.paths)}.` : '',
    ...notes.map((note) => ` ${note}.`),
  ].join('');

/** HEAD before the commit, and the tree that it is to hold. */
const wantedOf = async (
  { git, state }: EngineContext,
  { paths, others }: CommitPlan,
  tree: string,
): Promise<{ readonly from: string | null; readonly to: string | null }> => {
  const partly = others.kind === 'left' ? await git.treeOf(paths) : null;
  const to = partly === null ? tree : partly.ok ? partly.value : null;
  return { from: state().git?.head ?? null, to };
};

const closed = (reason: string, next: Advice | string): Failure => ({
  code: 'gate-closed',
  host: null,
  reason,
  ...advised(next),
});

/** Why this plan may not be committed as it is; null where it may. */
const refusalOf = ({ obstacle, message, others }: CommitPlan): Failure | null => {
  if (obstacle !== null) return closed(obstacle, 'Nothing was committed.');
  const unfit = messageProblem(message);
  if (unfit !== null) return closed(unfit, 'Nothing was committed. Correct it, then commit again.');
  return others.kind === 'unasked'
    ? closed(
        `other tracked files changed too: ${showFiles(others.paths)}`,
        advise('say what becomes of them', `nixup commit ${choiceWords(others.paths)}`),
      )
    : null;
};

/** Writes what the message says, and what of, before the commit is made. */
const describeCommit = (
  { state }: EngineContext,
  session: RunSession,
  { facts, message }: CommitPlan,
  tree: string,
): void => {
  if (facts === undefined) return;
  const lock = fingerprintOf(state().lock);
  session.say({ type: 'described', lock, tree, facts, message });
};

/** Commits what was tested, and proves it by reading the commit back. */
export const runCommit = async (
  context: EngineContext,
  session: RunSession,
  plan: CommitPlan,
): Promise<Result<ProvenCommit, Failure>> => {
  const { world, git } = context;
  session.stage('commit', { kind: 'running', since: world.clock.now() });
  const stop = (failure: Failure): Result<ProvenCommit, Failure> => {
    session.stage('commit', {
      kind: 'failed',
      reason: explain(failure).what,
      at: world.clock.now(),
    });
    return failed(failure);
  };
  const refused = refusalOf(plan);
  if (refused !== null) return stop(refused);
  await observeGit(context);
  const tree = context.state().git?.tree ?? '';
  const obstacle = await untested(context);
  if (obstacle !== null) return stop(closed(obstacle, 'Nothing was committed.'));
  describeCommit(context, session, plan, tree);
  if (plan.pushes === true)
    session.say({ type: 'intended', host: null, deed: pushToCome, from: null, to: null });
  const committed = await session.perform(
    // So that a later run, which finds this one cut off, can ask git for this very commit.
    { host: null, deed: 'commit', ...(await wantedOf(context, plan, tree)) },
    () =>
      git.commit({
        message: plan.message,
        paths: plan.paths,
        tree,
        left: plan.others.kind === 'left' ? plan.others.paths : [],
        onLine: (line) => session.log(null, line),
        signal: session.signal,
      }),
    ({ revision }) => evidenceOf(plan, revision, tree),
  );
  if (!committed.ok) return stop(committed.failure);
  const { revision } = committed.value;
  // After the commit these changes no longer differ from HEAD: that nobody reviewed them is told
  // before.
  const { lock, stages } = context.state();
  if (stages.review.kind !== 'passed')
    session.stage(
      'review',
      reviewed(lock.kind === 'read' ? lock.changes : [], 'committed', world.clock.now()),
    );
  session.commit = revision;
  await context.records.keepCommit({ revision, deed: 'commit', at: world.clock.now() });
  await dropKeptMessage(context, plan.keptIn, plan.message);
  await observeGit(context);
  await observeLock(context);
  session.stage('commit', {
    kind: 'passed',
    evidence: evidenceOf(plan, revision, tree),
    at: world.clock.now(),
  });
  return success({ revision, note: noteOf(plan, committed.value) });
};

const pushObserved = async (context: EngineContext, session: RunSession, branch: string) => {
  const seen = await context.git.observe();
  return seen.ok ? pushTold(context, session, pushTarget(seen.value, branch)) : seen;
};

/** Notes, announces and does a push; one that fails or is cut off is tried again by the next run. */
const pushAndNote = async (
  context: EngineContext,
  session: RunSession,
  what: PushedBranch,
  push: () => Promise<Result<Pushed, Failure>>,
): Promise<Result<Pushed, Failure>> => {
  const noted = await beginPush(context, what);
  // The push itself may still be done.
  if (!noted.ok)
    context.emitter.emit({
      type: 'noticed',
      tone: 'warning',
      text: `If nixup ends during the push of ${what.branch}, the next run will not try again, because that could not be noted: ${asSentence(explainInLine(noted.failure))}`,
    });
  const pushed = await session.perform(
    { host: null, deed: 'push' },
    push,
    () => `the remote branch ${what.branch} points at the commit`,
  );
  await observeGit(context);
  if (!pushed.ok) {
    await owePush(context, what, pushed.failure);
    return pushed;
  }
  await settlePush(context, what.branch);
  return pushed;
};

/** Why a detached HEAD is not pushed: a rebase detaches it too. */
const detachedFailure = async ({ git }: EngineContext): Promise<Failure> => {
  const seen = await git.observe();
  if (!seen.ok) return seen.failure;
  const stated = seen.value.operation === null ? null : commitObstacleOf(seen.value);
  return stated?.code === 'git-refused'
    ? { ...stated, operation: 'push' }
    : {
        code: 'git-refused',
        operation: 'push',
        detail: 'HEAD is detached',
        ...advised(advise('give the commits a branch', leaveDetached(seen.value))),
      };
};

/** Pushes the branch and proves it by asking the remote. */
export const runPush = async (
  context: EngineContext,
  session: RunSession,
): Promise<Result<Pushed, Failure>> => {
  const branch = context.state().git?.branch ?? null;
  if (branch === null) return failed(await detachedFailure(context));
  return pushAndNote(context, session, { branch, revision: null }, () =>
    pushObserved(context, session, branch),
  );
};

/** Pushes what an earlier run could not, and nothing that was committed after it. */
export const pushOwed = (
  context: EngineContext,
  session: RunSession,
  { branch, revision }: OwedPush,
): Promise<Result<Pushed, Failure>> =>
  pushAndNote(context, session, { branch, revision }, () =>
    pushTold(context, session, { branch, revision }),
  );

export const commitGoal =
  (context: EngineContext, plan: CommitPlan): GoalBody =>
  async (session) => {
    const committed = await runCommit(context, session, plan);
    if (!committed.ok) return endWith(committed.failure);
    await expectCommitted(context);
    const { revision, note } = committed.value;
    const summary = `Committed as ${showCommit(revision)}.${note}${buildAgain(context, session)}`;
    if (session.signal.aborted || plan.proposes !== true)
      return { summary, ...deployNext(context) };
    const proposed = await proposeAndTend(context, session, { revision, message: plan.message });
    return proposed.ok
      ? { summary: `${summary} ${proposed.value}` }
      : endWith(proposed.failure, `${summary} `);
  };

/** Where hosts are deployed from the commit, the deploy comes next. */
const deployNext = ({ state }: EngineContext): { readonly next?: Advice } =>
  state().commitsFirst && nextStage(state()) === 'deploy'
    ? { next: advise('Next', 'nixup deploy') }
    : {};

/** Systems that carry the revision are other ones after the commit, and not built yet; a sentence about that. */
const buildAgain = (context: EngineContext, session: RunSession): string => {
  if (context.config.commit.when !== 'before-deploy') return '';
  const others = Object.values(context.state().hosts).filter(
    ({ expectation }) => expectation.kind === 'known' && expectation.builtAt === null,
  );
  if (others.length === 0) return '';
  const because = 'the commit gave the systems their revision';
  if (isProven(context.state().stages.test)) session.stage('test', { kind: 'outdated', because });
  return ` ${counted(others.length, 'host')} ${others.length === 1 ? 'carries' : 'carry'} the revision, and ${others.length === 1 ? 'its system is' : 'their systems are'} built before the deploy: nixup test`;
};

/**
 * What hosts should run from the commit on. Where hosts are deployed from the commit, what they got from
 * the tree before it does not count: a system may carry the revision.
 */
export const expectCommitted = async (context: EngineContext): Promise<void> => {
  const { git, hostNames } = context.state();
  if (context.config.commit.when === 'before-deploy' && git !== null)
    await context.records.dropUncommitted(git.tree);
  await refreshExpectations(context, hostNames);
};

/** The request for a commit, and what is done with it by how the fleet is; as sentences. */
export const proposeAndTend = async (
  context: EngineContext,
  session: RunSession,
  wanted: Wanted,
): Promise<Result<string, Failure>> => {
  const proposed = await runPropose(context, session, wanted);
  if (!proposed.ok) return proposed;
  return success([proposed.value.words, ...(await tendRequests(context, session))].join(' '));
};

export const proposeGoal =
  (context: EngineContext, wanted: Wanted): GoalBody =>
  async (session) => {
    const proposed = await proposeAndTend(context, session, wanted);
    return proposed.ok ? { summary: proposed.value } : endWith(proposed.failure);
  };

export const pushGoal =
  (context: EngineContext): GoalBody =>
  async (session) => {
    const never = neverPushes(context);
    if (never !== null) return endWith(never);
    const pushed = await runPush(context, session);
    return pushed.ok ? { summary: 'Pushed, and the remote says so.' } : endWith(pushed.failure);
  };
