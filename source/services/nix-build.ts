import { join } from 'node:path';
import pLimit from 'p-limit';
import { endNixProcess } from '../model/build-ending.ts';
import {
  type BuildProgress,
  keepMonotone,
  noProgress,
  settleProgress,
} from '../model/build-progress.ts';
import { mergeProgress, progressOf } from '../model/build-view.ts';
import { counted } from '../model/counted.ts';
import { derivationName } from '../model/derivation-name.ts';
import type { BuildDuration } from '../model/estimates.ts';
import type { Failure } from '../model/failure.ts';
import type { StorePath } from '../model/host.ts';
import { isSafeHostName } from '../model/host-address.ts';
import type { NixCause } from '../model/nix-cause.ts';
import { type NixProcessState, newNixProcess } from '../model/nix-process.ts';
import { failed, type Result, success } from '../model/result.ts';
import { addSample, type ByteSamples, bytesPerSecond } from '../model/transfer-rate.ts';
import { causeOf, withLostBuilder } from '../parsers/nix-error.ts';
import { isAtLeast, type NixVersion } from '../parsers/nix-version.ts';
import { atPlace, type BuildPlace, fetchBuilt } from './build-place.ts';
import { createBuildListener } from './nix-build-listener.ts';
import { describeCause, runNix } from './nix-command.ts';
import { isValid } from './nix-store.ts';
import type { World } from './world.ts';

export interface BuildRequest {
  readonly host: string;
  /** The `.drv` of the toplevel; null when only the path is known, which is then fetched. */
  readonly derivation: StorePath | null;
  readonly toplevel: StorePath;
  /** The machine that builds it in its own store; absent for this one. */
  readonly place?: BuildPlace | undefined;
  /** Settings of the flake that the person agreed to: Nix reads none of them for a derivation. */
  readonly settings?: readonly NixSetting[] | undefined;
  /** `cores` of each builder; Nix's own setting when absent. */
  readonly cores?: number | undefined;
}

export interface NixSetting {
  readonly name: string;
  readonly value: string;
}

export interface BuiltToplevel {
  readonly toplevel: StorePath;
  readonly tookMs: number;
  /** Derivations that were built, and paths that were fetched, for this host. */
  readonly builtCount: number;
  readonly fetchedCount: number;
}

export type BuildOutcome = Result<BuiltToplevel, Failure>;

/** One host's build; the cause of a failure in its parts, for those who want more than the message. */
export interface HostBuild {
  readonly host: string;
  readonly outcome: BuildOutcome;
  readonly cause: NixCause | null;
  /** How long each derivation took that was built to its end; absent where nothing was. */
  readonly durations?: readonly BuildDuration[];
}

export interface BuildOptions {
  /** Hosts at a time; each is one process of Nix with its own `max-jobs`. */
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
  /** Links in this folder keep what was built from the garbage collector. */
  readonly rootsFolder?: string | undefined;
  /** The whole (null) and each host that builds, at most ten times a second, and once at the end. */
  readonly onProgress?: ((host: string | null, progress: BuildProgress) => void) | undefined;
  /** One line of a builder's log, with the derivation's path, or of Nix itself. */
  readonly onLog?: ((host: string, line: string, derivation: string | null) => void) | undefined;
  /** What a build took in earlier runs, ms, by the derivation's name. */
  readonly estimateOf?: ((name: string, machine: string | null) => number | null) | undefined;
  readonly onStart?: ((host: string) => void) | undefined;
  readonly onHost?: ((host: string, outcome: BuildOutcome) => void | Promise<void>) | undefined;
}

const progressEveryMs = 100;

/** From 2.15 a `.drv` path names the file itself, and `^*` its outputs. */
export const installable = (version: NixVersion, request: BuildRequest): string => {
  if (request.derivation === null) return request.toplevel;
  return isAtLeast(version, [2, 15, 0]) ? `${request.derivation}^*` : request.derivation;
};

export const settingWords = ({ settings = [], cores }: BuildRequest): readonly string[] => [
  ...settings.flatMap(({ name, value }) => ['--option', name, value]),
  ...(cores === undefined ? [] : ['--cores', String(cores)]),
];

const buildFailure = (host: string, cause: NixCause): Failure => {
  if (cause.class === 'canceled') return { code: 'canceled', what: `the build of ${host}` };
  return {
    code: 'build-failed',
    host,
    cause: describeCause(cause),
    derivation: cause.derivation,
    tail: cause.tail,
    because: cause,
  };
};

const unproven = (path: StorePath): NixCause => ({
  ...causeOf([]),
  message: `Nix ended without an error, yet ${path} is not valid in the store`,
});

/** Where another machine builds, a connection that broke is that machine's. */
const causeAt = (place: BuildPlace | undefined, cause: NixCause): NixCause =>
  place === undefined || cause.class === 'builder-lost'
    ? cause
    : withLostBuilder(cause, place.host, null);

