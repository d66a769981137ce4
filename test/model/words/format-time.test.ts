import { expect, test } from 'vitest';
import {
  showAge,
  showClock,
  showDate,
  showDuration,
  showLimit,
  showMoment,
  showShortDate,
  showTime,
  timeInName,
} from '../../../source/model/words/format-time.ts';

const minute = 60_000;
const day = 1_440 * minute;

for (const [milliseconds, shown] of [
  [0, '0 s'],
  [400, '< 1 s'],
  [12_900, '12 s'],
  [3 * minute + 5_000, '3 m 05 s'],
  [250 * minute, '4 h 10 m'],
  [2 * day, '2 d'],
  [-5, '0 s'],
] as const)
  test(`${milliseconds} ms last ${shown}`, () => {
    expect(showDuration(milliseconds)).toBe(shown);
  });

test('an age has one unit', () => {
  expect([showAge(12_000), showAge(185_000), showAge(3 * day + 5)]).toEqual(['12 s', '3 m', '3 d']);
});

test('a clock counts minutes and seconds', () => {
  expect([showClock(12_000), showClock(15 * minute)]).toEqual(['0:12', '15:00']);
});

test('a time that no calendar has is shown as unknown', () => {
  expect([showDate(1e18), showShortDate(Number.NaN), showMoment(-1e18)]).toEqual([
    '????-??-??',
    '??-??',
    '????-??-?? ??:??',
  ]);
});

for (const [milliseconds, shown] of [
  [50, '0.05 s'],
  [30_000, '30 s'],
  [2 * minute, '2 m'],
  [90 * minute, '1 h 30 m'],
  [30 * day, '30 d'],
  [0, '0 s'],
] as const)
  test(`a limit of ${milliseconds} ms is ${shown}`, () => {
    expect(showLimit(milliseconds)).toBe(shown);
  });

test('a moment is shown by its time, and stands in a name without signs', () => {
  const at = Date.parse('2026-11-20T14:03:22.417Z');
  expect([showTime(at), timeInName(at)]).toEqual(['14:03:22', '20261120T140322417Z']);
});
