import { expect, test } from 'vitest';
import {
  type Chart,
  type ChartAnswer,
  type ChartColumn,
  type ChartWindow,
  chartAbout,
  chartWindowMs,
  chartWindows,
  columnsOf,
  inParts,
  levelOf,
  topOf,
  withChart,
} from '../../../source/model/watch/chart.ts';
import { allMetrics, type MetricId } from '../../../source/model/watch/metric.ts';
import { widthOf } from '../../../source/model/words/line.ts';
import { toAscii } from '../../../source/screen/glyphs.ts';
import {
  axisCells,
  chartLegend,
  chartLines,
  chartNumbers,
  chartPoints,
  chartsInRoom,
  stackedMetrics,
  trendText,
  unitOfChart,
} from '../../../source/screen/texts/chart.ts';
import { fc, runs } from '../../support/chance.ts';

const from = Date.UTC(2026, 10, 28, 8);
const hour = 3_600_000;

const chartOf = (change: Partial<Chart> = {}): Chart => ({
  host: 'p510',
  metric: 'cpu',
  window: '24h',
  span: { from, to: from + 24 * hour },
  columns: [],
  band: [],
  marks: [],
  top: 1,
  ...change,
});

const textOf = (chart: Chart, columns: number, rows: number, isAscii = false): readonly string[] =>
  chartLines(chart, columns, rows, isAscii).map((line) => line.map(({ text }) => text).join(''));

/** Which dots of a drawing are set, by their column and their level from the foot. */
const dotsOf = (lines: readonly string[], rows: number): ReadonlySet<string> => {
  const bits = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
    [0, 3],
    [1, 3],
  ] as const;
  const dots = new Set<string>();
  for (const [row, line] of lines.slice(0, rows).entries())
    for (const [cell, character] of [...line.slice(axisCells)].entries()) {
      const code = (character.codePointAt(0) ?? 0) - 0x28_00;
      if (code < 0 || code > 0xff) continue;
      for (const [bit, [across, down]] of bits.entries())
        if ((code & (1 << bit)) !== 0)
          dots.add(`${cell * 2 + across} ${rows * 4 - 1 - (row * 4 + down)}`);
    }
  return dots;
};

test.each([
  60, 80, 120, 200,
])('each dot of a chart of %i columns is a number that was measured, and each number has its dots', (columns) => {
  const points = chartPoints(columns);
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.tuple(share, share), { freq: 9 }), {
        minLength: points,
        maxLength: points,
      }),
      fc.constantFrom(6, 10),
      (measured, rows) => {
        const low = measured.map((one) => (one === null ? null : Math.min(...one)));
        const high = measured.map((one) => (one === null ? null : Math.max(...one)));
        const chart = chartOf({ columns: columnsOf(low, high) });
        const levels = Array.from({ length: rows * 4 }, (_, level) => level);
        const expected = chart.columns.flatMap((column, index) =>
          column === null
            ? []
            : levels
                .filter(
                  (level) =>
                    level >= levelOf(column.least, 1, rows * 4) &&
                    level <= levelOf(column.most, 1, rows * 4),
                )
                .map((level) => `${index} ${level}`),
        );
        const lines = textOf(chart, columns, rows);
        expect(dotsOf(lines, rows)).toEqual(new Set(expected));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      },
    ),
    { numRuns: runs(10) },
  );
});

/** Dots of each sign of ASCII, by how many of the eight of a cell are set. */
const asciiSign = (dots: number): string => ' ::--==##'.charAt(dots);

/** A series with a daily wave, a spike, a hole at its beginning and one within, and a band behind it. */
const seriesOf = (window: ChartWindow, points: number): Chart => {
  const length = chartWindowMs[window];
  const isGap = (index: number): boolean => index < 4 || (index >= 40 && index < 47);
  const level = (index: number): number => 0.3 + 0.25 * Math.sin(index / 9);
  return chartOf({
    window,
    span: { from, to: from + length },
    columns: Array.from({ length: points }, (_, index) =>
      isGap(index)
        ? null
        : { least: level(index), most: index === 77 ? 1 : level(index) + (index % 5) / 50 },
    ),
    band:
      window === '7d'
        ? []
        : Array.from({ length: points }, (_, index) =>
            index > 100 && index < 108 ? null : { least: 0, most: level(index) + 0.2 },
          ),
    marks: [
      { at: from, kind: 'restart' },
      { at: from + length * 0.3, kind: 'deploy' },
      { at: from + length * 0.3 + 1, kind: 'restart' },
      { at: from + length * 0.31, kind: 'deploy' },
      { at: from + length, kind: 'deploy' },
    ],
  });
};

