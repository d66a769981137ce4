import pLimit from 'p-limit';
import { type BuildPlan, summarizePlan, summarizePlans } from '../../model/build-plan.ts';
import { compileWarning, planSentence } from '../../model/build-plan-text.ts';
import { explain } from '../../model/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Expectation, HostEntry, StorePath } from '../../model/host.ts';
import type { Result } from '../../model/result.ts';
import { stalledReason } from '../../model/stalled.ts';
import { refusedFlakeSetting } from '../../parsers/nix-warnings.ts';
import type { BuildRequest, NixSetting } from '../../services/nix-build.ts';
import type { EvaluatedToplevel } from '../../services/nix-evaluate.ts';
import { buildPlace, placeObstacle } from '../build-place.ts';
import type { EngineContext } from '../context.ts';
import type { TestOptions } from '../contract.ts';
import type { RunSession } from '../run-session.ts';
import { currentTree, expectHost } from '../survey.ts';
import { startEvaluations } from './test-evaluations.ts';
import { exploreHash } from './test-hashes.ts';
import { createPlaceFinder } from './test-places.ts';

/** How often what runs is looked at for silence, ms. */
const stalledEveryMs = 15_000;

type Known = Extract<Expectation, { kind: 'known' }>;

/** A host that was built, or was built before for this very tree. */
export interface TestedHost {
  readonly entry: HostEntry;
  readonly expectation: Known;
}

export interface FailedHost {
  readonly host: string;
  readonly step: 'evaluate' | 'build';
  readonly failure: Failure;
}

export interface WaitingHost {
  readonly host: string;
  readonly why: string;
}

export interface HostTests {
  readonly tested: readonly TestedHost[];
  readonly failed: readonly FailedHost[];
  /** Not built, because the machine that builds it sleeps. */
  readonly waiting: readonly WaitingHost[];
  readonly built: number;
  readonly fetched: number;
  /** Settings of the flake that Nix left aside because nobody agreed to them. */
  readonly refusedSettings: readonly string[];
}

export interface TestHostsOptions extends TestOptions {
  /** Settings of the flake that the person agreed to. */
  readonly settings?: readonly NixSetting[] | undefined;
  /** The flake's tracked files: errors are placed in these where that is possible. */
  readonly files?: ReadonlySet<string> | undefined;
  readonly onFailed?: ((failed: FailedHost) => void) | undefined;
}

const failHost = (context: EngineContext, session: RunSession, failed: FailedHost): void => {
  const { host, step, failure } = failed;
  const { what, next } = explain(failure);
  const at = context.world.clock.now();
  const canceled = failure.code === 'canceled';
  session.work(
    host,
    canceled
      ? { kind: 'canceled', step, at }
      : { kind: 'failed', step, reason: what, remedy: next, at },
  );
  session.outcome(host, {
    status: canceled ? 'canceled' : 'failed',
    from: null,
    to: null,
    generation: null,
    reason: what,
  });
};

const isOutOfMemory = (failure: Failure): boolean =>
  failure.code === 'evaluation-failed' && failure.because?.class === 'out-of-memory';

/**
 * Evaluates a few hosts at a time, and builds each as soon as it is evaluated.
 * One that runs out of memory is evaluated once more, alone.
 */
