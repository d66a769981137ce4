import { type CommitPlan, showFiles } from '../model/commit/commit-plan.ts';
import { leftOutOfTest } from '../model/config/left-out-words.ts';
import { type DeployPlan, isGated } from '../model/deploy/plan.ts';
import { asSentence } from '../model/explain/explain.ts';
import type { Failure } from '../model/failure.ts';
import type { HostEntry } from '../model/host/host.ts';
import { aboutHost } from '../model/words/about-host.ts';
import { showCommit } from '../model/words/format.ts';
import { counted } from '../model/words/sentences.ts';
import { hostCommands } from '../services/host/commands.ts';
import { entriesOf } from '../state/hosts.ts';
import { type LeftOver, leftOvers } from '../state/left-over.ts';
import { outcomeSentence } from '../state/outcome.ts';
import { planDeploy } from '../state/plans/deploy.ts';
import { describeRows } from '../state/reducer/check-step.ts';
import { reviewed } from '../state/review.ts';
import { exitCodeOfTrouble, type HostOutcome, reachedSome } from '../state/run.ts';
import { doneWords, nothingTakenBack, nothingToCommit, type RunDone } from '../state/run-ending.ts';
import { refreshExpectations } from './build/expectations.ts';
import { runTests } from './build/test.ts';
import { builtBefore, sayTestedPackages } from './build/tested-packages.ts';
import { expectCommitted, makeCommitPlan, proposeAndTend, runCommit } from './commit/commit.ts';
import { commitGate } from './commit/gate.ts';
import { readOwedPushes } from './commit/owed-push.ts';
import { pushAtEnd, withPushes } from './commit/run-pushes.ts';
import { tendRequests } from './commit/tend.ts';
import { runDeploy } from './deploy/deploy.ts';
import { runVerify } from './health/verify.ts';
import { warnOfBadRevisions } from './inputs/bad-revisions.ts';
import { runUpdate } from './lock/update.ts';
import type { EngineContext } from './run/context.ts';
import { endWith, type GoalEnding, untilCanceled } from './run/ending.ts';
import { memoryOf } from './run/memory.ts';
import type { RunWish } from './run/options.ts';
import type { RunSession } from './run/session.ts';
import { runCheck } from './survey/check.ts';
import { probeHosts } from './survey/survey.ts';

/** What can be done after a run that ended before its commit; only what is possible now. */
const waysOn = (context: EngineContext, session: RunSession): string => {
  const { git, lock } = context.state();
  const hasNewLock = lock.kind === 'read' && lock.changes.length > 0;
  const statuses = new Set([...session.outcomes.values()].map(({ status }) => status));
  const ways = [
    'nixup status (what is true)',
    'nixup deploy HOST (continue)',
    ...(statuses.has('succeeded') || statuses.has('unhealthy')
      ? ['nixup rollback HOST (back)']
      : []),
    ...(statuses.has('unhealthy') ? ['nixup verify HOST --accept (accept its health)'] : []),
    ...(hasNewLock ? ['nixup revert --all (the old lock)'] : []),
    ...(git !== null && git.dirty.length > 0 ? ['nixup commit (keep it)'] : []),
  ];
  return `${nothingTakenBack(session.outcomes.values())} What can be done: ${ways.join(', ')}.`;
};

/** Hosts that are left as they are, because the same system ended badly there before. */
const repeatedWords = ({ leftOut }: DeployPlan): readonly string[] =>
  leftOut.flatMap(({ host, kind, reason }) => (kind === 'repeated' ? [`${host} ${reason}`] : []));

/** Why a deploy changed no host: hosts that answered were left as they are on purpose. */
export const nobodyDeployed = ({ outcomes }: Pick<RunSession, 'outcomes'>): string =>
  [...outcomes.values()].some(({ status }) => status === 'skipped')
    ? 'Every host that answers was left as it is'
    : 'No host was reached';

/** Every host that failed its test, with the reasons as long as they are few. */
export const failuresWords = (
  failures: readonly (readonly [host: string, outcome: Pick<HostOutcome, 'reason'>])[],
): string =>
  failures.length > 3
    ? `${counted(failures.length, 'host')} failed: ${failures.map(([host]) => host).join(', ')}.`
    : failures
        .map(([host, { reason }]) => aboutHost(host, asSentence(reason ?? 'no reason is known')))
        .join(' ');

