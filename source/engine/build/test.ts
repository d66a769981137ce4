import { besideOthers, causesOfOthers } from '../../model/causes/known-causes.ts';
import type { HostCause, TestCause } from '../../model/causes/test-causes.ts';
import { showCommand } from '../../model/command.ts';
import { leftOutOfTest } from '../../model/config/left-out-words.ts';
import { explain } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { movedInputs } from '../../model/inputs/moves.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import { type Advice, advise } from '../../model/words/advice.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import type { NixSetting } from '../../services/build/request.ts';
import { begunState, testWords } from '../../state/correct-stages.ts';
import type { Undated } from '../../state/events.ts';
import { failedInTest } from '../../state/failed-in-test.ts';
import { failedPartWords, testedPart } from '../../state/part-of-fleet.ts';
import { isNothingToCommit } from '../../state/proven.ts';
import { exitCodeOf, type RunResult } from '../../state/run.ts';
import type { StageState } from '../../state/stage.ts';
import { forgetBadRevisions, rememberBadRevisions } from '../inputs/bad-revisions.ts';
import { observeGit, observeLock, readLock } from '../lock/observe.ts';
import { fingerprint } from '../past/lock-texts.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody, GoalEnding } from '../run/ending.ts';
import type { TestOptions } from '../run/options.ts';
import type { RunSession } from '../run/session.ts';
import { bisectSummary, runBisect } from './bisect.ts';
import { isSearchable } from './bisect-verdict.ts';
import { isToBlame } from './blame.ts';
import { causesOfFailure, findCauses } from './causes.ts';
import { type ChangesBeside, changesBeside } from './changes-beside.ts';
import { runChecks, runHostRecipes } from './checks.ts';
import { currentTree, expectHost } from './expectations.ts';
import { evaluateAndBuild, type TestedHosts } from './hosts.ts';
import { builtBefore, sayTestedPackages } from './tested-packages.ts';

/** Whether the tree or the lock is another than when the test began. */
const hasMoved = async (
  context: EngineContext,
  tree: string | null,
  lock: string | null,
): Promise<boolean> => {
  const text = await readLock(context);
  const now = text.ok && text.value !== undefined ? fingerprint(text.value) : null;
  if (now !== lock) return true;
  const after = await context.git.treeHash();
  return context.state().git !== null && after.ok && after.value !== tree;
};

/** What is left after a canceled test: Nix keeps every derivation that was built completely. */
const tellKept = (context: EngineContext, session: RunSession, tests: TestedHosts): void => {
  const { built, fetched } = tests;
  const line =
    built + fetched === 0
      ? 'Canceled: nothing had been built yet, and no host was touched.'
      : `Canceled: ${built} built and ${fetched} fetched paths stay in the store, the next test does not make them again. No host was touched.`;
  session.log(null, line);
  context.emitter.emit({ type: 'noticed', tone: 'info', text: line });
};

const tellRefusedSettings = (context: EngineContext, settings: readonly string[]): void => {
  if (settings.length === 0) return;
  context.emitter.emit({
    type: 'noticed',
    tone: 'warning',
    text: `The flake asks for ${settings.join(', ')}, and Nix leaves that aside because nobody agreed: what a cache of its own holds is built here instead. Read its nixConfig; when you trust it: nixup test --accept-flake-config`,
  });
};

/** What earlier tests of this tree proved about the other hosts, from the records. */
const recallTests = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  tree: string | null,
): Promise<void> => {
  const here = new Set(entries.map(({ name }) => name));
  for (const { entry, expectation } of Object.values(context.state().hosts))
    if (
      !here.has(entry.name) &&
      expectation.kind === 'unknown' &&
      context.records.evaluation(entry.name, tree) !== undefined
    )
      await expectHost(context, entry, tree);
};

/** What breaks hosts, as far as a test found it: told as soon as it is known, in the order of the fleet. */
const createFoundCauses = (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  beside: ChangesBeside,
) => {
  const names = entries.map(({ name }) => name);
  const others = causesOfOthers(context.state().causes, names);
  const found: HostCause[] = [];
  const places = new Map(names.map((name, index) => [name, index]));
  // Whoever failed first.
  const placeOf = ({ host }: HostCause): number => (host === null ? 0 : (places.get(host) ?? -1));
  const all = (files: ReadonlySet<string>): readonly TestCause[] =>
    findCauses(context, found, files, beside);
  return {
    all,
    add: (causes: readonly HostCause[], files: ReadonlySet<string>): void => {
      found.push(...causes);
      found.sort((one, other) => placeOf(one) - placeOf(other));
      session.say({ type: 'causes-found', causes: besideOthers(all(files), others) });
    },
  };
};

const agreedSettings = async (
  context: EngineContext,
  session: RunSession,
  options: TestOptions,
): Promise<readonly NixSetting[]> => {
  const settings = await context.nix.agreedSettings(context.flake, options.acceptSettings === true);
  if (settings.length > 0)
    session.log(
      null,
      `Settings of the flake that were agreed to: ${settings.map(({ name, value }) => `${name} = ${value}`).join('; ')}`,
    );
  return settings;
};

