import { chartWindowWords, type Trends } from '../../model/watch/chart.ts';
import {
  breakText,
  joinFitting,
  type Line,
  lineWidth,
  muted,
  span,
  strong,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { glyph } from '../../screen/glyphs.ts';
import { wordsOfRow } from '../../screen/host/health-words.ts';
import { keyName } from '../../screen/key-names.ts';
import type { TonedText } from '../../screen/overlay.ts';
import type { HealthRow } from '../../screen/rows/health.ts';
import { titleOfChart } from '../../screen/texts/chart.ts';
import { healthWords, positionWords } from '../../screen/texts/host.ts';
import { lineText } from '../../screen/texts/metric.ts';
import type { HostState } from '../../state/state.ts';
import { askedWords, loadWords } from './health-columns.ts';

const wrapped = (texts: readonly TonedText[], columns: number): readonly Line[] =>
  texts
    .filter(({ text }) => text !== '')
    .flatMap(({ text, tone }) =>
      wrapText(text.trim(), columns - 4)
        .flatMap((line) => breakText(line, columns - 4))
        .map((line): Line => [span(`  ${line}`, tone)]),
    );

/** So many lines tell why there are no bars: the page of charts has it whole. */
const mostWhyLines = 2;

/** What the signs of the bars mean, and the keys that change them; or why there are none. */
const legendLines = (trends: Trends | null, columns: number): readonly Line[] => {
  if (trends === null) return [];
  const { why } = trends;
  if (why !== null)
    return wrapText(`${titleOfChart(trends)}: ${why}`, columns - 4)
      .slice(0, mostWhyLines)
      .map((line): Line => [muted(`  ${line}`)]);
  return [
    joinFitting(
      [
        [muted(`  bars: ${titleOfChart(trends)} in ${chartWindowWords[trends.window]}`)],
        [muted(`${glyph.gap} nothing measured`)],
        [muted(`${keyName('previous-metric')} ${keyName('next-metric')} metric`)],
        [muted(`${keyName('shorter-window')} ${keyName('longer-window')} time`)],
        [muted('old to new')],
      ],
      ' · ',
      columns,
    ),
  ];
};

const ruled = (title: string, columns: number): Line => {
  const head: Line = [muted(`${glyph.rule.repeat(2)} `), strong(title), muted(' ')];
  return [...head, muted(glyph.rule.repeat(Math.max(0, columns - lineWidth(head))))];
};

/** What a row cannot say in its one line: the whole words of a trouble, the numbers and the query of a metric. */
const textsOf = (row: Exclude<HealthRow, { kind: 'host' }>): readonly TonedText[] => {
  if (row.kind === 'metric') return lineText(row.line);
  const { words, tone } = wordsOfRow(row);
  const more: Readonly<Record<typeof row.kind, string>> = {
    unit: `${keyName('open')} shows its status, journal and unit file; ${keyName('log')} follows its journal.`,
    check: row.kind === 'check' ? row.trouble.problem : '',
    'old-code': `${keyName('open')} names the services and their processes.`,
    sampled: '',
    noted: '',
  };
  return [
    { text: words, tone },
    ...(more[row.kind] === words ? [] : [{ text: more[row.kind], tone: 'muted' } as const]),
  ];
};

const hostLines = (host: HostState, columns: number, now: number): readonly Line[] => {
  const health = healthWords(host);
  const position = positionWords(host, now);
  return [
    [
      span(`  ${health.sign} ${health.words}`, health.tone),
      span(`   ${position.sign} ${position.words}`, position.tone),
    ],
    ...(host.watch === undefined
      ? wrapped([{ text: notWatchedWords(), tone: 'muted' }], columns)
      : []),
  ];
};

/** What is known of a host beside its health: it stands below what is said of that. */
const factLines = (host: HostState, columns: number, now: number): readonly Line[] =>
  wrapped(
    [
      {
        text: [askedWords(host, now), loadWords(host)].filter((words) => words !== '').join(' · '),
        tone: 'muted',
      },
    ],
    columns,
  );

const notWatchedWords = (): string =>
  `Not compared with the days before yet; ${keyName('watch')} compares it.`;

/** The row under the cursor in full, in exactly so many rows; of a host what the watch says of it, and what else is known. */
export const healthPane = (
  row: HealthRow,
  { watched, beside }: { readonly watched: readonly Line[]; readonly beside: readonly Line[] },
  {
    columns,
    rows,
    now,
    trends,
  }: {
    readonly columns: number;
    readonly rows: number;
    readonly now: number;
    readonly trends: Trends | null;
  },
): readonly Line[] => {
  const title =
    row.kind === 'host'
      ? row.host.entry.name
      : row.kind === 'noted' && row.hosts !== undefined
        ? counted(row.hosts.length, 'host')
        : row.host;
  const legend = rows < 5 ? [] : legendLines(trends, columns);
  const body =
    row.kind === 'host'
      ? [
          ...hostLines(row.host, columns, now),
          ...watched,
          ...factLines(row.host, columns, now),
          ...beside,
        ]
      : wrapped(textsOf(row), columns);
  const room = Math.max(0, rows - 1 - legend.length);
  const shown = body.slice(0, room);
  const isCut = body.length > room && room > 0;
  return [
    ruled(title, columns),
    ...(isCut ? shown.slice(0, -1) : shown),
    ...(isCut
      ? [[muted(`  ${glyph.down}${body.length - room + 1} rows more: ${keyName('open')}`)] as Line]
      : []),
    ...Array.from({ length: room - shown.length }, (): Line => [span(' ')]),
    ...legend,
  ];
};
