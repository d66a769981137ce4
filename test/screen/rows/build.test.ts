import { expect, test } from 'vitest';
import { type BuildProgress, noProgress } from '../../../source/model/build/progress.ts';
import { nextSlots } from '../../../source/model/build/slots.ts';
import type { TestCause } from '../../../source/model/causes/test-causes.ts';
import {
  type BuildRow,
  buildPartsOf,
  buildRowsOf,
  busiestRow,
  followedRow,
} from '../../../source/screen/rows/build.ts';
import { selectedId } from '../../../source/screen/rows/lists.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import type { AppState, HostState } from '../../../source/state/state.ts';
import { fourHosts, manyHosts, noon, stateOf } from '../../fixtures/states.ts';

const cause: TestCause = {
  id: 'builder-failed|widget',
  class: 'builder-failed',
  step: 'build',
  hosts: ['p620', 'razer'],
  what: 'widget does not build',
  place: null,
  derivation: '/nix/store/w.drv',
  tail: [],
  remedies: [],
};

const build = (name: string) => ({
  kind: 'build' as const,
  name,
  derivation: `/nix/store/${name}.drv`,
  phase: null,
  since: noon,
  machine: null,
  percent: null,
});

const fetch = (name: string) => ({ ...build(name), kind: 'fetch' as const, derivation: null });

const running = (progress: Partial<BuildProgress>, name = 'razer'): AppState => {
  const state = stateOf(fourHosts.map((host) => ({ ...host, progress: null })));
  const host = state.hosts[name];
  if (host === undefined) throw new Error(`no host ${name}`);
  return {
    ...state,
    hosts: { ...state.hosts, [name]: { ...host, progress: { ...noProgress, ...progress } } },
  };
};

const ids = (app: AppState, filter = ''): readonly string[] =>
  buildRowsOf(app, filter).map(({ id }) => id);

/** Kept by the reducer: the rows of what runs. */
const withSlots = (app: AppState, activities: BuildProgress['activities']): AppState => ({
  ...app,
  runProgress: { ...noProgress, activities },
  slots: nextSlots([], { activities }, noon),
});

test('every host has its row, then what runs, then what failed; after the run failures come first', () => {
  const activities = [build('linux'), build('mesa')];
  const app: AppState = {
    ...withSlots(running({ activities }), activities),
    causes: [cause],
    run: { kind: 'active', id: 'x', goal: 'test', hosts: [], since: noon },
  };
  expect(ids({ ...app, run: { kind: 'none' } }).slice(4)).toEqual([
    '!builder-failed|widget',
    '=0',
    '=1',
  ]);
  expect(ids(app)).toEqual([
    'p620',
    'razer',
    'p510',
    'samsung',
    '=0',
    '=1',
    '!builder-failed|widget',
  ]);
});

test('before anybody moved the cursor it is on the first failure of a run that has ended', () => {
  const failed = { ...running({}), causes: [cause] };
  const ui: Ui = { ...initialUi, screen: { kind: 'view', view: 'build' } };
  expect(selectedId(failed, ui)).toBe('!builder-failed|widget');
  const active = { kind: 'active', id: 'x', goal: 'test', hosts: [], since: noon } as const;
  expect(selectedId({ ...failed, run: active }, ui)).toBe('p620');
});

test('a build that failed is listed at once, and no more when its cause is', () => {
  const ended = { name: 'widget', fate: 'failed' as const, ms: 5, machine: null };
  const whole = { ...noProgress, ended: [{ derivation: '/nix/store/w.drv', ...ended }] };
  const before = { ...stateOf(fourHosts), runProgress: whole };
  expect(ids(before).at(-1)).toBe('#/nix/store/w.drv');
  expect(ids({ ...before, causes: [cause] })).not.toContain('#/nix/store/w.drv');
});

const ended = (name: string, hosts: readonly string[], fate: 'built' | 'failed' = 'built') => ({
  derivation: `/nix/store/${name}.drv`,
  name,
  fate,
  ms: 5,
  machine: null,
  hosts,
});

