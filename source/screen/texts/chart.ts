import {
  type Chart,
  type ChartAnswer,
  type ChartColumn,
  type ChartMark,
  chartAbout,
  chartWindowWords,
  fewerColumns,
  levelOf,
  moreColumns,
} from '../../model/watch/chart.ts';
import {
  allMetrics,
  axisWords,
  type MetricId,
  type MetricUnit,
  showMetric,
} from '../../model/watch/metric.ts';
import { dayMs } from '../../model/words/durations.ts';
import { showMoment, showShortDate, showTime } from '../../model/words/format-time.ts';
import { fitRight, type Line, muted, type Span, span } from '../../model/words/line.ts';
import { brailleInAscii, brailleSigns, glyph, toAscii } from '../glyphs.ts';

/** Cells of the numbers at the left of a chart. */
export const axisCells = 8;

/** A cell of braille holds two columns of four dots (Unicode, U+2800). */
const dotsAcross = 2;
const dotsDown = 4;

const brailleBase = 0x28_00;

/** Bit of a dot by its column and its row from above. */
const dotBits: readonly (readonly number[])[] = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

/** So many columns a chart of this width shows: it is asked for as many numbers. */
export const chartPoints = (cells: number): number => Math.max(10, cells - axisCells) * dotsAcross;

interface Size {
  readonly cells: number;
  readonly rows: number;
  readonly isAscii: boolean;
}

/** The levels that a column reaches, from the foot; null where it has none. */
const reachOf = (
  column: ChartColumn | undefined,
  top: number,
  levels: number,
): { readonly low: number; readonly high: number } | null =>
  column === null || column === undefined
    ? null
    : { low: levelOf(column.least, top, levels), high: levelOf(column.most, top, levels) };

/** The dots of one cell. */
const dotsOf = ({ columns, top }: Chart, cell: number, row: number, rows: number): number => {
  const levels = rows * dotsDown;
  let bits = 0;
  for (let across = 0; across < dotsAcross; across += 1) {
    const reach = reachOf(columns[cell * dotsAcross + across], top, levels);
    if (reach === null) continue;
    for (let down = 0; down < dotsDown; down += 1) {
      const level = levels - 1 - (row * dotsDown + down);
      if (level >= reach.low && level <= reach.high) bits |= dotBits[across]?.[down] ?? 0;
    }
  }
  return bits;
};

/** Whether the band of the days before reaches into a cell. */
const isInBand = ({ band, top }: Chart, cell: number, row: number, rows: number): boolean => {
  const levels = rows * dotsDown;
  const [low, high] = [levels - (row + 1) * dotsDown, levels - 1 - row * dotsDown];
  return [0, 1].some((across) => {
    const reach = reachOf(band[cell * dotsAcross + across], top, levels);
    return reach !== null && reach.low <= high && reach.high >= low;
  });
};

/** Whether nothing was measured in a cell. */
const isGap = ({ columns }: Chart, cell: number): boolean =>
  [0, 1].every((across) => (columns[cell * dotsAcross + across] ?? null) === null);

const cellOf = ({ span: { from, to } }: Chart, at: number, cells: number): number | null =>
  // The end of the time belongs to its last cell.
  at < from || at > to
    ? null
    : Math.min(cells - 1, Math.floor(((at - from) / (to - from)) * cells));

const cellAt = (chart: Chart, cell: number, row: number, size: Size): Span => {
  const bits = dotsOf(chart, cell, row, size.rows);
  if (bits !== 0) {
    const sign = String.fromCodePoint(brailleBase + bits);
    return span(size.isAscii ? brailleInAscii(sign) : sign);
  }
  // A gap is told whatever else is at the foot.
  if (row === size.rows - 1 && isGap(chart, cell)) return span(glyph.gap, 'warn');
  const isDeploy = chart.marks.some(
    ({ kind, at }) => kind === 'deploy' && cellOf(chart, at, size.cells) === cell,
  );
  if (isDeploy) return span(glyph.side, 'accent');
  if (isInBand(chart, cell, row, size.rows)) return muted(glyph.barEmpty);
  return span(' ');
};

