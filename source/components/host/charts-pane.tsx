import type { ReactNode } from 'react';
import type { ChartAnswer } from '../../model/watch/chart.ts';
import type { MetricId } from '../../model/watch/metric.ts';
import { metricSentence, whenWords } from '../../model/watch/report.ts';
import { type Line, muted, strong } from '../../model/words/line.ts';
import { keyName } from '../../screen/key-names.ts';
import { chartLegend, chartLines, chartTitle } from '../../screen/texts/chart.ts';
import { verdictTone } from '../../screen/texts/metric.ts';
import type { Ui } from '../../screen/ui.ts';
import type { HostState } from '../../state/state.ts';
import { Lines } from '../base/line-text.tsx';
import { useLook } from '../base/look.tsx';
import { said } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';

/** Rows of a drawing: six in a small window, more where there is room. */
const leastRows = 6;
const mostRows = 16;

/** The answer to what is shown; null while it is asked. */
export const answerFor = (
  answer: ChartAnswer | null,
  host: string,
  { metric, window }: Ui['chart'],
): ChartAnswer | null => {
  if (answer === null) return null;
  const about = answer.kind === 'read' ? answer.chart : answer;
  return about.host === host && about.metric === metric && about.window === window ? answer : null;
};

/** How the metric was judged. */
export const sentenceLines = (
  { watch }: HostState,
  metric: MetricId,
  columns: number,
): readonly Line[] => {
  const judged = watch?.metrics.find((one) => one.metric === metric);
  return judged === undefined
    ? said(
        `Not judged yet: ${keyName('watch')} compares it with the days before.`,
        columns,
        'muted',
      )
    : said(
        `${metricSentence(judged, watch === undefined ? '' : whenWords(watch))}.`,
        columns,
        verdictTone(judged.verdict),
      );
};

/** The chart of a host as lines: title, drawing, what is said of the metric. */
const chartPaneLines = (
  host: HostState,
  chart: ChartAnswer | null,
  { columns, chart: shown }: Pick<Ui, 'columns' | 'chart'>,
  height: number,
  isAscii: boolean,
): readonly Line[] => {
  const title: Line = [strong(` ${chartTitle(shown)}   `), muted('+ - time   < > metric')];
  const sentences = sentenceLines(host, shown.metric, columns);
  const answer = answerFor(chart, host.entry.name, shown);
  if (answer === null) return [title, ...said('Asking Prometheus.', columns, 'muted')];
  if (answer.kind === 'unknown')
    return [title, ...said(`Unknown: ${answer.why}.`, columns, 'warn'), ...sentences];
  const rows = Math.max(leastRows, Math.min(mostRows, height - 4 - sentences.length));
  return [
    title,
    ...chartLines(answer.chart, columns, rows, isAscii),
    chartLegend(answer.chart, isAscii),
    ...sentences,
  ];
};

/** A metric of a host over time, with the days before behind it. */
export const ChartsPane = ({
  host,
  height,
}: {
  readonly host: HostState;
  readonly height: number;
}): ReactNode => {
  const chart = useApp(({ app }) => app.chart);
  const ui = useApp((state) => state.ui);
  const { ascii } = useLook();
  return <Lines lines={chartPaneLines(host, chart, ui, height, ascii)} height={height} />;
};