/** Why a run ended with its test, and what became of the lock. */
const untested = (context: EngineContext, session: RunSession): string => {
  const failures = [...session.outcomes].filter(([, { status }]) => status === 'failed');
  const { test } = context.state().stages;
  const why = session.signal.aborted
    ? 'Canceled during the test, nothing was deployed anywhere.'
    : failures.length === 0
      ? `${test.kind === 'failed' ? asSentence(test.reason) : 'The tree changed during the test.'} Nothing was deployed anywhere.`
      : `The test failed, nothing was deployed anywhere. ${failuresWords(failures)}`;
  const { lock } = context.state();
  return lock.kind === 'read' && lock.changes.length > 0
    ? `${why} The new lock is kept in the working tree; back to the old one: nixup revert --all`
    : why;
};

/** What the whole run did, where some inputs could not be fetched and the others were updated. */
const withUnfetched = (ending: GoalEnding, names: readonly string[]): GoalEnding =>
  names.length === 0
    ? ending
    : {
        // A failure of the run itself says more.
        ...(ending.failure === undefined ? { exitCode: 1 } : {}),
        ...ending,
        summary: `${ending.summary} Not updated, because it could not be fetched: ${names.join(', ')}.`,
      };

/** check, update, review, test, deploy, verify, commit; it stops at the first step that does not pass. */
export const runAll = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
): Promise<GoalEnding> => {
  const checked = await untilCanceled(session.signal, runCheck(context, session));
  if (checked === null) {
    session.stage('check', { kind: 'failed', reason: 'canceled', at: context.world.clock.now() });
    return { exitCode: 130, summary: 'Canceled during the checks. Nothing was changed.' };
  }
  const { blocking } = checked;
  if (blocking.length > 0)
    return {
      exitCode: 1,
      summary: `The check stopped the run: ${describeRows(blocking)}. Nothing was changed.`,
    };

  const refused = await commitGate(context, wish);
  if (refused !== null) return endWith(refused);
  return withPushes(context, session, wish, () => updateAndTake(context, session, wish));
};

/** The run itself, once nothing refuses its commit and push. */
const updateAndTake = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
): Promise<GoalEnding> => {
  const updated = await runUpdate(context, session, wish.inputs, wish.exclude, 'failed-too');
  if (!updated.ok) return endWith(updated.failure);
  warnOfBadRevisions(context, session);
  const at = context.world.clock.now();
  const { lock } = context.state();
  session.stage('review', reviewed(lock.kind === 'read' ? lock.changes : [], 'nobody', at));
  const ending = await takeToHosts(context, session, wish, updated.value.changes.length);
  return withUnfetched(
    ending,
    updated.value.unfetched.map(({ name }) => name),
  );
};

/**
 * What is left to do before the runbook is done: also pending hosts and commits that are not
 * pushed. A file that this run left uncommitted is named with the others that it left.
 */
const leftAfter = (context: EngineContext, { others }: CommitPlan): readonly LeftOver[] => {
  const told = others.kind === 'left' ? others.paths : [];
  return leftOvers(context.state()).filter(
    (left) => left.kind !== 'settings' || !told.includes(left.path),
  );
};

const pushedWords = (words: string | null): string => (words === null ? '' : ` ${words}`);

/**
 * test, deploy, verify and commit the lock as it is; `moved` are the inputs that this run updated.
 */
