import { expect, test } from 'vitest';
import { cardLines } from '../../../source/components/fleet/card-lines.ts';
import {
  columnsOfFleet,
  type FleetColumn,
  fleetColumns,
  nameCells,
  placeColumns,
} from '../../../source/components/fleet/columns.ts';
import { fleetTitles, hostLine } from '../../../source/components/fleet/host-line.ts';
import type { Generation } from '../../../source/model/host/host.ts';
import { type Line, lineWidth } from '../../../source/model/words/line.ts';
import type { HostState } from '../../../source/state/state.ts';
import {
  entryOf,
  expectedOf,
  factsOf,
  fourHosts,
  hostOf,
  noon,
  systemPath,
} from '../../fixtures/states.ts';

const textOf = (line: Line | undefined): string => line?.map(({ text }) => text).join('') ?? '';

const unmarked = { isSelected: false, isMarked: false };

const kernel: FleetColumn = {
  id: 'kernel',
  title: 'KERNEL',
  label: 'kernel',
  widths: [0, 0, 0, 10, 10, 10],
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

test('the title of the health names the watch only once there is one', () => {
  const titleOf = (isWatched: boolean): string =>
    textOf(fleetTitles(140, 0, 0, columnsOfFleet(isWatched)));
  expect(titleOf(false)).toMatch(/HEALTH +$/);
  expect(titleOf(true)).toMatch(/HEALTH, WATCH +$/);
});

test('a row more in the list is a column of the grid and a line of each card', () => {
  const [host] = fourHosts;
  if (host === undefined) throw new Error('the fixture has hosts');
  const shown = { host, now: noon, changes: '', queue: '' };
  expect(textOf(fleetTitles(140, 0, 0, withKernel))).toMatch(/HEALTH, WATCH +KERNEL +$/);
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

const moving = (step: 'activate' | 'persist', generations: readonly Generation[] = []): HostState =>
  hostOf('razer', {
    planned: { fromGeneration: 241, to: systemPath('razer', '4193') },
    facts: factsOf('razer', { generations }),
    work: { kind: 'running', step, done: null, expected: null, since: noon - 2_000 },
  });

const rowOf = (host: HostState, columns: number, queue = ''): string =>
  textOf(hostLine({ host, now: noon, changes: '', queue }, unmarked, columns));

test('a host that is changed says from which generation to which, whole or not at all', () => {
  expect(rowOf(moving('activate'), 120)).toContain('activating g241 → new');
  expect(rowOf(moving('activate'), 80)).toContain('activating g241 → new');
  expect(rowOf(moving('activate'), 60)).toContain('activating g241 → new');
  expect(rowOf(moving('persist'), 120)).toMatch(/making persistent {2,}2 s/);
  expect(rowOf(moving('persist'), 200)).toContain('making persistent g241 → new');
  const listed: Generation = {
    number: 242,
    path: systemPath('razer', '4193'),
    at: noon,
    nixosVersion: null,
    revision: null,
    kernel: null,
  };
  expect(rowOf(moving('activate', [listed]), 120)).toContain('activating g241 → g242');
  const back: HostState = {
    ...moving('activate', [listed]),
    work: { kind: 'rollingBack', to: listed.path, since: noon },
  };
  expect(rowOf(back, 120)).toContain('going back to g242');
});

test.each([60, 80, 120, 160, 200])('at %i columns no cell of a host is empty', (columns) => {
  const silent = hostOf('quiet', { facts: null, probe: { kind: 'never' } });
  const same = hostOf('same', { expectation: expectedOf('same', '3980', noon) });
  const image = hostOf('image', {
    entry: { ...entryOf('image'), role: { kind: 'left-out', reason: 'an image' } },
    facts: null,
  });
  const bare = hostOf('bare', { facts: factsOf('bare', { generations: [], revision: null }) });
  for (const host of [silent, same, image, bare, hostOf('plain')]) {
    const shown = { host, now: noon, changes: '', queue: '' };
    for (const { column, cells } of placeColumns(columns)) {
      const { sign, words } = column.cell(shown);
      expect(`${column.id} ${cells < 8 ? sign || words : words}`).toMatch(/ \S/);
    }
  }
});

test.each([
  60, 78, 80, 100, 108, 120, 139,
])('at %i columns a cell lies between words and a duration', (columns) => {
  const [host] = fourHosts;
  if (host === undefined) throw new Error('the fixture has hosts');
  for (let cells = 1; cells < 40; cells += 1) {
    const changes = 'x'.repeat(cells);
    const row = textOf(hostLine({ host, now: noon, changes, queue: '' }, unmarked, columns));
    expect(row).not.toMatch(/[^ ]1 m 12 s/);
    expect(row).not.toMatch(/[^ ]\d of \d/);
  }
});

test('built and a reboot are said before how long the build took', () => {
  const host = hostOf('vault', {
    work: { kind: 'built', toplevel: systemPath('vault', '4193'), tookMs: 2_000, changed: true },
  });
  const row = rowOf({ ...host, work: host.work }, 80);
  expect(row).toMatch(/✓ built +2 s /);
  expect(
    textOf(hostLine({ host, now: noon, changes: 'reboot needed', queue: '' }, unmarked, 80)),
  ).toMatch(/✓ built, reboot needed {2,}\S/);
});

test.each([
  60, 80, 120,
])('at %i columns a sign tells a new system from where the host stands', (columns) => {
  const host = hostOf('p510', { ancestry: { kind: 'ahead' } });
  expect(rowOf(host, columns)).toMatch(/newer than flake +○ new, not built yet /);
});

test.each([
  60, 80, 120,
])('at %i columns a system that the host has as a generation is told as that, and not as new', (columns) => {
  const host = hostOf('p510', {
    ancestry: { kind: 'ahead' },
    expectation: expectedOf('p510', '3900', null),
  });
  const row = rowOf(host, columns);
  expect(row).toMatch(/newer than flake +○ what its g240 is/);
  expect(row).not.toMatch(/not built/);
});

test('a queued host says what it waits for', () => {
  const queued = hostOf('p510', { work: { kind: 'queued' } });
  expect(rowOf(queued, 80, 'waits for razer')).toContain('○ waits for razer');
  expect(rowOf(queued, 80)).toContain('○ waits for its turn');
});

test('from 96 columns on what a built host waits for and changes stands beside its tags', () => {
  const wide = placeColumns(100).find(({ column }) => column.id === 'work')?.cells ?? 0;
  const narrow = placeColumns(80).find(({ column }) => column.id === 'work')?.cells ?? 0;
  expect(wide).toBeGreaterThan(narrow);
  // `p510 ask @server @media` is whole beside it.
  expect(nameCells(100, placeColumns(100))).toBeGreaterThanOrEqual(23);
});
