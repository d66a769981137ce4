import { expect, test } from 'vitest';
import { cardLines } from '../../../source/components/fleet/card-lines.ts';
import { type FleetColumn, fleetColumns } from '../../../source/components/fleet/columns.ts';
import { fleetTitles, hostLine } from '../../../source/components/fleet/host-line.ts';
import { type Line, lineWidth } from '../../../source/model/words/line.ts';
import { fourHosts, hostOf, noon } from '../../fixtures/states.ts';

const textOf = (line: Line | undefined): string => line?.map(({ text }) => text).join('') ?? '';

const unmarked = { isSelected: false, isMarked: false };

const kernel: FleetColumn = {
  id: 'kernel',
  title: 'KERNEL',
  label: 'kernel',
  widths: [0, 0, 10, 10, 10],
  gap: 1,
  cell: () => ({ sign: '', words: '6.18.24', whole: '6.18.24-lts', aside: '', tone: 'plain' }),
};

const withKernel = [...fleetColumns, kernel];

test.each([
  60, 77, 78, 107, 108, 139, 140, 200,
])('titles and hosts are %i cells wide in a window of that size', (columns) => {
  for (const host of fourHosts)
    for (const rows of [fleetColumns, withKernel]) {
      const shown = { host, now: noon, changes: '12 packages, +3 MiB', queue: '' };
      expect(lineWidth(hostLine(shown, unmarked, columns, rows))).toBe(columns);
      expect(lineWidth(fleetTitles(columns, 0, 0, rows))).toBe(columns);
    }
});

test.each([60, 80, 120])('where a host stands is not cut in a window of %i columns', (columns) => {
  const host = hostOf('p510', { ancestry: { kind: 'ahead' } });
  const shown = { host, now: noon, changes: '', queue: '' };
  expect(textOf(hostLine(shown, unmarked, columns))).toContain('! newer than flake ');
});

test('a row more in the list is a column of the grid and a line of each card', () => {
  const [host] = fourHosts;
  if (host === undefined) throw new Error('the fixture has hosts');
  const shown = { host, now: noon, changes: '', queue: '' };
  expect(textOf(fleetTitles(140, 0, 0, withKernel))).toMatch(/HEALTH +KERNEL +$/);
  expect(textOf(hostLine(shown, unmarked, 140, withKernel))).toMatch(
    /2 of 2 critical +6\.18\.24 +$/,
  );
  expect(textOf(hostLine(shown, unmarked, 100, withKernel))).not.toContain('6.18.24');
  const card = cardLines(shown, unmarked, 60, withKernel).map(textOf);
  expect(card).toHaveLength(cardLines(shown, unmarked, 60).length + 1);
  expect(card.at(-2)).toMatch(/^│ kernel +6\.18\.24-lts +│$/);
});

test('every column has an id of its own', () => {
  expect(new Set(fleetColumns.map(({ id }) => id)).size).toBe(fleetColumns.length);
});
