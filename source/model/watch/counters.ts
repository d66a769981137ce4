import { showDuration } from '../words/format-time.ts';
import { counted } from '../words/sentences.ts';
import { allMetrics, type MetricId, showMetric } from './metric.ts';
import { quartilesOf } from './quartiles.ts';
import type { HostSample } from './samples.ts';

/** What the kernel of a host has counted since its boot, at one moment. */
export interface HostCounters {
  /** Of this boot (random(4)): another one is a restart, however long the host is up by now. Null where it says none. */
  readonly bootId: string | null;
  /** Uptime, ms. */
  readonly uptimeMs: number;
  /** Ticks of all processors. */
  readonly busy: number;
  readonly total: number;
  readonly cpus: number;
  readonly load: number | null;
  /** The share that is not available, 0 to 1. */
  readonly memory: number | null;
  readonly majorFaults: number | null;
  /** Bytes read and written, and ms in which it was busy, of each disk. */
  readonly disks: ReadonlyMap<string, readonly [read: number, written: number, busyMs: number]>;
  /** Bytes in and out, and errors, of each network. */
  readonly networks: ReadonlyMap<string, readonly [inwards: number, out: number, errors: number]>;
  /** Microseconds in which some task waited; absent where the kernel does not count that. */
  readonly waited: Readonly<Partial<Record<'cpu' | 'memory' | 'io', number>>>;
}

/** More each second of what both have; a counter that began anew is left out. */
const rate = (before: number, after: number, seconds: number): number | undefined =>
  after < before ? undefined : (after - before) / seconds;

const ratesOf = (
  before: ReadonlyMap<string, readonly [number, number, number]>,
  after: ReadonlyMap<string, readonly [number, number, number]>,
  place: 0 | 1 | 2,
  seconds: number,
): readonly number[] =>
  [...after].flatMap(([name, numbers]) => {
    const known = before.get(name);
    return known === undefined ? [] : (rate(known[place], numbers[place], seconds) ?? []);
  });

const sum = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((all, one) => all + one, 0);

/** What was measured between two looks; null where the host was restarted, or no time passed. */
export const sampleBetween = (
  before: HostCounters,
  after: HostCounters,
  at: number,
): HostSample | null => {
  if (before.bootId !== null && after.bootId !== null && before.bootId !== after.bootId)
    return null;
  const intervalMs = after.uptimeMs - before.uptimeMs;
  if (intervalMs < 500) return null;
  const seconds = intervalMs / 1_000;
  const waits = (kind: 'cpu' | 'memory' | 'io'): number | undefined => {
    const [first, last] = [before.waited[kind], after.waited[kind]];
    return first === undefined || last === undefined
      ? undefined
      : Math.min(1, rate(first, last, seconds * 1e6) ?? 0);
  };
  const disks = (place: 0 | 1 | 2) => ratesOf(before.disks, after.disks, place, seconds);
  const networks = (place: 0 | 1 | 2) => ratesOf(before.networks, after.networks, place, seconds);
  const ticks = after.total - before.total;
  const busy = disks(2).map((ms) => Math.min(1, ms / 1_000));
  const found: Readonly<Record<MetricId, number | undefined>> = {
    cpu: ticks > 0 ? Math.max(0, (after.busy - before.busy) / ticks) : undefined,
    load: after.load === null || after.cpus <= 0 ? undefined : after.load / after.cpus,
    memory: after.memory ?? undefined,
    paging:
      before.majorFaults === null || after.majorFaults === null
        ? undefined
        : rate(before.majorFaults, after.majorFaults, seconds),
    'disk-busy': busy.length === 0 ? undefined : Math.max(...busy),
    'disk-read': sum(disks(0)),
    'disk-written': sum(disks(1)),
    'network-in': sum(networks(0)),
    'network-out': sum(networks(1)),
    'network-errors': sum(networks(2)),
    'cpu-pressure': waits('cpu'),
    'memory-pressure': waits('memory'),
    'disk-pressure': waits('io'),
  };
  return {
    at,
    intervalMs,
    values: Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)),
  };
};

/** A metric in the short time in which somebody looked. */
interface ShortMetric {
  readonly metric: MetricId;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
}

/** What was measured of a host while somebody looked: a short time, and nothing to compare it with. */
export interface ShortWindow {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  readonly metrics: readonly ShortMetric[];
}

/** Null where there is no sample yet. */
export const shortWindow = (samples: readonly HostSample[]): ShortWindow | null => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    from: first.at - first.intervalMs,
    to: last.at,
    samples: samples.length,
    metrics: allMetrics.flatMap(({ id }): readonly ShortMetric[] => {
      const values = samples.flatMap(({ values: { [id]: value } }) => value ?? []);
      const found = quartilesOf(values, samples.length);
      return found === null ? [] : [{ metric: id, p25: found.p25, p50: found.p50, p75: found.p75 }];
    }),
  };
};

/** `CPU 38 % (30 % to 52 %)`. */
const shortWords = ({ metric: id, p25, p50, p75 }: ShortMetric): string => {
  const metric = allMetrics.find((one) => one.id === id);
  const unit = metric?.unit ?? 'number';
  const [low, middle, high] = [p25, p50, p75].map((value) => showMetric(value, unit));
  return `${metric?.title ?? id} ${middle ?? ''}${low === high ? '' : ` (${low ?? ''} to ${high ?? ''})`}`;
};

/** A metric that is nearly used up is said first; those at rest are left out. */
export const shortSentence = (window: ShortWindow, only: MetricId | null = null): string => {
  const told = window.metrics.filter(({ metric, p75 }) =>
    only === null ? p75 > 0 : metric === only,
  );
  return told.length === 0 ? 'nothing moved' : told.map(shortWords).join(', ');
};

/** `early sign, 12 m with 12 samples and no day before to compare with: CPU 38 % (30 % to 52 %)`. */
export const sampledSentence = (window: ShortWindow): string =>
  `early sign, ${showDuration(window.to - window.from)} with ${counted(window.samples, 'sample')} and no day before to compare with: ${shortSentence(window)}`;
