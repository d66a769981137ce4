import { showRate } from '../words/format.ts';
import { allMetrics, type MetricId } from './metric.ts';
import { baselineDays } from './windows.ts';

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
}

/** Days on which the rule is tried. */
export const calibratedDays = 28;

/** Why a fleet without a server of metrics has no calibration: what hosts keep themselves does not reach so far back. */
export const notCalibrated = `no Prometheus is configured, and what sysstat keeps of a host is too short: it takes ${calibratedDays + baselineDays} days`;

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
