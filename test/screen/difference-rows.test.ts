import { expect, test } from 'vitest';
import { writeFlakeLock } from '../../source/model/lock/write.ts';
import {
  changedPart,
  dateInLine,
  foldedRows,
  type KnownChange,
  pairedRows,
  unifiedRows,
} from '../../source/screen/difference-rows.ts';
import { inputPaths, rawDifference } from '../../source/screen/texts/difference.ts';
import { github, lockOf } from '../support/lock-samples.ts';

const old = 'a\nrev one\nhash one\nb\nc\n';
const now = 'a\nrev two\nhash two\nextra\nb\nc\n';
const paired = pairedRows(rawDifference(old, now));

test('removed and added lines stand side by side in their order', () => {
  expect(
    paired.map((row) =>
      row.kind === 'heading'
        ? row.lines
        : row.kind === 'folded'
          ? row.text
          : [row.old?.text ?? null, row.now?.text ?? null],
    ),
  ).toEqual([
    'line 1 → 1',
    ['a', 'a'],
    ['rev one', 'rev two'],
    ['hash one', 'hash two'],
    [null, 'extra'],
    ['b', 'b'],
    ['c', 'c'],
  ]);
});

test('in one column what was removed comes first, and each line knows its counterpart', () => {
  expect(
    unifiedRows(paired).map((row) =>
      row.kind === 'heading'
        ? row.lines
        : row.kind === 'folded'
          ? row.text
          : [row.line.kind, row.line.text, row.other?.text ?? null],
    ),
  ).toEqual([
    'line 1 → 1',
    ['same', 'a', null],
    ['removed', 'rev one', 'rev two'],
    ['removed', 'hash one', 'hash two'],
    ['added', 'rev two', 'rev one'],
    ['added', 'hash two', 'hash one'],
    ['added', 'extra', null],
    ['same', 'b', null],
    ['same', 'c', null],
  ]);
});

test.each([
  ['"rev": "abc"', '"rev": "axc"', 'abc'],
  ['nixos-26.05 on', 'nixos-26.11 on', 'nixos-26.05'],
  ['same', 'same', ''],
  ['', 'x', ''],
])('of %j the part that %j does not have is %j', (text, other, part) => {
  const { from, to } = changedPart(text, other);
  expect(text.slice(from, to)).toBe(part);
});

const lockAt = (seed: string): string =>
  writeFlakeLock(
    lockOf({
      stylix: github('o/stylix', 'a', { inputs: { nixpkgs: github('NixOS/nixpkgs', seed) } }),
      nixpkgs: github('NixOS/nixpkgs', seed),
    }),
  );

test('the heading of each change names its input, and a node by its path', () => {
  const [before, after] = [lockAt('1'), lockAt('2')];
  const rows = pairedRows(rawDifference(before, after), inputPaths(after));
  const headings = rows.flatMap((row) => (row.kind === 'heading' ? [row.text] : []));
  expect(headings).toHaveLength(2);
  expect(headings.toSorted()).toEqual([
    'nixpkgs',
    expect.stringMatching(/^stylix\/nixpkgs \(node \S+\)$/),
  ]);
});

const dated = (lastModified: number): string =>
  JSON.stringify(
    {
      nodes: {
        nixpkgs: { locked: { lastModified, owner: 'NixOS', rev: String(lastModified) } },
        root: { inputs: { nixpkgs: 'nixpkgs' } },
      },
      root: 'root',
    },
    null,
    2,
  );

test.each([
  ['by its change', new Map([['nixpkgs', { dates: 'then → now', alarms: ['diverged'] }]])],
  ['by its own lines where no change is known', new Map<string, KnownChange>()],
])('the heading of a change has its dates, %s', (_, known) => {
  const [before, after] = [dated(1_795_046_400), dated(1_795_824_000)];
  const [heading] = pairedRows(rawDifference(before, after), inputPaths(after), known);
  const own = known.get('nixpkgs');
  expect(heading).toEqual({
    kind: 'heading',
    text: 'nixpkgs',
    input: 'nixpkgs',
    dates: own?.dates ?? '2026-11-19 → 2026-11-28',
    alarms: own?.alarms ?? [],
    lines: 'line 3 → 3',
  });
});

test('hashes, revisions and dates are one row where they are folded', () => {
  const [before, after] = [lockAt('1'), lockAt('2')];
  const rows = pairedRows(rawDifference(before, after), inputPaths(after));
  const folded = foldedRows(rows);
  const texts = folded.flatMap((row) => (row.kind === 'folded' ? [row.text] : []));
  expect(texts.length).toBeGreaterThanOrEqual(2);
  expect(texts.join(' ')).toMatch(/rev [0-9a-f]{7} → [0-9a-f]{7}/);
  expect(texts.join(' ')).not.toContain('sha256-');
  expect(folded.filter(({ kind }) => kind === 'heading')).toHaveLength(2);
});

test('a date of a lock is read as one', () => {
  expect(dateInLine('        "lastModified": 1764000000,')).toBe('2025-11-24');
  expect(dateInLine('        "revCount": 1764000000,')).toBeNull();
});
