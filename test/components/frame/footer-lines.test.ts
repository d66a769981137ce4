import { expect, test } from 'vitest';
import { actionTable } from '../../../source/actions/table.ts';
import { keysLine } from '../../../source/components/frame/footer-lines.ts';
import type { Line } from '../../../source/model/words/line.ts';
import { messagesText } from '../../../source/screen/messages.ts';
import type { Confirmation } from '../../../source/screen/overlay.ts';
import { messageLines } from '../../../source/screen/reducer/message-lines.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { narrowedWords } from '../../../source/screen/rows/shown-hosts.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import type { AppState } from '../../../source/state/state.ts';
import { noon, runbookState } from '../../fixtures/states.ts';

const textOf = (line: Line | undefined): string => (line ?? []).map(({ text }) => text).join('');

const told = (text: string, at = noon): Ui => ({
  ...initialUi,
  now: noon + 100,
  toast: { text, tone: 'plain', at },
});

test('^c is offered while there is something to cancel, and only then', () => {
  const keys = (run: AppState['run']): string =>
    textOf(
      keysLine({ app: { ...runbookState, run }, ui: { ...initialUi, columns: 120 } }, actionTable),
    );
  expect(keys({ kind: 'none' })).not.toContain('^c');
  expect(keys({ kind: 'active', id: '1', goal: 'deploy', hosts: [], since: noon })).toMatch(
    /^ \^c cancel /,
  );
});

test('the next match is offered in a log where something is searched, and only there', () => {
  const keys = (search: string): string => {
    const ui: Ui = {
      ...initialUi,
      columns: 140,
      screen: { kind: 'view', view: 'log' },
      log: { ...initialUi.log, search },
    };
    return textOf(keysLine({ app: runbookState, ui }, actionTable));
  };
  expect(keys('')).toContain('/ search');
  expect(keys('')).not.toContain('n next ');
  expect(keys('error')).toContain('n next ');
});

test('a dialog that takes text names no letter as a key', () => {
  const dialog = (required: Confirmation['required']): string =>
    textOf(
      keysLine(
        {
          app: runbookState,
          ui: {
            ...initialUi,
            columns: 90,
            overlay: {
              kind: 'confirm',
              title: 'Deploy',
              body: [],
              commands: [],
              choices: [],
              focus: 0,
              required,
              typed: '',
              top: 0,
              openedAt: 0,
            },
          },
        },
        actionTable,
      ),
    );
  expect(dialog({ kind: 'nothing' })).toContain('g G scroll');
  for (const required of [
    { kind: 'name', names: ['nas'], count: null },
    { kind: 'count', count: 6 },
  ] as const)
    expect(dialog(required)).toBe(
      ' type it · left right choose · up down PgUp PgDn scroll · Enter takes · Esc closes',
    );
});

test.each([
  60, 70, 80, 110,
])('at %i columns a text says how it is closed, whatever can be done in it', (columns) => {
  const acts = ['check', 'edit-file', 'open-link', 'test-host', 'update'];
  const text = textOf(
    keysLine(
      {
        app: runbookState,
        ui: {
          ...initialUi,
          columns,
          overlay: { kind: 'text', title: 'A question', lines: [], top: 0, acts },
        },
      },
      actionTable,
    ),
  );
  expect(text).toMatch(/Esc closes$/);
  expect(text.length).toBeLessThanOrEqual(columns);
});

test('a message that is longer than the window goes on in a second row', () => {
  const text =
    'razer: linux-6.18.24, mesa-26.1.2 would be compiled here, though a cache usually has them: wait a day';
  const rows = messageLines(runbookState, told(text)).map(textOf);
  expect(rows).toEqual([
    ' razer: linux-6.18.24, mesa-26.1.2 would be compiled here, though a cache',
    ' usually has them: wait a day',
  ]);
  expect(messageLines(runbookState, told('short'))).toHaveLength(1);
});

test('what was said of a run goes when it ended', () => {
  const ui = told('check is running; ^c cancels it');
  expect(textOf(messageLines(runbookState, ui)[0])).toContain('check is running');
  const ended = {
    ...runbookState,
    run: {
      kind: 'done',
      id: 'a',
      goal: 'check',
      at: noon + 50,
      result: { ok: true, exitCode: 0, hosts: {}, commit: null, build: null, summary: '' },
    },
  } as const;
  expect(textOf(messageLines(ended, ui)[0])).not.toContain('check is running');
});

test('of what a failed run told, its warnings go and its error stays', () => {
  const after = (tone: 'warning' | 'error'): string => {
    const ended: AppState = {
      ...runbookState,
      notices: [{ id: 1, text: 'mesa would be compiled here', tone, at: noon }],
      run: {
        kind: 'done',
        id: 'a',
        goal: 'test',
        at: noon + 50,
        result: { ok: false, exitCode: 1, hosts: {}, commit: null, build: null, summary: '' },
      },
    };
    return textOf(messageLines(ended, { ...initialUi, now: noon + 60_000 })[0]);
  };
  expect([after('warning'), after('error')]).toEqual([' ', ' mesa would be compiled here']);
});

test('what announces a step goes when the step is taken', () => {
  const armed: Ui = { ...told('next: test. m again builds and tests every host'), armed: 'test' };
  expect(reduceUi(armed, { type: 'armed', stage: null }, runbookState).toast).toBeNull();
});

