import { describe, expect, test } from 'vitest';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { fleetRowsOf } from '../../../source/screen/rows/fleet.ts';
import { sortedNames } from '../../../source/screen/rows/fleet-order.ts';
import { selectedId } from '../../../source/screen/rows/lists.ts';
import { initialUi, type Sort, type SortColumn, type Ui } from '../../../source/screen/ui.ts';
import type { AppEvent } from '../../../source/state/events.ts';
import { reduceAll } from '../../../source/state/reducer/batch.ts';
import { type AppState, type HostState, initialState } from '../../../source/state/state.ts';
import { entryOf, expectedOf, factsOf, hostOf, noon, systemPath } from '../../fixtures/states.ts';

const fleet = (hosts: readonly HostState[]): AppState => ({
  ...initialState,
  fleet: { kind: 'listed' },
  hostNames: hosts.map(({ entry }) => entry.name),
  hosts: Object.fromEntries(hosts.map((host) => [host.entry.name, host])),
});

const day = 86_400_000;

const runs = (host: string, number: number, ageDays: number) =>
  factsOf(host, {
    current: systemPath(host, '3980'),
    revision: `${number}`.repeat(8),
    generations: [
      {
        number,
        path: systemPath(host, '3980'),
        at: noon - ageDays * day,
        nixosVersion: null,
        revision: null,
        kernel: null,
      },
    ],
  });

const silent = (name: string): HostState =>
  hostOf(name, {
    facts: null,
    probe: {
      kind: 'failed',
      failure: { code: 'host-unreachable', host: name, detail: '' },
      at: noon,
    },
  });

/** In the order of the flake. */
const app: AppState = {
  ...fleet([
    hostOf('web10', {
      facts: { ...runs('web10', 12, 3), failedUnits: ['a.service'] },
      ancestry: { kind: 'behind', commits: 2 },
    }),
    silent('web9'),
    hostOf('db', {
      facts: runs('db', 120, 30),
      entry: entryOf('db', { critical: ['postgresql.service'] }),
      ancestry: { kind: 'behind', commits: 7 },
    }),
    hostOf('nas', {
      facts: runs('nas', 7, 1),
      expectation: expectedOf('nas', '3980', noon),
      work: { kind: 'failed', step: 'copy', reason: '', remedy: '', at: noon },
    }),
  ]),
  packages: {
    db: {
      kind: 'compared',
      difference: {
        old: systemPath('db', '3980'),
        new: systemPath('db', '4193'),
        sizeDelta: 0,
        changes: ['mesa', 'vim'].map((name) => ({
          name,
          kind: 'upgraded',
          old: ['1'],
          new: ['2'],
          major: false,
          sizeDelta: 0,
        })),
      },
    },
    web10: {
      kind: 'compared',
      difference: {
        old: systemPath('web10', '3980'),
        new: systemPath('web10', '4193'),
        sizeDelta: 0,
        changes: [
          { name: 'linux', kind: 'upgraded', old: ['1'], new: ['2'], major: false, sizeDelta: 0 },
        ],
      },
    },
  },
};

describe.each<readonly [SortColumn, readonly string[], readonly string[]]>([
  ['host', ['db', 'nas', 'web9', 'web10'], ['web10', 'web9', 'nas', 'db']],
  ['generation', ['nas', 'web10', 'db', 'web9'], ['db', 'web10', 'nas', 'web9']],
  ['date', ['db', 'web10', 'nas', 'web9'], ['nas', 'web10', 'db', 'web9']],
  ['revision', ['nas', 'web10', 'db', 'web9'], ['db', 'web10', 'nas', 'web9']],
  ['position', ['nas', 'db', 'web10', 'web9'], ['web9', 'web10', 'db', 'nas']],
  ['changes', ['web10', 'db', 'web9', 'nas'], ['db', 'web10', 'web9', 'nas']],
  ['work', ['nas', 'web10', 'db', 'web9'], ['web9', 'db', 'web10', 'nas']],
  ['health', ['db', 'web10', 'nas', 'web9'], ['nas', 'web10', 'db', 'web9']],
])('by %s', (column, ascending, descending) => {
  test('the first of an order is what needs most, and what is not known is last both ways', () => {
    expect(sortedNames(app, column, false)).toEqual(ascending);
    expect(sortedNames(app, column, true)).toEqual(descending);
  });
});