// Whole: the steps of a run in their order, each with what ends the run there.
const takeToHosts = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
  moved: number,
): Promise<GoalEnding> => {
  const chosen = () => entriesOf(context.state(), wish.hosts);
  const tested = () =>
    chosen().filter(({ role }) => role.kind === 'deployable' || role.kind === 'build-only');

  const known = builtBefore(context, tested());
  if (!(await runTests(context, session, tested(), wish.test))) {
    return {
      ...(session.signal.aborted ? {} : { exitCode: 1 }),
      summary: untested(context, session),
    };
  }
  if (!wish.deploy) {
    await sayTestedPackages(context, session, known);
    session.stage('deploy', { kind: 'skipped', reason: '--no-deploy' });
    const leftOut = leftOutOfTest(chosen());
    return {
      summary: `${counted(tested().length, 'host')} built; nothing was deployed, as asked.${leftOut === null ? '' : ` ${leftOut}.`}`,
    };
  }

  const before =
    wish.commit && context.config.commit.when === 'before-deploy'
      ? await commitFirst(context, session, wish, tested)
      : null;
  if (before !== null && 'summary' in before) return before;
  const early = before;
  session.outcomes.clear();
  await probeHosts(context, chosen());
  const plan = planDeploy(context.state(), wish.hosts, 'switch', hostCommands, memoryOf(context));
  const stands = early === null ? '' : ` ${revertWords(early)}`;
  const approved = await wish.approve(plan);
  if (!approved.ok) return endWith(approved.failure, stands === '' ? '' : `${stands.trim()}. `);
  const deployed = await runDeploy(context, session, approved.value);
  if (!deployed.ok) return endWith(deployed.failure);
  const reached = chosen().filter(({ name }) => {
    const status = session.outcomes.get(name)?.status;
    return status === 'succeeded' || status === 'unchanged' || status === 'unhealthy';
  });
  if (!reachedSome(session.outcomes.values()))
    return {
      exitCode: isGated(approved.value) ? 3 : 1,
      summary: `${nobodyDeployed(session)}, so nothing was deployed${early === null ? ', verified or committed' : ' or verified'}. ${outcomeSentence(session.results(), 'deploy')}. ${waysOn(context, session)}${stands}`,
    };
  const problems = await untilCanceled(session.signal, runVerify(context, session, reached));
  if (problems === null)
    return {
      exitCode: 130,
      summary:
        'Canceled while the health was compared. The hosts stay as they are, and nothing was committed. Next: nixup verify',
    };
  const bad = [...session.outcomes].filter(([, { status }]) =>
    ['failed', 'rolledBack', 'unhealthy', 'canceled'].includes(status),
  );
  const repeated = repeatedWords(approved.value);
  if (!deployed.value || problems.length > 0 || bad.length > 0)
    return {
      ...(session.signal.aborted
        ? {}
        : { exitCode: exitCodeOfTrouble([...session.outcomes.values()]) }),
      summary: `${early === null ? 'Not committed' : 'Not well'}: ${(bad.length > 0 ? [outcomeSentence(session.results(), 'deploy')] : [problems.join('; '), ...repeated]).join(' · ')}. ${waysOn(context, session)}${stands}`,
    };
  // These hosts run something else than the lock says, because the deploy ended badly there.
  if (repeated.length > 0)
    return {
      exitCode: 3,
      summary: `${early === null ? 'Not committed' : 'Not well'}: ${repeated.join(' · ')}. ${waysOn(context, session)}${stands}`,
    };
  if (!wish.commit) {
    session.stage('commit', { kind: 'skipped', reason: '--no-commit' });
    return {
      summary: `${doneWords({ moved, outcomes: session.outcomes.values() })}; not committed, as asked.`,
    };
  }

  const done: RunDone = {
    moved,
    outcomes: [...session.outcomes.values()],
    isGated: isGated(approved.value),
  };
  return early === null
    ? commitAndPush(context, session, wish, done)
    : publish(context, session, wish, done, early);
};

/** Whether a push of this branch is noted for the next run. */
const isOwed = async (context: EngineContext): Promise<boolean> => {
  const branch = context.state().git?.branch ?? null;
  return (await readOwedPushes(context)).some((owed) => owed.branch === branch);
};

/** A commit of this run: what it holds is told, and what it left uncommitted. */
interface CommitOfRun {
  readonly revision: string;
  readonly note: string;
  readonly plan: CommitPlan;
}

