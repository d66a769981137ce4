import type { ReactNode } from 'react';
import type { ChartAnswer } from '../../model/watch/chart.ts';
import type { MetricId } from '../../model/watch/metric.ts';
import { metricSentence, whenWords } from '../../model/watch/report.ts';
import { cut, type Line, muted, span } from '../../model/words/line.ts';
import { keyName } from '../../screen/key-names.ts';
import { chartLegend, chartLines, chartNumbers, chartTitle } from '../../screen/texts/chart.ts';
import { metricTable, verdictTone } from '../../screen/texts/metric.ts';
import type { Ui } from '../../screen/ui.ts';
import type { HostState } from '../../state/state.ts';
import { Lines } from '../base/line-text.tsx';
import { useLook } from '../base/look.tsx';
import { said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';

/** Rows of a drawing: six in a small window, more where there is room. */
const leastRows = 6;
const mostRows = 24;
/** From so many rows on, the other metrics of the host are worth more than a higher drawing. */
const goodRows = 10;
/** Lines with marks and times below a drawing, its title and its legend. */
const besideRows = 4;

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

/** Every metric of the host that was compared, with an empty line before it. */
const tableLines = ({ watch }: HostState, metric: MetricId, columns: number): readonly Line[] => {
  const compared = watch?.metrics.filter(({ verdict }) => verdict.kind !== 'unknown') ?? [];
  return compared.length === 0
    ? []
    : [
        [span(' ')],
        ...metricTable(compared, metric).map(
          ({ text, tone }): Line => [span(cut(text, columns - 1), tone)],
        ),
      ];
};

/** The chart of a host as lines: title, drawing, what is said of the metric. */
const chartPaneLines = (
  host: HostState,
  chart: ChartAnswer | null,
  { columns, chart: shown }: Pick<Ui, 'columns' | 'chart'>,
  height: number,
  isAscii: boolean,
): readonly Line[] => {
  const keys = [[muted('+ - time')], [muted('< > metric')]];
  const titleWith = (numbers: readonly Line[]): Line =>
    titled(
      chartTitle(shown),
      [...numbers.slice(0, 2), ...keys, ...numbers.slice(2)],
      columns,
      '   ',
    );
  const title = titleWith([]);
  const sentences = sentenceLines(host, shown.metric, columns);
  const answer = answerFor(chart, host.entry.name, shown);
  if (answer === null) return [title, ...said('Asking Prometheus.', columns, 'muted')];
  if (answer.kind === 'unknown')
    return [title, ...said(`Unknown: ${answer.why}.`, columns, 'warn'), ...sentences];
  const room = height - besideRows - sentences.length;
  const table = tableLines(host, shown.metric, columns);
  const withTable = room - table.length >= goodRows ? table : [];
  const rows = Math.max(leastRows, Math.min(mostRows, room - withTable.length));
  return [
    titleWith(chartNumbers(answer.chart)),
    ...chartLines(answer.chart, columns, rows, isAscii),
    chartLegend(answer.chart, isAscii),
    ...sentences,
    ...withTable,
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
