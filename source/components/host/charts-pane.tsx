import type { ReactNode } from 'react';
import { type Chart, type ChartAnswer, chartAbout } from '../../model/watch/chart.ts';
import type { MetricId } from '../../model/watch/metric.ts';
import { metricWithCries, whenWords } from '../../model/watch/report.ts';
import { cut, type Line, muted, span } from '../../model/words/line.ts';
import { keyName } from '../../screen/key-names.ts';
import {
  chartLegend,
  chartLines,
  chartNumbers,
  chartsInRoom,
  chartTitle,
  leastRows,
  mostRows,
  stackedMetrics,
} from '../../screen/texts/chart.ts';
import { metricTable, verdictSigns, verdictTone } from '../../screen/texts/metric.ts';
import type { Ui } from '../../screen/ui.ts';
import type { HostState } from '../../state/state.ts';
import { Lines } from '../base/line-text.tsx';
import { useLook } from '../base/look.tsx';
import { said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';

/** From so many rows on, the other metrics of the host are worth more than a higher drawing. */
const goodRows = 10;
/** Lines that stand once: marks and times below the drawings, and the legend. */
const linesOnce = 3;

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
        `${metricWithCries(judged, watch === undefined ? '' : whenWords(watch))}.`,
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

type ShownChart = Pick<Ui, 'columns' | 'chart'>;

/** The verdict on a metric in a word, for its title. */
const verdictSpan = ({ watch }: HostState, metric: MetricId): readonly Line[] => {
  const judged = watch?.metrics.find((one) => one.metric === metric);
  return judged === undefined || judged.verdict.kind === 'unknown'
    ? []
    : [[span(verdictSigns[judged.verdict.kind], verdictTone(judged.verdict))]];
};

/** The title of the chart that was chosen, with what changes it. */
const chosenTitle = (
  numbers: readonly Line[],
  { columns, chart }: ShownChart,
  verdict: readonly Line[] = [],
): Line => {
  const keys = [
    [muted(`${keyName('shorter-window')} ${keyName('longer-window')} time`)],
    [muted(`${keyName('previous-metric')} ${keyName('next-metric')} metric`)],
  ];
  return titled(
    chartTitle(chart),
    [...numbers.slice(0, 2), ...verdict, ...keys, ...numbers.slice(2)],
    columns,
    '   ',
  );
};

/** Charts of several metrics below each other; marks and times stand once, below the last. */
const stackLines = (
  host: HostState,
  charts: readonly ChartAnswer[],
  metrics: readonly MetricId[],
  shown: ShownChart,
  { rows, isAscii }: { readonly rows: number; readonly isAscii: boolean },
): readonly Line[] =>
  metrics.flatMap((metric, index): readonly Line[] => {
    const about = { ...shown.chart, metric };
    const answer = chartAbout(charts, { host: host.entry.name, ...about });
    const isLast = index === metrics.length - 1;
    if (answer?.kind !== 'read')
      return [
        titled(chartTitle(about), [[muted('asking')]], shown.columns, '   '),
        ...Array.from({ length: isLast ? rows + 2 : rows }, (): Line => [span(' ')]),
      ];
    const numbers = chartNumbers(answer.chart);
    const lines = chartLines(answer.chart, shown.columns, rows, isAscii);
    return [
      index === 0
        ? chosenTitle(numbers, shown, verdictSpan(host, metric))
        : titled(
            chartTitle(about),
            [...numbers.slice(0, 2), ...verdictSpan(host, metric), ...numbers.slice(2)],
            shown.columns,
            '   ',
          ),
      ...(isLast ? lines : lines.slice(0, rows)),
    ];
  });

/** What the signs of all these charts are. */
const legendOf = (charts: readonly Chart[], isAscii: boolean): readonly Line[] => {
  const [first] = charts;
  return first === undefined
    ? []
    : [
        chartLegend(
          {
            ...first,
            columns: charts.flatMap((chart) => chart.columns),
            band: charts.flatMap((chart) => chart.band),
          },
          isAscii,
        ),
      ];
};

/** The charts of a host as lines: title and drawing of each, and what is said of the metric that was chosen. */
const chartPaneLines = (
  host: HostState,
  charts: readonly ChartAnswer[],
  shown: ShownChart,
  height: number,
  isAscii: boolean,
): readonly Line[] => {
  const { columns } = shown;
  const sentences = sentenceLines(host, shown.chart.metric, columns);
  const about = { host: host.entry.name, ...shown.chart };
  const answer = chartAbout(charts, about);
  if (answer === null)
    return [chosenTitle([], shown), ...said('Asking Prometheus.', columns, 'muted')];
  if (answer.kind === 'unknown')
    return [
      chosenTitle([], shown),
      ...said(`Unknown: ${answer.why}.`, columns, 'warn'),
      ...sentences,
    ];
  const metrics = stackedMetrics(charts, about, chartsInRoom(height));
  const room = height - linesOnce - sentences.length;
  const table = metrics.length > 1 ? [] : tableLines(host, shown.chart.metric, columns);
  const withTable = room - 1 - table.length >= goodRows ? table : [];
  const each = Math.floor((room - withTable.length) / metrics.length) - 1;
  const rows = Math.max(leastRows, Math.min(mostRows, each));
  const drawn = metrics.flatMap((metric): readonly Chart[] => {
    const one = chartAbout(charts, { ...about, metric });
    return one?.kind === 'read' ? [one.chart] : [];
  });
  return [
    ...stackLines(host, charts, metrics, shown, { rows, isAscii }),
    ...legendOf(drawn, isAscii),
    ...sentences,
    ...withTable,
  ];
};

/** A metric of a host over time, with the days before behind it, and as many more as there is room for. */
export const ChartsPane = ({
  host,
  height,
}: {
  readonly host: HostState;
  readonly height: number;
}): ReactNode => {
  const charts = useApp(({ app }) => app.charts);
  const ui = useApp((state) => state.ui);
  const { ascii } = useLook();
  return <Lines lines={chartPaneLines(host, charts, ui, height, ascii)} height={height} />;
};
