import { expect, test } from 'vitest';
import { writeFlakeLock } from '../../../source/model/lock/write.ts';
import { rawDifference } from '../../../source/screen/texts/difference.ts';
import { github, lockOf } from '../../support/lock-samples.ts';

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

test('in a lock lines are compared within their node, however many nodes moved', () => {
  const lock = (moved: number): string =>
    writeFlakeLock(
      lockOf(
        Object.fromEntries(
          Array.from({ length: 3_000 }, (_, index) => [
            `input-${index}`,
            github(`o/r${index}`, index < moved ? `new-${index}` : `old-${index}`),
          ]),
        ),
      ),
    );
  const lines = rawDifference(lock(0), lock(1_500), 0).flatMap((hunk) => hunk.lines);
  const counted = (kind: string): number => lines.filter((line) => line.kind === kind).length;
  expect([counted('removed'), counted('added'), counted('same')]).toEqual([3_000, 3_000, 0]);
});

test('a node that comes is added as a whole, and those after it stay as they were', () => {
  const old = lockOf({ a: github('o/a', 'a'), c: github('o/c', 'c') });
  const now = lockOf({ a: github('o/a', 'a'), b: github('o/b', 'b'), c: github('o/c', 'c') });
  const lines = rawDifference(writeFlakeLock(old), writeFlakeLock(now), 0).flatMap((hunk) =>
    hunk.lines.map(({ kind, text }) => `${kind} ${text.trim()}`),
  );
  expect(lines.filter((line) => line.startsWith('removed'))).toEqual([]);
  expect(lines).toContain('added "b": {');
  expect(lines).toContain('added "b": "b",');
});
