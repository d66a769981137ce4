import { expect, test } from 'vitest';
import { settleMs, windowsOf } from '../../../source/model/watch/windows.ts';

const hour = 3_600_000;
const day = 24 * hour;
const changed = Date.UTC(2026, 5, 10, 12);

test('the window begins after the settle time, and the days before have the same clock times', () => {
  const { after, before } = windowsOf(changed, changed + 8 * hour, []);
  expect(after).toEqual({ from: changed + settleMs, to: changed + 8 * hour });
  expect(before).toHaveLength(7);
  expect(before[6]).toEqual({
    day: 7,
    span: { from: changed + settleMs - 7 * day, to: changed + 8 * hour - 7 * day },
  });
});

test('while the host settles there is no window', () => {
  expect(windowsOf(changed, changed + settleMs, []).after).toBeNull();
});

test('a watch ends after a day', () => {
  expect(windowsOf(changed, changed + 3 * day, []).after?.to).toBe(changed + day);
});

test('a day into whose window another deploy falls is left out, and so is the settle time after one', () => {
  const other = [changed - day + hour, changed - 3 * day + settleMs - hour / 10];
  const { before, cut } = windowsOf(changed, changed + 8 * hour, other);
  expect(cut).toEqual([1, 3]);
  expect(before.map((one) => one.day)).toEqual([2, 4, 5, 6, 7]);
});
