import { expect, test } from 'vitest';
import { rawDifference } from '../../source/model/text-difference.ts';

test('lines are numbered on both sides, unchanged ones kept around', () => {
  const old = ['a', 'b', 'c', 'd', ''].join('\n');
  const now = ['a', 'b', 'x', 'y', 'd', ''].join('\n');
  expect(rawDifference(old, now, 1)).toEqual([
    {
      oldStart: 2,
      newStart: 2,
      lines: [
        { kind: 'same', text: 'b', oldLine: 2, newLine: 2 },
        { kind: 'removed', text: 'c', oldLine: 3, newLine: null },
        { kind: 'added', text: 'x', oldLine: null, newLine: 3 },
        { kind: 'added', text: 'y', oldLine: null, newLine: 4 },
        { kind: 'same', text: 'd', oldLine: 4, newLine: 5 },
      ],
    },
  ]);
});

test('a missing newline at the end is no line', () => {
  const lines = rawDifference('a', 'b').flatMap((hunk) => hunk.lines.map((line) => line.text));
  expect(lines).toEqual(['a', 'b']);
});

test('equal texts have no difference', () => {
  expect(rawDifference('a\n', 'a\n')).toEqual([]);
});
