import { expect, test } from 'vitest';
import { foundGroups, foundRows } from '../../source/actions/found.ts';
import { actionTable } from '../../source/actions/table.ts';
import { initialUi, type Ui } from '../../source/screen/ui.ts';
import { reduceAll } from '../../source/state/reducer/batch.ts';
import { noon, runbookState } from '../fixtures/states.ts';
import { createFixture } from '../support/fake-context.ts';

const fleet: Ui = { ...initialUi, columns: 120, rows: 40 };

const palette = (filter: string, ui: Ui = fleet): readonly string[] =>
  foundRows({ kind: 'palette', filter }, actionTable, { app: runbookState, ui }).map(
    ({ id }) => id,
  );

test('one search finds actions, hosts and inputs', () => {
  expect(palette('razer')[0]).toBe('host razer');
  expect(palette('nixpkgs')[0]).toBe('input nixpkgs');
  expect(palette('health')[0]).toBe('show-health');
  expect(palette('rzr')[0]).toBe('host razer');
});

test('a name that begins so comes before a word of a name, that before letters, these before the help', () => {
  const rows = palette('test');
  expect(rows.slice(0, 2)).toEqual(['test', 'test-all']);
  const log = palette('log');
  expect(log.slice(0, 2).toSorted()).toEqual(['log', 'show-log']);
});

test('two letters find names alone; more of them also words of the help, by their beginning', () => {
  const titles = (filter: string) =>
    foundRows({ kind: 'palette', filter }, actionTable, { app: runbookState, ui: fleet });
  const two = titles('ro');
  expect(two.map(({ id }) => id)).toContain('rollback');
  expect(two.every(({ places }) => places.length === 2)).toBe(true);
  const sentence = titles('protected').map(({ id }) => id);
  expect(sentence).toContain('deploy-all');
  expect(titles('rotected')).toEqual([]);
});

test('where a name begins alike, what can be done comes before a log', () => {
  const app = reduceAll(runbookState, [
    { type: 'logged', at: noon, host: 'razer', lines: ['copying'] },
  ]);
  const rows = foundRows({ kind: 'palette', filter: 'ra' }, actionTable, { app, ui: fleet });
  const ids = rows.map(({ id }) => id);
  expect(ids.indexOf('host razer')).toBeLessThan(ids.indexOf('log razer'));
  expect(ids.indexOf('log razer')).toBeGreaterThan(0);
});

test('each row says how it is reached: by its own key, or by the palette', () => {
  const state = { app: runbookState, ui: fleet };
  for (const kind of ['palette', 'help'] as const) {
    const rows = foundRows({ kind, filter: '' }, actionTable, state);
    expect(rows.filter(({ keys }) => keys === '')).toEqual([]);
    expect(rows.find(({ id }) => id === 'deploy')?.keys).toBe('d');
    expect(rows.find(({ id }) => id === 'accept-machine')?.keys).toBe(':');
  }
});

test('letters of a name are enough, and are told', () => {
  const [first] = foundRows({ kind: 'palette', filter: 'dal' }, actionTable, {
    app: runbookState,
    ui: fleet,
  });
  expect(first).toMatchObject({ id: 'deploy-all', places: [0, 7, 8] });
});

test('without a search what can be done comes first, then what cannot, then hosts and inputs', () => {
  const rows = foundRows({ kind: 'palette', filter: '' }, actionTable, {
    app: runbookState,
    ui: fleet,
  });
  const order = rows.map(({ target, reason }) =>
    target.kind === 'action' ? (reason === null ? 0 : 1) : target.kind === 'host' ? 2 : 3,
  );
  expect(order).toEqual(order.toSorted());
  expect(new Set(order).size).toBe(4);
});

test('logs are found too, and their own list tells lines, the worst level and the last line of that level', () => {
  const app = reduceAll(runbookState, [
    { type: 'logged', at: noon, host: 'razer', lines: ['error: no such file', 'retrying'] },
    { type: 'logged', at: noon, host: 'razer', lines: ['copying'], isStep: true },
  ]);
  const ui: Ui = { ...fleet, now: noon + 5_000 };
  const ids = foundRows({ kind: 'palette', filter: 'log razer' }, actionTable, { app, ui });
  expect(ids.map(({ id }) => id)).toContain('log razer');
  const listed = foundRows({ kind: 'palette', only: 'logs', filter: '' }, actionTable, { app, ui });
  expect(listed.map(({ keys, title }) => [keys, title])).toEqual([
    ['3', 'the fleet'],
    ['2', 'razer'],
  ]);
  expect(listed.map(({ about }) => about.replaceAll(/ +/g, ' ').trim())).toEqual([
    '✗ 5 s razer: error: no such file',
    '✗ 5 s error: no such file',
  ]);
  expect(listed[1]?.whole).toBe('2 lines with errors, the last one 5 s ago. error: no such file');
});

test('help begins with the keys of this view, and has every key once', () => {
  const log: Ui = { ...fleet, screen: { kind: 'view', view: 'log' } };
  const groups = foundGroups({ kind: 'help', filter: '' }, actionTable, {
    app: runbookState,
    ui: log,
  });
  expect(groups.slice(0, 3).map(({ heading }) => heading)).toEqual([
    'Here: Log',
    'Everywhere',
    'Moving',
  ]);
  expect(groups[0]?.rows.map(({ id }) => id)).toContain('since');
  const history: Ui = { ...fleet, screen: { kind: 'view', view: 'history' } };
  const [own] = foundGroups({ kind: 'help', filter: '' }, actionTable, {
    app: runbookState,
    ui: history,
  });
  expect(own?.rows.slice(0, 6).map(({ id }) => id)).toEqual([
    'open',
    'filter',
    'mark',
    'compare-runs',
    'pager',
    'rollback',
  ]);
  const ids = groups.flatMap(({ rows }) => rows.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(actionTable.map(({ id }) => id).toSorted());
});

test('a host opens, and an input is shown in the lock', () => {
  const fixture = createFixture(runbookState);
  fixture.press(':', 'r', 'a', 'z', 'e', 'r', 'enter');
  expect(fixture.context.state().ui.screen).toEqual({ kind: 'host', host: 'razer', tab: 'facts' });
  fixture.press(':', 'n', 'i', 'x', 'p', 'k', 'g', 's', 'enter');
  const { ui } = fixture.context.state();
  expect(ui.screen).toEqual({ kind: 'view', view: 'lock' });
  expect(ui.lists.lock.cursor).toBe('nixpkgs');
});
