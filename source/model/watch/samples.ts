import { type Cries, criesOfDays, dayAgo, daysToRead } from './calibration.ts';
import type { ChartColumn } from './chart.ts';
import {
  type Day,
  type Evidence,
  judge,
  leastDays,
  type MetricVerdict,
  settlingSince,
} from './judge.ts';
import { allMetrics, type MetricId } from './metric.ts';
import { medianOf, type Quartiles, quartilesOf } from './quartiles.ts';
import { baselineDays, isDisturbed, type TimeSpan, windowsOf } from './windows.ts';

/** What a host itself measured over an interval that ended at a moment (ms since the epoch). */
export interface HostSample {
  readonly at: number;
  /** How long it measured, ms. */
  readonly intervalMs: number;
  /** A metric that could not be measured is absent. */
  readonly values: Readonly<Partial<Record<MetricId, number>>>;
}

interface Measured {
  readonly metric: MetricId;
  readonly verdict: MetricVerdict;
}

/** Samples in a window, of one metric; null where there is none. */
const quartilesIn = (
  samples: readonly HostSample[],
  metric: MetricId,
  { from, to }: TimeSpan,
  everyMs: number,
): Quartiles | null => {
  const values = samples.flatMap(({ at, values: { [metric]: value } }) =>
    at > from && at <= to && value !== undefined ? [value] : [],
  );
  return quartilesOf(values, Math.max(1, Math.floor((to - from) / everyMs)));
};

/**
 * The rule of three quartiles on samples that a host keeps itself: since its change, against the same clock times of the
 * seven days before. Days on which something else changed it are left out.
 */
export const judgeSamples = (
  samples: readonly HostSample[],
  changedAt: number,
  now: number,
  otherChanges: readonly number[],
): { readonly window: TimeSpan | null; readonly metrics: readonly Measured[] } => {
  const { after, before } = windowsOf(changedAt, now, []);
  if (after === null)
    return {
      window: null,
      metrics: allMetrics.map(({ id }) => ({
        metric: id,
        verdict: { kind: 'unknown', reason: settlingSince(changedAt, now) },
      })),
    };
  const everyMs = Math.max(1_000, medianOf(samples.map(({ intervalMs }) => intervalMs)));
  const usable = before.filter(({ span }) => !isDisturbed(span, otherChanges));
  return {
    window: after,
    metrics: allMetrics.map((metric) => {
      const evidence: Evidence = {
        after: quartilesIn(samples, metric.id, after, everyMs),
        days: usable.flatMap(({ day, span }): readonly Day[] => {
          const quartiles = quartilesIn(samples, metric.id, span, everyMs);
          return quartiles === null ? [] : [{ day, quartiles }];
        }),
        cut: before.length - usable.length,
        lengthMs: after.to - after.from,
      };
      const verdict = judge(metric, evidence);
      const isKept = samples.some(({ values }) => values[metric.id] !== undefined);
      // What the host measured at another time is missing here, and not just unmeasured.
      return {
        metric: metric.id,
        verdict:
          evidence.after === null && isKept
            ? { kind: 'unknown', reason: { kind: 'no-series', before: true } }
            : verdict,
      };
    }),
  };
};

/**
 * How often the rule would have said worse of each metric on the last days, by samples that a host keeps itself. A metric
 * of which no day could be judged is absent.
 */
export const criesOfSamples = (
  samples: readonly HostSample[],
  changes: readonly number[],
  now: number,
): Readonly<Partial<Record<MetricId, Cries>>> => {
  const everyMs = Math.max(1_000, medianOf(samples.map(({ intervalMs }) => intervalMs)));
  const days = Array.from({ length: daysToRead }, (_, ago) => {
    const span = dayAgo(ago, now);
    return {
      span,
      own: isDisturbed(span, changes)
        ? []
        : samples.filter(({ at }) => at > span.from && at <= span.to),
    };
  });
  return Object.fromEntries(
    allMetrics.flatMap((metric) => {
      const cries = criesOfDays(
        metric,
        days.map(({ span, own }) => quartilesIn(own, metric.id, span, everyMs)),
      );
      return cries.days === 0 ? [] : [[metric.id, cries]];
    }),
  );
};