test('however many builders fail, the hosts stand above them', () => {
  const whole = {
    ...noProgress,
    ended: Array.from({ length: 30 }, (_, at) => ended(`broken-${at}`, ['razer'], 'failed')),
  };
  const rows = buildRowsOf({ ...stateOf(fourHosts), runProgress: whole }, '');
  expect(rows.slice(0, 4).every(({ kind }) => kind === 'host')).toBe(true);
  expect(rows[4]?.id).toBe('#/nix/store/broken-25.drv');
  expect(rows[9]).toMatchObject({ kind: 'more', text: 'and 25 more that failed before' });
});

test('dozens of transfers take four rows and a count', () => {
  const activities = Array.from({ length: 30 }, (_, index) => fetch(`source-${index}`));
  const rows = buildRowsOf(withSlots(running({ activities }), activities), '');
  expect(rows.filter(({ kind }) => kind === 'slot')).toHaveLength(4);
  expect(rows.find(({ kind }) => kind === 'more')).toMatchObject({
    text: 'and 26 more transfers',
  });
});

test('a filter finds hosts and what is built', () => {
  const activities = [build('linux'), build('mesa')];
  const app = withSlots(running({ activities }), activities);
  expect(ids(app, 'mesa')).toEqual(['=1']);
  expect(ids(app, 'samsung')).toEqual(['samsung']);
});

test('in a large fleet each host keeps its row, whatever is done with it', () => {
  const idle = manyHosts(60);
  const names = (hosts: readonly HostState[]): readonly string[] =>
    buildPartsOf(stateOf(hosts), '').hosts.map(({ id }) => id);
  const busy = idle.map((host, place) =>
    place % 7 === 3
      ? {
          ...host,
          work: {
            kind: 'running',
            step: 'build',
            since: noon,
            done: null,
            expected: null,
          } as const,
        }
      : host,
  );
  expect(names(busy)).toEqual(names(idle));
  expect(names(busy)).toHaveLength(60);
});

const slotAt = (place: number, isRunning: boolean): BuildRow => ({
  kind: 'slot',
  id: `=${place}`,
  slot: {
    activity: {
      kind: 'build',
      name: `p${place}`,
      derivation: null,
      phase: null,
      since: 0,
      lastHeardAt: 0,
      machine: null,
      percent: null,
    },
    ended: isRunning ? null : { fate: 'built', ms: 1 },
  },
});

test.each([
  ['.......', undefined],
  ['r......', '=1'],
  ['r...rr.', '=4'],
  ['rr...rr', '=1'],
  ['r....rr', '=5'],
  ['......r', '=5'],
])('of what runs in %s the place with most of it is in sight', (places, middle) => {
  const rows = [...places].map((sign, place) => slotAt(place, sign === 'r'));
  expect(busiestRow(rows, 3)).toBe(middle);
});

test('until somebody moves the cursor the last lines are those of a failure, else of the longest build', () => {
  const long = { ...build('linux'), since: noon - 60_000 };
  const busy: AppState = {
    ...withSlots(running({}), [build('mesa'), long]),
    run: { kind: 'active', id: 'x', goal: 'test', hosts: ['razer'], since: noon },
  };
  const [first] = buildRowsOf(busy, '');
  if (first === undefined) throw new Error('no row');
  const shown = (app: AppState, cursor: string | null) =>
    followedRow(app, { filter: '', cursor }, first);
  expect(shown(busy, null)).toMatchObject({ kind: 'slot', slot: { activity: { name: 'linux' } } });
  expect(shown({ ...busy, causes: [cause] }, null)).toMatchObject({ kind: 'cause' });
  expect(shown({ ...busy, causes: [cause] }, first.id)).toBe(first);
  expect(shown({ ...busy, run: { kind: 'none' } }, null)).toBe(first);
});
