import { expect, test } from 'vitest';
import { appendLines, emptyLog } from '../../../source/model/words/log.ts';
import { messageLines } from '../../../source/screen/reducer/message-lines.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { fleetRowsOf } from '../../../source/screen/rows/fleet.ts';
import { markedIds, selectedId } from '../../../source/screen/rows/lists.ts';
import { topLine } from '../../../source/screen/rows/log.ts';
import { targetHosts } from '../../../source/screen/rows/targets.ts';
import { initialUi, type Ui, type UiEvent } from '../../../source/screen/ui.ts';
import type { AppState } from '../../../source/state/state.ts';
import {
  fourHosts,
  hostOf,
  manyHosts,
  noon,
  runbookState,
  stateOf,
} from '../../fixtures/states.ts';

const after = (app: AppState, ...events: readonly UiEvent[]): Ui =>
  events.reduce((ui, event) => reduceUi(ui, event, app), initialUi);

const down: UiEvent = { type: 'moved', by: 1, unit: 'row' };
const type = (text: string): UiEvent => ({ type: 'typed', text });

test('the cursor keeps its host when other hosts come before it', () => {
  const ui = after(runbookState, down);
  const grown = stateOf([hostOf('aaa'), ...fourHosts]);
  expect(selectedId(runbookState, ui)).toBe('razer');
  expect(selectedId(grown, ui)).toBe('razer');
});

test('the cursor stops at the ends', () => {
  const ui = after(runbookState, down, down, down, down, down, down);
  expect(selectedId(runbookState, ui)).toBe('samsung');
});

test('a mark moves on, and marked hosts are the targets', () => {
  const ui = after(runbookState, { type: 'marked' }, { type: 'marked' });
  expect(targetHosts(runbookState, ui)).toEqual(['p620', 'razer']);
  expect(selectedId(runbookState, ui)).toBe('p510');
});

test('without marks the host under the cursor is the target', () => {
  expect(targetHosts(runbookState, after(runbookState, down))).toEqual(['razer']);
});

test('a range marks what lies between', () => {
  const ui = after(runbookState, { type: 'range-started' }, down, down);
  expect(markedIds(runbookState, ui, 'fleet')).toEqual(['p620', 'razer', 'p510']);
  const kept = reduceUi(ui, { type: 'marked' }, runbookState);
  expect(kept.lists.fleet).toMatchObject({ marks: ['p620', 'razer', 'p510'], rangeFrom: null });
});

test('a mark that a filter hides does not count, is told, and counts again when its row is back', () => {
  const filter = (text: string): readonly UiEvent[] => [
    { type: 'prompted', prompt: 'filter' },
    type(text),
    { type: 'submitted' },
  ];
  const told = (ui: Ui): string =>
    messageLines(runbookState, { ...ui, columns: 100, rows: 30 })
      .flat()
      .map(({ text }) => text)
      .join('');
  const marked = after(runbookState, { type: 'marked' }, ...filter('raz'));
  expect(marked.lists.fleet.marks).toEqual(['p620']);
  expect(targetHosts(runbookState, marked)).toEqual(['razer']);
  expect(told(marked)).toContain('1 marked but hidden');
  const both = reduceUi(marked, { type: 'marked' }, runbookState);
  expect(targetHosts(runbookState, both)).toEqual(['razer']);
  expect(told(both)).toContain('1 marked  1 marked but hidden');
  const back = { ...both, lists: { ...both.lists, fleet: { ...both.lists.fleet, filter: '' } } };
  expect(targetHosts(runbookState, back)).toEqual(['p620', 'razer']);
  expect(told(back)).not.toContain('hidden');
});

test('a mark in a group that is folded does not count', () => {
  const app = stateOf(manyHosts(20));
  const marked = after(app, down, { type: 'marked' });
  expect(markedIds(app, marked, 'fleet')).toHaveLength(1);
  const folded = [
    ...new Set(
      fleetRowsOf(app, marked).flatMap((row) => (row.kind === 'heading' ? [row.trouble] : [])),
    ),
  ];
  expect(markedIds(app, { ...marked, folded }, 'fleet')).toEqual([]);
});

