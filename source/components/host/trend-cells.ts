import { memoByObject } from '../../model/memo.ts';
import { chartWindowWords, type Trends, topOf } from '../../model/watch/chart.ts';
import { type MetricUnit, showMetric } from '../../model/watch/metric.ts';
import { type JudgedMetric, type WatchVerdict, watchVerdict } from '../../model/watch/report.ts';
import { showAge } from '../../model/words/format-time.ts';
import { fitText, type Line, muted, padText, span } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import { barSigns, titleOfChart, trendText, unitOfChart } from '../../screen/texts/chart.ts';
import { hostVerdictSigns, hostVerdictTone } from '../../screen/texts/metric.ts';
import type { HostState } from '../../state/state.ts';
import { columnGap, type HealthColumns } from './health-cells.ts';

/** The top of the bars of all hosts: they can be compared with each other. */
const topOfTrends = memoByObject((trends: Trends): number => {
  const values = Object.values(trends.hosts).flat();
  const columns = values.map((value) => (value === null ? null : { least: value, most: value }));
  return topOf(unitOfChart(trends), columns);
});

/** Bytes for each second: the title of the bars says so. */
const shortMetric = (value: number, unit: MetricUnit): string =>
  showMetric(value, unit).replace(/\/s$/, '');

/** `21 % → 38 %`: before and after the change where that was compared, else the last number. */
const numberWords = (
  judged: JudgedMetric | undefined,
  values: readonly (number | null)[],
  trends: Trends,
): string => {
  const unit = unitOfChart(trends);
  if (judged !== undefined && judged.verdict.kind !== 'unknown') {
    const { base, after } = judged.verdict.compared;
    return `${shortMetric(base, unit)} ${glyph.arrow} ${shortMetric(after.p50, unit)}`;
  }
  const last = values.findLast((value) => value !== null);
  return last == null ? '' : shortMetric(last, unit);
};

const notMeasured = 'not measured';

/** A verdict is of its time: after an hour that is told, ms. */
const freshMs = 3_600_000;

const ageOfWatch = ({ watch }: HostState, now: number): string =>
  watch === undefined || now - watch.at < freshMs ? '' : `, ${showAge(now - watch.at)} ago`;

/** The verdict on the host, whatever metric is shown: a list must not call fine what the report calls unknown. */
const verdictOf = ({ watch }: HostState): WatchVerdict | null =>
  watch === undefined ? null : watchVerdict(watch);

/** The numbers of the metric beside the bars of a host. */
export const trendNumbers = (host: HostState, trends: Trends): string => {
  const values = trends.hosts[host.entry.name];
  return values === undefined ? notMeasured : numberWords(judgedOf(host, trends), values, trends);
};

/** The verdict on a host, also where there are no bars: what its journal says is known all the same. */
export const verdictCellWords = (host: HostState, now: number): string => {
  const verdict = verdictOf(host);
  return verdict === null ? '' : `${hostVerdictSigns[verdict]}${ageOfWatch(host, now)}`;
};

const judgedOf = (host: HostState, trends: Trends): JudgedMetric | undefined =>
  host.watch?.metrics.find(({ metric }) => metric === trends.metric);

/** The same time in fewer bars: each as high as the highest that it stands for, so that no peak is lost. */
const narrowed = (
  values: readonly (number | null)[],
  cells: number,
): readonly (number | null)[] => {
  if (cells >= values.length) return values;
  const bars = Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [cell, cell + 1].map((edge) => Math.floor((edge * values.length) / cells));
    const known = values.slice(from, to).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
  return bars;
};

/** Cells of the days before, where a host was deployed before its bars begin. */
const cellsBefore = 2;

/** Where in the time of the bars the host was changed, from 0 to 1; null where that was before, or is not known. */
const changeWithin = ({ watch }: HostState, { span: { from, to } }: Trends): number | null => {
  const changedAt = watch?.changedAt ?? null;
  return changedAt === null || changedAt < from || changedAt > to
    ? null
    : (changedAt - from) / (to - from);
};

