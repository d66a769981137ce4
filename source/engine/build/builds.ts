import pLimit from 'p-limit';
import { compileWarning, planSentence } from '../../model/build/build-plan-text.ts';
import { createPlanSums } from '../../model/build/plan.ts';
import type { HostEntry, KnownExpectation } from '../../model/host/host.ts';
import { unusableBuilders } from '../../parsers/nix/warnings.ts';
import type { BuildRequest, NixSetting } from '../../services/build/request.ts';
import type { BuildPlace } from '../../services/nix/place.ts';
import type { EngineContext } from '../run/context.ts';
import type { TestOptions } from '../run/options.ts';
import type { RunSession } from '../run/session.ts';
import { buildPlace, placeObstacle } from './build-place.ts';
import { currentTree } from './expectations.ts';
import type { HostTests } from './host-tests.ts';
import { exploreHash } from './test-hashes.ts';

export interface TestBuildOptions extends TestOptions {
  /** Settings of the flake that the person agreed to. */
  readonly settings?: readonly NixSetting[] | undefined;
  /** So many hosts are tested that a small process starts those of Nix. */
  readonly isAmongMany?: boolean | undefined;
}

/** The builds of a test: each host as soon as it is evaluated. */
export interface TestBuilds {
  build(entry: HostEntry, expectation: KnownExpectation): Promise<void>;
  /** Resolves when the last progress was told. */
  settled(): Promise<void>;
  made(): { readonly built: number; readonly fetched: number };
}

/**
 * So many plans are asked of Nix at a time, and so many hosts are planned before they have a place to
 * build, at least: each plan is a process of Nix that asks the caches.
 */
const plansAtOnce = 8;
const plannedAhead = 20;

/** What is built belongs to the tree as it is now, even if the tree changes meanwhile. */
// Whole: every part of it works with the same open builds and the tree as it was when they began.
export const openTestBuilds = async (
  context: EngineContext,
  session: RunSession,
  tests: HostTests,
  options: TestBuildOptions,
): Promise<TestBuilds> => {
  const { world, nix, records } = context;
  const tree = currentTree(context);
  const dirty = (context.state().git?.dirty.length ?? 0) > 0;
  const tellBuilder = createBuilderTeller(context);
  const builds = await nix.openBuilds({
    jobs: context.jobs.build,
    isAmongMany: options.isAmongMany,
    signal: session.signal,
    rootsFolder: `${context.folder}/roots`,
    onStart: (host) => tests.start(host, 'build'),
    estimateOf: (name, machine) => context.estimates.of(name, machine),
    onProgress: (host, progress) => session.say({ type: 'progress', host, ...progress }),
    onLog: (host, line, derivation) => {
      session.log(host, line, derivation);
      // Lines of a builder carry its derivation; Nix's own lines have none.
      if (derivation === null) tellBuilder(line);
    },
  });
  const tellPlan = createPlanTeller(context, session, options.isAmongMany === true);

  /** Where the machine that builds does not answer, the host waits or has failed. */
  const canBuildAt = async (place: BuildPlace, host: string): Promise<boolean> => {
    session.log(host, `Builds on ${place.host}, in its own store.`);
    const obstacle = await placeObstacle(context, place, host);
    if (obstacle?.kind === 'asleep') tests.wait(host, obstacle.why);
    if (obstacle?.kind === 'failed') tests.fail({ host, step: 'build', failure: obstacle.failure });
    return obstacle === null;
  };

  const keepBuilt = async (
    host: string,
    { toplevel, derivation, builtAt, builtOn }: KnownExpectation,
  ): Promise<void> => {
    if (tree === null) return;
    const where = builtOn === undefined ? {} : { builtOn };
    await records.keepEvaluation({ host, tree, toplevel, derivation, builtAt, ...where, dirty });
  };

  const planning = pLimit(plansAtOnce);
  const buildOne = async (entry: HostEntry, expectation: KnownExpectation): Promise<void> => {
    if (!builds.ok) {
      tests.fail({ host: entry.name, step: 'build', failure: builds.failure });
      return;
    }
    const { toplevel, derivation } = expectation;
    const place = buildPlace(context, entry, options.buildOn);
    const request: BuildRequest = {
      host: entry.name,
      derivation,
      toplevel,
      place,
      settings: options.settings,
      cores: options.cores,
    };
    if (place !== undefined && !(await canBuildAt(place, entry.name))) return;
    await planning(() => tellPlan(request));
    const { outcome, durations } = await builds.value.build(request);
    await context.estimates.keep(durations ?? []);
    if (!outcome.ok) {
      const failure = await exploreHash(context, outcome.failure, session.signal);
      tests.fail({ host: entry.name, step: 'build', failure });
      return;
    }
    // A system that another machine than the target built was copied here.
    const where = place?.host === entry.name ? { builtOn: place.host } : {};
    const built = { ...expectation, builtAt: world.clock.now(), ...where };
    await keepBuilt(entry.name, built);
    tests.succeed(entry, built, outcome.value.tookMs);
  };

  const near = pLimit(Math.max(plannedAhead, 2 * context.jobs.build));
  return {
    build: async (entry, expectation) => {
      if (builds.ok) session.work(entry.name, { kind: 'waiting', why: 'for a build slot' });
      await near(() => buildOne(entry, expectation));
    },
    settled: async () => {
      if (builds.ok) await builds.value.settled();
    },
    made: () => (builds.ok ? builds.value.made() : { built: 0, fetched: 0 }),
  };
};

/**
 * Tells once of each builder that Nix could not use. Other builders, or this machine, do its work,
 * so nothing fails, but everything is slower than planned.
 */
export const createBuilderTeller = ({
  emitter,
}: Pick<EngineContext, 'emitter'>): ((line: string) => void) => {
  const told = new Set<string>();
  return (line) => {
    for (const [builder, reason] of unusableBuilders([line])) {
      if (told.has(builder)) continue;
      told.add(builder);
      emitter.emit({
        type: 'noticed',
        tone: 'warning',
        text: `The builder ${builder} cannot be used; others build instead, or this machine where it may. Nix says: ${reason}`,
      });
    }
  };
};

/** Tells for one host after the other what is about to be built and fetched. */
const createPlanTeller = (
  context: EngineContext,
  session: RunSession,
  isAmongMany: boolean,
): ((request: BuildRequest) => Promise<void>) => {
  const { nix } = context;
  const sums = createPlanSums(context.estimates.of);
  const warned = new Set<string>();

  // A build continues without a plan.
  return async (request: BuildRequest): Promise<void> => {
    const { host } = request;
    const planned = await nix.planBuild(request, { signal: session.signal, isAmongMany });
    if (!planned.ok) return;
    const { own, whole } = sums.add({ ...planned.value, on: request.place?.host ?? null });
    session.say({ type: 'build-planned', host, plan: own });
    session.say({ type: 'build-planned', host: null, plan: whole });
    session.log(host, `Plan: ${planSentence(own)}.`);
    const fresh = own.compiles.filter((name) => !warned.has(name));
    for (const name of fresh) warned.add(name);
    const warning = compileWarning({ ...own, compiles: fresh });
    if (warning !== null)
      context.emitter.emit({ type: 'noticed', tone: 'warning', text: `${host}: ${warning}.` });
  };
};