/** What is to be drawn in a cell, from the numbers alone. */
const cellFrom = (chart: Chart, cell: number, row: number, rows: number, isAscii: boolean) => {
  const levels = rows * 4;
  const pair = [0, 1].map((across) => chart.columns[cell * 2 + across] ?? null);
  const band = [0, 1].map((across) => chart.band[cell * 2 + across] ?? null);
  const inRow = (column: ChartColumn, level: number): boolean =>
    column !== null &&
    level >= Math.round(column.least * (levels - 1)) &&
    level <= Math.round(column.most * (levels - 1));
  const own = [0, 1, 2, 3].map((up) => (rows - 1 - row) * 4 + up);
  const dots = own.flatMap((level) => pair.filter((column) => inRow(column, level)));
  if (dots.length > 0) return isAscii ? asciiSign(dots.length) : 'dots';
  if (row === rows - 1 && pair.every((column) => column === null)) return isAscii ? '~' : '┄';
  const cells = chart.columns.length / 2;
  const length = chart.span.to - chart.span.from;
  const isDeploy = chart.marks.some(
    ({ at, kind }) =>
      kind === 'deploy' &&
      Math.min(cells - 1, Math.floor(((at - chart.span.from) / length) * cells)) === cell,
  );
  if (isDeploy) return isAscii ? '|' : '│';
  if (own.some((level) => band.some((column) => inRow(column, level)))) return isAscii ? '.' : '░';
  return ' ';
};