/**
 * The bars of a host, with the sign of its deploy where they reach back to it. Where it was deployed before they begin,
 * what was usual on the days before stands at their left, with a line between: a level that is high all the time says
 * nothing else.
 */
const barsOf = (
  host: HostState,
  trends: Trends,
  values: readonly (number | null)[],
  cells: number,
  top: number,
): string => {
  const judged = judgedOf(host, trends);
  const within = changeWithin(host, trends);
  if (within !== null) {
    const bars = [...trendText(narrowed(values, cells - 1), top)];
    // The bar of the time in which it was deployed stands behind it: something of that was measured after it.
    const place = Math.min(bars.length - 1, Math.floor(within * bars.length));
    return [...bars.slice(0, place), glyph.deployed, ...bars.slice(place)].join('');
  }
  if (judged === undefined || judged.verdict.kind === 'unknown' || !isOlder(host, trends))
    return trendText(narrowed(values, cells), top);
  const { base } = judged.verdict.compared;
  const before = Array.from({ length: cellsBefore }, () => base);
  return `${trendText(before, top)}${glyph.side}${trendText(narrowed(values, cells - cellsBefore - 1), top)}`;
};

/** The verdict on a host, where its column has room. */
export const verdictCell = (host: HostState, now: number, cells: number): Line => {
  const found = verdictOf(host);
  return cells === 0
    ? []
    : [
        span(
          padText(verdictCellWords(host, now), cells),
          found === null ? 'plain' : hostVerdictTone(found),
        ),
        span(' '.repeat(columnGap)),
      ];
};

/** A metric of a host in the overview: its bars, and the numbers before and after; what has room of it. */
export const trendLine = (
  host: HostState,
  trends: Trends,
  columns: Pick<HealthColumns, 'bars' | 'numbers'>,
): Line => {
  const values = trends.hosts[host.entry.name];
  const top = topOfTrends(trends);
  const numbers = trendNumbers(host, trends);
  const gap = ' '.repeat(columnGap);
  return [
    ...(columns.bars === 0
      ? []
      : [
          values === undefined
            ? muted(padText('', columns.bars))
            : span(padText(barsOf(host, trends, values, columns.bars, top), columns.bars)),
          span(gap),
        ]),
    ...(columns.numbers === 0
      ? []
      : [
          values === undefined
            ? muted(fitText(numbers, columns.numbers))
            : span(fitText(numbers, columns.numbers)),
          span(gap),
        ]),
  ];
};

/** A verdict compares with days that the bars of so little time do not show. */
const isOlder = (host: HostState, trends: Trends): boolean => {
  const judged = judgedOf(host, trends);
  const changedAt = host.watch?.changedAt ?? null;
  return (
    judged !== undefined &&
    judged.verdict.kind !== 'unknown' &&
    changedAt !== null &&
    changedAt < trends.span.from
  );
};

/** Which metric the bars are of, how much time, and how high they reach; nothing where there are none. */
export const trendTitle = (
  trends: Trends | null,
  hosts: readonly HostState[] = [],
): readonly Line[] => {
  if (trends === null) return [];
  const title = titleOfChart(trends);
  const window = chartWindowWords[trends.window];
  // Why stands below the list, where it has room.
  if (trends.why !== null) return [[muted(`${title}: unknown`)]];
  const full = `${barSigns} 0 to ${showMetric(topOfTrends(trends), unitOfChart(trends))}`;
  return [
    [span(`${title}, ${window}, ${full}`)],
    ...(hosts.some((host) => changeWithin(host, trends) !== null)
      ? [[muted(`${glyph.deployed} deploy`)]]
      : []),
    ...(hosts.some((host) => isOlder(host, trends))
      ? [[muted(`left of ${glyph.side} the days before`)]]
      : []),
    [
      muted(
        `${keyName('previous-metric')} ${keyName('next-metric')} metric, ${keyName('shorter-window')} ${keyName('longer-window')} time`,
      ),
    ],
  ];
};
