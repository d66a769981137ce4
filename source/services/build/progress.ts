import { mergeProgress, type NixProcesses } from '../../model/build/merge.ts';
import type { PastProcesses } from '../../model/build/past.ts';
import {
  type BuildProgress,
  keepMonotone,
  noProgress,
  settleProgress,
} from '../../model/build/progress.ts';
import { addSample, type ByteSamples, bytesPerSecond } from '../../model/build/transfer-rate.ts';
import { measureOf } from '../../model/nix/activity-kind.ts';
import type { World } from '../world/world.ts';

const progressEveryMs = 100;

/** A line of a builder moves nothing, and only tells that it is not silent: that is told so often, ms. */
const aliveEveryMs = 2_000;

/** Telling it takes one part of the time in so many at most: of a thousand builds each is told. */
const share = 10;

/** Of so many builds each is told, as what one builds may count for another; of more those that said something. */
const fewBuilds = 50;

export interface ProgressOptions {
  readonly signal?: AbortSignal | undefined;
  /** The whole (null) and each host that builds, at most ten times a second where something moved, and once at the end. */
  readonly onProgress?: ((host: string | null, progress: BuildProgress) => void) | undefined;
  /** What a build took in earlier runs, ms, by the derivation's name. */
  readonly estimateOf?: ((name: string, machine: string | null) => number | null) | undefined;
}

const withEstimates = (
  progress: BuildProgress,
  estimateOf: ProgressOptions['estimateOf'],
): BuildProgress =>
  estimateOf === undefined
    ? progress
    : {
        ...progress,
        activities: progress.activities.map((activity) =>
          measureOf(activity) === 'time'
            ? { ...activity, expectedMs: estimateOf(activity.name, activity.machine) }
            : activity,
        ),
      };

/** Tells how far the builds are, as a whole and host by host. */
interface ProgressFeed {
  /**
   * This host's build was heard; `hasMoved`: it said more than lines of a builder. Told soon, and the
   * last state is told too: a builder may be silent for an hour.
   */
  tellSoon(host: string, hasMoved: boolean): void;
  /** At once, as this host's build has ended. */
  tellEnd(host: string): void;
  /** Resolves when what was to be told soon is told. */
  settled(): Promise<void>;
}

// Over 60 lines: what is shown of each host, and when, belongs together.
/** `processes` and `running` are read each time: their owner changes them. */
export const createProgressFeed = (
  world: World,
  options: ProgressOptions,
  processes: NixProcesses,
  past: PastProcesses,
  running: ReadonlySet<string>,
): ProgressFeed => {
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
    const rate = running.size === 0 ? 0 : bytesPerSecond(samples);
    options.onProgress?.(host, { ...next, bytesPerSecond: rate });
  };
  const showAll = (hosts: Iterable<string>, keep?: typeof keepMonotone): void => {
    if (options.onProgress === undefined) return;
    const merged = mergeProgress(processes, past);
    show(null, merged.whole, keep);
    for (const host of hosts) {
      const state = processes.get(host);
      if (state !== undefined) show(host, merged.of(state), keep);
    }
  };
  let pending: Promise<void> | null = null;
  let stopAlive: (() => void) | null = null;
  let tookMs = 0;
  const heard = new Set<string>();
  const tellHeard = (): void => {
    stopAlive?.();
    stopAlive = null;
    // A build that is being stopped reports its end like a success.
    if (options.signal?.aborted === true) return;
    const began = world.clock.now();
    const hosts =
      running.size <= fewBuilds ? running : [...heard].filter((one) => running.has(one));
    heard.clear();
    showAll(hosts);
    tookMs = world.clock.now() - began;
  };
  const pause = (usual: number): number => Math.max(usual, tookMs * share);

  return {
    tellSoon: (host, hasMoved) => {
      if (options.onProgress === undefined) return;
      heard.add(host);
      if (hasMoved)
        pending ??= world.clock.sleep(pause(progressEveryMs)).then(() => {
          pending = null;
          tellHeard();
        });
      else stopAlive ??= world.clock.after(pause(aliveEveryMs), tellHeard);
    },
    tellEnd: (host) => {
      showAll([host], settleProgress);
      shown.delete(host);
      moved.delete(host);
    },
    settled: async () => {
      await pending;
      stopAlive?.();
      stopAlive = null;
    },
  };
};