const buildCounts = ({ built, fetched, failed }: TestedHosts): RunResult['build'] =>
  built + fetched + failed.length > 0
    ? {
        built,
        failed: failed.filter(
          ({ step, failure }) => step === 'build' && failure.code !== 'canceled',
        ).length,
        fetched,
      }
    : null;

/** Where only one input changed, and nothing else, the failures are recorded for that input. */
const rememberGuilty = async (
  context: EngineContext,
  session: RunSession,
  causes: readonly TestCause[],
  hasBuilt: boolean,
): Promise<void> => {
  const { lock, git } = context.state();
  const [only, ...more] = lock.kind === 'read' ? movedInputs(lock.changes) : [];
  const isOnlyLock = (git?.dirty ?? []).every((path) => path.endsWith('flake.lock'));
  if (only === undefined || more.length > 0 || !isOnlyLock) return;
  for (const cause of causes.filter(isSearchable))
    if (await isToBlame(context, session, cause, only, hasBuilt))
      await rememberBadRevisions(context, session.id, [only], cause.hosts, cause.what);
};

const tellTested = (
  context: EngineContext,
  session: RunSession,
  { tested }: Pick<TestedHosts, 'tested'>,
): void => {
  for (const { entry, expectation } of tested)
    session.outcome(entry.name, {
      status: 'succeeded',
      from: context.state().hosts[entry.name]?.facts?.current ?? null,
      to: expectation.toplevel,
      generation: null,
      reason: null,
    });
  // Together: the table of hosts is copied once for all of them.
  context.emitter.emit(
    ...tested.map(
      ({ entry, expectation }): Undated => ({
        type: 'host-expected',
        host: entry.name,
        expectation,
      }),
    ),
  );
};

/** The message of the commit names what passed beside the builds. */
const keepPassed = async (
  { records }: EngineContext,
  { tested }: Pick<TestedHosts, 'tested'>,
  tree: string | null,
  tests: readonly string[],
): Promise<void> => {
  if (tests.length === 0) return;
  for (const { entry } of tested) {
    const record = records.evaluation(entry.name, tree);
    // What cannot be written is told at the end of the run.
    if (record !== undefined) await records.keepEvaluation({ ...record, tests: [...tests] });
  }
};

/** The step of the runbook after a test in which no host failed. */
const stageOfTested = (
  context: EngineContext,
  chosen: number,
  tests: TestedHosts,
  before: StageState,
): StageState => {
  const asleep = new Set(tests.waiting.map(({ host }) => host));
  const all = testedPart(context.state());
  const part = { ...all, left: all.left.filter((name) => !asleep.has(name)) };
  const at = context.world.clock.now();
  const broken = failedInTest(context.state(), part.left);
  // Hosts that passed change nothing about a host that failed before, nor about what a person
  // decided for it.
  if (broken.length > 0 && broken.length === part.left.length)
    return before.kind === 'skipped'
      ? before
      : { kind: 'failed', reason: failedPartWords(part, broken), at };
  const leftOut = leftOutOfTest(Object.values(context.state().hosts).map(({ entry }) => entry));
  const evidence = [
    `${tests.tested.length} of ${chosen} toplevels are valid in the store`,
    ...(leftOut === null ? [] : [leftOut]),
  ].join('; ');
  const waits = tests.waiting.map(({ host, why }) => `${host} waits: ${why}`);
  return (
    begunState(part, testWords, at) ??
    (waits.length === 0
      ? { kind: 'passed', evidence, at, hosts: part.done }
      : {
          kind: 'partly',
          ending: 'partly',
          evidence: [evidence, ...waits].join('; '),
          at,
          hosts: part.done,
        })
  );
};

const failTest = ({ world }: EngineContext, session: RunSession, reason: string): false => {
  session.stage('test', { kind: 'failed', reason, at: world.clock.now() });
  return false;
};

const noHostToTest = 'Not tested: no host was chosen';

/**
 * Checks the syntax of every tracked file, evaluates and builds every host; one
 * failing host does not stop the others. What is built belongs to the tree as
 * it was at the start: when tree or lock moved meanwhile, the gate stays closed.
 */
