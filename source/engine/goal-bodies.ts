import { type BisectProgress, bisectSentence, guiltyInputs } from '../model/causes/bisect.ts';
import type { TestCause } from '../model/causes/test-causes.ts';
import { showCommand } from '../model/command.ts';
import type { CommitPlan } from '../model/commit/commit-plan.ts';
import { leftOutOfTest } from '../model/config/left-out-words.ts';
import {
  type AlsoBack,
  type DeployPlan,
  isGated,
  type RollbackPlan,
} from '../model/deploy/plan.ts';
import { explain } from '../model/explain/explain.ts';
import type { Failure } from '../model/failure.ts';
import type { HostEntry } from '../model/host/host.ts';
import type { Result } from '../model/result.ts';
import { aboutHost } from '../model/words/about-host.ts';
import { counted, hostList } from '../model/words/sentences.ts';
import { failedInTest } from '../state/failed-in-test.ts';
import { outcomeSentence } from '../state/outcome.ts';
import { deployedPart, failedPartWords, testedPart } from '../state/part-of-fleet.ts';
import { partlyBack } from '../state/partly-back.ts';
import { isPassing, passingWords } from '../state/passing-system.ts';
import type { CleanPlan } from '../state/plans/clean.ts';
import { filesToCome } from '../state/reducer/replay.ts';
import { exitCodeOf, exitCodeOfTrouble, reachedSome } from '../state/run.ts';
import { refreshExpectations } from './all.ts';
import { runBisect } from './build/bisect.ts';
import { isSearchable } from './build/bisect-causes.ts';
import { runTests } from './build/test.ts';
import { runCommit, runPush } from './commit/commit.ts';
import { runAccept } from './deploy/accept.ts';
import { runClean } from './deploy/clean.ts';
import { nobodyReached, runDeploy } from './deploy/deploy.ts';
import { runRollback } from './deploy/rollback.ts';
import { type PreparedBack, prepareFilesBack, takeBackFiles } from './deploy/take-back-files.ts';
import { runVerify } from './health/verify.ts';
import type { EngineContext } from './run/context.ts';
import { endWith, type GoalBody, type GoalEnding } from './run/ending.ts';
import { rememberTakenBack, rememberWithdrawn } from './run/memory.ts';
import type { TestOptions } from './run/options.ts';
import type { RunSession } from './run/session.ts';
import { describeRows, runCheck } from './survey/check.ts';

export const checkGoal =
  (context: EngineContext, hosts: readonly string[] | null = null): GoalBody =>
  async (session) => {
    const { red, offline } = await runCheck(context, session, hosts);
    if (red.length > 0) return { exitCode: 1, summary: describeRows(red) };
    return offline.length === 0
      ? { summary: 'Nothing stands in the way.' }
      : {
          exitCode: 4,
          summary: `Nothing stands in the way; ${offline.map(({ label }) => label).join(', ')} will wait: no answer.`,
        };
  };

/** How the hosts of a deploy or rollback ended, as every place says it. */
const summaryOf = (session: RunSession, goal: 'deploy' | 'rollback'): string =>
  outcomeSentence(session.results(), goal);

