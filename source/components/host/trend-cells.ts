import { memoByObject } from '../../model/memo.ts';
import { chartWindowWords, type Trends, topOf, trendCells } from '../../model/watch/chart.ts';
import { type MetricUnit, showMetric } from '../../model/watch/metric.ts';
import type { JudgedMetric } from '../../model/watch/report.ts';
import { fitText, type Line, muted, span } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { titleOfChart, trendText, unitOfChart } from '../../screen/texts/chart.ts';
import { verdictTone } from '../../screen/texts/metric.ts';
import type { HostState } from '../../state/state.ts';

/** The top of the bars of all hosts: they can be compared with each other. */
export const topOfTrends = memoByObject((trends: Trends): number => {
  const values = Object.values(trends.hosts).flat();
  const columns = values.map((value) => (value === null ? null : { least: value, most: value }));
  const round = topOf('number', columns);
  return unitOfChart(trends) === 'share' ? Math.min(1, round) : round;
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

const verdictSigns: Readonly<Record<JudgedMetric['verdict']['kind'], string>> = {
  worse: `${glyph.failed} worse`,
  better: `${glyph.proven} better`,
  'as-before': `${glyph.proven} as before`,
  early: `${glyph.todo} early`,
  unknown: `${glyph.look} unknown`,
};

/** A metric of a host in the overview: its bars, the numbers before and after, and the verdict. */
export const trendLine = (host: HostState, trends: Trends, top: number): Line => {
  const values = trends.hosts[host.entry.name];
  if (values === undefined) return [muted(fitText('not measured', trendCells + 18))];
  const judged = host.watch?.metrics.find(({ metric }) => metric === trends.metric);
  return [
    span(trendText(values, top)),
    span(`  ${fitText(numberWords(judged, values, trends), 18)}`),
    judged === undefined
      ? muted('')
      : span(verdictSigns[judged.verdict.kind], verdictTone(judged.verdict)),
  ];
};

/** Which metric the bars are of, how much time, and how high they reach; nothing where there are none. */
export const trendTitle = (trends: Trends | null): readonly Line[] => {
  if (trends === null) return [];
  const title = titleOfChart(trends);
  const window = chartWindowWords[trends.window];
  return trends.why === null
    ? [
        [
          span(
            `${title}, ${window}, to ${showMetric(topOfTrends(trends), unitOfChart(trends))} (< > + -)`,
          ),
        ],
      ]
    : [[muted(`${title}: ${trends.why}`)]];
};