/** Neighbours of one tone become one piece. */
const joined = (spans: readonly Span[]): Line => {
  const line: Span[] = [];
  for (const one of spans) {
    const last = line.at(-1);
    if (last !== undefined && last.tone === one.tone)
      line[line.length - 1] = { ...last, text: last.text + one.text };
    else line.push(one);
  }
  return line;
};

/** The nearest cell without a sign, to the right where there is one: a restart comes after its deploy. */
const freeCell = (text: readonly string[], cell: number): number | null => {
  const right = text.findIndex((sign, index) => index > cell && sign === ' ');
  if (right >= 0) return right;
  const left = text.findLastIndex((sign, index) => index < cell && sign === ' ');
  return left < 0 ? null : left;
};

/** `20:00` beside a deploy, where it hides no sign and touches no other time. */
const putTime = (text: string[], cell: number, time: string): void => {
  const isFree = (from: number): boolean =>
    from >= 0 &&
    from + time.length <= text.length &&
    text.slice(from, from + time.length).every((sign) => sign === ' ') &&
    ![text[from - 1], text[from + time.length]].some((sign) => /\d/.test(sign ?? ''));
  const after = cell + (text[cell + 1] === ' ' ? 2 : 3);
  const from = [after, cell - time.length - 1].find(isFree);
  if (from === undefined) return;
  for (const [index, character] of [...time].entries()) text[from + index] = character;
};

/** Signs of what happened, in the order in which they get their places. */
const markSigns = [glyph.deployed, glyph.rolledBack, glyph.restarted] as const;

type MarkSign = (typeof markSigns)[number];

const signOfMark = ({ kind, isRollback }: ChartMark): MarkSign =>
  kind === 'restart' ? glyph.restarted : isRollback === true ? glyph.rolledBack : glyph.deployed;

const markWords: Readonly<Record<MarkSign, string>> = {
  [glyph.deployed]: 'deploy',
  [glyph.rolledBack]: 'rollback',
  [glyph.restarted]: 'restart',
};

/** Marks below the chart: a deploy with its clock time, a restart. Where both are in one cell they stand side by side. */
const markLine = (chart: Chart, cells: number): Line => {
  const text = Array.from({ length: cells }, () => ' ');
  const cellsOf = (wanted: MarkSign): ReadonlyMap<number, number> =>
    new Map(
      chart.marks.flatMap((mark) => {
        const cell = signOfMark(mark) === wanted ? cellOf(chart, mark.at, cells) : null;
        return cell === null ? [] : [[cell, mark.at] as const];
      }),
    );
  const put = (cell: number, sign: MarkSign): void => {
    const place = text[cell] === ' ' ? cell : freeCell(text, cell);
    if (place !== null) text[place] = sign;
  };
  const deploys = new Map([...cellsOf(glyph.deployed), ...cellsOf(glyph.rolledBack)]);
  for (const sign of markSigns) for (const cell of cellsOf(sign).keys()) put(cell, sign);
  for (const [cell, at] of deploys) putTime(text, cell, showTime(at).slice(0, 5));
  return [span(' '.repeat(axisCells)), span(text.join(''), 'accent')];
};

/** Times of a clock between which the axis is read, ms: the smallest that leaves room for the numbers. */
const tickSteps: readonly number[] = [
  ...[5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 4, 6, 12].map((hours) => hours * 3_600_000),
  ...[1, 2].map((days) => days * dayMs),
];

/** Cells from one time to the next, at least. */
const tickCells = 10;

/** The ends of the time, and round times of the clock between them where they have room: the middle of each stands at its time. */
const timeLine = (chart: Chart, cells: number): Line => {
  const { from, to } = chart.span;
  const [begin, end] = [showMoment(from), `${showMoment(to)} UTC`];
  const text = [...begin, ...end.padStart(Math.max(end.length, cells - begin.length))];
  const step = tickSteps.find((one) => ((to - from) / one) * tickCells <= cells) ?? 2 * dayMs;
  const last = text.length - end.length - 2;
  for (let at = Math.ceil(from / step) * step; at < to; at += step) {
    const label = step >= dayMs ? showShortDate(at) : showTime(at).slice(0, 5);
    const first = (cellOf(chart, at, cells) ?? 0) - Math.floor(label.length / 2);
    if (first < begin.length + 2 || first + label.length > last) continue;
    text.splice(first, label.length, ...label);
  }
  return [span(' '.repeat(axisCells)), muted(text.join(''))];
};

