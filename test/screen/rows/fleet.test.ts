import { expect, test } from 'vitest';
import { filterFleet } from '../../../source/screen/reducer/lists.ts';
import { messageLines } from '../../../source/screen/reducer/message-lines.ts';
import { reduceUi } from '../../../source/screen/reducer/reducer.ts';
import { fleetRowsOf } from '../../../source/screen/rows/fleet.ts';
import { selectedId } from '../../../source/screen/rows/lists.ts';
import { targetHosts } from '../../../source/screen/rows/targets.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import type { AppEvent } from '../../../source/state/events.ts';
import { reduceAll } from '../../../source/state/reducer/batch.ts';
import { type AppState, type HostState, initialState } from '../../../source/state/state.ts';
import { factsOf, hostOf, noon } from '../../fixtures/states.ts';

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `host${index}`);

const fleet = (hosts: readonly HostState[]): AppState => ({
  ...initialState,
  fleet: { kind: 'listed' },
  hostNames: hosts.map(({ entry }) => entry.name),
  hosts: Object.fromEntries(hosts.map((host) => [host.entry.name, host])),
});

const headings = (app: AppState, ui: Ui = initialUi): readonly string[] =>
  fleetRowsOf(app, ui).flatMap((row) =>
    row.kind === 'heading' ? [`${row.trouble} ${row.count}: ${row.words}`] : [],
  );

const order = (app: AppState, ui: Ui = initialUi): readonly string[] =>
  fleetRowsOf(app, ui).map(({ id }) => id);

const silent = (name: string): HostState =>
  hostOf(name, {
    facts: null,
    probe: {
      kind: 'failed',
      failure: { code: 'host-unreachable', host: name, detail: 'No route to host' },
      at: noon,
    },
  });

const hanging = (name: string): HostState =>
  hostOf(name, {
    facts: null,
    probe: {
      kind: 'failed',
      failure: { code: 'host-timeout', host: name, afterMs: 25_000 },
      at: noon,
    },
  });

const unknownKey = (name: string): HostState =>
  hostOf(name, {
    facts: null,
    probe: {
      kind: 'failed',
      failure: { code: 'host-key-unknown', host: name, address: name },
      at: noon,
    },
  });

const fail = (host: string): AppEvent => ({
  type: 'host-worked',
  at: noon,
  host,
  work: { kind: 'failed', step: 'copy', reason: 'no space', remedy: '', at: noon },
});

const work = (host: string): AppEvent => ({
  type: 'host-worked',
  at: noon,
  host,
  work: { kind: 'running', step: 'copy', done: null, expected: null, since: noon },
});

const start = (hosts: readonly string[]): AppEvent => ({
  type: 'run-started',
  at: noon,
  run: 'r1',
  goal: 'deploy',
  hosts,
  tree: null,
  lock: null,
});

const end: AppEvent = {
  type: 'result',
  at: noon,
  run: 'r1',
  ok: true,
  exitCode: 0,
  hosts: {},
  commit: null,
  build: null,
  summary: '',
};

test('of a thousand hosts those in trouble stand first, and headings count why', () => {
  const all = names(1_000);
  const app = fleet(
    all.map((name, index) =>
      index < 300
        ? silent(name)
        : index < 350
          ? unknownKey(name)
          : index < 370
            ? hanging(name)
            : hostOf(name),
    ),
  );
  expect(headings(app)).toEqual([
    'failed 50: host key unknown',
    'behind 630: ',
    'asleep 320: 300 no connection · 20 timed out',
  ]);
});

test('a host that is still being asked is counted in its heading', () => {
  const app = fleet(
    names(20).map((name, index) =>
      hostOf(name, { facts: null, probe: { kind: index < 3 ? 'probing' : 'never' } }),
    ),
  );
  expect(headings(app)).toEqual(['unknown 20: 3 being asked']);
});