type MadeOrEnding =
  | { readonly kind: 'made'; readonly commit: CommitOfRun }
  | { readonly kind: 'nothing'; readonly plan: CommitPlan; readonly left: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Commits what was tested, where there is something to commit. */
const commitNow = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
): Promise<MadeOrEnding> => {
  const plan = await makeCommitPlan(context, wish.choice);
  const { lock } = context.state();
  const isAsCommitted = lock.kind === 'read' && lock.changes.length === 0;
  if (plan.paths.length === 0 && plan.others.kind !== 'unasked' && isAsCommitted) {
    const left =
      plan.others.kind === 'left' ? `; left uncommitted: ${showFiles(plan.others.paths)}` : '';
    session.stage('commit', {
      kind: 'passed',
      evidence: `nothing to commit: the lock is unchanged${left}`,
      at: context.world.clock.now(),
    });
    return { kind: 'nothing', plan, left };
  }
  const { pushes: _pushes, proposes: _proposes, ...bare } = plan;
  const committed = await runCommit(context, session, {
    ...bare,
    ...(wish.push ? { pushes: true as const } : {}),
  });
  return committed.ok
    ? { kind: 'made', commit: { ...committed.value, plan } }
    : { kind: 'failed', failure: committed.failure };
};

/**
 * Before the deploy, so that hosts run a revision that can be found again: the tree is the tested one, and
 * a system that carries its revision is another one from now on, so it is built again.
 */
const commitFirst = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
  tested: () => readonly HostEntry[],
): Promise<CommitOfRun | GoalEnding | null> => {
  const made = await commitNow(context, session, wish);
  if (made.kind === 'nothing') return null;
  if (made.kind === 'failed')
    return endWith(made.failure, 'Nothing was deployed, because it could not be committed: ');
  const { commit } = made;
  await expectCommitted(context);
  if (await runTests(context, session, tested(), wish.test)) return commit;
  return {
    ...(session.signal.aborted ? {} : { exitCode: 1 }),
    summary: `${untested(context, session)} ${revertWords(commit)}`,
  };
};

/** The way back from a commit whose deploy went wrong. */
const revertWords = ({ revision }: Pick<CommitOfRun, 'revision'>): string =>
  `The commit ${showCommit(revision)} stands, and is not pushed. To take it back with its hosts: nixup rollback --commit`;

/** The push, or the pull request, of what this run committed. */
const publish = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
  done: RunDone,
  { revision, note, plan }: CommitOfRun,
): Promise<GoalEnding> => {
  await refreshExpectations(context, wish.hosts);
  const short = showCommit(revision);
  const words = `${doneWords(done, `committed as ${short}`)}.${note}`;
  if (session.signal.aborted)
    return {
      summary: `${words}${wish.push ? ' Not pushed, because the run was canceled: nixup commit --push' : ''}`,
    };
  if (wish.propose === true) {
    const proposed = await proposeAndTend(context, session, { revision, message: plan.message });
    return proposed.ok
      ? { summary: `${words} ${proposed.value}` }
      : endWith(proposed.failure, `${words} `);
  }
  const pushed = await pushAtEnd(context, session, wish);
  return pushed.ok
    ? { summary: `${words}${pushedWords(pushed.value)}`, left: leftAfter(context, plan) }
    : endWith(
        pushed.failure,
        `Committed as ${short}, but not pushed${(await isOwed(context)) ? ' (the next run tries again)' : ''}: `,
      );
};

const commitAndPush = async (
  context: EngineContext,
  session: RunSession,
  wish: RunWish,
  done: RunDone,
): Promise<GoalEnding> => {
  const made = await commitNow(context, session, wish);
  if (made.kind === 'made') return publish(context, session, wish, done, made.commit);
  if (made.kind === 'failed')
    return endWith(made.failure, `${doneWords(done)}, but not committed: `);
  const told = await tendRequests(context, session);
  const pushed = wish.propose === true ? null : await pushAtEnd(context, session, wish);
  if (pushed?.ok === false)
    return endWith(pushed.failure, `${nothingToCommit(done)}${made.left}. Not pushed: `);
  const words = [pushedWords(pushed?.value ?? null), ...told.map((one) => ` ${one}`)].join('');
  return {
    summary: `${nothingToCommit(done)}${made.left}.${words}`,
    left: leftAfter(context, made.plan),
  };
};
