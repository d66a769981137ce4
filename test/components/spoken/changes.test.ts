import { expect, test } from 'vitest';
import { actionTable } from '../../../source/actions/table.ts';
import {
  changesByKeys,
  whereKeysAre,
  wholeScreen,
} from '../../../source/components/spoken/changes.ts';
import { changesByFacts, heardSoFar } from '../../../source/components/spoken/facts.ts';
import { row } from '../../../source/model/board/board.ts';
import type { Confirmation, Overlay } from '../../../source/screen/overlay.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { initialUi, type UiEvent } from '../../../source/screen/ui.ts';
import type { AppEvent } from '../../../source/state/events.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import type { RunSummary } from '../../../source/state/run.ts';
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

const happened = (before: ScreenState, now: ScreenState): readonly string[] =>
  changesByFacts(heardSoFar(before), now).lines;

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
  expect(happened(start, noticed)).toEqual(['warning: disk full']);
});

test('a summary and the step that it ends are one sentence, and a failed step is called failed', () => {
  const failed = told(
    told(start, {
      type: 'stage-changed',
      stage: 'deploy',
      state: { kind: 'failed', reason: 'nas rolled back', at: noon },
      at: noon,
    }),
    { type: 'noticed', tone: 'error', text: 'nas rolled back, m shows what can be done', at: noon },
  );
  expect(happened(start, failed)).toEqual([
    'error: nas rolled back, m shows what can be done',
    'step deploy: failed',
  ]);
});

test('a long text is said page by page: what a key brings into sight, and how much follows', () => {
  const lines = Array.from({ length: 30 }, (_, at) => ({
    text: `line ${at + 1}`,
    tone: 'plain' as const,
  }));
  const low = { ...start, ui: { ...start.ui, rows: 19 } };
  const open = after(low, {
    type: 'opened',
    overlay: { kind: 'text', title: 'Report', lines, top: 0 },
  });
  // Rows of the window that header, footer and frame leave.
  const first = said(low, open);
  const page = first.length - 2;
  expect(page).toBeGreaterThan(5);
  expect(page).toBeLessThan(20);
  expect(first.at(1)).toBe('line 1');
  expect(first.at(-1)).toMatch(new RegExp(`^${30 - page} lines more, .* reads on`));
  const second = after(open, { type: 'moved', by: 1, unit: 'page' });
  const more = said(open, second);
  expect(more[0]).toBe(`line ${page + 1}`);
  expect(new Set([...first, ...more]).size).toBe(first.length + more.length);
  expect(said(open, after(open, down))).toEqual([`line ${page + 1}`]);
});

const deploy = (commands: number): Confirmation => ({
  kind: 'confirm',
  title: 'Deploy to 2 hosts',
  body: [{ text: 'order: nas, then razer', tone: 'plain' }],
  commands: Array.from({ length: commands }, (_, at) => `nas: command ${at + 1}`),
  choices: [
    { label: 'No', wish: null, guarded: false },
    { label: 'Deploy 2 hosts', wish: { kind: 'act', action: 'signs' }, guarded: true },
  ],
  focus: 0,
  required: { kind: 'count', count: 2 },
  typed: '',
  top: 0,
  openedAt: 0,
});

test('a dialog says its question and its choices; many commands are said where they are asked for', () => {
  const open = after(start, { type: 'opened', overlay: deploy(9) });
  expect(said(start, open)).toEqual([
    'Dialog: Deploy to 2 hosts',
    'order: nas, then razer',
    '9 commands will run, ^o says them',
    'Choices: No; Deploy 2 hosts. Left and right choose',
    'choice No, 1 of 2, Enter takes it',
  ]);
  const unfolded = said(open, after(open, { type: 'unfolded' }));
  expect(unfolded).toEqual([
    '9 commands will run:',
    ...Array.from({ length: 9 }, (_, at) => `  nas: command ${at + 1}`),
  ]);
  const few = after(start, { type: 'opened', overlay: deploy(1) });
  expect(said(start, few)).toContain('  nas: command 1');
});

