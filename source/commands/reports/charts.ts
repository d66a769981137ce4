import type { ChartAnswer } from '../../model/watch/chart.ts';
import { showMetric } from '../../model/watch/metric.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { chartLegend, chartLines, chartTitle, unitOfChart } from '../../screen/texts/chart.ts';

/** A chart has so many columns where no terminal says how many there are, and so many rows. */
export const usualChartColumns = 80;
const chartRows = 8;

/** The same in a sentence, for who hears it read: the least, the most, and how often nothing was measured. */
const spoken = (answer: Extract<ChartAnswer, { readonly kind: 'read' }>): string => {
  const { chart } = answer;
  const unit = unitOfChart(chart);
  const measured = chart.columns.filter((column) => column !== null);
  const least = Math.min(...measured.map((column) => column.least));
  const most = Math.max(...measured.map((column) => column.most));
  const gaps = chart.columns.length - measured.length;
  const missing = gaps === 0 ? '' : `; ${gaps} of ${chart.columns.length} parts are gaps`;
  const marks = chart.marks.map(({ kind, at }) => `; ${kind} ${showMoment(at)} UTC`).join('');
  return `from ${showMetric(least, unit)} to ${showMetric(most, unit)}${missing}${marks}`;
};

/** A metric of a host over time, as text. */
export const chartText = (
  answer: ChartAnswer,
  columns: number,
  isAscii: boolean,
): readonly string[] => {
  const about = answer.kind === 'read' ? answer.chart : answer;
  const title = `${about.host}: ${chartTitle(about)}`;
  if (answer.kind === 'unknown') return [`${title}: unknown: ${answer.why}`];
  return [
    `${title}: ${spoken(answer)}`,
    ...[
      ...chartLines(answer.chart, columns, chartRows, isAscii),
      chartLegend(answer.chart, isAscii),
    ].map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    ),
  ];
};

/** The numbers behind it, as `--json` has them. */
export const chartDocument = (answer: ChartAnswer) =>
  answer.kind === 'unknown'
    ? {
        host: answer.host,
        metric: answer.metric,
        window: answer.window,
        known: false,
        reason: answer.why,
      }
    : { known: true, ...answer.chart };
