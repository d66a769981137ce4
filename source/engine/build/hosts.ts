import pLimit from 'p-limit';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { Result } from '../../model/result.ts';
import { refusedFlakeSetting } from '../../parsers/nix/warnings.ts';
import type { EvaluatedToplevel } from '../../services/nix/evaluate.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { openTestBuilds, type TestBuildOptions } from './builds.ts';
import { startEvaluations } from './evaluations.ts';
import { currentTree, expectHost } from './expectations.ts';
import { exploreMissingFile } from './explore.ts';
import { createHostTests, type FailedHost, type HostTests } from './host-tests.ts';
import { createPlaceFinder } from './places.ts';
import { exploreHash } from './test-hashes.ts';
import { watchStalled } from './test-stalled.ts';

/** How a test of hosts ended. */
export interface TestedHosts extends Pick<HostTests, 'tested' | 'failed' | 'waiting'> {
  readonly built: number;
  readonly fetched: number;
  /** Settings of the flake that Nix left aside because nobody agreed to them. */
  readonly refusedSettings: readonly string[];
}

export interface TestHostsOptions extends TestBuildOptions {
  /** The flake's tracked files: errors are placed in these where that is possible. */
  readonly files?: ReadonlySet<string> | undefined;
  readonly onFailed?: ((failed: FailedHost) => void) | undefined;
}

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
): Promise<TestedHosts> => {
  const { records } = context;
  const tree = currentTree(context);
  const refusedSettings = new Set<string>();
  const tests = createHostTests(context, session, options.onFailed);
  const builds = await openTestBuilds(context, session, tests, options);

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
    const refuse = (failure: Failure): void => tests.fail({ host, step: 'evaluate', failure });
    if (session.signal.aborted) {
      refuse({ code: 'canceled', what: 'the evaluation' });
      return;
    }
    tests.start(host, 'evaluate');
    let why: Failure = { code: 'canceled', what: 'the evaluation' };
    const expectation = await expectHost(context, entry, tree, {
      evaluated,
      signal: session.signal,
      showTrace: options.trace,
      refresh: options.fresh,
      acceptSettings: options.acceptSettings,
      explore: async (failure) =>
        exploreHash(
          context,
          await exploreMissingFile(
            context,
            await findPlace(host, failure),
            options.files ?? new Set(),
          ),
          session.signal,
        ),
      onFailure: (failure) => {
        why = failure;
      },
      onLine: (line) => {
        noteSetting(line);
        if (options.trace === true) session.log(host, line);
      },
    });
    if (expectation.kind === 'known') {
      if (expectation.builtAt !== null) tests.succeed(entry, expectation, 0);
      else building.push(builds.build(entry, expectation));
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

  const stopWatching = watchStalled(context, session);
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
    await builds.settled();
  } finally {
    stopWatching();
  }
  const { tested, failed, waiting } = tests;
  return { tested, failed, waiting, ...builds.made(), refusedSettings: [...refusedSettings] };
};
