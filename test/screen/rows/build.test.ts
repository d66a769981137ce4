import { expect, test } from 'vitest';
import { type BuildProgress, noProgress } from '../../../source/model/build/progress.ts';
import type { TestCause } from '../../../source/model/causes/test-causes.ts';
import { buildRowsOf } from '../../../source/screen/rows/build.ts';
import type { AppState } from '../../../source/state/state.ts';
import { fourHosts, hostOf, manyHosts, noon, stateOf } from '../../fixtures/states.ts';

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

test('failures stand above everything, what runs below its host', () => {
  const app = { ...running({ activities: [build('linux'), build('mesa')] }), causes: [cause] };
  expect(ids(app)).toEqual([
    '!builder-failed|widget',
    'p620',
    'razer',
    'razer/build//nix/store/linux.drv',
    'razer/build//nix/store/mesa.drv',
    'p510',
    'samsung',
  ]);
});

test('a build that failed is listed at once, and no more when its cause is', () => {
  const ended = { name: 'widget', fate: 'failed' as const, ms: 5, machine: null };
  const whole = { ...noProgress, ended: [{ derivation: '/nix/store/w.drv', ...ended }] };
  const before = { ...stateOf(fourHosts), runProgress: whole };
  expect(ids(before)[0]).toBe('#/nix/store/w.drv');
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

test('what was built stands under the host that needs it, or under what several need', () => {
  const whole = {
    ...noProgress,
    ended: [ended('stdenv', ['p620', 'razer']), ended('linux', ['p620']), ended('mesa', ['razer'])],
  };
  expect(ids({ ...running({}), runProgress: whole })).toEqual([
    'p620',
    '#/nix/store/linux.drv',
    'razer',
    '#/nix/store/mesa.drv',
    'p510',
    'samsung',
    '#shared',
    '#/nix/store/stdenv.drv',
  ]);
});

test('however many builders fail, the hosts stay in sight', () => {
  const whole = {
    ...noProgress,
    ended: Array.from({ length: 30 }, (_, at) => ended(`broken-${at}`, ['razer'], 'failed')),
  };
  const rows = buildRowsOf({ ...stateOf(fourHosts), runProgress: whole }, '');
  expect(rows.findIndex(({ kind }) => kind === 'host')).toBe(6);
  expect(rows[0]?.id).toBe('#/nix/store/broken-25.drv');
  expect(rows[5]).toMatchObject({ kind: 'more', text: 'and 25 more that failed before' });
});

test('dozens of transfers take four rows and a count', () => {
  const app = running({
    activities: Array.from({ length: 30 }, (_, index) => fetch(`source-${index}`)),
  });
  const rows = buildRowsOf(app, '');
  expect(rows.filter(({ kind }) => kind === 'activity')).toHaveLength(4);
  expect(rows.find(({ kind }) => kind === 'more')).toMatchObject({
    text: 'and 26 more transfers',
  });
});

test('a filter keeps the host of what it finds', () => {
  const app = running({ activities: [build('linux'), build('mesa')] });
  expect(ids(app, 'mesa')).toEqual(['razer', 'razer/build//nix/store/mesa.drv']);
  expect(ids(app, 'samsung')).toEqual(['samsung']);
});

test('in a large fleet those that are worked on come first', () => {
  const late = hostOf('zulu', {
    work: { kind: 'running', step: 'build', done: null, expected: null, since: noon },
  });
  const app = stateOf([...manyHosts(20), late]);
  expect(ids(app)[0]).toBe('zulu');
});
