import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import {
  type ChartColumn,
  type ChartWindow,
  chartWindowMs,
  columnsOf,
  inParts,
  trendCells,
} from '../../model/watch/chart.ts';
import { leastDays } from '../../model/watch/judge.ts';
import type { MetricId } from '../../model/watch/metric.ts';
import { baselineDays, isDisturbed, type TimeSpan } from '../../model/watch/windows.ts';
import { dayMs } from '../../model/words/durations.ts';
import type { PrometheusSeries } from '../../parsers/board/prometheus.ts';
import type { Prometheus } from '../board/prometheus.ts';
import { findPlaces, instanceOfSeries, keyOf, type NamedHost } from './places.ts';
import {
  bandQuery,
  extremesQuery,
  type Instance,
  meansQuery,
  namesQuery,
  rhythmOf,
  selectorOf,
} from './queries.ts';

/** Hosts in one question: a server answers for so many within its limits. */
const hostsAtOnce = 500;

/** A chart without its scale and its marks. */
interface MeasuredChart {
  readonly span: TimeSpan;
  readonly columns: readonly ChartColumn[];
  readonly band: readonly ChartColumn[];
  /** The server has samples of this time, and none of them is a number. */
  readonly isOdd: boolean;
}

/** Equal parts of whole seconds that end now. */
const partsOf = (
  window: ChartWindow,
  parts: number,
  now: number,
): { readonly span: TimeSpan; readonly step: number } => {
  const step = Math.max(1, Math.ceil(chartWindowMs[window] / parts / 1_000));
  const to = Math.floor(now / 1_000) * 1_000;
  return { span: { from: to - parts * step * 1_000, to }, step };
};

/** The range of a range query that asks at the end of each part. */
const rangeOf = ({ span, step }: ReturnType<typeof partsOf>) => ({
  from: span.from + step * 1_000,
  to: span.to,
  stepSeconds: step,
});

/** Numbers of each part with this label `q`, of any of the host's names. */
const partsWith = (
  series: readonly PrometheusSeries[],
  places: readonly Instance[],
  label: string | null,
  span: TimeSpan,
  parts: number,
): readonly (number | null)[] => {
  const keys = new Set(places.map(keyOf));
  const own = series.filter(
    (one) =>
      keys.has(keyOf(instanceOfSeries(one))) && (label === null || one.labels['q'] === label),
  );
  return inParts(
    own.flatMap(({ samples }) => samples),
    span,
    parts,
  );
};

/** Whether a chart has nothing to show. */
export const isEmpty = (columns: readonly ChartColumn[]): boolean =>
  columns.every((column) => column === null);

/** The rhythm of servers that nobody asked for theirs: every rate has samples of four minutes at least. */
const usualRhythm = rhythmOf(60_000);

const placesOf = async (
  prometheus: Prometheus,
  hosts: readonly NamedHost[],
  now: number,
): Promise<Result<ReadonlyMap<string, readonly Instance[]>, Failure>> => {
  const names = await prometheus.query(namesQuery, now);
  if (!names.ok) return names;
  const { series } = names.value;
  return success(new Map(hosts.map((host) => [host.host, findPlaces(host, series)])));
};

/** Days before a window into which no change of the host falls. */
const wholeDays = (span: TimeSpan, changes: readonly number[]): readonly number[] =>
  Array.from({ length: baselineDays }, (_, index) => index + 1).filter(
    (day) => !isDisturbed({ from: span.from - day * dayMs, to: span.to - day * dayMs }, changes),
  );

/**
 * A metric of a host in so many parts of a window: the least and the most of each, and the quartiles of the
 * days before. Two questions with as many answers as the chart has columns. Null: the server does not know it.
 */
export const askChart = async (
  prometheus: Prometheus,
  host: NamedHost,
  {
    metric,
    window,
    points,
    changes,
  }: {
    readonly metric: MetricId;
    readonly window: ChartWindow;
    readonly points: number;
    /** Moments at which the host was changed. */
    readonly changes: readonly number[];
  },
  now: number,
): Promise<Result<MeasuredChart | null, Failure>> => {
  const found = await placesOf(prometheus, [host], now);
  if (!found.ok) return found;
  const places = found.value.get(host.host) ?? [];
  if (places.length === 0) return success(null);
  const parts = partsOf(window, points, now);
  const { span, step } = parts;
  const selector = selectorOf(places);
  const measured = await prometheus.queryRange(
    extremesQuery(metric, selector, usualRhythm, step),
    rangeOf(parts),
  );
  if (!measured.ok) return measured;
  // A window of days holds the days before itself.
  const days = chartWindowMs[window] > dayMs ? [] : wholeDays(span, changes);
  const before =
    days.length < leastDays
      ? null
      : await prometheus.queryRange(
          bandQuery(metric, selector, usualRhythm, step, days),
          rangeOf(parts),
        );
  if (before !== null && !before.ok) return before;
  const of = (series: readonly PrometheusSeries[], label: string): readonly (number | null)[] =>
    partsWith(series, places, label, span, points);
  const { series } = measured.value;
  const columns = columnsOf(of(series, 'least'), of(series, 'most'));
  return success({
    span,
    columns,
    isOdd: isEmpty(columns) && series.some(({ samples }) => samples.length > 0),
    band:
      before === null
        ? []
        : columnsOf(of(before.value.series, 'p25'), of(before.value.series, 'p75')),
  });
};

/** The mean of a metric in equal parts of a window, for each host that the server knows. */
export const askTrends = async (
  prometheus: Prometheus,
  hosts: readonly NamedHost[],
  { metric, window }: { readonly metric: MetricId; readonly window: ChartWindow },
  now: number,
): Promise<
  Result<
    {
      readonly span: TimeSpan;
      readonly hosts: Readonly<Record<string, readonly (number | null)[]>>;
    },
    Failure
  >
> => {
  const found = await placesOf(prometheus, hosts, now);
  if (!found.ok) return found;
  const parts = partsOf(window, trendCells, now);
  const known = [...found.value].filter(([, places]) => places.length > 0);
  const values: (readonly [string, readonly (number | null)[]])[] = [];
  for (let first = 0; first < known.length; first += hostsAtOnce) {
    const group = known.slice(first, first + hostsAtOnce);
    const answer = await prometheus.queryRange(
      meansQuery(
        metric,
        selectorOf(group.flatMap(([, places]) => places)),
        usualRhythm,
        parts.step,
      ),
      rangeOf(parts),
    );
    if (!answer.ok) return answer;
    const byPlace = Map.groupBy(answer.value.series, (one) => keyOf(instanceOfSeries(one)));
    for (const [host, places] of group) {
      const own = places.flatMap((place) => byPlace.get(keyOf(place)) ?? []);
      values.push([host, partsWith(own, places, null, parts.span, trendCells)]);
    }
  }
  return success({ span: parts.span, hosts: Object.fromEntries(values) });
};
