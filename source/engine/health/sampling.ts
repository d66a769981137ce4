import pLimit from 'p-limit';
import type { HostEntry } from '../../model/host/host.ts';
import {
  type HostCounters,
  type ShortWindow,
  sampleBetween,
  shortWindow,
} from '../../model/watch/counters.ts';
import type { HostSample } from '../../model/watch/samples.ts';
import type { EngineContext } from '../run/context.ts';

/** Samples that are kept of a host: of a day at one a minute. */
const keptSamples = 1_440;

const hostsAtOnce = 8;

/** Looks at what hosts count, and remembers what they did between two looks. */
export interface Sampling {
  /** Looks once at these hosts; one that does not answer has a gap. */
  look(context: EngineContext, entries: readonly HostEntry[]): Promise<void>;
  /** What a host did since it was looked at first, or changed; null where there were no two looks since then. */
  windowOf(host: string, changedAt: number | null): ShortWindow | null;
  /** The samples of a host, the oldest first. */
  samplesOf(host: string): readonly HostSample[];
}

export const createSampling = (): Sampling => {
  const counted = new Map<string, HostCounters>();
  const samples = new Map<string, readonly HostSample[]>();
  const lookAt = async (context: EngineContext, entry: HostEntry): Promise<void> => {
    const asked = await context.hosts.counters(entry);
    if (!asked.ok) return;
    const before = counted.get(entry.name);
    counted.set(entry.name, asked.value);
    const at = context.world.clock.now();
    const sample = before === undefined ? null : sampleBetween(before, asked.value, at);
    if (sample === null) return;
    const known = samples.get(entry.name) ?? [];
    samples.set(entry.name, [...known, sample].slice(-keptSamples));
  };
  return {
    look: async (context, entries) => {
      const limit = pLimit(hostsAtOnce);
      await Promise.all(entries.map((entry) => limit(() => lookAt(context, entry))));
    },
    windowOf: (host, changedAt) =>
      shortWindow(
        (samples.get(host) ?? []).filter(
          ({ at, intervalMs }) => changedAt === null || at - intervalMs >= changedAt,
        ),
      ),
    samplesOf: (host) => samples.get(host) ?? [],
  };
};