const withEstimates = (
  progress: BuildProgress,
  estimateOf: BuildOptions['estimateOf'],
): BuildProgress =>
  estimateOf === undefined
    ? progress
    : {
        ...progress,
        activities: progress.activities.map((activity) =>
          activity.kind === 'build'
            ? { ...activity, expectedMs: estimateOf(activity.name, activity.machine) }
            : activity,
        ),
      };

const durationsOf = (state: NixProcessState): readonly BuildDuration[] =>
  state.ended
    .filter(({ derivation }) => state.derivations.get(derivation) === 'ended')
    .map(({ derivation, machine, ms }) => ({ name: derivationName(derivation), machine, ms }));

/** Two hosts never share a link, and a link never shares the name of another's output. */
const rootLink = (folder: string, host: string): string => join(folder, host);

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
export const openBuilds = (world: World, version: NixVersion, options: BuildOptions): Builds => {
  const rootsFolder = options.rootsFolder ?? join(world.folders.state, 'roots');
  const processes = new Map<string, NixProcessState>();
  const shown = new Map<string | null, BuildProgress>();
  const moved = new Map<string | null, ByteSamples>();

  const show = (
    host: string | null,
    progress: BuildProgress,
    keep: typeof keepMonotone = keepMonotone,
  ): void => {
    const next = withEstimates(keep(shown.get(host) ?? noProgress, progress), options.estimateOf);
    const samples = addSample(moved.get(host) ?? [], world.clock.now(), next.fetches.bytes);
    moved.set(host, samples);
    shown.set(host, next);
    options.onProgress?.(host, { ...next, bytesPerSecond: bytesPerSecond(samples) });
  };
  const showAll = (hosts: Iterable<string>, keep?: typeof keepMonotone): void => {
    if (options.onProgress === undefined) return;
    const merged = mergeProgress(processes);
    show(null, merged.whole, keep);
    for (const host of hosts) {
      const state = processes.get(host);
      if (state !== undefined) show(host, merged.of(state), keep);
    }
  };
  const running = new Set<string>();
  let pending: Promise<void> | null = null;
  /** Soon, and then also what came last: a builder may be silent for an hour. */
  const showSoon = (): void => {
    if (options.onProgress === undefined) return;
    pending ??= world.clock.sleep(progressEveryMs).then(() => {
      pending = null;
      // What is being stopped reports its end like a success.
      if (options.signal?.aborted !== true) showAll(running);
    });
  };

  const buildOne = async (request: BuildRequest): Promise<HostBuild> => {
    const { host, toplevel } = request;
    const give = (failure: Failure, cause: NixCause | null = null): HostBuild => ({
      host,
      outcome: failed(failure),
      cause,
    });
    if (!isSafeHostName(host)) return give({ code: 'host-name-refused', name: host });
    if (options.signal?.aborted === true)
      return give({ code: 'canceled', what: `the build of ${host}` });
    options.onStart?.(host);
    const since = world.clock.now();
    const state = newNixProcess(request.place?.host ?? null);
    processes.set(host, state);
    running.add(host);
    const listener = createBuildListener({
      state,
      now: () => world.clock.now(),
      onLog: (line, derivation) => options.onLog?.(host, line, derivation),
    });
    const result = await world.exec(
      atPlace(
        request.place,
        ['build'],
        [
          '--keep-going',
          '--log-format',
          'internal-json',
          // A store on another machine knows no links of this one.
          ...(request.place === undefined
            ? ['--out-link', rootLink(rootsFolder, host)]
            : ['--no-link']),
          ...settingWords(request),
          '--',
          installable(version, request),
        ],
      ),
      {
        signal: options.signal,
        raw: true,
        discardOutput: true,
        onLine: (line, from) => {
          if (from === 'stderr') listener.hear(line);
          showSoon();
        },
      },
    );
    running.delete(host);
    for (const [source, count] of listener.sources)
      options.onLog?.(host, `fetched ${counted(count, 'path')} from ${source}`, null);
    if (!result.ok && result.failure.code !== 'command-failed') {
      endNixProcess(state, false);
      return give(
        result.failure.code === 'canceled'
          ? { code: 'canceled', what: `the build of ${host}` }
          : result.failure,
      );
    }
    const built = await isValid(world, toplevel, request.place);
    endNixProcess(state, built);
    if (!built) {
      const cause = result.ok ? unproven(toplevel) : causeAt(request.place, listener.cause());
      return { ...give(buildFailure(host, cause), cause), durations: durationsOf(state) };
    }
    const { place } = request;
    if (place !== undefined && place.host !== host) {
      const brought = await runNix(world, fetchBuilt(place, toplevel), { signal: options.signal });
      if (!brought.ok) {
        const { cause, failure } = brought.failure;
        return cause === null ? give(failure) : give(buildFailure(host, cause), cause);
      }
    }
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
        showAll([request.host], settleProgress);
        await options.onHost?.(request.host, done.outcome);
        return done;
      }),
    settled: async () => {
      await pending;
    },
    made: () => {
      const { builds, fetches } = mergeProgress(processes).whole;
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