export const testHosts = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  options: TestHostsOptions = {},
): Promise<HostTests> => {
  const { world, nix, records } = context;
  const { tree, lock } = currentTree(context);
  const dirty = (context.state().git?.dirty.length ?? 0) > 0;
  const tested: TestedHost[] = [];
  const failures: FailedHost[] = [];
  const waiting: WaitingHost[] = [];
  const refusedSettings = new Set<string>();

  const fail = (failed: FailedHost): void => {
    failures.push(failed);
    failHost(context, session, failed);
    options.onFailed?.(failed);
  };
  const wait = (host: string, why: string): void => {
    waiting.push({ host, why });
    session.work(host, { kind: 'pending', why });
    session.outcome(host, {
      status: 'pending',
      from: null,
      to: null,
      generation: null,
      reason: why,
    });
    const text = `${host} is not built: ${why}. Wake it, or build it here: nixup test ${host} --build-on local`;
    context.emitter.emit({ type: 'noticed', tone: 'warning', text });
  };
  const succeed = (entry: HostEntry, expectation: Known, tookMs: number): void => {
    const { toplevel } = expectation;
    const current: StorePath | null = context.state().hosts[entry.name]?.facts?.current ?? null;
    session.work(entry.name, { kind: 'built', toplevel, tookMs, changed: current !== toplevel });
    tested.push({ entry, expectation });
  };
  const start = (host: string, step: 'evaluate' | 'build'): void =>
    session.work(host, {
      kind: 'running',
      step,
      done: null,
      expected: null,
      since: world.clock.now(),
    });

  const builds = await nix.openBuilds({
    jobs: context.jobs.build,
    signal: session.signal,
    rootsFolder: `${context.folder}/roots`,
    onStart: (host) => start(host, 'build'),
    estimateOf: (name, machine) => context.estimates.of(name, machine),
    onProgress: (host, progress) => session.say({ type: 'progress', host, ...progress }),
    onLog: (host, line, derivation) => session.log(host, line, derivation),
  });
  const plans = new Map<string, BuildPlan>();
  const warned = new Set<string>();

  /** What is about to happen, told before it does; a build goes on without it. */
  const plan = async (request: BuildRequest): Promise<void> => {
    const { host } = request;
    const planned = await nix.planBuild(request, { signal: session.signal });
    if (!planned.ok) return;
    const on = request.place?.host ?? null;
    plans.set(host, { ...planned.value, on });
    const own = summarizePlan(host, plans, context.estimates.of);
    session.say({ type: 'build-planned', host, plan: own });
    session.say({
      type: 'build-planned',
      host: null,
      plan: summarizePlans(plans, context.estimates.of),
    });
    session.log(host, `Plan: ${planSentence(own)}.`);
    const fresh = own.compiles.filter((name) => !warned.has(name));
    for (const name of fresh) warned.add(name);
    const warning = compileWarning({ ...own, compiles: fresh });
    if (warning !== null)
      context.emitter.emit({ type: 'noticed', tone: 'warning', text: `${host}: ${warning}.` });
  };

  const buildHost = async (entry: HostEntry, expectation: Known): Promise<void> => {
    if (!builds.ok) {
      fail({ host: entry.name, step: 'build', failure: builds.failure });
      return;
    }
    const { toplevel, derivation } = expectation;
    session.work(entry.name, { kind: 'waiting', why: 'for a place to build' });
    const place = buildPlace(context, entry, options.buildOn);
    const request: BuildRequest = {
      host: entry.name,
      derivation,
      toplevel,
      place,
      settings: options.settings,
      cores: options.cores,
    };
    if (place !== undefined) {
      session.log(entry.name, `Builds on ${place.host}, in its own store.`);
      const obstacle = await placeObstacle(context, place, entry.name);
      if (obstacle?.kind === 'asleep') {
        wait(entry.name, obstacle.why);
        return;
      }
      if (obstacle?.kind === 'failed') {
        fail({ host: entry.name, step: 'build', failure: obstacle.failure });
        return;
      }
    }
    await plan(request);
    const { outcome, durations } = await builds.value.build(request);
    await context.estimates.keep(durations ?? []);
    if (!outcome.ok) {
      const failure = await exploreHash(context, outcome.failure, session.signal);
      fail({ host: entry.name, step: 'build', failure });
      return;
    }
    const builtAt = world.clock.now();
    // What another host than the target built was brought here.
    const where = place?.host === entry.name ? { builtOn: place.host } : {};
    if (tree !== null)
      await records.keepEvaluation({
        host: entry.name,
        tree,
        lock,
        toplevel,
        derivation,
        builtAt,
        ...where,
        dirty,
      });
    succeed(entry, { ...expectation, builtAt, ...where }, outcome.value.tookMs);
  };

  const noteSetting = (line: string): void => {
    const setting = refusedFlakeSetting(line);
    if (setting !== null) refusedSettings.add(setting);
  };

  const findPlace = createPlaceFinder(context, options.files ?? new Set(), {
    signal: session.signal,
    acceptSettings: options.acceptSettings,
    isTraced: options.trace === true,
    onTrace: (host) =>
      session.log(host, 'Nix named no place in a file of the flake: asked again with its trace.'),
  });
  const building: Promise<void>[] = [];
  const hungry: HostEntry[] = [];
  const evaluate = async (
    entry: HostEntry,
    isAlone: boolean,
    evaluated?: Result<EvaluatedToplevel, Failure>,
  ): Promise<void> => {
    const host = entry.name;
    const refuse = (failure: Failure): void => fail({ host, step: 'evaluate', failure });
    if (session.signal.aborted) {
      refuse({ code: 'canceled', what: 'the evaluation' });
      return;
    }
    start(host, 'evaluate');
    let why: Failure = { code: 'canceled', what: 'the evaluation' };
    const expectation = await expectHost(context, entry, tree, lock, {
      evaluated,
      signal: session.signal,
      showTrace: options.trace,
      refresh: options.fresh,
      acceptSettings: options.acceptSettings,
      explore: async (failure) =>
        exploreHash(context, await findPlace(host, failure), session.signal),
      onFailure: (failure) => {
        why = failure;
      },
      onLine: (line) => {
        noteSetting(line);
        if (options.trace === true) session.log(host, line);
      },
    });
    if (expectation.kind === 'known') {
      if (expectation.builtAt !== null) succeed(entry, expectation, 0);
      else building.push(buildHost(entry, expectation));
      return;
    }
    if (session.signal.aborted) refuse({ code: 'canceled', what: 'the evaluation' });
    else if (isOutOfMemory(why) && !isAlone) {
      hungry.push(entry);
      session.log(host, 'The evaluation ran out of memory; it is tried once more, alone.');
      session.work(host, {
        kind: 'waiting',
        why: 'for memory: evaluated alone when the others are',
      });
    } else refuse(why);
  };

  const told = new Set<string>();
  const tellStalled = (): void => {
    for (const activity of context.state().runProgress?.activities ?? []) {
      const reason = stalledReason(activity, world.clock.now());
      const key = `${activity.kind} ${activity.name} ${activity.since}`;
      if (reason === null || told.has(key)) continue;
      told.add(key);
      session.log(null, reason);
      context.emitter.emit({ type: 'noticed', tone: 'warning', text: `${reason}.` });
    }
  };
  const watch = setInterval(tellStalled, stalledEveryMs);

  for (const { name } of entries) session.work(name, { kind: 'queued' });
  try {
    const limit = pLimit(Math.max(1, context.jobs.evaluate));
    const isOnlyOne = entries.length === 1;
    const unknown = entries
      .map(({ name }) => name)
      .filter((name) => records.evaluation(name, tree) === undefined);
    const isPlain =
      options.trace !== true && options.fresh !== true && options.acceptSettings !== true;
    const early = startEvaluations(context, isPlain ? unknown : [], {
      signal: session.signal,
      onLine: noteSetting,
    });
    await Promise.all(
      entries.map(async (entry) => {
        const found = await early.of(entry.name);
        if (found === null) await limit(() => evaluate(entry, isOnlyOne));
        else await evaluate(entry, isOnlyOne, found);
      }),
    );
    for (const entry of hungry) await evaluate(entry, true);
    await Promise.all(building);
    if (builds.ok) await builds.value.settled();
  } finally {
    clearInterval(watch);
  }
  const made = builds.ok ? builds.value.made() : { built: 0, fetched: 0 };
  return { tested, failed: failures, waiting, ...made, refusedSettings: [...refusedSettings] };
};