/** What a test proved, and which hosts it leaves for another one. */
const testEnding = (
  context: EngineContext,
  session: RunSession,
  passed: boolean,
): Pick<GoalEnding, 'summary' | 'next'> => {
  const waiting = [...session.outcomes].filter(([, { status }]) => status === 'pending');
  const { test } = context.state().stages;
  if (passed) {
    const names = waiting.map(([host, { reason }]) => `${host} (${reason ?? 'asleep'})`).join(', ');
    if (test.kind === 'begun')
      return {
        summary: `${test.hosts.length} of ${counted(test.of, 'host')} built and tested.${names === '' ? '' : ` Waiting: ${names}.`} Not yet: ${hostList(test.left)}.`,
        next: `Next: test them (nixup test), or deploy what is tested (nixup deploy ${test.hosts.join(' ')}).`,
      };
    const { done, left } = testedPart(context.state());
    const broken = failedInTest(context.state(), left);
    if (broken.length > 0)
      return {
        summary: `${counted(session.outcomes.size - waiting.length, 'host')} built and tested. Of the whole fleet: ${failedPartWords(testedPart(context.state()), broken)}.`,
        next: `Next: correct ${hostList(broken)}, or deploy what is tested (${showCommand({ file: 'nixup', args: ['deploy', ...done] })}).`,
      };
    const leftOut = leftOutOfTest(Object.values(context.state().hosts).map(({ entry }) => entry));
    const built =
      test.kind === 'passed' && test.hosts !== undefined && leftOut !== null
        ? `${counted(test.hosts.length, 'host')} built and tested.`
        : 'Every host is built and tested.';
    return {
      summary: [
        names === '' ? built : `Built, except ${names}.`,
        ...(leftOut === null ? [] : [`${leftOut}.`]),
      ].join(' '),
      next: 'Next: nixup deploy',
    };
  }
  if (session.signal.aborted) return { summary: 'Canceled. What was built to its end is kept.' };
  if (test.kind === 'outdated') return { summary: `Not tested: ${test.because}. Test again.` };
  if (session.outcomes.size === 0 && test.kind === 'failed') return { summary: `${test.reason}.` };
  const failed = [...session.outcomes].flatMap(([host, { status }]) =>
    status === 'failed' ? [host] : [],
  );
  const built = [...session.outcomes].flatMap(([host, { status }]) =>
    status === 'succeeded' ? [host] : [],
  );
  const part = testedPart(context.state());
  const isPart = part.done.some((host) => !session.outcomes.has(host));
  return {
    summary:
      failed.length === 0
        ? `Not every host was tested${test.kind === 'failed' ? `: ${test.reason}` : ''}.`
        : isPart
          ? `${failedPartWords(part, failed)}.`
          : `${failed.length} of ${counted(session.outcomes.size, 'host')} failed: ${hostList(failed)}. ${built.length === 0 ? 'No host is built.' : `Built: ${hostList(built)}.`}`,
  };
};

export const testGoal =
  (context: EngineContext, entries: readonly HostEntry[], options: TestOptions = {}): GoalBody =>
  async (session) => {
    const passed = await runTests(context, session, entries, options);
    const names = entries.map(({ name }) => name);
    const causes = context
      .state()
      .causes.filter(({ hosts }) => hosts.some((host) => names.includes(host)));
    const ending = {
      // Built hosts do not make a test that was refused or outdated a good one.
      ...(passed || session.signal.aborted || exitCodeOf([...session.outcomes.values()]) !== 0
        ? {}
        : { exitCode: 1 }),
      ...testEnding(context, session, passed),
    };
    if (passed || options.bisect !== true || !causes.some(isSearchable)) return ending;
    const searched = await runBisect(context, session, causes);
    const told = searched.ok ? bisectSummary(searched.value) : explain(searched.failure).what;
    return { ...ending, summary: `${ending.summary} ${told}` };
  };

/** What a search found, and the command that goes on without the guilty. */
const bisectSummary = (searches: readonly BisectProgress[]): string => {
  const told = searches.map((search) => `${bisectSentence(search)}.`);
  const guilty = guiltyInputs(searches);
  return guilty.length === 0
    ? told.join(' ')
    : `${told.join(' ')} Hold ${guilty.length === 1 ? 'it' : 'them'} and keep the rest: ${showCommand({ file: 'nixup', args: ['hold', ...guilty] })}, then: nixup test`;
};

export const bisectGoal =
  (context: EngineContext, causes: readonly TestCause[]): GoalBody =>
  async (session) => {
    const searched = await runBisect(context, session, causes);
    if (!searched.ok) return endWith(searched.failure);
    const isFound = searched.value.every(({ outcome }) => outcome.kind === 'found');
    return { ...(isFound ? {} : { exitCode: 1 }), summary: bisectSummary(searched.value) };
  };

export const deployGoal =
  (context: EngineContext, plan: DeployPlan): GoalBody =>
  async (session) => {
    const deployed = await runDeploy(context, session, plan);
    if (!deployed.ok) return endWith(deployed.failure);
    if (!reachedSome(session.outcomes.values()))
      return {
        ...(isGated(plan) ? {} : { exitCode: 1 }),
        summary: nobodyReached(summaryOf(session, 'deploy')),
      };
    const others =
      plan.mode === 'dry-activate'
        ? []
        : deployedPart(context.state(), plan.mode).left.filter(
            (host) => !session.outcomes.has(host),
          );
    const broken = failedInTest(context.state(), others);
    const ready = others.filter((host) => !broken.includes(host));
    const rest = [
      ...(ready.length === 0 ? [] : [` · not deployed yet: ${hostList(ready)}`]),
      ...(broken.length === 0
        ? []
        : [` · not deployed, because the test failed: ${hostList(broken)}`]),
    ].join('');
    return {
      summary: `${summaryOf(session, 'deploy')}${rest}`,
      ...(ready.length === 0
        ? {}
        : { next: `Next: ${showCommand({ file: 'nixup', args: ['deploy', ...ready] })}` }),
    };
  };

