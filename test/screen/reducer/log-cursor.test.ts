import { expect, test } from 'vitest';
import { wrapText } from '../../../source/model/words/line.ts';
import { appendLines, emptyLog } from '../../../source/model/words/log.ts';
import { copyMenu } from '../../../source/screen/dialogs/menu-copy.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { shownRing, topLine } from '../../../source/screen/rows/log.ts';
import { initialUi, type Ui, type UiEvent } from '../../../source/screen/ui.ts';
import { stateOf } from '../../fixtures/states.ts';

/** Fifty lines; line 10 is longer than a window of 80 by 24. */
const lines = Array.from({ length: 50 }, (_, index) =>
  index === 10 ? `line ${index} ${'word '.repeat(300)}` : `line ${index}`,
);
const app = stateOf([], { logs: { razer: appendLines(emptyLog, lines, 5_000, []) } });

const open: Ui = {
  ...initialUi,
  columns: 80,
  rows: 24,
  screen: { kind: 'view', view: 'log' },
  log: { ...initialUi.log, host: 'razer', showsTimes: false },
};

/** Rows of lines in a window of 24. */
const height = 16;

const after = (ui: Ui, ...events: readonly UiEvent[]): Ui =>
  events.reduce((now, event) => reduceUi(now, event, app), ui);

const step = (by: 1 | -1): UiEvent => ({ type: 'moved', by, unit: 'row' });
const steps = (by: 1 | -1, count: number): readonly UiEvent[] =>
  Array.from({ length: count }, () => step(by));
const place = ({ log }: Ui): readonly [cursor: number | null, top: number] => [
  log.cursor,
  topLine(shownRing(app, log), log, height),
];

const first: UiEvent = { type: 'jumped', to: 'first' };
const last: UiEvent = { type: 'jumped', to: 'last' };

test('a key goes to the next line, and the window moves at its edges alone', () => {
  const begun = after(open, first);
  expect(place(after(begun, step(1)))).toEqual([1, 0]);
  const edge = after(begun, ...steps(1, height - 1));
  expect(place(edge)).toEqual([height - 1, 0]);
  expect(place(after(edge, step(1)))).toEqual([height, 1]);
  expect(place(after(edge, step(1), ...steps(-1, height)))).toEqual([0, 0]);
  expect(place(after(begun, ...steps(1, 80)))).toEqual([49, 50 - height]);
  expect(place(after(begun, ...steps(-1, 3)))).toEqual([0, 0]);
});

test('up in a log that is followed goes to its last line and pauses it; the end follows again, without a cursor', () => {
  expect(after(open, step(1)).log).toMatchObject({ follow: true, cursor: null });
  const paused = after(open, step(-1));
  expect(paused.log.follow).toBe(false);
  expect(place(paused)).toEqual([49, 50 - height]);
  expect(place(after(paused, step(-1)))).toEqual([48, 50 - height]);
  expect(place(after(open, { type: 'followed', follow: false }))).toEqual([49, 50 - height]);
  expect(after(paused, last).log).toMatchObject({ follow: true, cursor: null });
});

test('a page and the wheel move the window, and the cursor with it', () => {
  const near = after(open, first, ...steps(1, 4));
  expect(place(after(near, { type: 'moved', by: 3, unit: 'row' }))).toEqual([7, 3]);
  expect(place(after(near, { type: 'moved', by: 1, unit: 'page' })).every(Number.isFinite)).toBe(
    true,
  );
  expect(
    after(near, ...Array<UiEvent>(9).fill({ type: 'moved', by: 1, unit: 'page' })).log.cursor,
  ).toBe(49);
});

test('the search goes on from the cursor, and typing without a match leaves it', () => {
  const typed = (text: string): readonly UiEvent[] => [
    { type: 'prompted', prompt: 'search' },
    ...[...text].map((letter): UiEvent => ({ type: 'typed', text: letter })),
  ];
  const near = after(open, first, ...steps(1, 12));
  const found = after(near, ...typed('line 1'), { type: 'submitted' });
  expect(found.log.cursor).toBe(12);
  expect(after(found, ...steps(1, 3), { type: 'found', by: 1 }).log.cursor).toBe(16);
  expect(after(near, ...typed('nowhere')).log.cursor).toBe(12);
});

test('what is copied is the line under the cursor', () => {
  const near = after(open, first, ...steps(1, 3));
  const [item] = copyMenu(app, near, 0).items;
  expect(item?.label).toBe('line under the cursor');
  expect(JSON.stringify(item?.wish)).toContain('line 3');
});

test('a wrapped line that is longer than the window is read to its end before the next one', () => {
  const begun = after(open, { type: 'wrapped' }, first, ...steps(1, 10));
  expect(begun.log).toMatchObject({ cursor: 10, top: 10, skip: 0 });
  const inside = after(begun, step(1));
  expect(inside.log).toMatchObject({ cursor: 10, top: 10, skip: 1 });
  let [now, count] = [inside, 0];
  for (; now.log.cursor === 10 && count < 100; count += 1) now = after(now, step(1));
  expect(now.log.cursor).toBe(11);
  // Its last row stands above the next line.
  expect(now.log.top).toBe(10);
  const up = after(now, ...steps(-1, 1));
  expect(up.log.cursor).toBe(10);
  expect(after(up, ...steps(-1, 60)).log).toMatchObject({ cursor: 0, top: 0, skip: 0 });
});

test('wrapping keeps the line of the cursor in sight, and a found line has lines above it', () => {
  const visible = (ui: Ui): boolean => {
    const { cursor, top: begin, skip } = ui.log;
    const rows = lines.slice(begin, (cursor ?? begin) + 1).map((line) => wrapText(line, 76).length);
    const last = rows.pop() ?? 0;
    const before = rows.reduce((sum, one) => sum + one, 0) - skip;
    return before >= 0 && before + last <= height;
  };
  const near = after(open, first, ...steps(1, height - 1));
  const wrapped = after(near, { type: 'wrapped' });
  expect(wrapped.log.cursor).toBe(height - 1);
  expect(visible(wrapped)).toBe(true);
  expect(place(after(wrapped, { type: 'wrapped' }))[0]).toBe(height - 1);
  const found = after(
    open,
    { type: 'wrapped' },
    first,
    { type: 'prompted', prompt: 'search' },
    ...[...'line 40'].map((letter): UiEvent => ({ type: 'typed', text: letter })),
  );
  expect(found.log).toMatchObject({ cursor: 40, top: 35, skip: 0 });
});

test('a click puts the cursor on a line that is shown, and nothing moves', () => {
  const clicked = after(open, { type: 'line-pointed', number: 40 });
  expect(clicked.log.follow).toBe(false);
  expect(place(clicked)).toEqual([40, 50 - height]);
  const again = after(after(open, first), { type: 'line-pointed', number: 7 });
  expect(place(again)).toEqual([7, 0]);
});

test('a log that has no line yet is followed, whatever moves', () => {
  const none = stateOf([], {});
  for (const event of [step(-1), step(1), first])
    expect(reduceUi(open, event, none).log).toMatchObject({ follow: true, cursor: null });
});
