import { expect, test } from 'vitest';
import { actionTable } from '../../../source/actions/table.ts';
import {
  changesByFacts,
  changesByKeys,
  whereKeysAre,
  wholeScreen,
} from '../../../source/components/spoken/changes.ts';
import type { Overlay } from '../../../source/screen/overlay.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { initialUi, type UiEvent } from '../../../source/screen/ui.ts';
import type { AppEvent } from '../../../source/state/events.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import type { ScreenState } from '../../../source/store.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

const start: ScreenState = {
  app: runbookState,
  ui: { ...initialUi, columns: 100, rows: 60, now: noon },
};

const after = (state: ScreenState, ...events: readonly UiEvent[]): ScreenState => ({
  ...state,
  ui: events.reduce((ui, event) => reduceUi(ui, event, state.app), state.ui),
});

const told = (state: ScreenState, event: AppEvent): ScreenState => ({
  ...state,
  app: reduce(state.app, event),
});

const said = (before: ScreenState, now: ScreenState): readonly string[] =>
  changesByKeys(before, now, actionTable);

const down: UiEvent = { type: 'moved', by: 1, unit: 'row' };

const menu: Overlay = {
  kind: 'menu',
  title: 'Roll back',
  note: [{ text: 'Nothing is done yet.', tone: 'plain' }],
  items: [
    {
      id: 'one',
      label: 'razer to the system before',
      detail: 'it runs g188 now',
      wish: { kind: 'act', action: 'signs' },
      refused: null,
      letter: 'p',
    },
    {
      id: 'two',
      label: 'the lock',
      detail: '',
      wish: { kind: 'act', action: 'signs' },
      refused: 'a run is active',
      letter: 't',
    },
  ],
  cursor: null,
  careful: false,
  openedAt: 0,
};

test('a key that moves the cursor says the row and its place, and nothing else', () => {
  const lines = said(start, after(start, down));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^host \S+, .*, 2 of \d+$/);
});

test('a key that changes nothing has nothing to say by itself, and the place is known', () => {
  expect(said(start, start)).toEqual([]);
  expect(whereKeysAre(start, actionTable)).toMatch(/ 1 of \d+$/);
});

test('another view is told with its first row', () => {
  const lock = after(start, { type: 'showed', screen: { kind: 'view', view: 'lock' } });
  const lines = said(start, lock);
  expect(lines[0]).toMatch(/^View Lock/);
  expect(lines.some((line) => line.startsWith('alarm '))).toBe(true);
  expect(lines.at(-1)).toMatch(/^input .* 1 of \d+$/);
});

test('a menu is a list with its letters, and moving in it says one of them', () => {
  const open = after(start, { type: 'opened', overlay: menu });
  expect(said(start, open)).toEqual([
    'Menu: Roll back',
    'Nothing is done yet.',
    'p, razer to the system before, it runs g188 now',
    't, the lock, not now: a run is active',
    '2 choices: a letter takes one, Esc closes',
  ]);
  expect(said(open, after(open, down))).toEqual(['t, the lock, not now: a run is active, 2 of 2']);
  expect(said(open, start)[0]).toBe('closed');
});

test('a text that is open is said once as a whole, and what comes later alone', () => {
  const text = (...lines: readonly string[]): Overlay => ({
    kind: 'text',
    title: 'Report',
    lines: lines.map((line) => ({ text: line, tone: 'plain' })),
    top: 0,
  });
  const open = after(start, { type: 'opened', overlay: text('one', 'two') });
  expect(said(start, open)).toEqual(['Report:', 'one', 'two', 'End of Report, Esc closes']);
  const more = after(open, { type: 'opened', overlay: text('one', 'two', 'three') });
  expect(said(open, more)).toEqual(['three']);
});

test('a notice and a step are told as they come', () => {
  const noticed = told(start, { type: 'noticed', tone: 'warning', text: 'disk full', at: noon });
  expect(changesByFacts(start, noticed)).toEqual(['warning: disk full']);
});

test('time that passes says nothing', () => {
  const later = after(start, { type: 'ticked', at: noon + 90_000 });
  expect([...said(start, later), ...changesByFacts(start, later)]).toEqual([]);
});

test('nothing that is said has a sign, a box or a control', () => {
  const lines = [
    ...wholeScreen(start, actionTable),
    ...(['lock', 'packages', 'check', 'build', 'health', 'log', 'history'] as const).flatMap(
      (view) =>
        wholeScreen(after(start, { type: 'showed', screen: { kind: 'view', view } }), actionTable),
    ),
  ];
  expect(lines.join('\n')).not.toMatch(/[\u2190-\u21ff\u2500-\u28ff]|\p{Cc}(?<!\n)/u);
});