/** What goes back once every host is back, and what is remembered of it before. */
const takeFilesBack = async (
  context: EngineContext,
  session: RunSession,
  prepared: PreparedBack,
): Promise<Result<readonly string[], Failure>> => {
  const { commit, inputs } = prepared;
  const tree = context.state().git?.tree ?? null;
  const names = [...session.outcomes.keys()].join(', ');
  const why = `taken back with ${names}`;
  // Before the lock is written: whatever ends nixup meanwhile, the next update leaves them alone.
  const forgets = [
    ...(inputs === null ? [] : [await rememberWithdrawn(context, session.id, inputs, why)]),
    ...(commit === null ? [] : [await rememberTakenBack(context, tree)]),
  ];
  const files = await takeBackFiles(context, session, prepared);
  const isCommitBack = commit !== null && session.commit !== null;
  if (!files.ok && !isCommitBack) for (const forget of forgets) await forget();
  return files;
};

/** The hosts that are back when all went well: those that are there already too. */
const hostsBackOf = ({ targets, leftOut }: RollbackPlan): readonly string[] => [
  ...targets.map(({ host }) => host),
  ...leftOut.filter(({ kind }) => kind === 'unchanged').map(({ host }) => host),
];

export const rollbackGoal =
  (context: EngineContext, plan: RollbackPlan, also: AlsoBack): GoalBody =>
  async (session) => {
    const prepared = await prepareFilesBack(context, session, also);
    if (!prepared.ok) return endWith(prepared.failure);
    const toCome =
      also.lock || also.commit || also.push
        ? filesToCome({ ...also, hosts: hostsBackOf(plan) })
        : null;
    if (toCome !== null)
      session.say({ type: 'intended', host: null, deed: toCome, from: null, to: null });
    await runRollback(context, session, plan);
    const isSilent = plan.leftOut.every(({ kind }) => kind === 'pending' || kind === 'skipped');
    if (plan.leftOut.length > 0 && isSilent && !reachedSome(session.outcomes.values()))
      return {
        exitCode: 1,
        summary: `No host was rolled back: ${plan.leftOut.map(({ host, reason }) => aboutHost(host, reason)).join('; ')}. A rollback waits for no host: do it again when the host answers.`,
      };
    // Files follow only when every host is back: one that stays still runs what the lock says now.
    const part = partlyBack(plan.leftOut, session.results(), also);
    if (part !== null) return part;
    const files = await takeFilesBack(context, session, prepared.value);
    if (!files.ok) {
      const { what, next } = explain(files.failure);
      return { exitCode: 1, summary: `${summaryOf(session, 'rollback')}. ${what} ${next}` };
    }
    if (toCome !== null)
      session.say({ type: 'achieved', host: null, deed: toCome, evidence: 'done' });
    const summary = summaryOf(session, 'rollback');
    return {
      summary: files.value.length === 0 ? summary : [`${summary}.`, ...files.value].join(' '),
    };
  };

export const cleanGoal =
  (context: EngineContext, plan: CleanPlan): GoalBody =>
  async (session) => {
    await runClean(context, session, plan);
    const told = plan.targets.map(({ host }) =>
      aboutHost(host, session.outcomes.get(host)?.reason ?? 'nothing'),
    );
    const silent = plan.leftOut.filter(({ kind }) => kind === 'pending');
    if (plan.targets.length === 0 && silent.length > 0)
      return {
        exitCode: 1,
        summary: `Nothing was removed. What can go is not known of: ${hostList(silent.map(({ host }) => host))}, because no answer came.`,
      };
    return {
      summary:
        told.length === 0
          ? 'Nothing to remove.'
          : `${told.join('; ')}. Space comes free with the next garbage collection.`,
    };
  };

/** Hosts that were not asked by this run, because they do not answer. */
const silentHosts = ({ outcomes }: RunSession): readonly string[] =>
  [...outcomes].flatMap(([host, { status, reason }]) =>
    status === 'pending' ? [`${host} not asked, ${reason ?? 'no answer'}`] : [],
  );

