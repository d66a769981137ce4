import { expect, test } from 'vitest';
import { tooSmallLines } from '../../../source/screen/texts/too-small.ts';

const smallest = { columns: 60, rows: 16 };

test.each([
  [300, 8, ['Too small: 300x8, needs 60x16. q leaves. Nothing is lost.']],
  [57, 10, ['Too small: 57x10, needs 60x16. q leaves. Nothing is lost.']],
  [50, 10, ['Too small, needs 60x16. q leaves.']],
  [20, 4, ['Too small. q leaves.']],
  [15, 30, ['Too small', 'q leaves']],
  [15, 1, ['q leaves']],
  [1, 1, ['q']],
] as const)('a window of %ix%i says which key leaves', (columns, rows, lines) => {
  expect(tooSmallLines({ columns, rows, smallest, leaves: 'q', asked: null })).toEqual(lines);
});

test.each([
  [80, 8, ['A test is running: q cancels it and leaves, Esc stays.']],
  [40, 1, ['Running: q leaves, Esc stays.']],
  [15, 30, ['Running', 'q leaves', 'Esc stays']],
  [15, 1, ['q leaves']],
  [1, 1, ['q']],
] as const)('a window of %ix%i asks before leaving cancels something', (columns, rows, lines) => {
  expect(tooSmallLines({ columns, rows, smallest, leaves: 'q', asked: 'A test' })).toEqual(lines);
});
