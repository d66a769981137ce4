import { expect, test } from 'vitest';
import { runsToRemove } from '../../../source/engine/past/retention.ts';

const runs = (count: number, bytes = 1024 * 1024) =>
  Array.from({ length: count }, (_, index) => ({ id: `run${index}`, bytes }));
const none: ReadonlySet<string> = new Set();

test.each([
  ['as many as are kept stay', 100, { keepRuns: 100, keepMegabytes: 1_000 }, none, []],
  [
    'the oldest go beyond the number',
    103,
    { keepRuns: 100, keepMegabytes: 1_000 },
    none,
    ['run0', 'run1', 'run2'],
  ],
  [
    'one that is needed stays',
    102,
    { keepRuns: 100, keepMegabytes: 1_000 },
    new Set(['run0']),
    ['run1'],
  ],
  [
    'the oldest go beyond the size',
    62,
    { keepRuns: 100, keepMegabytes: 60 },
    none,
    ['run0', 'run1'],
  ],
  ['fifty stay whatever their size', 51, { keepRuns: 50, keepMegabytes: 0 }, none, ['run0']],
])('%s', (_, count, retention, needed, gone) => {
  expect(runsToRemove(runs(count), retention, needed)).toEqual(gone);
});
