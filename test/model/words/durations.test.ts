import { expect, test } from 'vitest';
import { parseDuration } from '../../../source/model/words/durations.ts';

test.each([
  ['250ms', 250],
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  ['30d', 2_592_000_000],
  ['2w', 1_209_600_000],
  ['0s', 0],
])('%s is %i milliseconds', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  '',
  '5',
  'm',
  '1.5h',
  '-2m',
  '2 m',
  '2min',
  '9999999999999d',
  '2M',
])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});