test('the order of the fleet is named unless it is its own', () => {
  expect(textOf(messageLines(runbookState, { ...initialUi, sort: 'trouble' })[0])).toContain(
    'sorted by trouble',
  );
  expect(textOf(messageLines(runbookState, initialUi)[0])).not.toContain('sorted');
});

test('a notice that stays hides neither marks nor filter', () => {
  const app: AppState = {
    ...runbookState,
    notices: [
      { id: 1, at: noon, tone: 'warning', text: `linux would be compiled ${'x'.repeat(90)}` },
    ],
  };
  const marked = reduceUi({ ...initialUi, now: noon }, { type: 'marked' }, app);
  const rows = messageLines(app, marked).map(textOf);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toContain('would be compiled');
  expect(rows[1]).toContain('1 marked');
});

test.each([
  [80, 24, 3],
  [60, 16, 2],
])('at %i×%i the filter has a row of its own below a message', (columns, rows, most) => {
  const filter = { ...initialUi.lists.fleet, filter: '@laptop' };
  const ui: Ui = {
    ...told('deploy failed on nas: immich.service failed after the activation. '.repeat(6)),
    columns,
    rows,
    lists: { ...initialUi.lists, fleet: filter },
  };
  const texts = messageLines(runbookState, ui).map(textOf);
  expect(texts).toHaveLength(most);
  expect(texts[0]).toContain('deploy failed on nas');
  expect(texts.at(-1)).toContain('filter: @laptop');
});

test('a message about a filter goes with the filter, and another one stays', () => {
  const after = (text: string): Ui =>
    reduceUi(
      {
        ...told(text),
        lists: {
          ...initialUi.lists,
          fleet: { ...initialUi.lists.fleet, filter: '@laptop' },
        },
      },
      { type: 'backed' },
      runbookState,
    );
  expect(after(narrowedWords('@laptop')).toast).toBeNull();
  expect(after(narrowedWords('@laptop')).lists.fleet.filter).toBe('');
  expect(after('razer deployed').toast?.text).toBe('razer deployed');
});

test('/ is called by what it does: it searches a log and filters a list', () => {
  const log: Ui = { ...initialUi, columns: 120, screen: { kind: 'view', view: 'log' } };
  expect(textOf(keysLine({ app: runbookState, ui: log }, actionTable))).toContain('/ search');
  expect(
    textOf(keysLine({ app: runbookState, ui: { ...initialUi, columns: 120 } }, actionTable)),
  ).toContain('/ filter');
});

const long = Array.from({ length: 80 }, (_, index) => `word${index}`).join(' ');

test.each([
  [80, 24, 3],
  [60, 16, 2],
  [120, 35, 5],
])('a long message at %ix%i takes free rows, and names the key that shows what is cut', (columns, rows, most) => {
  const lines = messageLines(runbookState, { ...told(long), columns, rows });
  const texts = lines.map(textOf);
  const isWhole = texts.join(' ').includes('word79');
  expect(texts.length).toBeLessThanOrEqual(most);
  expect(texts.every((text) => text.length <= columns)).toBe(true);
  if (!isWhole) expect(texts.at(-1)).toMatch(/… \(" whole\)$/);
});

test('what is cut in the last row stands whole among the messages', () => {
  const ui = reduceUi(initialUi, { type: 'told', text: long, tone: 'bad', at: noon }, runbookState);
  const texts = messagesText(runbookState, { ...ui, now: noon + 5_000 }).map(({ text }) => text);
  expect(texts.slice(0, 2)).toEqual(['5 s ago', long]);
});

test('what was said before a dialog opened is not said below it', () => {
  const menu = {
    kind: 'menu',
    title: 'Roll back',
    note: [],
    items: [],
    cursor: null,
    careful: false,
  } as const;
  const under = (openedAt: number): string =>
    textOf(
      messageLines(runbookState, {
        ...told('cannot be put back'),
        overlay: { ...menu, openedAt },
      })[0],
    );
  expect(under(noon - 1)).toContain('cannot be put back');
  expect(under(noon + 1)).not.toContain('cannot be put back');
});

test('a message takes one row while something is open, whose frame more rows would cover', () => {
  const text = 'deploy failed on nas: immich.service failed after the activation. '
    .repeat(6)
    .trim();
  const ui: Ui = { ...told(text), columns: 80, rows: 24 };
  expect(messageLines(runbookState, ui).length).toBeGreaterThan(1);
  const open: Ui = {
    ...ui,
    overlay: { kind: 'text', title: 'Run', lines: [], top: 0, acts: [] },
  };
  const [only, ...more] = messageLines(runbookState, open);
  expect(more).toEqual([]);
  expect(textOf(only).length).toBeLessThanOrEqual(80);
});

test.each([
  ['fleet', 120, 'words, @tag, !not · Enter keeps, Esc drops'],
  ['lock', 120, 'a part of a row · Enter keeps, Esc drops'],
  ['health', 80, 'a part of a row · Enter keeps, Esc drops'],
  [
    'history',
    140,
    'words, !not, @tag, host:nas, input:nixpkgs@4f2a9c0, day:2026-11-20, package:openssl 3.5.2 · Enter keeps, Esc drops',
  ],
  ['history', 80, '!not @tag host: input: day: package: · Esc drops'],
] as const)('the filter of %s names at %i columns what it takes', (list, columns, hint) => {
  const prompt = { kind: 'filter', list, before: '' } as const;
  const [line] = messageLines(runbookState, { ...initialUi, columns, prompt });
  expect(textOf(line)).toBe(` filter     ${hint}`);
});
