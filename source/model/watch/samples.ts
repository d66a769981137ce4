import { type ChartColumn, columnsOf } from './chart.ts';
import { type Day, type Evidence, judge, type MetricVerdict } from './judge.ts';
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
        verdict: { kind: 'unknown', reason: { kind: 'settling' } },
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

const dayBefore = 24 * 3_600_000;

/** The sample that covers a moment: it stands for its whole interval. Samples are in the order of time. */
const covering = (samples: readonly HostSample[], at: number): HostSample | undefined =>
  samples.find((sample) => sample.at >= at && sample.at - sample.intervalMs < at);

/** A metric over time, in parts of equal length; what covers a part is its value. */
const partsOf = (
  samples: readonly HostSample[],
  metric: MetricId,
  { from, to }: TimeSpan,
  parts: number,
): readonly (number | null)[] => {
  const near = samples.filter(({ at, intervalMs }) => at > from && at - intervalMs < to);
  const length = (to - from) / parts;
  return Array.from(
    { length: parts },
    (_, part) => covering(near, from + (part + 0.5) * length)?.values[metric] ?? null,
  );
};

/** A chart of samples that a host keeps itself: what was measured, and the quartiles of the days before. */
export const chartOfSamples = (
  samples: readonly HostSample[],
  metric: MetricId,
  span: TimeSpan,
  parts: number,
): { readonly columns: readonly ChartColumn[]; readonly band: readonly ChartColumn[] } => {
  const now = partsOf(samples, metric, span, parts);
  const days = Array.from({ length: baselineDays }, (_, index) => {
    const earlier = (index + 1) * dayBefore;
    return partsOf(samples, metric, { from: span.from - earlier, to: span.to - earlier }, parts);
  });
  return {
    columns: columnsOf(now, now),
    band: now.map((_, part): ChartColumn => {
      const values = days.flatMap((day) => day[part] ?? []);
      const found = values.length < 3 ? null : quartilesOf(values, values.length);
      return found === null ? null : { least: found.p25, most: found.p75 };
    }),
  };
};