test.each(
  chartWindows.flatMap((window) =>
    [80, 120].flatMap((columns) =>
      [false, true].map((isAscii) => [window, columns, isAscii] as const),
    ),
  ),
)('%s at %i columns, ASCII %s: each cell is what the numbers say, gaps, band and deploys included', (window, columns, isAscii) => {
  const rows = 8;
  const chart = seriesOf(window, chartPoints(columns));
  const lines = textOf(chart, columns, rows, isAscii);
  const cells = columns - axisCells;
  for (let row = 0; row < rows; row += 1)
    for (let cell = 0; cell < cells; cell += 1) {
      const sign = lines[row]?.charAt(axisCells + cell) ?? '';
      const expected = cellFrom(chart, cell, row, rows, isAscii);
      if (expected === 'dots') expect(sign).toMatch(/[\u2801-\u28ff]/);
      else expect(sign, `row ${row}, cell ${cell}`).toBe(expected);
    }
  const [deployed, restarted] = isAscii ? ['^', '@'] : ['▲', '↻'];
  const marks = lines[rows]?.slice(axisCells) ?? '';
  const deploys = [0.3, 0.31, 1].map((part) => Math.min(cells - 1, Math.floor(part * cells)));
  expect([...marks].flatMap((sign, cell) => (sign === deployed ? [cell] : []))).toEqual([
    ...new Set(deploys),
  ]);
  // The restart in the cell of a deploy stands at its side.
  const restarts = [...marks].flatMap((sign, cell) => (sign === restarted ? [cell] : []));
  expect(restarts).toHaveLength(2);
  expect(restarts[0]).toBe(0);
  expect((restarts[1] ?? 0) - (deploys[0] ?? 0)).toBeLessThanOrEqual(2);
  const legend = chartLegend(chart, isAscii)
    .map(({ text }) => text)
    .join('');
  expect(widthOf(legend)).toBeLessThanOrEqual(80);
  for (const words of ['gap', 'deploy', 'restart']) expect(legend).toContain(words);
  if (isAscii) expect(legend).toMatch(/^ :-=# measured {2}.*~ gap {2}\|\^ deploy {2}@ restart$/);
  expect(legend.includes('days before')).toBe(window !== '7d');
});

test('a chart of a wider window is drawn whole in a narrow one: its last moments and its peaks stay', () => {
  const chart = seriesOf('24h', chartPoints(120));
  const lines = textOf(chart, 80, 6);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
  const dots = dotsOf(lines, 6);
  const columns = [...dots].map((dot) => Number(dot.split(' ')[0]));
  expect(Math.max(...columns)).toBe(143);
  expect([...dots].filter((dot) => dot.endsWith(' 23'))).toHaveLength(1);
});

test.each<[MetricId, number, string, string]>([
  ['disk-read', 3e6, '5 MiB', '2.5 MiB'],
  ['network-in', 300_000, '500 KiB', '250 KiB'],
  ['network-out', 2e9, '2 GiB', '1 GiB'],
  ['load', 0.03, '0.05', '0.025'],
  ['paging', 2.1e6, '5 M', '2.5 M'],
])('the scale of %s up to %d is told in full: %s, %s', (metric, most, top, middle) => {
  const columns = [{ least: 0, most }];
  const unit = unitOfChart({ metric });
  const lines = textOf(chartOf({ metric, columns, top: topOf(unit, columns) }), 80, 6);
  expect(lines[0]?.slice(0, axisCells).trim()).toBe(top);
  expect(lines[2]?.slice(0, axisCells).trim()).toBe(middle);
});

test('a chart of a narrower window fills a wider one, each moment at its place', () => {
  const chart = seriesOf('24h', chartPoints(80));
  const lines = textOf(chart, 120, 6);
  const columns = [...dotsOf(lines, 6)].map((dot) => Number(dot.split(' ')[0]));
  expect(Math.max(...columns)).toBe(chartPoints(120) - 1);
  expect(lines[7]).toMatch(/UTC$/);
  expect(widthOf(lines[7] ?? '')).toBe(120);
});

test.each<[string, number, number, readonly string[]]>([
  ['24 h at 80 columns', 24, 80, ['16:00', '20:00']],
  ['24 h at 120 columns', 24, 120, ['16:00', '20:00', '00:00']],
  ['6 h', 6, 80, ['10:00', '11:00']],
  ['1 h', 1, 80, ['08:20', '08:30']],
  ['7 d', 168, 120, ['11-30', '12-01', '12-02', '12-03']],
])('between the ends of %s stand round times, the middle of each at its time', (_, hours, columns, known) => {
  const span = { from, to: from + hours * hour };
  const parts = Array.from({ length: chartPoints(columns) }, () => ({ least: 0.5, most: 0.5 }));
  const line = (textOf(chartOf({ columns: parts, span }), columns, 6)[7] ?? '').slice(axisCells);
  expect(line).toMatch(/^2026-11-28 08:00 .* 2026-\d\d-\d\d \d\d:\d\d UTC$/);
  const between = line.slice(16, -20).trim().split(/ {2,}/);
  expect(between).toEqual(known);
  for (const label of between) {
    const at = label.includes(':')
      ? from + ((Number(label.slice(0, 2)) + 24 - 8) % 24) * hour + Number(label.slice(3)) * 60_000
      : Date.UTC(2026, Number(label.slice(0, 2)) - 1, Number(label.slice(3)));
    const middle = line.indexOf(label, 16) + 2;
    expect(middle).toBe(Math.floor(((at - from) / (span.to - span.from)) * (columns - axisCells)));
  }
});

test('the numbers of a chart: what was measured last, the highest with its time, the lowest', () => {
  const wordsOf = (change: Partial<Chart>): readonly string[] =>
    chartNumbers(chartOf(change)).map((line) => line.map(({ text }) => text).join(''));
  const columns = columnsOf([0.1, 0.05, 0.2, 0.47], [0.12, 0.05, 0.66, 0.52]);
  // Four parts of six hours from 08:00 on: the third ends at 02:00.
  expect(wordsOf({ columns })).toEqual([
    'now 47 % to 52 %',
    'highest 66 % at 02:00',
    'lowest 5.0 %',
  ]);
  expect(wordsOf({ columns: [...columns.slice(0, 2), null, null] })).toEqual([
    'last at 20:00 5.0 %',
    'highest 12 % at 14:00',
    'lowest 5.0 %',
  ]);
  expect(wordsOf({ columns: [null, null] })).toEqual([]);
});

test('a rollback has its own sign beside that of the deploy that it took back', () => {
  const chart = chartOf({
    columns: Array.from({ length: chartPoints(80) }, () => ({ least: 0.5, most: 0.5 })),
    marks: [
      { at: from + 12 * hour, kind: 'deploy' },
      { at: from + 12 * hour + 30_000, kind: 'deploy', isRollback: true },
    ],
  });
  expect(textOf(chart, 80, 6)[6]?.slice(axisCells)).toMatch(/^ {36}▲▼ 20:00/);
  expect(toAscii(textOf(chart, 80, 6, true)[6] ?? '')).toContain('^v 20:00');
  expect(
    chartLegend(chart, false)
      .map(({ text }) => text)
      .join(''),
  ).toBe(' │▲ deploy  │▼ rollback');
});

test('a spike of one sample reaches as high as it was', () => {
  const points = chartPoints(80);
  const low = Array.from({ length: points }, () => 0.1);
  const high = low.map((value, index) => (index === 77 ? 1 : value));
  expect(dotsOf(textOf(chartOf({ columns: columnsOf(low, high) }), 80, 6), 6)).toContain('77 23');
});

test('a gap breaks the line and has its sign at the foot; the band of the days before is behind', () => {
  const points = chartPoints(80);
  const values = Array.from({ length: points }, (_, index) =>
    index >= 40 && index < 60 ? null : 0.5,
  );
  const chart = chartOf({
    columns: columnsOf(values, values),
    band: Array.from({ length: points }, () => ({ least: 0.1, most: 0.3 })),
    marks: [
      { at: from + 12 * hour, kind: 'deploy' },
      { at: from + 18 * hour, kind: 'restart' },
    ],
  });
  const lines = textOf({ ...chart, band: [] }, 80, 6);
  expect(lines[5]?.slice(axisCells + 20, axisCells + 30)).toBe('┄'.repeat(10));
  expect(lines[0]).toMatch(/^ {2}100 % /);
  expect(lines[5]).toMatch(/^ {4}0 % /);
  expect(lines[6]?.slice(axisCells)).toMatch(/^ {36}▲ 20:00 {11}↻/);
  const banded = textOf(chart, 80, 6).join('\n');
  expect(banded).toContain('░');
  // The line of the deploy stands over the band.
  expect(textOf(chart, 80, 6)[4]?.charAt(axisCells + 36)).toBe('│');
});

test('in ASCII a chart has signs by how much of a cell is filled, and no other sign', () => {
  const points = chartPoints(80);
  const low = Array.from({ length: points }, (_, index) => index / points / 2);
  const high = Array.from({ length: points }, (_, index) => index / points);
  const lines = textOf(chartOf({ columns: columnsOf(low, high) }), 80, 6, true);
  expect(lines.map(toAscii)).toEqual(lines);
  expect(lines.join('')).toMatch(/[.:\-=#]/);
  expect(lines[0]?.slice(axisCells).trimEnd()).not.toBe('');
});

test('samples are put into the part at whose end they were asked; NaN and infinity are none', () => {
  const span = { from: 0, to: 1_000 };
  expect(
    inParts(
      [
        [250, 1],
        [500, Number.NaN],
        [750, 3],
        [1_000, Number.POSITIVE_INFINITY],
        [1_250, 5],
        [0, 7],
      ],
      span,
      4,
    ),
  ).toEqual([1, null, 3, null]);
});

test('a scale reaches to a round number above all that was measured, and never shrinks', () => {
  const shares = (most: number): number => topOf('share', columnsOf([0], [most]));
  expect([0, 0.004, 0.09, 0.11, 0.2, 0.21, 0.51, 1, 1.02].map(shares)).toEqual([
    0.1, 0.1, 0.1, 0.2, 0.2, 0.5, 1, 1, 1,
  ]);
  expect(topOf('share', columnsOf([0], [0.1]), 0.5)).toBe(0.5);
  const columns = columnsOf([1, 3], [2, 37]);
  expect(topOf('number', columns)).toBe(50);
  expect(topOf('number', columns, 100)).toBe(100);
  expect(topOf('number', [null])).toBe(1);
});

test('a trend has a bar for each number, and a sign for each gap', () => {
  expect(trendText([0, 0.5, 1, null], 1)).toBe('▁▅█┄');
  expect(toAscii(trendText([0, 0.5, 1, null], 1))).toBe('.-#~');
});

test('charts stand below each other where there is room, the chosen one first, and none of which nothing is known', () => {
  const about = { host: 'p510', metric: 'load', window: '24h' } as const;
  const read = (metric: MetricId): ChartAnswer => ({
    kind: 'read',
    chart: {
      ...about,
      metric,
      span: { from: 0, to: 1 },
      columns: [],
      band: [],
      marks: [],
      top: 1,
    },
  });
  const unknown: ChartAnswer = { kind: 'unknown', ...about, metric: 'memory', why: 'no samples' };
  expect([17, 18, 19, 26, 33].map(chartsInRoom)).toEqual([1, 1, 2, 3, 4]);
  // Until the first is known, and where nothing is known of it, no other is asked.
  expect(stackedMetrics([], about, 4)).toEqual(['load']);
  expect(stackedMetrics([{ ...unknown, metric: 'load' }], about, 4)).toEqual(['load']);
  const metrics = stackedMetrics([read('load'), unknown], about, 4);
  expect(metrics).toHaveLength(4);
  expect(metrics[0]).toBe('load');
  expect(metrics).not.toContain('memory');
  expect(stackedMetrics([read('load')], about, 99)).toHaveLength(allMetrics.length);
});

test('an answer takes the place of that of its metric, and charts of another host or time are gone', () => {
  const of = (host: string, metric: MetricId, why: string): ChartAnswer => ({
    kind: 'unknown',
    host,
    metric,
    window: '24h',
    why,
  });
  const first = withChart(withChart([], of('p510', 'cpu', 'a')), of('p510', 'load', 'b'));
  expect(first).toHaveLength(2);
  const again = withChart(first, of('p510', 'cpu', 'c'));
  expect(again).toHaveLength(2);
  expect(chartAbout(again, { host: 'p510', metric: 'cpu', window: '24h' })).toMatchObject({
    why: 'c',
  });
  expect(withChart(again, of('nas', 'cpu', 'd'))).toHaveLength(1);
  expect(chartAbout(again, { host: 'p510', metric: 'cpu', window: '7d' })).toBeNull();
});
