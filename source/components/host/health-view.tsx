import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Trends } from '../../model/watch/chart.ts';
import { criesSentence, quietSentence } from '../../model/watch/report.ts';
import {
  cut,
  fitText,
  type Line,
  muted,
  span,
  strong,
  type Tone,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { healthBesideChecks } from '../../screen/host/health-sections.ts';
import { wordsOfRow } from '../../screen/host/health-words.ts';
import { keyName } from '../../screen/key-names.ts';
import { type HealthRow, healthRows, healthRowsOf } from '../../screen/rows/health.ts';
import { markedIds, rowUnderCursor } from '../../screen/rows/lists.ts';
import { healthWords, positionWords } from '../../screen/texts/host.ts';
import { metricTable } from '../../screen/texts/metric.ts';
import type { HostState } from '../../state/state.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { edgeRoom, type ListRow, ListRows } from '../base/list-rows.tsx';
import { said, titled } from '../base/spans.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';
import { columnGap, type HealthColumns } from './health-cells.ts';
import {
  askedWords,
  columnTitles,
  healthColumns,
  hostsOfRows,
  loadWords,
  reasonWords,
} from './health-columns.ts';
import { healthPane } from './health-pane.ts';
import { trendLine, trendTitle, verdictCell } from './trend-cells.ts';

/** Before the words of a row under its host. */
const underHost = '     ';

/** The whole words of a row in lines, where a list cannot show them in one. */
const wholeLines = (row: HealthRow, columns: number): readonly Line[] => {
  if (row.kind === 'host') return [];
  const { words, short, tone } = wordsOfRow(row);
  const room = columns - underHost.length - 3;
  return words === short && widthOf(words) <= room
    ? []
    : wrapText(words, columns - 4).map((line): Line => [span(`  ${line}`, tone)]);
};

/** A row whole: nothing is cut. */
export const healthTextLines = (row: HealthRow, columns: number, now: number): readonly Line[] => {
  if (row.kind === 'host')
    return [healthLine(row, healthColumns([row], columns - 3, now, null), { columns, now })];
  const { words, tone } = wordsOfRow(row);
  return indented(words, columns, tone);
};

const indented = (words: string, columns: number, tone: Tone): readonly Line[] =>
  wrapText(words, columns - underHost.length - 3).map(
    (line, index): Line => [span(`${underHost}${index === 0 ? '' : '  '}${line}`, tone)],
  );

const isQuiet = (row: HealthRow): boolean =>
  row.kind === 'metric' && row.line.judged.verdict.kind === 'as-before';

/** Metrics that were compared, in columns: their numbers are read there, and not in a sentence. */
const comparedTable = ({ watch }: HostState, columns: number): readonly Line[] => {
  const compared = watch?.metrics.filter(({ verdict }) => verdict.kind !== 'unknown') ?? [];
  return compared.length === 0
    ? []
    : metricTable(compared).map(
        ({ text, tone }): Line => [span(cut(`${underHost}${text.trimStart()}`, columns - 1), tone)],
      );
};

/** The health of a host on its own page: a table of the metrics where it has room, else what is as before in a sentence. */
export const healthTabLines = (
  host: HostState,
  { columns, rows, now }: { readonly columns: number; readonly rows: number; readonly now: number },
  beside: readonly Line[],
): readonly Line[] => {
  const table = comparedTable(host, columns);
  const whole = [...hostHealthLines(host, columns, now, 'none'), ...table, ...beside];
  return table.length > 0 && whole.length <= rows
    ? whole
    : [...hostHealthLines(host, columns, now), ...beside];
};

/**
 * What the tab of one host shows: it has no cursor with which more could be asked. What is as before stands together, in
 * a pane without its numbers, as a key opens them there; `none` where a table has it.
 */
export const hostHealthLines = (
  host: HostState,
  columns: number,
  now: number,
  quietAs: 'names' | 'numbers' | 'none' = 'numbers',
): readonly Line[] => {
  const { watch } = host;
  const quiet = watch === undefined || quietAs === 'none' ? null : quietSentence(watch, quietAs);
  const cries = watch === undefined ? null : criesSentence(watch);
  return [
    ...healthRowsOf(host)
      .filter((row) => !isQuiet(row))
      .flatMap((row) => healthTextLines(row, columns, now)),
    ...(cries === null ? [] : indented(cries, columns, 'muted')),
    ...(quiet === null ? [] : indented(quiet, columns, 'plain')),
  ];
};

const cell = (text: string, cells: number, tone: Tone = 'plain'): Line =>
  cells === 0 ? [] : [span(fitText(text, cells), tone), span(' '.repeat(columnGap))];

/** Without the blanks behind its last cell, which need room that there may not be. */
const withoutEnd = (line: Line): Line =>
  line.slice(0, line.findLastIndex(({ text }) => text.trim() !== '') + 1);

export const healthLine = (
  row: HealthRow,
  cells: HealthColumns,
  {
    columns,
    now,
    trends = null,
  }: { readonly columns: number; readonly now: number; readonly trends?: Trends | null },
): Line => {
  if (row.kind !== 'host') {
    const { short, tone } = wordsOfRow(row);
    return [span(underHost), span(cut(short, Math.max(10, columns - underHost.length - 3)), tone)];
  }
  const { host } = row;
  const health = healthWords(host);
  const begin: Line = [
    span(' '),
    strong(fitText(host.entry.name, cells.name)),
    span(' '.repeat(columnGap)),
    ...cell(`${health.sign} ${health.words}`, cells.health, health.tone),
  ];
  const reason = reasonWords(row);
  const position = positionWords(host, now);
  return withoutEnd([
    ...begin,
    ...(trends !== null && trends.why === null ? trendLine(host, trends, cells) : []),
    ...verdictCell(host, now, cells.verdict),
    ...cell(reason, cells.reason, 'muted'),
    ...cell(`${position.sign} ${position.words}`, cells.position, position.tone),
    ...cell(loadWords(host), cells.load, 'muted'),
    ...cell(askedWords(host, now), cells.asked, 'muted'),
  ]);
};

/** What the columns are: cells of the cursor and of the mark are before them. */
export const headLine = (
  rows: readonly HealthRow[],
  cells: HealthColumns,
  trends: Trends | null,
): Line => {
  const titles = columnTitles(hostsOfRows(rows), trends);
  const columns = [
    'name',
    'health',
    'bars',
    'numbers',
    'verdict',
    'reason',
    'position',
    'load',
    'asked',
  ] as const;
  return [
    muted('   '),
    ...columns.flatMap((column) => cell(titles[column], cells[column], 'muted')),
  ];
};

/** Nothing that failed is known: that says something only of hosts that answered. */
const withoutTrouble = (rows: readonly HealthRow[]): Line[number] => {
  const hosts = hostsOfRows(rows);
  const silent = hosts.filter(
    ({ facts, probe }) => facts === null || probe.kind === 'failed',
  ).length;
  if (silent === 0) return span('no failed unit', 'good');
  return silent === hosts.length
    ? muted('nothing is known yet: no host answered')
    : span(`no failed unit on ${hosts.length - silent} of ${hosts.length} hosts`, 'plain');
};

/** From here on the columns have titles. */
const heightForHead = 10;

/** From here on there is room for the row under the cursor in full. */
const heightForPane = 13;

/** What the list leaves free, at least a third; in a low window only what is free. */
const rowsOfPane = (height: number, rows: number): number => {
  const free = height - 2 - rows;
  if (height < heightForPane) return free < 4 ? 0 : free;
  return Math.max(Math.floor(height / 3), free);
};

/** Why there is no row. */
export const emptyHealthWords = (filter: string): string =>
  filter === ''
    ? 'No host is known yet whose health could be shown.'
    : `No host or unit matches "${filter}". ${keyName('back')} shows all again.`;

// Over 60 lines: one element, with what stands above its rows and below them.
/** Each host's units that are not as they should be. */
export const HealthView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns } = ui;
  const height = useBodyRows();
  const rows = healthRows(app.hostNames, app.hosts, ui.lists.health.filter);
  const selected = rowUnderCursor(rows, (row) => row.id, ui.lists.health.cursor);
  if (selected === undefined)
    return (
      <Lines
        lines={[
          [strong(' Health')],
          ...said(emptyHealthWords(ui.lists.health.filter), columns, 'muted'),
        ]}
        height={height}
      />
    );
  const problems = rows.filter((row) => row.kind === 'unit').length;
  const headRows = height < heightForHead ? 0 : 1;
  const paneRows = rowsOfPane(height - headRows, rows.length);
  const whole =
    paneRows === 0
      ? wholeLines(selected, columns).slice(0, Math.floor(height / 3))
      : healthPane(
          selected,
          selected.kind === 'host'
            ? {
                watched: hostHealthLines(selected.host, columns, ui.now, 'names').slice(1),
                beside: healthBesideChecks(selected.host, app, columns),
              }
            : { watched: [], beside: [] },
          { columns, rows: paneRows, now: ui.now, trends: app.trends },
        );
  const listRows = height - 1 - headRows - whole.length;
  const room = columns - edgeRoom(rows.length, listRows);
  // The cursor and the mark of a row take two cells, and one is before the name.
  const cells = healthColumns(rows, room - 3, ui.now, app.trends);
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText
        line={titled(
          'Health',
          [
            [
              problems === 0
                ? withoutTrouble(rows)
                : span(`${counted(problems, 'unit')} failed or not running`, 'warn'),
            ],
            ...trendTitle(app.trends, hostsOfRows(rows)),
            [
              muted(
                `${keyName('open')} on a unit: its status, journal and file; on a metric: its numbers`,
              ),
            ],
          ],
          columns,
          '   ',
        )}
      />
      {headRows > 0 && <LineText line={headLine(rows, cells, app.trends)} />}
      <ListRows
        list="health"
        rows={rows.map(
          (row): ListRow => ({
            id: row.id,
            line: () => healthLine(row, cells, { columns: room, now: ui.now, trends: app.trends }),
          }),
        )}
        selected={selected.id}
        marked={new Set(markedIds(app, ui, 'health'))}
        columns={columns}
        height={listRows}
      />
      {whole.length > 0 && <Lines lines={whole} height={whole.length} />}
    </Box>
  );
};
