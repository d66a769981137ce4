import { expect, test } from 'vitest';
import {
  type Chart,
  columnsOf,
  inParts,
  levelOf,
  topOf,
} from '../../../source/model/watch/chart.ts';
import { widthOf } from '../../../source/model/words/line.ts';
import { toAscii } from '../../../source/screen/glyphs.ts';
import {
  axisCells,
  chartLines,
  chartPoints,
  trendText,
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

test('shares reach from 0 to 100 %, other numbers to a round one, and a scale never shrinks', () => {
  const columns = columnsOf([1, 3], [2, 37]);
  expect(topOf('share', columns)).toBe(1);
  expect(topOf('number', columns)).toBe(50);
  expect(topOf('number', columns, 100)).toBe(100);
  expect(topOf('number', [null])).toBe(1);
});

test('a trend has a bar for each number, and a sign for each gap', () => {
  expect(trendText([0, 0.5, 1, null], 1)).toBe('▁▅█┄');
  expect(toAscii(trendText([0, 0.5, 1, null], 1))).toBe('.-#~');
});