// It reads better whole: the steps of a test, one after the other, each with what ends it.
export const runTests = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  options: TestOptions = {},
): Promise<boolean> => {
  // With no host nothing is proven: that is not a test that passed.
  if (entries.length === 0) return failTest(context, session, noHostToTest);
  const before = context.state().stages.test;
  session.stage('test', { kind: 'running', since: context.world.clock.now() });
  await observeGit(context);
  await observeLock(context);
  const tree = currentTree(context);
  const lock = fingerprintOf(context.state().lock);
  // Before anything is built: what this test builds is no earlier test.
  const beside = await changesBeside(context, entries, tree);
  const causes = createFoundCauses(context, session, entries, beside);

  const checks = await runChecks(context, session, options);
  if (session.signal.aborted) {
    session.stage('test', { kind: 'todo' });
    return false;
  }
  const { files } = checks;
  if (checks.causes.length > 0) causes.add(checks.causes, files);
  if (checks.obstacle !== null) return failTest(context, session, checks.obstacle);

  const tests = await evaluateAndBuild(context, session, entries, {
    ...options,
    settings: await agreedSettings(context, session, options),
    files,
    onFailed: ({ host, step, failure }) =>
      causes.add(
        causesOfFailure(failure).map((cause) => ({ host, step, cause })),
        files,
      ),
  });
  session.build = buildCounts(tests);
  tellRefusedSettings(context, tests.refusedSettings);
  const failed = new Set(tests.failed.map(({ host }) => host));
  const names = entries.map(({ name }) => name);
  const passed = [
    ...checks.passed,
    ...(await runHostRecipes(context, session, checks.hostRecipes, names, [...failed])),
  ];
  await rememberGuilty(context, session, causes.all(files), tests.built > 0);

  const moved = await hasMoved(context, tree, lock);
  tellTested(context, session, tests);
  if (session.signal.aborted) {
    tellKept(context, session, tests);
    session.stage('test', { kind: 'todo' });
    return false;
  }
  if (moved) {
    session.stage('test', {
      kind: 'outdated',
      because: 'the tree changed while it was built; what was built belongs to the old one',
    });
    await observeGit(context);
    await observeLock(context);
    return false;
  }
  await keepPassed(context, tests, tree, passed);
  await recallTests(context, entries, tree);
  if (failed.size > 0)
    return failTest(
      context,
      session,
      failedPartWords(
        testedPart(context.state()),
        names.filter((name) => failed.has(name)),
      ),
    );
  await forgetBadRevisions(
    context,
    tests.tested.map(({ entry }) => entry.name),
  );
  session.stage('test', stageOfTested(context, entries.length, tests, before));
  return true;
};

/** Where hosts are deployed from the commit, that comes next; it needs every host. */
const isCommitNext = ({ state }: EngineContext): boolean =>
  state().commitsFirst && !isNothingToCommit(state());

type TestEnding = Pick<GoalEnding, 'summary' | 'next'>;

/** Where only a part is tested, that part can be deployed; where the commit comes first, nothing can. */
const nextAfterPart = (
  context: EngineContext,
  remedy: { readonly words: string; readonly key: string },
  left: readonly string[],
  done: readonly string[],
): Advice =>
  isCommitNext(context)
    ? advise(
        `Next: ${remedy.words}, as the commit comes before the deploy and needs every host`,
        showCommand({ file: 'nixup', args: ['test', ...left] }),
      )
    : advise(
        `Next: ${remedy.words}${remedy.key}, or deploy what is tested`,
        showCommand({ file: 'nixup', args: ['deploy', ...done] }),
      );

/** What a test proved in which no host failed, and which hosts it leaves for another one. */
const passedEnding = (context: EngineContext, session: RunSession): TestEnding => {
  const waiting = [...session.outcomes].filter(([, { status }]) => status === 'pending');
  const { test } = context.state().stages;
  const names = waiting.map(([host, { reason }]) => `${host} (${reason ?? 'asleep'})`).join(', ');
  if (test.kind === 'begun')
    return {
      summary: `${test.hosts.length} of ${counted(test.of, 'host')} built and tested.${names === '' ? '' : ` Waiting: ${names}.`} Not yet: ${hostList(test.left)}.`,
      next: nextAfterPart(
        context,
        { words: 'test them', key: ' (nixup test)' },
        test.left,
        test.hosts,
      ),
    };
  const { done, left } = testedPart(context.state());
  const broken = failedInTest(context.state(), left);
  if (broken.length > 0)
    return {
      summary: `${counted(session.outcomes.size - waiting.length, 'host')} built and tested. Of the whole fleet: ${failedPartWords(testedPart(context.state()), broken)}.`,
      next: nextAfterPart(context, { words: `correct ${hostList(broken)}`, key: '' }, broken, done),
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
    next: advise('Next', isCommitNext(context) ? 'nixup commit' : 'nixup deploy'),
  };
};

/** Why a test did not pass, and what is built all the same. */
const unpassedEnding = (context: EngineContext, session: RunSession): TestEnding => {
  const { test } = context.state().stages;
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
    const known = builtBefore(context, entries);
    const passed = await runTests(context, session, entries, options);
    await sayTestedPackages(context, session, known);
    const names = entries.map(({ name }) => name);
    const causes = context
      .state()
      .causes.filter(({ hosts }) => hosts.some((host) => names.includes(host)));
    const ending = {
      // Built hosts do not make a test good that was refused or is outdated.
      ...(passed || session.signal.aborted || exitCodeOf([...session.outcomes.values()]) !== 0
        ? {}
        : { exitCode: 1 }),
      ...(passed ? passedEnding(context, session) : unpassedEnding(context, session)),
    };
    if (passed || options.bisect !== true || !causes.some(isSearchable)) return ending;
    const searched = await runBisect(context, session, causes);
    const told = searched.ok ? bisectSummary(searched.value) : explain(searched.failure).what;
    return { ...ending, summary: `${ending.summary} ${told}` };
  };
