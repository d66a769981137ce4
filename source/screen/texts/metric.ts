import {
  type Calibration,
  type Cries,
  criesByMetric,
  rateWords,
  totalCries,
} from '../../model/watch/calibration.ts';
import type { ComparedMetric, MetricVerdict } from '../../model/watch/judge.ts';
import { showMetric } from '../../model/watch/metric.ts';
import type { JudgedMetric, WatchedLine, WatchVerdict } from '../../model/watch/report.ts';
import { beforeWords, metricWithCries, titleOf, unitOf } from '../../model/watch/report.ts';
import { padText, type Tone, widthOf } from '../../model/words/line.ts';
import { glyph } from '../glyphs.ts';
import type { TonedText } from '../overlay.ts';
import { plain, quiet } from '../toned.ts';

/** The tone of a verdict: what is unknown is not fine. */
export const verdictTone = (verdict: MetricVerdict): Tone => {
  switch (verdict.kind) {
    case 'worse':
      return 'bad';
    case 'early':
      return verdict.leaning === 'worse' ? 'warn' : 'muted';
    case 'unknown':
      return 'warn';
    case 'better':
      return 'good';
    case 'as-before':
      return 'plain';
  }
};

const numberLines = (facts: ComparedMetric, one: JudgedMetric): readonly TonedText[] => {
  const { after, base, low, high, days } = facts;
  const show = (value: number): string => showMetric(value, unitOf(one));
  const percentile = after.p95 === null ? '' : `, 95th percentile ${show(after.p95)}`;
  return [
    plain(
      `since the deploy     median ${show(after.p50)}, quartiles ${show(after.p25)} and ${show(after.p75)}${percentile}`,
    ),
    plain(
      `${`${days} days before`.padEnd(20)} median ${show(base)}, from ${show(low)} to ${show(high)}`,
    ),
    quiet(`${after.samples} of about ${after.expected} samples`),
  ];
};

/** The questions with which a person can ask for the numbers, each once. */
const queryLines = (metrics: readonly JudgedMetric[]): readonly TonedText[] => {
  const queries = [...new Set(metrics.flatMap(({ query }) => query ?? []))];
  const [first] = queries;
  return first === undefined
    ? []
    : [
        plain(''),
        quiet(first.startsWith('sadf ') ? 'Asked of sysstat on the host:' : 'Asked of Prometheus:'),
        ...queries.map((query) => plain(`  ${query}`)),
      ];
};

/** The numbers behind a verdict, and the query with which a person can ask for them. */
export const metricText = (one: JudgedMetric, when = ''): readonly TonedText[] => {
  const { verdict } = one;
  return [
    { text: `${metricWithCries(one, when)}.`, tone: verdictTone(verdict) },
    ...(verdict.kind === 'unknown' ? [] : [plain(''), ...numberLines(verdict.compared, one)]),
    ...queryLines([one]),
  ];
};

/** A verdict in a column: its sign and its word. */
export const verdictSigns: Readonly<Record<MetricVerdict['kind'], string>> = {
  worse: `${glyph.failed} worse`,
  better: `${glyph.proven} better`,
  'as-before': `${glyph.proven} as before`,
  early: `${glyph.todo} early`,
  unknown: '? unknown',
};

/** The verdict on a host in a column. */
export const hostVerdictSigns: Readonly<Record<WatchVerdict, string>> = {
  ...verdictSigns,
  'not-configured': '',
};

/** Its tone: what is unknown is not fine. */
export const hostVerdictTone = (verdict: WatchVerdict): Tone => {
  switch (verdict) {
    case 'worse':
      return 'bad';
    case 'unknown':
      return 'warn';
    case 'better':
      return 'good';
    case 'early':
    case 'not-configured':
      return 'muted';
    case 'as-before':
      return 'plain';
  }
};

const tableHead = ['METRIC', 'SINCE', 'DAYS BEFORE', 'VERDICT'] as const;

const cellsOfMetric = (one: JudgedMetric): readonly string[] => {
  const { verdict } = one;
  const word = verdictSigns[verdict.kind];
  if (verdict.kind === 'unknown') return [titleOf(one), '', '', word];
  const { compared } = verdict;
  const unit = unitOf(one);
  return [titleOf(one), showMetric(compared.after.p50, unit), beforeWords(compared, unit), word];
};

/** Metrics below each other: the median since the deploy, the days before, the verdict; `shown` has a sign before it. */
export const metricTable = (
  metrics: readonly JudgedMetric[],
  shown: string | null = null,
): readonly TonedText[] => {
  const rows = metrics.map(cellsOfMetric);
  const widths = tableHead.map((title, column) =>
    Math.max(widthOf(title), ...rows.map((cells) => widthOf(cells[column] ?? ''))),
  );
  const line = (cells: readonly string[], sign: string): string =>
    `${sign} ${cells.map((cell, column) => padText(cell, widths[column] ?? 0)).join('  ')}`.trimEnd();
  return [
    quiet(line(tableHead, ' ')),
    ...metrics.map(
      (one, index): TonedText => ({
        text: line(rows[index] ?? [], one.metric === shown ? glyph.selected : ' '),
        tone: verdictTone(one.verdict),
      }),
    ),
  ];
};

/** All that a line of the watch is said of: one metric with its numbers, or several in a table, each with its query. */
export const lineText = ({ judged, all = [judged], words }: WatchedLine, when = '') =>
  all.length === 1
    ? metricText(judged, when)
    : [
        { text: `${words}.`, tone: verdictTone(judged.verdict) },
        ...(all.some(({ verdict }) => verdict.kind !== 'unknown')
          ? [plain(''), ...metricTable(all)]
          : []),
        ...queryLines(all),
      ];

/** How often the rule said worse on days without a change: of all, by metric, by host. */
export const calibrationTexts = (calibrations: readonly Calibration[]): readonly TonedText[] => {
  const known = calibrations.filter(({ why }) => why === null);
  const total = totalCries(known);
  const row = (name: string, cries: Cries, what: 'days' | 'comparisons'): TonedText =>
    plain(`  ${name.padEnd(18)} ${cries.worse} of ${cries.days} ${what}   ${rateWords(cries)}`);
  return [
    plain(
      known.length === 0
        ? 'Nothing is known.'
        : `${rateWords(total)} of ${total.days} comparisons said worse although nothing was changed.`,
    ),
    ...(known.length === 0 ? [] : [quiet('A comparison: one metric of one host on one day.')]),
    ...criesByMetric(known).map(([title, cries]) => row(title, cries, 'comparisons')),
    ...calibrations.flatMap((one): readonly TonedText[] =>
      one.why === null
        ? [
            plain(''),
            row(one.host, totalCries([one]), 'comparisons'),
            ...criesByMetric([one]).map(([title, cries]) => row(`  ${title}`, cries, 'days')),
          ]
        : [{ text: `  ${one.host}: not known: ${one.why}`, tone: 'warn' }],
    ),
  ];
};
