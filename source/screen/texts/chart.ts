import { type Chart, type ChartColumn, levelOf } from '../../model/watch/chart.ts';
import { allMetrics, type MetricUnit, showMetric } from '../../model/watch/metric.ts';
import { showMoment, showTime } from '../../model/words/format-time.ts';
import { fitRight, type Line, muted, type Span, span } from '../../model/words/line.ts';
import { brailleInAscii, glyph, toAscii } from '../glyphs.ts';

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

/** Whether nothing was measured in a cell, although something was before and after it or at its side. */
const isGap = ({ columns }: Chart, cell: number): boolean =>
  [0, 1].every((across) => (columns[cell * dotsAcross + across] ?? null) === null);

const cellOf = ({ span: { from, to } }: Chart, at: number, cells: number): number | null => {
  const cell = Math.floor(((at - from) / (to - from)) * cells);
  return cell >= 0 && cell < cells ? cell : null;
};

const cellAt = (chart: Chart, cell: number, row: number, size: Size): Span => {
  const bits = dotsOf(chart, cell, row, size.rows);
  if (bits !== 0) {
    const sign = String.fromCodePoint(brailleBase + bits);
    return span(size.isAscii ? brailleInAscii(sign) : sign);
  }
  const isDeploy = chart.marks.some(
    ({ kind, at }) => kind === 'deploy' && cellOf(chart, at, size.cells) === cell,
  );
  if (isDeploy) return span(glyph.side, 'accent');
  if (isInBand(chart, cell, row, size.rows)) return muted(glyph.barEmpty);
  if (row === size.rows - 1 && isGap(chart, cell)) return span(glyph.gap, 'warn');
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

/** Marks below the chart: a deploy with its clock time, a restart. */
const markLine = (chart: Chart, cells: number): Line => {
  const text = Array.from({ length: cells }, () => ' ');
  const put = (from: number, words: string): void => {
    for (const [index, character] of [...words].entries()) text[from + index] = character;
  };
  for (const { at, kind } of chart.marks) {
    const cell = cellOf(chart, at, cells);
    if (cell === null) continue;
    put(cell, kind === 'deploy' ? glyph.deployed : glyph.restarted);
    const time = showTime(at).slice(0, 5);
    const room = cell + 1 + time.length < cells ? cell + 2 : cell - time.length - 1;
    if (kind === 'deploy' && room >= 0) put(room, time);
  }
  return [span(' '.repeat(axisCells)), span(text.slice(0, cells).join(''), 'accent')];
};

const timeLine = ({ span: { from, to } }: Chart, cells: number): Line => {
  const [begin, end] = [`${showMoment(from)}`, `${showMoment(to)} UTC`];
  return [
    span(' '.repeat(axisCells)),
    muted(begin + end.padStart(Math.max(end.length, cells - begin.length))),
  ];
};

export const titleOfChart = ({ metric }: Pick<Chart, 'metric'>): string =>
  allMetrics.find(({ id }) => id === metric)?.title ?? metric;

export const unitOfChart = ({ metric }: Pick<Chart, 'metric'>): MetricUnit =>
  allMetrics.find(({ id }) => id === metric)?.unit ?? 'number';

/** The number beside a row: top, middle and foot of the scale. */
const axisLabel = (chart: Chart, row: number, rows: number): string => {
  const unit = unitOfChart(chart);
  if (row === 0) return showMetric(chart.top, unit);
  if (row === rows - 1) return showMetric(0, unit);
  return row === Math.floor((rows - 1) / 2) && rows >= 6 ? showMetric(chart.top / 2, unit) : '';
};

/**
 * A chart in braille: each column from the least to the most that was measured in it, the quartiles of the
 * days before behind it, a gap at the foot, the deploy as a line with its time. `rows` are those of the
 * drawing; two lines with marks and times come below.
 */
export const chartLines = (
  chart: Chart,
  columns: number,
  rows: number,
  isAscii: boolean,
): readonly Line[] => {
  const cells = Math.min(
    Math.ceil(chart.columns.length / dotsAcross),
    Math.max(10, columns - axisCells),
  );
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

/** Numbers as bars, one a cell, from zero to the top; a gap is its own sign. */
export const trendText = (values: readonly (number | null)[], top: number): string =>
  values
    .map((value) =>
      value === null ? glyph.gap : (bars[levelOf(value, top, bars.length)] ?? bars[0]),
    )
    .join('');
