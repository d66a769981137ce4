import { expect, test } from 'vitest';
import type { LogHits, LogRing } from '../../../source/model/words/log.ts';
import { countHits, isSearchOpen } from '../../../source/screen/reducer/log-find.ts';
import { oldLogWish } from '../../../source/screen/reducer/log-hits.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { linesFrom, shownRing } from '../../../source/screen/rows/log.ts';
import { initialUi, type Ui, type UiEvent } from '../../../source/screen/ui.ts';
import { stateOf } from '../../fixtures/states.ts';

/** The last hundred of ten thousand lines are in memory. */
const dropped = 9_900;
const ring: LogRing = {
  dropped,
  times: Array.from({ length: 100 }, (_, index) => 1_000 + index),
  lines: Array.from({ length: 100 }, (_, index) =>
    index % 50 === 0 ? `error ${dropped + index}` : `line ${dropped + index}`,
  ),
};
const app = stateOf([], { logs: { razer: ring } });

const open: Ui = {
  ...initialUi,
  columns: 120,
  rows: 40,
  screen: { kind: 'view', view: 'log' },
  log: { ...initialUi.log, host: 'razer' },
};

const after = (ui: Ui, ...events: readonly UiEvent[]): Ui =>
  events.reduce((now, event) => reduceUi(now, event, app), ui);

const searched = (ui: Ui): Ui =>
  after(
    ui,
    { type: 'prompted', prompt: 'search' },
    ...[...'error'].map((text): UiEvent => ({ type: 'typed', text })),
    { type: 'submitted' },
  );

const hits = (numbers: readonly number[], search = 'error'): LogHits => ({
  search,
  level: 'all',
  from: 0,
  times: numbers.map(() => null),
  before: dropped,
  count: numbers.length,
  numbers,
  texts: numbers.map((number) => `error ${number}`),
});

const found = (numbers: readonly number[]): UiEvent => ({
  type: 'log-searched',
  host: 'razer',
  hits: hits(numbers),
});

test('a log that is followed reads nothing from the disk; one page above memory reads what is shown, and around', () => {
  expect(oldLogWish(app, open)).toBeNull();
  const first = after(open, { type: 'jumped', to: 'first' });
  expect(first.log.top).toBe(0);
  const wish = oldLogWish(app, first);
  expect(wish).toEqual({ kind: 'read', host: 'razer', from: 0, count: 2_500 });
  expect(linesFrom(ring, first.log, 0, 2)).toEqual([null, null]);
  const read = after(first, {
    type: 'log-read',
    host: 'razer',
    piece: {
      first: 0,
      times: [],
      lines: Array.from({ length: 2_500 }, (_, index) => `line ${index}`),
    },
  });
  expect(linesFrom(ring, read.log, 0, 2)).toEqual(['line 0', 'line 1']);
  expect(oldLogWish(app, read)).toBeNull();
  const far = after(read, { type: 'moved', by: 100, unit: 'page' });
  expect(oldLogWish(app, far)).toMatchObject({ kind: 'read', from: far.log.top - 1_000 });
});

test('lines of the disk and of memory follow each other without a gap', () => {
  const ui = after(open, {
    type: 'log-read',
    host: 'razer',
    piece: { first: dropped - 2, times: [], lines: ['line 9898', 'line 9899', 'as memory has it'] },
  });
  expect(linesFrom(ring, ui.log, dropped - 2, 4)).toEqual([
    'line 9898',
    'line 9899',
    'error 9900',
    'line 9901',
  ]);
});

test('a search goes to lines in memory at once, and on among those of the disk', () => {
  const first = searched(open);
  expect(first.log.cursor).toBe(9_950);
  expect(isSearchOpen(ring, first.log)).toBe(true);
  expect(oldLogWish(app, first)).toEqual({
    kind: 'search',
    host: 'razer',
    query: { search: 'error', level: 'all' },
    from: 0,
    before: dropped,
  });
  const known = after(first, found([7, 4_000]));
  expect(countHits(ring, known.log)).toEqual({ place: 4, count: 4 });
  const back = after(known, { type: 'found', by: -1 }, { type: 'found', by: -1 });
  expect(back.log.cursor).toBe(4_000);
  expect(countHits(ring, back.log)).toEqual({ place: 2, count: 4 });
  expect(after(back, { type: 'found', by: 1 }).log.cursor).toBe(9_900);
});

test('a search without a hit in memory goes to the disk when that is searched', () => {
  const top = after(searched(open), { type: 'found', by: -1 });
  const waiting = after(top, { type: 'found', by: -1 });
  expect(waiting.log).toMatchObject({ cursor: 9_900, seeking: -1 });
  expect(after(waiting, found([12])).log).toMatchObject({
    cursor: 12,
    seeking: null,
    isAround: false,
  });
  expect(after(waiting, found([])).log).toMatchObject({ cursor: 9_950, isAround: true });
  // Somebody scrolls meanwhile: nothing takes the log away from there.
  const left = after(waiting, { type: 'moved', by: -1, unit: 'row' }, found([12]));
  expect(left.log.cursor).toBe(9_899);
});

test('what was found for another search, or in another log, is nothing', () => {
  const ui = searched(open);
  expect(
    after(ui, { ...found([1]), type: 'log-searched', host: 'p620', hits: hits([1]) }).log.found,
  ).toBeNull();
  expect(
    after(ui, { type: 'log-searched', host: 'razer', hits: hits([1], 'other') }).log.found,
  ).toBeNull();
});

test('only lines with what is searched are shown, those of the disk first', () => {
  const ui = after(searched(open), found([7, 4_000]), { type: 'hits-only' });
  expect(shownRing(app, ui.log).lines).toEqual([
    'error 7',
    'error 4000',
    'error 9900',
    'error 9950',
  ]);
  expect(oldLogWish(app, ui)).toBeNull();
  const all = after(ui, { type: 'hits-only' });
  expect(shownRing(app, all.log)).toBe(ring);
  expect(shownRing(app, after(ui, { type: 'backed' }).log)).toBe(ring);
});
