import { dayMs } from '../words/durations.ts';
import { showRate } from '../words/format.ts';
import { judge } from './judge.ts';
import { allMetrics, type Metric, type MetricId } from './metric.ts';
import type { Quartiles } from './quartiles.ts';
import { baselineDays, settleMs, type TimeSpan } from './windows.ts';

/** How often the rule said worse of a metric in retrospect, on days on which nobody changed the host. */
export interface Cries {
  /** Days that could be judged; for several metrics or hosts together each day of each counts, and is called a comparison. */
  readonly days: number;
  readonly worse: number;
}

/** What the rule would have said of a host, each day of the last month as if it had been changed then. */
export interface Calibration {
  readonly host: string;
  readonly at: number;
  readonly metrics: Readonly<Partial<Record<MetricId, Cries>>>;
  /** Why nothing is known; null where something is. */
  readonly why: string | null;
  /** Who measured: absent for Prometheus. */
  readonly source?: 'sysstat';
}

/** Days on which the rule is tried. */
export const calibratedDays = 28;

/** Days of which quartiles are needed: those on which it is tried, and the days before the first of them. */
export const daysToRead = calibratedDays + baselineDays;

/** The day that ended `ago` days before now, without the time in which a host would have settled. */
export const dayAgo = (ago: number, now: number): TimeSpan => ({
  from: now - (ago + 1) * dayMs + settleMs,
  to: now - ago * dayMs,
});

/**
 * What the rule says of each day, as if the host had been changed at its beginning. `quartiles`: of the day that ended so
 * many days ago, null where it is not known or something changed the host on it.
 */
export const criesOfDays = (metric: Metric, quartiles: readonly (Quartiles | null)[]): Cries => {
  let days = 0;
  let worse = 0;
  for (let ago = 0; ago < calibratedDays; ago += 1) {
    const after = quartiles[ago] ?? null;
    if (after === null) continue;
    const before = quartiles
      .slice(ago + 1, ago + 1 + baselineDays)
      .flatMap((one, index) => (one === null ? [] : [{ day: index + 1, quartiles: one }]));
    const verdict = judge(metric, {
      after,
      days: before,
      cut: 0,
      lengthMs: dayMs - settleMs,
    });
    if (verdict.kind === 'unknown') continue;
    days += 1;
    // A fleet that is deployed every few days has few whole days: an early sign is a cry as well.
    if ((verdict.kind === 'early' ? verdict.leaning : verdict.kind) === 'worse') worse += 1;
  }
  return { days, worse };
};

export const totalCries = (
  calibrations: readonly { readonly metrics: Readonly<Record<string, Cries | undefined>> }[],
): Cries =>
  calibrations
    .flatMap(({ metrics }) => Object.values(metrics).filter((one) => one !== undefined))
    .reduce<Cries>((sum, one) => ({ days: sum.days + one.days, worse: sum.worse + one.worse }), {
      days: 0,
      worse: 0,
    });

/** `2.4 %`: a share with a decimal, as most of them are small; nothing where no day was judged. */
export const rateWords = ({ days, worse }: Cries): string =>
  days === 0 ? 'not known' : showRate(worse / days);

/** `on 2 of 27 days without a change the rule said so too`; null where it was not tried. */
export const criesWords = (cries: Cries | undefined): string | null =>
  cries === undefined || cries.days === 0
    ? null
    : `without a change the rule said worse on ${cries.worse} of ${cries.days} days`;

/** The metrics of all hosts together, each with its cries; those that nobody has are left out. */
export const criesByMetric = (
  calibrations: readonly Calibration[],
): readonly (readonly [title: string, cries: Cries])[] =>
  allMetrics.flatMap(({ id, title }) => {
    const cries = totalCries(
      calibrations.map((one) => {
        const own = one.metrics[id];
        return { ...one, metrics: own === undefined ? {} : { [id]: own } };
      }),
    );
    return cries.days === 0 ? [] : [[title, cries] as const];
  });