const silentWords = (session: RunSession): string => {
  const silent = silentHosts(session);
  return silent.length === 0
    ? 'Ask which hosts can be deployed: nixup status'
    : `${silent.join('; ')}. Ask again when they are awake: nixup verify`;
};

/** What fails now and failed before too, and that nobody accepted: no news, and not well either. */
const oldTrouble = (context: EngineContext, hosts: readonly string[]): string => {
  const told = hosts.flatMap((host) => {
    const known = context.state().hosts[host];
    const ignored = new Set(known?.entry.ignoreUnits ?? []);
    const accepted = new Set(context.state().accepted[host] ?? []);
    const units = (known?.facts?.failedUnits ?? []).filter(
      (unit) => !ignored.has(unit) && !accepted.has(unit),
    );
    return units.length === 0 ? [] : [`${host} ${units.join(', ')}`];
  });
  return told.length === 0 ? '' : `Failed before too: ${told.join('; ')}.`;
};

/** Health without new trouble, the hosts that did not answer, and those that nobody named. */
const healthSentence = (
  context: EngineContext,
  session: RunSession,
  stage: 'verify' | 'watch',
): string => {
  const { outcomes } = session;
  const silent = silentHosts(session);
  const state = context.state().stages[stage];
  const left = state.kind === 'begun' ? ` Not compared yet: ${hostList(state.left)}.` : '';
  const known = oldTrouble(context, [...outcomes.keys()]);
  const rest = known === '' ? left : ` ${known}${left}`;
  return silent.length === 0
    ? `No new trouble.${rest}`
    : `${[`No new trouble in ${counted(outcomes.size - silent.length, 'host')}`, ...silent].join(' · ')}${rest === '' ? '' : `.${rest}`}`;
};

export const verifyGoal =
  (
    context: EngineContext,
    entries: readonly HostEntry[],
    stage: 'verify' | 'watch' = 'verify',
  ): GoalBody =>
  async (session) => {
    const problems = await runVerify(context, session, entries, stage);
    if (problems.length === 0) return { summary: healthSentence(context, session, stage) };
    // What failed here was not even asked: its health is as little known as that of one that sleeps.
    const answered = [...session.outcomes.values()].filter(({ status }) => status !== 'failed');
    if (!reachedSome(answered))
      return {
        exitCode: 1,
        summary: `Nothing is known of the health: ${problems.join('; ')}. ${silentWords(session)}`,
      };
    return {
      exitCode: exitCodeOfTrouble([...session.outcomes.values()]),
      summary: `There is new trouble: ${problems.join('; ')}${acceptWords(session)}`,
    };
  };

/** The command for a person who expects this trouble. */
const acceptWords = ({ outcomes }: RunSession): string => {
  const sick = [...outcomes].flatMap(([host, { status }]) =>
    status === 'unhealthy' ? [host] : [],
  );
  return sick.length === 0
    ? ''
    : `. If this is expected, accept it: ${showCommand({ file: 'nixup', args: ['verify', ...sick, '--accept'] })}`;
};

export const acceptGoal =
  (context: EngineContext, entries: readonly HostEntry[]): GoalBody =>
  async (session) => {
    const accepted = await runAccept(context, session, entries);
    const told = [...session.outcomes].map(([host, { reason }]) => aboutHost(host, reason ?? ''));
    const passing = accepted.filter((host) => isPassing(context.state().hosts[host]));
    return {
      summary: `${told.join('; ')}${accepted.length > 0 ? '. Later runs compare with this.' : ''}${passing.length > 0 ? ` ${passingWords}` : ''}`,
    };
  };

export const commitGoal =
  (context: EngineContext, plan: CommitPlan): GoalBody =>
  async (session) => {
    const committed = await runCommit(context, session, plan);
    if (!committed.ok) return endWith(committed.failure);
    await refreshExpectations(context, context.state().hostNames);
    const { revision, note } = committed.value;
    return { summary: `Committed as ${revision.slice(0, 12)}.${note}` };
  };

export const pushGoal =
  (context: EngineContext): GoalBody =>
  async (session) => {
    const pushed = await runPush(context, session);
    return pushed.ok ? { summary: 'Pushed, and the remote says so.' } : endWith(pushed.failure);
  };
