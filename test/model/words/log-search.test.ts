import { expect, test } from 'vitest';
import { appendLines, emptyLog } from '../../../source/model/words/log.ts';
import { shiftLog } from '../../../source/screen/reducer/log.ts';
import { countHits, findInLog } from '../../../source/screen/reducer/log-find.ts';
import { ringOf } from '../../../source/screen/rows/log.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import { stateOf } from '../../fixtures/states.ts';

const lines = ['error one', 'fine', 'error two', 'x'.repeat(200), 'error three'];
const app = stateOf([], { logs: { razer: appendLines(emptyLog, lines) } });
const ring = ringOf(app, 'razer');

const searching: Ui = {
  ...initialUi,
  screen: { kind: 'view', view: 'log' },
  log: { ...initialUi.log, host: 'razer', search: 'error' },
};

const placeOf = ({ log }: Ui) => countHits(ring, log);

test('a search tells which hit of how many it stands at, and when it went around the end', () => {
  const first = findInLog(app, searching, -1);
  expect(placeOf(first)).toEqual({ place: 3, count: 3 });
  expect(first.log.isAround).toBe(false);
  const second = findInLog(app, first, -1);
  expect([placeOf(second).place, second.log.isAround]).toEqual([2, false]);
  const around = findInLog(app, first, 1);
  expect([placeOf(around).place, around.log.isAround]).toEqual([1, true]);
  expect(findInLog(app, around, 1).log.isAround).toBe(false);
});

test('a search without a hit counts none and stays', () => {
  const none: Ui = { ...searching, log: { ...searching.log, search: 'nowhere' } };
  expect(findInLog(app, none, 1)).toBe(none);
  expect(placeOf(none)).toEqual({ place: 0, count: 0 });
});

test('scrolling to the right ends at the end of the longest line', () => {
  const wide = shiftLog(app, shiftLog(app, shiftLog(app, searching, 80), 80), 80);
  expect(wide.log.left).toBe(200 - 76);
  expect(shiftLog(app, wide, -500).log.left).toBe(0);
});