test('marking all adds what a filter shows to the marks that it hides, and twice takes only that away', () => {
  const filtered = after(
    runbookState,
    { type: 'marked' },
    { type: 'prompted', prompt: 'filter' },
    type('raz'),
    { type: 'submitted' },
  );
  const all = reduceUi(filtered, { type: 'all-marked' }, runbookState);
  expect(all.lists.fleet.marks).toEqual(['p620', 'razer']);
  expect(reduceUi(all, { type: 'all-marked' }, runbookState).lists.fleet.marks).toEqual(['p620']);
});

test('marking all twice marks none', () => {
  const all = after(runbookState, { type: 'all-marked' });
  expect(all.lists.fleet.marks).toHaveLength(4);
  expect(reduceUi(all, { type: 'all-marked' }, runbookState).lists.fleet.marks).toEqual([]);
});

test('a filter knows names, tags and negation', () => {
  const shown = (text: string): string | undefined =>
    selectedId(
      runbookState,
      after(runbookState, { type: 'prompted', prompt: 'filter' }, type(text)),
    );
  expect(shown('@laptop')).toBe('razer');
  expect(shown('!working !current !behind')).toBe('samsung');
  expect(shown('nothing like this')).toBeUndefined();
});

const filterTyped = (text: string): readonly UiEvent[] => [
  { type: 'prompted', prompt: 'filter' },
  ...[...text].map(type),
];

test('the cursor stays on its host through a filter that shows it', () => {
  const ui = after(runbookState, down, down, ...filterTyped('!laptop'));
  expect(selectedId(runbookState, ui)).toBe('p510');
});

test('the host that a filter chose is still chosen when Esc shows all again', () => {
  const kept = after(runbookState, ...filterTyped('p5'), { type: 'submitted' });
  const all = reduceUi(kept, { type: 'backed' }, runbookState);
  expect(all.lists.fleet.filter).toBe('');
  expect(selectedId(runbookState, all)).toBe('p510');
});

const openedAgain: readonly UiEvent[] = [
  ...filterTyped('p5'),
  { type: 'submitted' },
  { type: 'prompted', prompt: 'filter' },
];

const filterOf = (...events: readonly UiEvent[]): string =>
  after(runbookState, ...openedAgain, ...events).lists.fleet.filter;

test('a filter that is opened again shows its text as selected: what is typed takes its place', () => {
  expect(filterOf()).toBe('p5');
  expect(filterOf(...[...'raz'].map(type))).toBe('raz');
  expect(filterOf({ type: 'erased' })).toBe('');
  expect(filterOf({ type: 'submitted' })).toBe('p5');
  expect(filterOf(type('r'), { type: 'backed' })).toBe('p5');
});

test('a filter that is opened again is typed on where its text was kept', () => {
  expect(filterOf({ type: 'text-kept' }, type('1'))).toBe('p51');
  expect(filterOf({ type: 'text-kept' }, { type: 'erased' })).toBe('p');
});

test('the row of a filter tells whether typing begins anew', () => {
  const line = (...events: readonly UiEvent[]) => {
    const ui = after(runbookState, ...openedAgain, ...events);
    return messageLines(runbookState, { ...ui, columns: 100, rows: 30 }).flat();
  };
  expect(line().find(({ text }) => text === 'p5')?.inverse).toBe(true);
  expect(
    line()
      .map(({ text }) => text)
      .join(''),
  ).toContain('typing begins anew');
  const kept = line({ type: 'text-kept' });
  expect(kept.find(({ text }) => text === 'p5')?.inverse).not.toBe(true);
  expect(kept.map(({ text }) => text).join('')).not.toContain('begins anew');
});

test('a filter that is dropped while it is typed leaves the cursor where it was', () => {
  const ui = after(runbookState, down, ...filterTyped('p5'), { type: 'backed' });
  expect(selectedId(runbookState, ui)).toBe('razer');
});

test('Esc drops a filter that is being typed, Enter keeps it', () => {
  const typing: readonly UiEvent[] = [{ type: 'prompted', prompt: 'filter' }, type('raz')];
  expect(after(runbookState, ...typing, { type: 'backed' }).lists.fleet.filter).toBe('');
  expect(after(runbookState, ...typing, { type: 'submitted' }).lists.fleet.filter).toBe('raz');
});

