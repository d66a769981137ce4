import { join } from 'node:path';
import pLimit from 'p-limit';
import { endNixProcess } from '../../model/build/build-ending.ts';
import type { BuildDuration } from '../../model/build/estimates.ts';
import { mergeProgress, progressOf } from '../../model/build/merge.ts';
import { createPast, type PastProcesses } from '../../model/build/past.ts';
import { type NixProcessState, newNixProcess } from '../../model/build/process.ts';
import type { Command } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { isSafeHostName } from '../../model/host/address.ts';
import type { NixCause } from '../../model/nix/cause.ts';
import { derivationName } from '../../model/nix/derivation-name.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { counted } from '../../model/words/sentences.ts';
import { causeOf, type FurtherFailures, withLostBuilder } from '../../parsers/nix/error.ts';
import { isActivityRecord } from '../../parsers/nix/log.ts';
import type { NixVersion } from '../../parsers/nix/version.ts';
import { describeCause, runNix } from '../nix/command.ts';
import { atPlace, type BuildPlace, fetchBuilt } from '../nix/place.ts';
import { isValid } from '../nix/store.ts';
import type { World } from '../world/world.ts';
import { createBuildListener } from './listener.ts';
import { createProgressFeed, type ProgressOptions } from './progress.ts';
import { type BuildRequest, installable, settingWords } from './request.ts';

interface BuiltToplevel {
  readonly toplevel: StorePath;
  readonly tookMs: number;
  /** Derivations that were built, and paths that were fetched, for this host. */
  readonly builtCount: number;
  readonly fetchedCount: number;
}

type BuildOutcome = Result<BuiltToplevel, Failure>;

/** One host's build; the cause of a failure in its parts, for those who want more than the message. */
export interface HostBuild {
  readonly host: string;
  readonly outcome: BuildOutcome;
  readonly cause: NixCause | null;
  /** How long each derivation took that was built to its end; absent where nothing was. */
  readonly durations?: readonly BuildDuration[];
}

export interface BuildOptions extends ProgressOptions {
  /** Hosts at a time; each is one process of Nix with its own `max-jobs`. */
  readonly jobs: number;
  /** The fleet is large: a small process starts and reads those of Nix. */
  readonly isAmongMany?: boolean | undefined;
  /** Links in this folder keep what was built from the garbage collector. */
  readonly rootsFolder?: string | undefined;
  /** One line of a builder's log, with the derivation's path, or of Nix itself. */
  readonly onLog?: ((host: string, line: string, derivation: string | null) => void) | undefined;
  readonly onStart?: ((host: string) => void) | undefined;
  readonly onHost?: ((host: string, outcome: BuildOutcome) => void | Promise<void>) | undefined;
}

const canceledBuild = (host: string): Failure => ({
  code: 'canceled',
  what: `the build of ${host}`,
});

const buildFailure = (
  host: string,
  cause: NixCause,
  { causes, unbegun }: FurtherFailures = { causes: [], unbegun: [] },
): Failure => {
  if (cause.class === 'canceled') return canceledBuild(host);
  return {
    code: 'build-failed',
    host,
    cause: describeCause(cause),
    derivation: cause.derivation,
    tail: cause.tail,
    because: cause,
    ...(causes.length === 0 ? {} : { also: causes }),
    ...(unbegun.length === 0 ? {} : { unbegun }),
  };
};

const unproven = (path: StorePath): NixCause => ({
  ...causeOf([]),
  message: `Nix ended without an error, yet ${path} is not valid in the store`,
});

/** Where another machine builds, a broken connection is the one to that machine. */
const causeAt = (place: BuildPlace | undefined, cause: NixCause): NixCause =>
  place === undefined || cause.class === 'builder-lost'
    ? cause
    : withLostBuilder(cause, place.host, null);

const durationsOf = (state: NixProcessState): readonly BuildDuration[] =>
  state.ended
    .filter(({ derivation }) => state.derivations.get(derivation) === 'ended')
    .map(({ derivation, machine, ms }) => ({ name: derivationName(derivation), machine, ms }));

/** Two hosts never share a link, and a link never shares the name of another's output. */
const rootLink = (folder: string, host: string): string => join(folder, host);

const buildCommand = (version: NixVersion, request: BuildRequest, rootsFolder: string): Command =>
  atPlace(
    request.place,
    ['build'],
    [
      '--keep-going',
      '--log-format',
      'internal-json',
      // A store on another machine cannot have links of this one.
      ...(request.place === undefined
        ? ['--out-link', rootLink(rootsFolder, request.host)]
        : ['--no-link']),
      ...settingWords(request),
      '--',
      installable(version, request),
    ],
  );

const unbuilt = (host: string, failure: Failure, cause: NixCause | null = null): HostBuild => ({
  host,
  outcome: failed(failure),
  cause,
});

/**
 * Copies what another machine built into this store; answers the failure where that is not
 * possible.
 */
