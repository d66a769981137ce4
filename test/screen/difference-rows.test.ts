import { expect, test } from 'vitest';
import { changedPart, pairedRows, unifiedRows } from '../../source/screen/difference-rows.ts';
import { rawDifference } from '../../source/screen/texts/difference.ts';

const old = 'a\nrev one\nhash one\nb\nc\n';
const now = 'a\nrev two\nhash two\nextra\nb\nc\n';
const paired = pairedRows(rawDifference(old, now));

test('removed and added lines stand side by side in their order', () => {
  expect(
    paired.map((row) =>
      row.kind === 'heading' ? row.text : [row.old?.text ?? null, row.now?.text ?? null],
    ),
  ).toEqual([
    '@@ line 1 → 1 @@',
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
      row.kind === 'heading' ? row.text : [row.line.kind, row.line.text, row.other?.text ?? null],
    ),
  ).toEqual([
    '@@ line 1 → 1 @@',
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
  ['"rev": "abc"', '"rev": "axc"', 'b'],
  ['same', 'same', ''],
  ['aa', 'aaa', ''],
  ['', 'x', ''],
])('of %j the part that %j does not have is %j', (text, other, part) => {
  const { from, to } = changedPart(text, other);
  expect(text.slice(from, to)).toBe(part);
});
