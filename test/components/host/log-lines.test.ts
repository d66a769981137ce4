import { expect, test } from 'vitest';
import { logLines, logTitle } from '../../../source/components/host/log-lines.ts';
import { type Line, widthOf } from '../../../source/model/words/line.ts';
import { initialUi, type LogUi } from '../../../source/screen/ui.ts';

const columns = 40;

const textOf = (line: Line): string => line.map(({ text }) => text).join('');

/** The rows of a log of a host at 40 columns, from a cell on. */
const rowsOf = (
  lines: readonly string[],
  left = 0,
  wrap = false,
  more: Partial<LogUi> = {},
): readonly string[] =>
  logLines({
    ring: { lines, times: lines.map(() => null), dropped: 0 },
    log: { ...initialUi.log, host: 'p620', left, wrap, ...more },
    columns,
    height: 10,
    now: 0,
    isOpen: false,
    all: lines.length,
  }).map(({ line }) => textOf(line));

const alphabet = 'abcdefghijklmnopqrstuvwxyz';
const long = alphabet + alphabet;

test('a line that goes on beyond the window has a sign in the last cell, and so has what is left of it', () => {
  const [cut = '', whole = ''] = rowsOf([long, alphabet]);
  expect(cut).toBe(`   ${long.slice(0, 36)}>`);
  expect(widthOf(cut)).toBe(columns);
  expect(whole).toBe(`   ${alphabet}`);
  const [middle = ''] = rowsOf([`${long}${long}`], 20);
  expect(middle.startsWith('<')).toBe(true);
  expect(middle.endsWith('>')).toBe(true);
  const [end = ''] = rowsOf([long], 20);
  expect(end).toBe(`<  ${long.slice(20)}`);
});

test('the sign is in the last cell also after a wide letter, and blanks at the end of a line are nothing to read', () => {
  const [wide = ''] = rowsOf([`a${'日'.repeat(30)}`]);
  expect(widthOf(wide)).toBe(columns);
  expect(wide.endsWith('日 >')).toBe(true);
  const [blank = ''] = rowsOf([`${'a'.repeat(36)}    `]);
  expect(blank).toBe(`   ${'a'.repeat(36)}`);
});

test('a line that is wrapped has no sign', () => {
  expect(rowsOf([long], 0, true).join('')).not.toContain('>');
});

test('a line is wrapped between words, and a path behind its slashes', () => {
  const rows = rowsOf(['copying 12 paths from the cache of samsung to the host'], 0, true);
  expect(rows.map((row) => row.trim())).toEqual([
    'copying 12 paths from the cache of',
    'samsung to the host',
  ]);
  const path = '/nix/store/0123456789-source/drivers/net/ethernet/intel/ice.o';
  expect(rowsOf([path], 0, true).map((row) => row.trim())).toEqual([
    '/nix/store/0123456789-source/',
    'drivers/net/ethernet/intel/ice.o',
  ]);
});

test('the line under the cursor is marked: that at the top of a log that stands, or one that was gone to', () => {
  const lines = ['one', 'two', 'three'];
  const marked = (more: Partial<LogUi>): readonly string[] =>
    rowsOf(lines, 0, false, more).filter((row) => row.startsWith('▶'));
  expect(marked({ follow: true })).toEqual([]);
  expect(marked({ follow: false })).toEqual(['▶  one'.padEnd(40)]);
  expect(marked({ follow: false, cursor: 2 })).toEqual(['▶  three'.padEnd(40)]);
});

test.each([
  ['all', 'search: gone  no match'],
  ['error', 'search: gone  no match among errors'],
] as const)('a search without a match among lines of level %s says so', (level, words) => {
  const title = logTitle({
    ring: { lines: ['error: one'], times: [null], dropped: 0 },
    log: { ...initialUi.log, host: 'p620', level, search: 'gone' },
    columns: 120,
    height: 10,
    now: 0,
    isOpen: false,
    all: 1,
  });
  expect(textOf(title)).toContain(`${words}   `);
});