const bringHere = async (
  world: World,
  { host, place, toplevel }: BuildRequest,
  signal: AbortSignal | undefined,
): Promise<HostBuild | null> => {
  if (place === undefined || place.host === host) return null;
  const brought = await runNix(world, fetchBuilt(place, toplevel), { signal });
  if (brought.ok) return null;
  const { cause, failure } = brought.failure;
  return cause === null ? unbuilt(host, failure) : unbuilt(host, buildFailure(host, cause), cause);
};

/** So many processes that have ended are told by themselves; the oldest of more are counted together. */
const keptProcesses = 50;

const forgetOldest = (
  processes: Map<string, NixProcessState>,
  running: ReadonlySet<string>,
  past: PastProcesses,
): void => {
  for (const [host, state] of processes) {
    if (processes.size <= keptProcesses + running.size) return;
    if (running.has(host)) continue;
    past.add(host, state);
    processes.delete(host);
  }
};

/** Builds that are asked for one after the other. */
export interface Builds {
  /** Queues a host; resolves with its own outcome. Never rejects. */
  build(request: BuildRequest): Promise<HostBuild>;
  /** Resolves when the last progress was told. */
  settled(): Promise<void>;
  /** Derivations that were built and paths that were fetched so far; what several hosts need counts once. */
  made(): { readonly built: number; readonly fetched: number };
}

/**
 * A place to build toplevels, each with its own outcome: one process of Nix per
 * host that keeps going, merged by derivation. Success is the path's validity
 * in the store, never an exit status.
 */
// Over 60 lines: one build from its start to its end, and the queue that it stands in.
export const openBuilds = (world: World, version: NixVersion, options: BuildOptions): Builds => {
  const rootsFolder = options.rootsFolder ?? join(world.folders.state, 'roots');
  const processes = new Map<string, NixProcessState>();
  const running = new Set<string>();
  const past = createPast();
  const progress = createProgressFeed(world, options, processes, past, running);
  const buildOne = async (request: BuildRequest): Promise<HostBuild> => {
    const { host, toplevel, place } = request;
    if (!isSafeHostName(host)) return unbuilt(host, { code: 'host-name-refused', name: host });
    if (options.signal?.aborted === true) return unbuilt(host, canceledBuild(host));
    options.onStart?.(host);
    const since = world.clock.now();
    const state = newNixProcess(place?.host ?? null);
    processes.set(host, state);
    running.add(host);
    const listener = createBuildListener({
      state,
      now: () => world.clock.now(),
      onLog: (line, derivation) => options.onLog?.(host, line, derivation),
    });
    const result = await world.exec(buildCommand(version, request, rootsFolder), {
      signal: options.signal,
      raw: true,
      discardOutput: true,
      isForeignLine: isActivityRecord,
      isAmongMany: options.isAmongMany,
      onLine: (line, from) => {
        progress.tellSoon(host, from === 'stderr' && listener.hear(line));
      },
    });
    running.delete(host);
    for (const [source, count] of listener.sources)
      options.onLog?.(host, `fetched ${counted(count, 'path')} from ${source}`, null);
    if (!result.ok && result.failure.code !== 'command-failed') {
      endNixProcess(state, false);
      return unbuilt(
        host,
        result.failure.code === 'canceled' ? canceledBuild(host) : result.failure,
      );
    }
    const built = await isValid(world, toplevel, place, options.isAmongMany);
    endNixProcess(state, built);
    if (!built) {
      const cause = result.ok ? unproven(toplevel) : causeAt(place, listener.cause());
      const failure = buildFailure(host, cause, listener.further());
      return { ...unbuilt(host, failure, cause), durations: durationsOf(state) };
    }
    const unbrought = await bringHere(world, request, options.signal);
    if (unbrought !== null) return unbrought;
    const { builds, fetches } = progressOf(state);
    return {
      host,
      outcome: success({
        toplevel,
        tookMs: world.clock.now() - since,
        builtCount: builds.done,
        fetchedCount: fetches.done,
      }),
      cause: null,
      durations: durationsOf(state),
    };
  };

  let folder: Promise<Result<void, Failure>> | undefined;
  const limit = pLimit(Math.max(1, options.jobs));
  return {
    build: (request) =>
      limit(async () => {
        folder ??= world.files.makeFolder(rootsFolder);
        const made = await folder;
        const done: HostBuild = made.ok
          ? await buildOne(request)
          : { host: request.host, outcome: made, cause: null };
        progress.tellEnd(request.host);
        forgetOldest(processes, running, past);
        await options.onHost?.(request.host, done.outcome);
        return done;
      }),
    settled: () => progress.settled(),
    made: () => {
      const { builds, fetches } = mergeProgress(processes, past).whole;
      return { built: builds.done, fetched: fetches.done };
    },
  };
};

/** Builds these, and resolves when all have ended, in the order of the requests. */
export const build = async (
  world: World,
  version: NixVersion,
  requests: readonly BuildRequest[],
  options: BuildOptions,
): Promise<readonly HostBuild[]> => {
  const builds = openBuilds(world, version, options);
  const done = await Promise.all(requests.map((request) => builds.build(request)));
  await builds.settled();
  return done;
};
