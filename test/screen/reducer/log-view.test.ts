import { expect, test } from 'vitest';
import { appendLines, emptyLog } from '../../../source/model/words/log.ts';
import { isStillWanted, oldLogWish } from '../../../source/screen/reducer/log-hits.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { entriesFrom, shownLog, shownRing, topLine } from '../../../source/screen/rows/log.ts';
import { initialUi, type Ui, type UiEvent } from '../../../source/screen/ui.ts';
import { stateOf } from '../../fixtures/states.ts';

const minute = 60_000;
const noon = Date.parse('2026-11-29T12:00:00Z');

/** A line each second for ten minutes before noon; every hundredth is an error, those between them a warning. */
const lines = Array.from({ length: 600 }, (_, index) =>
  index % 100 === 0
    ? `error: number ${index}`
    : index % 50 === 0
      ? `warning: ${index}`
      : `line ${index}`,
);
const times = lines.map((_, index) => noon - (600 - index) * 1_000);
const app = stateOf([], { logs: { razer: appendLines(emptyLog, lines, 5_000, times) } });

const open: Ui = {
  ...initialUi,
  now: noon,
  columns: 80,
  rows: 24,
  screen: { kind: 'view', view: 'log' },
  log: { ...initialUi.log, host: 'razer' },
};

const after = (ui: Ui, ...events: readonly UiEvent[]): Ui =>
  events.reduce((now, event) => reduceUi(now, event, app), ui);

const typed = (text: string): readonly UiEvent[] =>
  [...text].map((letter): UiEvent => ({ type: 'typed', text: letter }));

const search: UiEvent = { type: 'prompted', prompt: 'search' };
const height = 16;
const top = ({ log }: Ui): number => topLine(shownRing(app, log), log, height);

test('each letter goes to the match that is nearest to where somebody looks; Esc goes back there', () => {
  const paused = after(
    open,
    { type: 'jumped', to: 'first' },
    { type: 'moved', by: 120, unit: 'row' },
  );
  expect(top(paused)).toBe(120);
  const first = after(paused, search, ...typed('line 2'));
  expect(first.log.cursor).toBe(201);
  // The next letter begins from the start of the search, not from the last hit.
  const second = after(first, ...typed('50'));
  expect(second.log.cursor).toBeNull();
  expect(top(second)).toBe(120);
  expect(after(second, { type: 'erased' }, { type: 'erased' }).log.cursor).toBe(201);
  const back = after(first, { type: 'backed' });
  expect([top(back), back.log.search, back.log.cursor]).toEqual([120, '', null]);
});

test('a match that is visible is no reason to scroll; another one has lines above it', () => {
  const paused = after(
    open,
    { type: 'jumped', to: 'first' },
    { type: 'moved', by: 120, unit: 'row' },
  );
  const near = after(paused, search, ...typed('line 125'));
  expect([near.log.cursor, top(near)]).toEqual([125, 120]);
  const far = after(paused, search, ...typed('line 333'));
  expect([far.log.cursor, top(far)]).toEqual([333, 333 - 5]);
});

test('in a log that is followed a search goes up from its end, and Esc follows again', () => {
  const found = after(open, search, ...typed('error'));
  expect(found.log).toMatchObject({ cursor: 500, follow: false });
  expect(after(found, { type: 'backed' }).log.follow).toBe(true);
  const kept = after(found, { type: 'submitted' });
  expect(kept.log.cursor).toBe(500);
  const next = after(kept, { type: 'found', by: 1 });
  expect([next.log.cursor, next.log.isAround]).toEqual([0, true]);
});

test('fewer levels leave out lines, the first visible one stays, and Esc shows all again there', () => {
  const paused = after(
    open,
    { type: 'jumped', to: 'first' },
    { type: 'moved', by: 120, unit: 'row' },
  );
  const warnings = after(paused, { type: 'leveled', by: 1 });
  expect(shownRing(app, warnings.log).lines).toHaveLength(12);
  const errors = after(warnings, { type: 'leveled', by: 1 });
  const { ring, numbers } = shownLog(app, errors.log);
  expect(ring.lines).toEqual([0, 100, 200, 300, 400, 500].map((at) => `error: number ${at}`));
  expect(numbers).toEqual([0, 100, 200, 300, 400, 500]);
  expect(after(errors, { type: 'backed' }).log).toMatchObject({ level: 'all', follow: false });
  const hit = after(errors, search, ...typed('300'), { type: 'submitted' });
  expect(hit.log.cursor).toBe(3);
  expect(after(hit, { type: 'leveled', by: -1 }, { type: 'leveled', by: -1 }).log.cursor).toBe(300);
});