test('a choice that is locked says what has to be typed for it', () => {
  const open = after(start, { type: 'opened', overlay: { ...deploy(1), focus: 1 } });
  expect(said(start, open).at(-1)).toBe('choice Deploy 2 hosts, 2 of 2, type 2 to take it');
});

test('a list without rows says why, and which key helps', () => {
  const none = { ...start, app: { ...start.app, board: [] } };
  const lines = said(
    none,
    after(none, { type: 'showed', screen: { kind: 'view', view: 'check' } }),
  );
  expect(lines[0]).toBe('View Check');
  expect(lines.at(-1)).toMatch(/^No checks run yet\. .* runs all checks/);
});

test('what stands side by side on the page of a host is said one after the other', () => {
  const [host = ''] = start.app.hostNames;
  const lines = said(
    start,
    after(start, { type: 'showed', screen: { kind: 'host', host, tab: 'facts' } }),
  );
  expect(lines[0]).toBe(`Host ${host}, tab facts`);
  const labels = ['runs', 'would run', 'boots', 'kernel', 'disks', 'load', 'units'];
  for (const line of lines.slice(2))
    expect(labels.filter((label) => line.split(', ').includes(label)).length).toBeLessThan(2);
});

test('each column of a row of the lock says what it is', () => {
  const lock = after(start, { type: 'showed', screen: { kind: 'view', view: 'lock' } });
  const rows = start.app.lock.kind === 'read' ? start.app.lock.changes : [];
  const moved = rows.findIndex(({ days, kind }) => days !== null && days > 0 && kind === 'updated');
  const there = Array.from({ length: 40 }, (_, at) =>
    whereKeysAre(after(lock, { type: 'moved', by: at, unit: 'row' }), actionTable),
  );
  expect(moved).toBeGreaterThanOrEqual(0);
  expect(there.some((row) => /, moved \d+ d, commits \S+, \d+ of \d+$/.test(row))).toBe(true);
  expect(there.some((row) => /, of \d{4}-\d\d-\d\d, \d+ \w+ old, \d+ of \d+$/.test(row))).toBe(
    true,
  );
});

test('of a prompt only what a key typed or erased is said, once its text was said', () => {
  const asked = after(start, { type: 'prompted', prompt: 'filter' });
  const typed = (state: ScreenState, text: string) => after(state, { type: 'typed', text });
  const n = typed(asked, 'n');
  const na = typed(n, 'a');
  expect(said(asked, n).at(-1)).toBe('typed n');
  expect(said(n, na).at(-1)).toBe('typed a');
  expect(said(na, after(na, { type: 'erased' })).at(-1)).toBe('erased a');
  expect(said(n, after(n, { type: 'erased' })).at(-1)).toBe('empty');
  const space = typed(na, ' ');
  expect(said(na, space)).toContain('typed space');
  expect(said(space, after(space, { type: 'erased' }))).toContain('erased space');
  expect(said(na, typed(na, '!'))).toContain('typed !');
  // Pasted columns are said as words.
  expect(said(na, typed(na, 'x    y'))).toContain('typed x y');
});

test.each([
  'fleet',
  'lock',
  'packages',
  'check',
  'build',
  'health',
  'history',
] as const)('why %s has no row is said without the columns of a filter', (list) => {
  const { ui } = start;
  const run: RunSummary = {
    id: 'r',
    goal: 'test',
    startedAt: noon,
    hosts: [],
    lock: null,
    ending: null,
  };
  const none: ScreenState = {
    app: {
      ...start.app,
      history: [run],
      board: [row({ id: 'git.branch', group: 'git', label: 'branch' }, 'green', 'main')],
    },
    ui: {
      ...ui,
      screen: { kind: 'view', view: list },
      lists: { ...ui.lists, [list]: { ...ui.lists[list], filter: 'q    "a     b' } },
    },
  };
  const words = whereKeysAre(none, actionTable);
  expect(words).toMatch(/q.+b/);
  expect(words).not.toMatch(/ {2,}/);
});

test('time that passes says nothing', () => {
  const later = after(start, { type: 'ticked', at: noon + 90_000 });
  expect([...said(start, later), ...happened(start, later)]).toEqual([]);
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
