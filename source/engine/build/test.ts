import { besideOthers, causesOfOthers } from '../../model/causes/known-causes.ts';
import type { HostCause } from '../../model/causes/test-causes.ts';
import { showCommand } from '../../model/command.ts';
import { leftOutOfTest } from '../../model/config/left-out-words.ts';
import { explain } from '../../model/explain/explain.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { movedInputs } from '../../model/inputs/moves.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import { counted, hostList } from '../../model/words/sentences.ts';
import { begunState, testWords } from '../../state/correct-stages.ts';
import { failedInTest } from '../../state/failed-in-test.ts';
import { failedPartWords, testedPart } from '../../state/part-of-fleet.ts';
import { exitCodeOf } from '../../state/run.ts';
import type { StageState } from '../../state/stage.ts';
import { forgetBadRevisions, rememberBadRevisions } from '../inputs/bad-revisions.ts';
import { fingerprint } from '../lock/fingerprint.ts';
import { observeGit, observeLock, readLock } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import type { GoalBody, GoalEnding } from '../run/ending.ts';
import type { TestOptions } from '../run/options.ts';
import type { RunSession } from '../run/session.ts';
import { bisectSummary, runBisect } from './bisect.ts';
import { isSearchable } from './bisect-causes.ts';
import { isToBlame } from './blame.ts';
import { causesOfFailure, findCauses } from './causes.ts';
import { runChecks, runHostRecipes } from './checks.ts';
import { currentTree, expectHost } from './expectations.ts';
import type { FailedHost } from './host-tests.ts';
import { type TestedHosts, testHosts } from './hosts.ts';

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

/** What a canceled test leaves: Nix keeps every derivation that was built to its end. */
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

/** What earlier tests of this tree proved of the other hosts, as the records have it. */
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

const noHostToTest = 'Not tested: no host was chosen';

/**
 * Checks the syntax of every tracked file, evaluates and builds every host; one
 * failing host does not stop the others. What is built belongs to the tree as
 * it was at the start: when tree or lock moved meanwhile, the gate stays closed.
 */
export const runTests = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  options: TestOptions = {},
): Promise<boolean> => {
  const { world } = context;
  // Of no host nothing can be proven: that is not a test that passed.
  if (entries.length === 0) {
    session.stage('test', { kind: 'failed', reason: noHostToTest, at: world.clock.now() });
    return false;
  }
  const before = context.state().stages.test;
  session.stage('test', { kind: 'running', since: world.clock.now() });
  await observeGit(context);
  await observeLock(context);
  const tree = currentTree(context);
  const lock = fingerprintOf(context.state().lock);
  const causes: HostCause[] = [];
  const others = causesOfOthers(
    context.state().causes,
    entries.map(({ name }) => name),
  );
  const giveUp = (reason: string): false => {
    session.stage('test', { kind: 'failed', reason, at: world.clock.now() });
    return false;
  };

  const checks = await runChecks(context, session, options);
  if (session.signal.aborted) {
    session.stage('test', { kind: 'todo' });
    return false;
  }
  const { files } = checks;
  causes.push(...checks.causes);
  const tellCauses = (): void =>
    session.say({
      type: 'causes-found',
      causes: besideOthers(findCauses(context, causes, files), others),
    });
  if (causes.length > 0) tellCauses();
  if (checks.obstacle !== null) return giveUp(checks.obstacle);

  // In the order of the fleet, whoever failed first; told as soon as it is known.
  const places = new Map(entries.map(({ name }, place) => [name, place]));
  const placeOf = (host: string | null): number => places.get(host ?? '') ?? 0;
  const onFailed = ({ host, step, failure }: FailedHost): void => {
    for (const cause of causesOfFailure(failure)) causes.push({ host, step, cause });
    causes.sort((one, other) => placeOf(one.host) - placeOf(other.host));
    tellCauses();
  };
  const settings = await context.nix.agreedSettings(context.flake, options.acceptSettings === true);
  if (settings.length > 0)
    session.log(
      null,
      `Settings of the flake that were agreed to: ${settings.map(({ name, value }) => `${name} = ${value}`).join('; ')}`,
    );
  const tests = await testHosts(context, session, entries, {
    ...options,
    settings,
    files,
    onFailed,
  });
  session.build =
    tests.built + tests.fetched + tests.failed.length > 0
      ? {
          built: tests.built,
          failed: tests.failed.filter(
            ({ step, failure }) => step === 'build' && failure.code !== 'canceled',
          ).length,
          fetched: tests.fetched,
        }
      : null;
  tellRefusedSettings(context, tests.refusedSettings);

  await runHostRecipes(
    context,
    session,
    checks.hostRecipes,
    entries.map(({ name }) => name),
    tests.failed.map(({ host }) => host),
  );

  const { lock: read } = context.state();
  const [only, ...more] = read.kind === 'read' ? movedInputs(read.changes) : [];
  const isOnlyLock = (context.state().git?.dirty ?? []).every((path) =>
    path.endsWith('flake.lock'),
  );
  if (only !== undefined && more.length === 0 && isOnlyLock)
    for (const cause of findCauses(context, causes, files).filter(isSearchable))
      if (await isToBlame(context, session, cause, only, tests.built > 0))
        await rememberBadRevisions(context, session.id, [only], cause.hosts, cause.what);

  const moved = await hasMoved(context, tree, lock);
  for (const { entry, expectation } of tests.tested) {
    session.outcome(entry.name, {
      status: 'succeeded',
      from: context.state().hosts[entry.name]?.facts?.current ?? null,
      to: expectation.toplevel,
      generation: null,
      reason: null,
    });
    context.emitter.emit({ type: 'host-expected', host: entry.name, expectation });
  }
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
  await recallTests(context, entries, tree);
  if (tests.failed.length > 0) {
    const failed = entries.flatMap(({ name }) =>
      tests.failed.some(({ host }) => host === name) ? [name] : [],
    );
    return giveUp(failedPartWords(testedPart(context.state()), failed));
  }
  await forgetBadRevisions(
    context,
    tests.tested.map(({ entry }) => entry.name),
  );
  const asleep = new Set(tests.waiting.map(({ host }) => host));
  const all = testedPart(context.state());
  const part = { ...all, left: all.left.filter((name) => !asleep.has(name)) };
  const at = world.clock.now();
  const leftOut = leftOutOfTest(Object.values(context.state().hosts).map(({ entry }) => entry));
  const evidence = [
    `${tests.tested.length} of ${entries.length} toplevels are valid in the store`,
    ...(leftOut === null ? [] : [leftOut]),
  ].join('; ');
  const waits = tests.waiting.map(({ host, why }) => `${host} waits: ${why}`);
  const whole: StageState =
    waits.length === 0
      ? { kind: 'passed', evidence, at, hosts: part.done }
      : {
          kind: 'partly',
          ending: 'partly',
          evidence: [evidence, ...waits].join('; '),
          at,
          hosts: part.done,
        };
  const broken = failedInTest(context.state(), part.left);
  // Hosts that passed change nothing about one that failed before, nor about what was decided of it.
  if (broken.length > 0 && broken.length === part.left.length)
    session.stage(
      'test',
      before.kind === 'skipped'
        ? before
        : { kind: 'failed', reason: failedPartWords(part, broken), at },
    );
  else session.stage('test', begunState(part, testWords, at) ?? whole);
  return true;
};

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