/** Every metric that was measured in a span of time, in so many numbers: the mean of each part, null for a gap. */
export type TrendsOfSamples = Readonly<Partial<Record<MetricId, readonly (number | null)[]>>>;

export const trendsOfSamples = (
  samples: readonly HostSample[],
  span: TimeSpan,
  parts: number,
): TrendsOfSamples =>
  Object.fromEntries(
    allMetrics.flatMap(({ id }) => {
      const values = partsOf(samples, id, span, parts).map((part) => meanOf(part)[0] ?? null);
      return values.every((value) => value === null) ? [] : [[id, values]];
    }),
  );

const dayBefore = 24 * 3_600_000;

/** Intervals are told in whole seconds: a hole of so much of one is none. */
const slack = 0.05;

/** What was measured in a part: the samples that ended in it, else the one whose interval covers its middle. */
const measuredIn = (
  samples: readonly HostSample[],
  metric: MetricId,
  { from, to }: TimeSpan,
): readonly number[] => {
  const values = (own: readonly HostSample[]): readonly number[] =>
    own.flatMap(({ values: { [metric]: value } }) =>
      value === undefined || !Number.isFinite(value) ? [] : [value],
    );
  const ended = values(samples.filter(({ at }) => at > from && at <= to));
  if (ended.length > 0) return ended;
  const middle = (from + to) / 2;
  return values(
    samples.filter(({ at, intervalMs }) => at >= middle && at - intervalMs * (1 + slack) < middle),
  ).slice(0, 1);
};

/** A metric over time, in parts of equal length: all that was measured in each. Samples are in the order of time. */
const partsOf = (
  samples: readonly HostSample[],
  metric: MetricId,
  { from, to }: TimeSpan,
  parts: number,
): readonly (readonly number[])[] => {
  const length = (to - from) / parts;
  const near = samples.filter(({ at, intervalMs }) => at > from && at - intervalMs * 2 < to);
  return Array.from({ length: parts }, (_, part) => {
    const span = { from: from + part * length, to: from + (part + 1) * length };
    return measuredIn(near, metric, span);
  });
};

const meanOf = (values: readonly number[]): readonly number[] =>
  values.length === 0 ? [] : [values.reduce((sum, value) => sum + value, 0) / values.length];

/**
 * A chart of samples that a host keeps itself: the least and the most of each part, and the quartiles of the days
 * before. A window of more than a day holds the days before itself; a day on which the host was changed is left out.
 */
export const chartOfSamples = (
  samples: readonly HostSample[],
  metric: MetricId,
  span: TimeSpan,
  parts: number,
  changes: readonly number[] = [],
): { readonly columns: readonly ChartColumn[]; readonly band: readonly ChartColumn[] } => {
  const now = partsOf(samples, metric, span, parts);
  const earlier = Array.from({ length: baselineDays }, (_, index) => {
    const before = (index + 1) * dayBefore;
    return { from: span.from - before, to: span.to - before };
  });
  const days =
    span.to - span.from > dayBefore
      ? []
      : earlier
          .filter((day) => !isDisturbed(day, changes))
          .map((day) => partsOf(samples, metric, day, parts));
  return {
    columns: now.map(
      (values): ChartColumn =>
        values.length === 0 ? null : { least: Math.min(...values), most: Math.max(...values) },
    ),
    band:
      days.length < leastDays
        ? []
        : now.map((_, part): ChartColumn => {
            const values = days.flatMap((day) => meanOf(day[part] ?? []));
            const found = values.length < leastDays ? null : quartilesOf(values, values.length);
            return found === null ? null : { least: found.p25, most: found.p75 };
          }),
  };
};