test('while a run is active every row keeps its place, and its heading says what became of it', () => {
  const all = names(20);
  const before = reduceAll(fleet(all.map((name) => hostOf(name))), [start(all)]);
  const rows = order(before);
  const after = reduceAll(before, [work('host3'), work('host4'), fail('host9')]);
  expect(order(after)).toEqual(rows);
  expect(headings(after)).toEqual(['behind 20: 2 working · 1 failed']);
});

test('a person who sorts during a run sees the places of that moment, which stay from then on', () => {
  const all = names(20);
  const app = reduceAll(fleet(all.map((name) => hostOf(name))), [start(all), fail('host9')]);
  const sorted = reduceUi(initialUi, { type: 'sorted' }, app);
  expect(headings(app, sorted)).toEqual(['failed 1: copy failed', 'behind 19: ']);
  const later = reduceAll(app, [fail('host2')]);
  expect(order(later, sorted)).toEqual(order(app, sorted));
  expect(headings(later, sorted)).toEqual(['failed 1: copy failed', 'behind 19: 1 failed']);
});

test('when the run has ended the rows keep their places until somebody sorts', () => {
  const all = names(20);
  const before = fleet(all.map((name) => hostOf(name)));
  const app = reduceAll(before, [start(all), fail('host9'), end]);
  expect(order(app)).toEqual(order(before));
  expect(headings(app)).toEqual(['behind 20: 1 failed']);
  const again = reduceAll(app, [start(all), fail('host3')]);
  expect(order(again)).toEqual(order(before));
  const sorted = reduceUi(initialUi, { type: 'sorted' }, app);
  expect(sorted.sort).toBe('auto');
  expect(headings(app, sorted)).toEqual(['failed 1: copy failed', 'behind 19: ']);
});

test('after the run a host that was not known before takes its place, and one that worked', () => {
  const all = names(20);
  const unknown = hostOf('host4', { facts: null, probe: { kind: 'probing' } });
  const started = reduceAll(fleet(all.map((name) => (name === 'host4' ? unknown : hostOf(name)))), [
    start(all),
    work('host5'),
  ]);
  const sorted = reduceUi({ ...initialUi, now: noon }, { type: 'sorted' }, started);
  expect(headings(started, sorted)).toEqual([
    'working 1: ',
    'behind 18: ',
    'unknown 1: being asked',
  ]);
  const probed: AppEvent = {
    type: 'host-probed',
    at: noon,
    host: 'host4',
    facts: factsOf('host4'),
  };
  const done: AppEvent = { type: 'host-worked', at: noon, host: 'host5', work: { kind: 'idle' } };
  const judged: AppEvent = {
    type: 'position-judged',
    at: noon,
    host: 'host4',
    ancestry: { kind: 'behind', commits: 2 },
  };
  const ended = reduceAll(started, [probed, judged, done, end]);
  expect(headings(ended)).toEqual(['behind 20: ']);
  expect(headings(ended, sorted)).toEqual(['behind 20: ']);
});

test('a row that changed its group after a run is told below the list', () => {
  const all = names(20);
  const app = reduceAll(fleet(all.map((name) => hostOf(name))), [start(all), fail('host9'), end]);
  const textOf = (ui: Ui): string =>
    messageLines(app, ui)
      .flat()
      .map(({ text }) => text)
      .join('');
  expect(textOf(initialUi)).toContain('1 host changed group and kept the place');
  expect(textOf(reduceUi(initialUi, { type: 'sorted' }, app))).not.toContain('changed group');
});

test('a heading stands for the hosts that the filter shows, and for no others', () => {
  const app = fleet(names(20).map((name) => hostOf(name)));
  const ui = filterFleet(initialUi, 'host1');
  expect(targetHosts(app, ui)).toEqual(names(20).filter((name) => name.startsWith('host1')));
});

test('a key on a heading acts on the rows below it, also where they are in another state by now', () => {
  const all = names(20);
  const app = reduceAll(fleet(all.map((name) => hostOf(name))), [start(all), fail('host9')]);
  expect(selectedId(app, initialUi)).toBe('#behind');
  expect(targetHosts(app, initialUi)).toEqual(all);
});
