import { expect, test } from 'vitest';
import { type ListWindow, nextWindow, wholeRowsStart } from '../../source/screen/layout.ts';

const at = (index: number, start: number): ListWindow => ({ id: `row${index}`, index, start });

const move = (before: ListWindow, index: number, length = 1_000, height = 24): ListWindow =>
  nextWindow(before, { id: `row${index}`, index }, length, height);

test('a list that is opened has its cursor in the middle', () => {
  expect(nextWindow(null, { id: 'row500', index: 500 }, 1_000, 24).start).toBe(488);
});

test('a cursor that moves within the window leaves the rows where they are', () => {
  let window = at(500, 488);
  for (let index = 501; index <= 509; index += 1) {
    window = move(window, index);
    expect(window.start).toBe(488);
  }
});

test('near the edge the cursor comes to the middle, and never leaves the window', () => {
  expect(move(at(509, 488), 510).start).toBe(498);
  expect(move(at(490, 488), 489).start).toBe(477);
  let window = at(0, 0);
  for (let index = 1; index < 1_000; index += 1) {
    window = move(window, index);
    expect(index - window.start).toBeGreaterThanOrEqual(0);
    expect(index - window.start).toBeLessThan(24);
  }
  expect(window.start).toBe(976);
});

test('of ten keys at most one moves all rows', () => {
  let window = at(0, 0);
  let moved = 0;
  for (let index = 1; index < 1_000; index += 1) {
    const next = move(window, index);
    if (next.start !== window.start) moved += 1;
    window = next;
  }
  expect(moved).toBeLessThanOrEqual(100);
});

test('rows that come and go above the cursor leave its row where it is on the screen', () => {
  const before = at(500, 490);
  const after = nextWindow(before, { id: 'row500', index: 530 }, 1_030, 24);
  expect(after.index - after.start).toBe(before.index - before.start);
});

test('a window is never beyond the end of a list that became shorter', () => {
  const after = nextWindow(at(500, 490), { id: 'row5', index: 5 }, 10, 24);
  expect(after.start).toBe(0);
});

test('in a window that becomes lower the row under the cursor stays in sight, and moves as little as it can', () => {
  const before = at(509, 488);
  const lower = nextWindow(before, { id: 'row509', index: 509 }, 1_000, 20);
  expect(lower.start).toBe(490);
  expect(nextWindow(lower, { id: 'row509', index: 509 }, 1_000, 24).start).toBe(490);
});

/** Rows 1 and 2 go on with row 0, row 11 with row 10. */
const wrapped = (place: number): boolean => [1, 2, 11].includes(place);

test('a list never begins within a row that is wrapped', () => {
  expect(wholeRowsStart({ start: 0, index: 3 }, wrapped, 7)).toBe(0);
  expect(wholeRowsStart({ start: 1, index: 5 }, wrapped, 7)).toBe(3);
  expect(wholeRowsStart({ start: 2, index: 5 }, wrapped, 7)).toBe(3);
  expect(wholeRowsStart({ start: 4, index: 8 }, wrapped, 7)).toBe(4);
  expect(wholeRowsStart({ start: 11, index: 12 }, wrapped, 7)).toBe(12);
});

test('the selected row is seen to its last line where the window has room for it, else from its first', () => {
  expect(wholeRowsStart({ start: 4, index: 10 }, wrapped, 7)).toBe(5);
  expect(wholeRowsStart({ start: 0, index: 0 }, wrapped, 2)).toBe(0);
});