const wide: Ui = { ...initialUi, columns: 160, now: noon };

const chosen = (ui: Ui): Exclude<Sort, string>['column'] | Extract<Sort, string> =>
  typeof ui.sort === 'object' ? ui.sort.column : ui.sort;

const order = (state: AppState, ui: Ui): readonly string[] =>
  fleetRowsOf(state, ui).map(({ id }) => id);

test('> goes through every column that the window shows, and then to the own order of the fleet; < goes back', () => {
  let ui = wide;
  const seen = Array.from({ length: 9 }, () => {
    ui = reduceUi(ui, { type: 'column-chosen', by: 1 }, app);
    return chosen(ui);
  });
  expect(seen).toEqual([
    'host',
    'generation',
    'date',
    'revision',
    'position',
    'changes',
    'work',
    'health',
    'auto',
  ]);
  expect(chosen(reduceUi(ui, { type: 'column-chosen', by: -1 }, app))).toBe('health');
  const narrow = reduceUi({ ...wide, columns: 80 }, { type: 'column-chosen', by: -1 }, app);
  expect(chosen(narrow)).toBe('health');
  expect(chosen(reduceUi(narrow, { type: 'column-chosen', by: -1 }, app))).toBe('work');
  const position = reduceUi(
    reduceUi(narrow, { type: 'column-chosen', by: -1 }, app),
    { type: 'column-chosen', by: -1 },
    app,
  );
  expect(chosen(position)).toBe('position');
});

test('the row under the cursor stays under it through every order', () => {
  let ui = reduceUi(wide, { type: 'moved', by: 1, unit: 'row' }, app);
  expect(selectedId(app, ui)).toBe('web9');
  for (let press = 0; press < 9; press += 1) {
    ui = reduceUi(ui, { type: 'column-chosen', by: 1 }, app);
    expect(selectedId(app, ui)).toBe('web9');
    ui = reduceUi(ui, { type: 'sorted' }, app);
    expect(selectedId(app, ui)).toBe('web9');
  }
});

test('the first row stays under a cursor that nobody moved', () => {
  const ui = reduceUi(wide, { type: 'column-chosen', by: 1 }, app);
  expect(order(app, ui)[0]).toBe('db');
  expect(selectedId(app, ui)).toBe('web10');
});

const fail = (host: string): AppEvent => ({
  type: 'host-worked',
  at: noon,
  host,
  work: { kind: 'failed', step: 'copy', reason: '', remedy: '', at: noon },
});

test('rows keep their places while what they say changes; sorting again moves them, and once more turns them round', () => {
  const ui = [1, 2, 3, 4].reduce(
    (before) => reduceUi(before, { type: 'column-chosen', by: -1 }, app),
    wide,
  );
  const byWork = reduceUi(
    reduceUi(wide, { type: 'column-chosen', by: -1 }, app),
    { type: 'column-chosen', by: -1 },
    app,
  );
  expect(chosen(byWork)).toBe('work');
  const later = reduceAll(app, [fail('db')]);
  expect(order(later, byWork)).toEqual(order(app, byWork));
  const again = reduceUi(byWork, { type: 'sorted' }, later);
  expect(order(later, again)).toEqual(sortedNames(later, 'work', false));
  expect(order(later, again)).not.toEqual(order(app, byWork));
  const turned = reduceUi(again, { type: 'sorted' }, later);
  expect(order(later, turned)).toEqual(sortedNames(later, 'work', true));
  expect(order(later, ui)).toHaveLength(4);
});

test('a host that came after the fleet was sorted is last', () => {
  const ui = reduceUi(wide, { type: 'column-chosen', by: 1 }, app);
  const grown = {
    ...app,
    hostNames: ['alpha', ...app.hostNames],
    hosts: { ...app.hosts, alpha: hostOf('alpha') },
  };
  expect(order(grown, ui)).toEqual(['db', 'nas', 'web9', 'web10', 'alpha']);
});
