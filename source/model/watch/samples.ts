import { type Day, type Evidence, judge, type MetricVerdict } from './judge.ts';
import { allMetrics, type MetricId } from './metric.ts';
import { medianOf, type Quartiles, quartilesOf } from './quartiles.ts';
import { isDisturbed, type TimeSpan, windowsOf } from './windows.ts';

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
      return { metric: metric.id, verdict: judge(metric, evidence) };
    }),
  };
};
