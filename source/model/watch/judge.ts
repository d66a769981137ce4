import type { Metric } from './metric.ts';
import { coverageOf, medianOf, type Quartiles } from './quartiles.ts';

/** What a metric did after a change. */
export type MetricChange = 'worse' | 'better' | 'as-before';

/** Why nothing can be said of a metric. None of them is fine, and none is worse. */
export type UnknownReason =
  /** No server is named; `host`: why the host has no numbers of its own either, as the rest of a sentence. */
  | { readonly kind: 'not-configured'; readonly host?: string }
  /** The server did not answer, or not as such a server does. */
  | { readonly kind: 'not-reachable'; readonly detail: string }
  /** `before`: the days before had it. */
  | { readonly kind: 'no-series'; readonly before: boolean }
  /** The server has samples since the change, and their value is NaN or infinite. */
  | { readonly kind: 'no-number' }
  /** The server did not reach the host, or does not ask it any more. */
  | { readonly kind: 'down'; readonly how: 'down' | 'lost' }
  /** `isAhead`: by the clock that is asked the change is yet to come, so that one of the clocks is wrong. */
  | { readonly kind: 'settling'; readonly isAhead?: true }
  /** Nobody knows when the host was changed. */
  | { readonly kind: 'no-change' }
  /** `isEarly`: so short a time after the change has no more of them, whatever is measured. */
  | {
      readonly kind: 'few-samples';
      readonly samples: number;
      readonly coverage: number;
      readonly isEarly?: true;
    }
  | { readonly kind: 'few-days'; readonly days: number }
  | { readonly kind: 'cut-by-deploy'; readonly days: number; readonly cut: number };

/** Nothing is compared yet of a host that was changed then. */
export const settlingSince = (changedAt: number, now: number): UnknownReason =>
  now < changedAt ? { kind: 'settling', isAhead: true } : { kind: 'settling' };

/** The numbers behind a verdict: medians, all of one unit. */
export interface ComparedMetric {
  readonly after: Quartiles;
  /** The median of the medians of the days before. */
  readonly base: number;
  /** The lowest and the highest of these medians. */
  readonly low: number;
  readonly high: number;
  readonly days: number;
  /** It rose from day to day already before the change. */
  readonly rises: boolean;
  /** `base` less of `after`, so that more is positive; with the days' own rise taken off. */
  readonly change: number;
}

export type MetricVerdict =
  | { readonly kind: MetricChange; readonly compared: ComparedMetric }
  /** Too early, or too few days, for a verdict: where it leans to. */
  | {
      readonly kind: 'early';
      readonly leaning: MetricChange;
      readonly why: 'short-after' | 'few-days';
      readonly compared: ComparedMetric;
    }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason };

/** One day before: how many days, and what was measured at the same clock times. */
export interface Day {
  readonly day: number;
  readonly quartiles: Quartiles;
}

/** What is judged. */
export interface Evidence {
  /** Null: no such series after the change. */
  readonly after: Quartiles | null;
  readonly days: readonly Day[];
  /** Days left out because another deploy fell into them. */
  readonly cut: number;
  /** The length of the window after the change, ms. */
  readonly lengthMs: number;
}

/** Fewer samples than these after a change give no verdict. */
export const leastSamples = 12;
const leastCoverage = 0.5;
export const leastDays = 3;
/** With fewer days than this a verdict is an early sign. */
const fullDays = 7;
/** A shorter time after the change gives an early sign. */
const fullLengthMs = 6 * 3_600_000;
/** Makes the median deviation of normal noise its standard deviation. */
const deviationScale = 1.4826;

const isCovered = (quartiles: Quartiles): boolean => coverageOf(quartiles) >= leastCoverage;

/** Medians of the days, the oldest first. */
const mediansOf = (days: readonly Day[]): readonly number[] =>
  days.toSorted((one, other) => other.day - one.day).map(({ quartiles }) => quartiles.p50);

