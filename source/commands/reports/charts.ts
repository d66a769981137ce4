import type { ChartAnswer } from '../../model/watch/chart.ts';
import { chartLegend, chartLines, chartSentence, chartTitle } from '../../screen/texts/chart.ts';

/** A chart has so many columns where no terminal says how many there are, and so many rows. */
export const usualChartColumns = 80;
const chartRows = 8;

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
    `${title}: ${chartSentence(answer.chart)}`,
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