test('Esc goes back one thing at a time, at last to the fleet', () => {
  const lock: UiEvent = { type: 'showed', screen: { kind: 'view', view: 'lock' } };
  const help: UiEvent = { type: 'opened', overlay: { kind: 'help', filter: '', cursor: null } };
  const opened = after(runbookState, lock, { type: 'marked' }, help);
  const back = (ui: Ui): Ui => reduceUi(ui, { type: 'backed' }, runbookState);
  const closed = back(opened);
  expect(closed.overlay).toBeNull();
  expect(closed.lists.lock.marks).toHaveLength(1);
  const cleared = back(closed);
  expect(cleared.lists.lock.marks).toHaveLength(0);
  expect(cleared.screen).toEqual({ kind: 'view', view: 'lock' });
  expect(back(cleared).screen).toEqual({ kind: 'view', view: 'fleet' });
});

test('many hosts are grouped by trouble, and a folded group keeps its heading', () => {
  const app = stateOf(manyHosts(1_000));
  const ui = after(app, { type: 'ticked', at: 1 });
  expect(selectedId(app, ui)).toBe('#failed');
  expect(targetHosts(app, ui)).toHaveLength(200);
  const folded = after(app, { type: 'folded' }, down);
  expect(selectedId(app, folded)).toBe('#working');
});

test('a paused log stays where it is while the ring drops lines before it', () => {
  const lines = (from: number, count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `line ${from + index}`);
  const full = { ...runbookState, logs: { razer: appendLines(emptyLog, lines(0, 5_000)) } };
  const ui = after(
    full,
    { type: 'log-opened', host: 'razer' },
    { type: 'moved', by: -1, unit: 'page' },
  );
  const ring = appendLines(full.logs.razer, lines(5_000, 1_000));
  const seen = (state: typeof full.logs.razer): string | undefined =>
    state.lines[topLine(state, ui.log, 16) - state.dropped];
  expect(ui.log.follow).toBe(false);
  expect(seen(ring)).toBe(seen(full.logs.razer));
});

test('a search goes around the end, and case counts only with a capital', () => {
  const app = {
    ...runbookState,
    logs: {
      '': appendLines(emptyLog, [
        'Error: one',
        'fine',
        'error: two',
        ...Array.from({ length: 30 }, () => 'fine'),
      ]),
    },
  };
  const search = (text: string, ...more: readonly UiEvent[]): Ui =>
    after(
      app,
      { type: 'log-opened', host: '' },
      { type: 'prompted', prompt: 'search' },
      type(text),
      { type: 'submitted' },
      ...more,
    );
  expect(search('error').log.cursor).toBe(2);
  expect(search('error', { type: 'found', by: 1 }).log.cursor).toBe(0);
  expect(search('Error').log.cursor).toBe(0);
});

test('the state of the screen survives JSON', () => {
  const ui = after(runbookState, down, { type: 'marked' });
  expect(JSON.parse(JSON.stringify(ui))).toEqual(ui);
});

const told = (isRefusal?: true): UiEvent => ({
  type: 'told',
  text: 'open: nothing to open here',
  tone: 'warn',
  at: noon,
  isAnswer: true,
  ...(isRefusal === undefined ? {} : { isRefusal }),
});

test.each([
  ['another row', down],
  ['another view', { type: 'showed', screen: { kind: 'view', view: 'lock' } }],
  ['the next view', { type: 'cycled', by: 1 }],
] satisfies readonly (readonly [
  string,
  UiEvent,
])[])('why a key did nothing leaves the screen at %s, another answer stays', (_what, event) => {
  expect(after(runbookState, told(true)).toast?.text).toContain('nothing to open');
  expect(after(runbookState, told(true), event).toast).toBe(null);
  expect(after(runbookState, told(), event).toast?.text).toContain('nothing to open');
});

test.each([
  ['health', 'health'],
  ['packages', 'packages'],
  ['fleet', 'fleet'],
] as const)('the way back from a host that was opened in %s leads to %s', (opened, expected) => {
  const ui = after(
    runbookState,
    { type: 'showed', screen: { kind: 'view', view: opened } },
    { type: 'showed', screen: { kind: 'host', host: 'razer', tab: 'facts' } },
    // Another tab, and another host from there.
    { type: 'tabbed', by: 1 },
    { type: 'showed', screen: { kind: 'host', host: 'p510', tab: 'charts' } },
    { type: 'backed' },
  );
  expect(ui.screen).toEqual({ kind: 'view', view: expected });
  expect(after(runbookState, { type: 'backed' }).screen).toEqual({ kind: 'view', view: 'fleet' });
});