/** Steps from one day to the next that go up, and whether that is nearly all of them. */
const isRising = (medians: readonly number[]): boolean => {
  const steps = medians.slice(1).map((median, index) => median - (medians[index] ?? median));
  return steps.length >= 6 && steps.filter((step) => step > 0).length >= steps.length - 1;
};

/** The rise of a day: the median over all pairs of days (Theil and Sen), which one odd day does not bend. */
const riseOf = (days: readonly Day[]): number =>
  medianOf(
    days.flatMap((one, index) =>
      days
        .slice(index + 1)
        .map((other) => (other.quartiles.p50 - one.quartiles.p50) / (one.day - other.day)),
    ),
  );

const moved = (quartiles: Quartiles, by: number): Quartiles => ({
  ...quartiles,
  p25: quartiles.p25 + by,
  p50: quartiles.p50 + by,
  p75: quartiles.p75 + by,
});

const quartileNames = ['p25', 'p50', 'p75'] as const;

/**
 * The rule of three quartiles: worse is what is above every day before in each quartile, by more than the
 * floor of its metric and by more than the days differ from each other; better is the mirror image. A metric
 * that rose from day to day is compared with days that are moved up by that rise.
 */
const compare = (
  metric: Metric,
  after: Quartiles,
  days: readonly Day[],
): { readonly direction: MetricChange; readonly compared: ComparedMetric } => {
  const plain = mediansOf(days);
  const rises = isRising(plain);
  const rise = rises ? riseOf(days) : 0;
  const baseline = days.map((day) => moved(day.quartiles, rise * day.day));
  const medians = baseline.map(({ p50 }) => p50);
  const base = medianOf(medians);
  const change = after.p50 - base;
  const spread = deviationScale * medianOf(medians.map((median) => Math.abs(median - base)));
  const isScarce = metric.scarceFrom !== undefined && after.p50 >= metric.scarceFrom;
  const size = Math.abs(change);
  const counts =
    size > 3 * spread &&
    ((isScarce && change > 0) ||
      (size >= metric.floor.absolute && size >= metric.floor.relative * base));
  const isAbove = quartileNames.every((name) => baseline.every((day) => after[name] > day[name]));
  const isBelow = quartileNames.every((name) => baseline.every((day) => after[name] < day[name]));
  const direction =
    counts && change > 0 && isAbove
      ? 'worse'
      : counts && change < 0 && isBelow
        ? 'better'
        : 'as-before';
  return {
    direction,
    compared: {
      after,
      base,
      low: Math.min(...plain),
      high: Math.max(...plain),
      days: days.length,
      rises,
      change,
    },
  };
};

const unknown = (reason: UnknownReason): MetricVerdict => ({ kind: 'unknown', reason });

/** Whether a metric is worse, better or as before, with the numbers; early or unknown where it cannot be said. */
export const judge = (metric: Metric, { after, days, cut, lengthMs }: Evidence): MetricVerdict => {
  if (after === null) return unknown({ kind: 'no-series', before: days.length > 0 });
  if (after.samples < leastSamples || !isCovered(after))
    return unknown({
      kind: 'few-samples',
      samples: after.samples,
      coverage: coverageOf(after),
      ...(after.expected < leastSamples ? ({ isEarly: true } as const) : {}),
    });
  const usable = days.filter(({ quartiles }) => isCovered(quartiles));
  if (usable.length < leastDays)
    return unknown(
      usable.length + cut >= leastDays
        ? { kind: 'cut-by-deploy', days: usable.length, cut }
        : { kind: 'few-days', days: usable.length },
    );
  const { direction, compared } = compare(metric, after, usable);
  if (usable.length < fullDays)
    return { kind: 'early', leaning: direction, why: 'few-days', compared };
  return lengthMs < fullLengthMs
    ? { kind: 'early', leaning: direction, why: 'short-after', compared }
    : { kind: direction, compared };
};