export const titleOfChart = ({ metric }: Pick<Chart, 'metric'>): string =>
  allMetrics.find(({ id }) => id === metric)?.title ?? metric;

export const unitOfChart = ({ metric }: Pick<Chart, 'metric'>): MetricUnit =>
  allMetrics.find(({ id }) => id === metric)?.unit ?? 'number';

/** `disk written, 24 h, bytes/s`: what a chart is of, how much time, and what its scale counts where that is not said there. */
export const chartTitle = (about: Pick<Chart, 'metric' | 'window'>): string =>
  `${titleOfChart(about)}, ${chartWindowWords[about.window]}${unitOfChart(about) === 'bytes' ? ', bytes/s' : ''}`;

/** What was measured in a part: one number, or from which to which. */
const columnWords = ({ least, most }: Exclude<ChartColumn, null>, unit: MetricUnit): string => {
  const [low, high] = [showMetric(least, unit), showMetric(most, unit)];
  return low === high ? high : `${low} to ${high}`;
};

/** `20:10`, with its day where the chart has several. */
const whenInChart = ({ window }: Chart, at: number): string => {
  const time = showTime(at).slice(0, 5);
  return window === '7d' ? `${showShortDate(at)} ${time}` : time;
};

/** The numbers of a chart, the most wanted first: now, the highest with its time, the lowest. */
export const chartNumbers = (chart: Chart): readonly Line[] => {
  const unit = unitOfChart(chart);
  const { columns } = chart;
  const { from, to } = chart.span;
  const whenOf = (index: number): string =>
    whenInChart(chart, from + ((index + 1) / columns.length) * (to - from));
  const known = columns.flatMap((column, index) => (column === null ? [] : [{ column, index }]));
  const last = known.at(-1);
  const [first] = known;
  if (last === undefined || first === undefined) return [];
  const highest = known.reduce(
    (most, one) => (one.column.most > most.column.most ? one : most),
    first,
  );
  const lowest = Math.min(...known.map(({ column }) => column.least));
  const isNow = last.index >= columns.length - 2;
  return [
    [
      span(
        `${isNow ? 'now' : `last at ${whenOf(last.index)}`} ${columnWords(last.column, unit)}`,
        isNow ? 'plain' : 'warn',
      ),
    ],
    [span(`highest ${showMetric(highest.column.most, unit)} at ${whenOf(highest.index)}`)],
    [span(`lowest ${showMetric(lowest, unit)}`)],
  ];
};

/** The number beside a row: top, middle and foot of the scale. */
const axisLabel = (chart: Chart, row: number, rows: number): string => {
  const unit = unitOfChart(chart);
  if (row === 0) return axisWords(chart.top, unit);
  if (row === rows - 1) return axisWords(0, unit);
  return row === Math.floor((rows - 1) / 2) && rows >= 6 ? axisWords(chart.top / 2, unit) : '';
};

/** Rows of a drawing: six where there is little room, more where there is. */
export const leastRows = 6;
export const mostRows = 24;

/** Lines that stand once below drawings: marks, times, what the signs are, and the verdict in two lines. */
const linesBelow = 5;

/** How many charts fit below each other in so many lines, each with its title. */
export const chartsInRoom = (lines: number): number =>
  Math.max(1, Math.floor((lines - linesBelow) / (leastRows + 1)));

/**
 * The metrics whose charts stand below each other: the one that was chosen, and those that follow it, but for those of
 * which nothing is known.
 */
export const stackedMetrics = (
  charts: readonly ChartAnswer[],
  about: Parameters<typeof chartAbout>[1],
  most: number,
): readonly MetricId[] => {
  const chosen = chartAbout(charts, about);
  // A server that says nothing of the first is not asked for the others.
  if (chosen === null || chosen.kind === 'unknown') return [about.metric];
  const first = allMetrics.findIndex(({ id }) => id === about.metric);
  const others = [...allMetrics.slice(first + 1), ...allMetrics.slice(0, first)].filter(
    ({ id }) => chartAbout(charts, { ...about, metric: id })?.kind !== 'unknown',
  );
  return [about.metric, ...others.map(({ id }) => id)].slice(0, most);
};

