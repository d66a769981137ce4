import pLimit from 'p-limit';
import { stalledReason } from '../../model/build/stalled.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { Result } from '../../model/result.ts';
import { refusedFlakeSetting } from '../../parsers/nix/warnings.ts';
import type { EvaluatedToplevel } from '../../services/nix/evaluate.ts';
import { repeat } from '../../services/world/timer.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { openTestBuilds, type TestBuildOptions, type TestBuilds } from './builds.ts';
import { startEvaluations } from './evaluations.ts';
import { currentTree, expectHost } from './expectations.ts';
import { exploreMissingFile } from './explore.ts';
import { createHostTests, type FailedHost, type HostTests } from './host-tests.ts';
import { createPlaceFinder } from './places.ts';
import { exploreHash } from './test-hashes.ts';

/** From so many hosts on a small process starts those of Nix, which has to be started too. */
const many = 24;

/** How a test of hosts ended. */
export interface TestedHosts extends Pick<HostTests, 'tested' | 'failed' | 'waiting'> {
  readonly built: number;
  readonly fetched: number;
  /** Settings of the flake that Nix left aside because nobody agreed to them. */
  readonly refusedSettings: readonly string[];
}

interface TestHostsOptions extends TestBuildOptions {
  /** The flake's tracked files: errors are placed in these where that is possible. */
  readonly files?: ReadonlySet<string> | undefined;
  readonly onFailed?: ((failed: FailedHost) => void) | undefined;
}

const isOutOfMemory = (failure: Failure): boolean =>
  failure.code === 'evaluation-failed' && failure.because?.class === 'out-of-memory';

/** The evaluations of a test, each with the build that follows. */
interface Evaluator {
  /** `evaluated`: what another evaluation has found about it already. */
  evaluate(
    entry: HostEntry,
    isAlone: boolean,
    evaluated?: Result<EvaluatedToplevel, Failure>,
  ): Promise<void>;
  /** Hosts whose evaluation ran out of memory beside others. */
  readonly hungry: readonly HostEntry[];
  /** Resolves when every build that followed has ended. */
  built(): Promise<void>;
}

// Whole: which hosts need more memory and which are being built is known only here, and all
// evaluations of a test share it.
const createEvaluator = (
  context: EngineContext,
  session: RunSession,
  tests: HostTests,
  builds: TestBuilds,
  options: TestHostsOptions & { readonly onLine: (line: string) => void },
): Evaluator => {
  const { signal } = session;
  const files = options.files ?? new Set<string>();
  const tree = currentTree(context);
  const building: Promise<void>[] = [];
  const hungry: HostEntry[] = [];
  const findPlace = createPlaceFinder(context, files, {
    signal,
    acceptSettings: options.acceptSettings,
    isTraced: options.trace === true,
    onTrace: (host) =>
      session.log(
        host,
        'Nix named no file of the flake; the evaluation runs again with its trace.',
      ),
  });

  const explore = async (host: string, failure: Failure): Promise<Failure> => {
    const placed = await findPlace(host, failure);
    return exploreHash(context, await exploreMissingFile(context, placed, files), signal);
  };

  /** The reason why the host is not built is told, unless it waits for its second try. */
  const refuse = (entry: HostEntry, failure: Failure, isAlone: boolean): void => {
    const host = entry.name;
    if (signal.aborted)
      tests.fail({ host, step: 'evaluate', failure: { code: 'canceled', what: 'the evaluation' } });
    else if (isOutOfMemory(failure) && !isAlone) {
      hungry.push(entry);
      session.log(host, 'The evaluation ran out of memory; it runs again, alone.');
      session.work(host, {
        kind: 'waiting',
        why: 'for memory: evaluated alone when the others are',
      });
    } else tests.fail({ host, step: 'evaluate', failure });
  };

  return {
    hungry,
    built: async () => {
      await Promise.all(building);
    },
    evaluate: async (entry, isAlone, evaluated) => {
      const host = entry.name;
      let why: Failure = { code: 'canceled', what: 'the evaluation' };
      if (signal.aborted) return refuse(entry, why, isAlone);
      tests.start(host, 'evaluate');
      const expectation = await expectHost(context, entry, tree, {
        evaluated,
        signal,
        showTrace: options.trace,
        refresh: options.fresh,
        acceptSettings: options.acceptSettings,
        explore: (failure) => explore(host, failure),
        onFailure: (failure) => {
          why = failure;
        },
        onLine: (line) => {
          options.onLine(line);
          if (options.trace === true) session.log(host, line);
        },
      });
      if (expectation.kind !== 'known') refuse(entry, why, isAlone);
      else if (expectation.builtAt !== null) tests.succeed(entry, expectation, 0);
      else building.push(builds.build(entry, expectation));
    },
  };
};

/**
 * Evaluates a few hosts at a time, and builds each as soon as it is evaluated. A host whose
 * evaluation runs out of memory is evaluated once more, alone.
 */
export const evaluateAndBuild = async (
  context: EngineContext,
  session: RunSession,
  entries: readonly HostEntry[],
  options: TestHostsOptions = {},
): Promise<TestedHosts> => {
  const tree = currentTree(context);
  const refusedSettings = new Set<string>();
  const onLine = (line: string): void => {
    const setting = refusedFlakeSetting(line);
    if (setting !== null) refusedSettings.add(setting);
  };
  const tests = createHostTests(context, session, options.onFailed);
  const isAmongMany = entries.length >= many;
  const builds = await openTestBuilds(context, session, tests, { ...options, isAmongMany });
  const evaluator = createEvaluator(context, session, tests, builds, { ...options, onLine });

  const stopWatching = watchStalled(context, session);
  for (const { name } of entries) session.work(name, { kind: 'queued' });
  try {
    const limit = pLimit(Math.max(1, context.jobs.evaluate));
    const isOnlyOne = entries.length === 1;
    const unknown = entries
      .map(({ name }) => name)
      .filter((name) => context.records.evaluation(name, tree) === undefined);
    const isPlain =
      options.trace !== true && options.fresh !== true && options.acceptSettings !== true;
    const early = startEvaluations(context, isPlain ? unknown : [], {
      signal: session.signal,
      onLine,
    });
    await Promise.all(
      entries.map(async (entry) => {
        const found = await early.of(entry.name);
        if (found === null) await limit(() => evaluator.evaluate(entry, isOnlyOne));
        else await evaluator.evaluate(entry, isOnlyOne, found);
      }),
    );
    for (const entry of evaluator.hungry) await evaluator.evaluate(entry, true);
    await evaluator.built();
    await builds.settled();
  } finally {
    stopWatching();
  }
  const { tested, failed, waiting } = tests;
  return { tested, failed, waiting, ...builds.made(), refusedSettings: [...refusedSettings] };
};

/** How often running builds are checked for silence, ms. */
const stalledEveryMs = 15_000;

/**
 * Names each build and transfer that was silent for too long, once. Answers a function that stops
 * this.
 */
const watchStalled = (context: EngineContext, session: RunSession): (() => void) => {
  const { world } = context;
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
  return repeat(world.clock, stalledEveryMs, tellStalled);
};