test('a log is shown from a moment on, and none of its lines before', () => {
  const since = after(open, {
    type: 'since-chosen',
    since: { at: noon - minute, words: '1 minute' },
  });
  expect(since.log.since?.line).toBe(540);
  const first = after(since, { type: 'jumped', to: 'first' });
  expect(top(first)).toBe(540);
  expect(top(after(first, { type: 'moved', by: -5, unit: 'row' }))).toBe(540);
  // The only error of the last minute.
  expect(shownRing(app, after(since, { type: 'leveled', by: 1 }).log).lines).toEqual([
    'warning: 550',
  ]);
  expect(after(since, search, ...typed('error')).log.cursor).toBeNull();
  expect(after(since, { type: 'backed' }).log.since).toBeNull();
});

test('a moment before what memory holds is looked for on the disk', () => {
  const ring = { lines: lines.slice(100), times: times.slice(100), dropped: 100 };
  const cut = stateOf([], { logs: { razer: ring } });
  const ui = reduceUi(
    open,
    { type: 'since-chosen', since: { at: noon - 9 * minute, words: '' } },
    cut,
  );
  const wish = oldLogWish(cut, ui);
  expect(wish).toEqual({ kind: 'since', host: 'razer', at: noon - 9 * minute });
  const known = reduceUi(ui, { type: 'since-found', host: 'razer', line: 60 }, cut);
  expect(known.log.since?.line).toBe(60);
  expect(oldLogWish(cut, known)).toBeNull();
});

test('what a letter made useless is not searched to its end', () => {
  const ring = { lines: lines.slice(100), times: times.slice(100), dropped: 100 };
  const cut = stateOf([], { logs: { razer: ring } });
  const one = typed('er').reduce(
    (ui, event) => reduceUi(ui, event, cut),
    reduceUi(open, search, cut),
  );
  const wish = oldLogWish(cut, one);
  if (wish === null) throw new Error('nothing is searched');
  expect(wish).toMatchObject({ kind: 'search', query: { search: 'er' } });
  expect(isStillWanted(wish, one)).toBe(true);
  expect(isStillWanted(wish, reduceUi(one, { type: 'typed', text: 'r' }, cut))).toBe(false);
});

test('a wrapped line that is longer than the window is read to its end', () => {
  const long = Array.from({ length: 4_000 }, (_, index) => String(index % 10)).join('');
  const other = stateOf([], { logs: { razer: appendLines(emptyLog, ['first', long, 'last']) } });
  const go = (ui: Ui, event: UiEvent): Ui => reduceUi(ui, event, other);
  let ui = go(go(open, { type: 'wrapped' }), { type: 'jumped', to: 'first' });
  const seen = new Set<string>();
  for (let step = 0; step < 80; step += 1) {
    seen.add(`${ui.log.top}+${ui.log.skip}`);
    ui = go(ui, { type: 'moved', by: 1, unit: 'row' });
  }
  // 4,000 cells in rows of 76: 53 rows, of which 15 and the last line are visible in the end.
  expect([...seen].filter((place) => place.startsWith('1+'))).toHaveLength(53 - 15 + 1);
  expect(ui.log).toMatchObject({ top: 1, skip: 38, cursor: 2 });
  const up = go(ui, { type: 'moved', by: -1, unit: 'row' });
  expect(up.log).toMatchObject({ top: 1, skip: 38, cursor: 1 });
  expect(go(up, { type: 'moved', by: -1, unit: 'row' }).log).toMatchObject({ top: 1, skip: 37 });
});

test('lines keep their times where some are left out', () => {
  const { log } = after(open, { type: 'leveled', by: 1 }, { type: 'leveled', by: 1 });
  const ring = shownRing(app, log);
  expect(entriesFrom(ring, log, 1, 1)).toEqual([
    { number: 1, text: 'error: number 100', at: times[100] },
  ]);
});