/** What the signs of a chart are, of those that it has. */
export const chartLegend = (chart: Chart, isAscii: boolean): Line => {
  const marked = new Set(chart.marks.map(signOfMark));
  const isEmpty = (column: ChartColumn): boolean => column === null;
  const signs = [
    // Dots of braille need no words; signs of ASCII look like each other.
    ...(isAscii ? [`${brailleSigns} measured`] : []),
    ...(chart.band.every(isEmpty) ? [] : [`${glyph.barEmpty} middle half of the days before`]),
    ...(chart.columns.some(isEmpty) ? [`${glyph.gap} gap`] : []),
    ...markSigns
      .filter((sign) => marked.has(sign))
      // A line through the drawing leads from the sign below it.
      .map((sign) => `${sign === glyph.restarted ? '' : glyph.side}${sign} ${markWords[sign]}`),
  ];
  const text = signs.join('  ');
  return signs.length === 0 ? [] : [muted(` ${isAscii ? toAscii(text) : text}`)];
};

/** A chart of a wider or narrower window is drawn in the room that there is, until it is asked for again. */
const fitted = (chart: Chart, cells: number): Chart => {
  const count = cells * dotsAcross;
  return {
    ...chart,
    columns: moreColumns(fewerColumns(chart.columns, count), count),
    band: moreColumns(fewerColumns(chart.band, count), count),
  };
};

/**
 * A chart in braille: each column from the least to the most that was measured in it, the quartiles of the
 * days before behind it, a gap at the foot, the deploy as a line with its time. `rows` are those of the
 * drawing; two lines with marks and times come below.
 */
export const chartLines = (
  whole: Chart,
  columns: number,
  rows: number,
  isAscii: boolean,
): readonly Line[] => {
  const room = Math.max(10, columns - axisCells);
  const chart = fitted(whole, room);
  const cells = Math.ceil(chart.columns.length / dotsAcross);
  const size = { cells, rows, isAscii };
  const drawn = Array.from(
    { length: rows },
    (_, row): Line => [
      muted(`${fitRight(axisLabel(chart, row, rows), axisCells - 1)} `),
      ...joined(Array.from({ length: cells }, (_cell, cell) => cellAt(chart, cell, row, size))),
    ],
  );
  const below = [markLine(chart, cells), timeLine(chart, cells)];
  return isAscii
    ? [...drawn, ...below].map((line) => line.map((one) => ({ ...one, text: toAscii(one.text) })))
    : [...drawn, ...below];
};

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Bars from the lowest to the highest that differ also where they are letters of ASCII: their order is not seen there. */
export const barSigns = [0, 2, 4, 6, 7].map((level) => bars[level] ?? '').join('');

/** Numbers as bars, one a cell, from zero to the top; a gap is its own sign. */
export const trendText = (values: readonly (number | null)[], top: number): string =>
  values
    .map((value) =>
      value === null ? glyph.gap : (bars[levelOf(value, top, bars.length)] ?? bars[0]),
    )
    .join('');

/** The same in a sentence, for who hears it read: the least, the most, and how often nothing was measured. */
export const chartSentence = (chart: Chart): string => {
  const unit = unitOfChart(chart);
  const measured = chart.columns.filter((column) => column !== null);
  const least = Math.min(...measured.map((column) => column.least));
  const most = Math.max(...measured.map((column) => column.most));
  const gaps = chart.columns.length - measured.length;
  const missing = gaps === 0 ? '' : `; ${gaps} of ${chart.columns.length} parts are gaps`;
  const marks = chart.marks
    .map((mark) => `; ${markWords[signOfMark(mark)]} ${showMoment(mark.at)} UTC`)
    .join('');
  return `from ${showMetric(least, unit)} to ${showMetric(most, unit)}${missing}${marks}`;
};
