import { expect, test } from 'vitest';
import type { Failure } from '../../../source/model/failure.ts';
import type { PackageDifference } from '../../../source/model/packages/packages.ts';
import { keyName } from '../../../source/screen/key-names.ts';
import { notComparedWords, packageRows } from '../../../source/screen/rows/packages.ts';
import { targetHosts } from '../../../source/screen/rows/targets.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import type { AppEvent, Undated } from '../../../source/state/events.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import { type AppState, initialState } from '../../../source/state/state.ts';
import { expectedOf, hostOf, noon, stateOf } from '../../fixtures/states.ts';
import { entry } from '../../support/fake-program.ts';

const difference: PackageDifference = {
  old: '/old',
  new: '/new',
  changes: [
    { name: 'a', kind: 'rebuilt', old: ['1'], new: ['1'], major: false, sizeDelta: 0 },
    { name: 'linux', kind: 'upgraded', old: ['6'], new: ['7'], major: true, sizeDelta: 1 },
  ],
  sizeDelta: 1,
};

const compared = (host: string): Undated => ({
  type: 'packages-compared',
  host,
  packages: { kind: 'compared', difference },
});

const app = (
  [
    { type: 'fleet-listed', hosts: [entry('p620'), entry('razer'), entry('samsung')] },
    compared('p620'),
    compared('razer'),
    {
      type: 'packages-compared',
      host: 'samsung',
      packages: { kind: 'unknown', why: 'it is asleep', next: null },
    },
  ] satisfies readonly Undated[]
).reduce((state, event) => reduce(state, { ...event, at: 1 } as AppEvent), initialState);

const ids = (filter: string) =>
  packageRows(app.hostNames, app.hosts, app.packages, filter).map(({ id }) => id);

test('hosts with the same difference are one group, the kernel first, who is missing last', () => {
  expect(ids('')).toEqual(['p620, razer', 'p620, razer/linux', 'p620, razer/a', 'samsung']);
});

test.each([
  ['a heading', 'p620, razer', ['p620', 'razer']],
  ['a package', 'p620, razer/linux', ['p620', 'razer']],
  ['a host', 'samsung', ['samsung']],
])('a key on %s acts on its hosts', (_what, cursor, hosts) => {
  const ui: Ui = {
    ...initialUi,
    screen: { kind: 'view', view: 'packages' },
    lists: { ...initialUi.lists, packages: { ...initialUi.lists.packages, cursor } },
  };
  expect(targetHosts(app, ui)).toEqual(hosts);
});

test('the filter finds packages, kinds, majors and hosts, each package under its hosts', () => {
  expect(ids('linux')).toEqual(['p620, razer', 'p620, razer/linux']);
  expect(ids('major')).toEqual(['p620, razer', 'p620, razer/linux']);
  expect(ids('rebuilt')).toEqual(['p620, razer', 'p620, razer/a']);
  expect(ids('samsung')).toEqual(['samsung']);
});

const unasked = (...hosts: readonly [string, Failure][]): AppState =>
  (
    [
      { type: 'fleet-listed', hosts: hosts.map(([host]) => entry(host)) },
      ...hosts.map(([host, failure]): Undated => ({ type: 'host-unprobed', host, failure })),
    ] satisfies readonly Undated[]
  ).reduce((state, event) => reduce(state, { ...event, at: 1 } as AppEvent), initialState);

const wordsIn = ({ hostNames, hosts, packages }: AppState) =>
  packageRows(hostNames, hosts, packages, '').map((row) =>
    row.kind === 'hosts' ? [row.hosts, row.words] : row.kind,
  );

test('packages that were only built again have one row, unless a filter asks for them', () => {
  const again = (name: string) => ({
    name,
    kind: 'rebuilt' as const,
    old: ['1'],
    new: ['1'],
    major: false,
    sizeDelta: 0,
  });
  const names = ['coreutils', 'glibc', 'sqlite', 'which', 'zlib'];
  const state = (
    [
      { type: 'fleet-listed', hosts: [entry('p620')] },
      {
        type: 'packages-compared',
        host: 'p620',
        packages: { kind: 'compared', difference: { ...difference, changes: names.map(again) } },
      },
    ] satisfies readonly Undated[]
  ).reduce((before, event) => reduce(before, { ...event, at: 1 } as AppEvent), initialState);
  const rows = (filter: string) =>
    packageRows(state.hostNames, state.hosts, state.packages, filter);
  expect(rows('').map(({ id }) => id)).toEqual(['p620', 'p620/glibc', 'p620/=rebuilt']);
  expect(rows('')[2]).toMatchObject({ names: ['coreutils', 'sqlite', 'which', 'zlib'] });
  expect(rows('zlib').map(({ id }) => id)).toEqual(['p620', 'p620/zlib']);
  expect(rows('rebuilt')).toHaveLength(6);
});

test('a host that could not be asked says why, one that sleeps as everywhere', () => {
  const away = unasked(
    ['p510', { code: 'host-timeout', host: 'p510', afterMs: 10_000 }],
    ['nas', { code: 'host-unreachable', host: 'nas', detail: 'No route to host' }],
    ['vault', { code: 'host-unreachable', host: 'vault', name: 'vault', detail: 'no address' }],
  );
  expect(wordsIn(away)).toEqual([
    [['p510', 'nas'], 'asleep'],
    [['vault'], expect.stringContaining('vault')],
  ]);
});

test('hosts without an answer for the same reason are one row, whose keys act on all of them', () => {
  const names = ['p620', 'razer', 'nas'];
  const built: Undated = { type: 'fleet-listed', hosts: names.map((name) => entry(name)) };
  const lacking = (host: string): Undated => ({
    type: 'packages-compared',
    host,
    packages: {
      kind: 'unknown',
      why: `The new system of ${host} is not built yet.`,
      next: { text: '', command: `nixup test ${host}` },
      lacks: 'build',
    },
  });
  const state = [built, lacking('p620'), lacking('nas')].reduce(
    (before, event) => reduce(before, { ...event, at: 1 } as AppEvent),
    initialState,
  );
  expect(wordsIn(state)).toEqual([
    [['p620', 'nas'], `new system not built yet; ${keyName('test')} builds it`],
    [['razer'], 'not compared yet'],
  ]);
  const ui: Ui = {
    ...initialUi,
    screen: { kind: 'view', view: 'packages' },
    lists: { ...initialUi.lists, packages: { ...initialUi.lists.packages, cursor: 'p620, nas' } },
  };
  expect(targetHosts(state, ui)).toEqual(['p620', 'nas']);
});

test.each([
  ['p510 is asleep: no route to host', null, 'is asleep: no route to host'],
  ['No route to host', { text: 'wake it up' }, 'No route to host. Wake it up'],
  [
    'What p510 runs is not known.',
    { text: '', command: 'nixup status p510' },
    'What p510 runs is not known. Run: nixup status p510',
  ],
])('"%s" is a sentence of its own before what to do', (why, next, words) => {
  expect(notComparedWords({ kind: 'unknown', why, next }, 'p510')).toBe(words);
});

test('what all hosts have in common stands once above them, and each host has what is its own', () => {
  const change = (name: string) => ({
    name,
    kind: 'upgraded' as const,
    old: ['1'],
    new: ['2'],
    major: false,
    sizeDelta: 1,
  });
  const of = (host: string, ...names: readonly string[]): Undated => ({
    type: 'packages-compared',
    host,
    packages: { kind: 'compared', difference: { ...difference, changes: names.map(change) } },
  });
  const state = (
    [
      { type: 'fleet-listed', hosts: ['nas', 'p510', 'router'].map((name) => entry(name)) },
      of('nas', 'openssl', 'systemd', 'immich'),
      of('p510', 'openssl', 'plex', 'systemd'),
      of('router'),
    ] satisfies readonly Undated[]
  ).reduce((before, event) => reduce(before, { ...event, at: 1 } as AppEvent), initialState);
  const rows = (filter: string) =>
    packageRows(state.hostNames, state.hosts, state.packages, filter).map(({ id }) => id);
  expect(rows('')).toEqual([
    'nas, p510',
    'nas, p510/openssl',
    'nas, p510/systemd',
    'nas',
    'nas/immich',
    'p510',
    'p510/plex',
    'router',
  ]);
  expect(rows('openssl')).toEqual(['nas, p510', 'nas, p510/openssl']);
  expect(rows('plex')).toEqual(['p510', 'p510/plex']);
  const ui: Ui = {
    ...initialUi,
    screen: { kind: 'view', view: 'packages' },
    lists: { ...initialUi.lists, packages: { ...initialUi.lists.packages, cursor: 'nas, p510' } },
  };
  expect(targetHosts(state, ui)).toEqual(['nas', 'p510']);
});

const lacksBuild = { kind: 'unknown', why: 'not built', next: null, lacks: 'build' } as const;

test('a host that runs what it would run needs no comparison, and what was built since is not said to be missing', () => {
  const rows = (builtAt: number | null) =>
    wordsIn(
      stateOf(
        [
          hostOf('nas', { expectation: expectedOf('nas', '3980', null) }),
          hostOf('studio', { expectation: expectedOf('studio', '4193', builtAt) }),
        ],
        { packages: { studio: lacksBuild } },
      ),
    );
  expect(rows(null)).toEqual([
    [['nas'], 'runs what the flake says'],
    [['studio'], `new system not built yet; ${keyName('test')} builds it`],
  ]);
  expect(rows(noon)[1]).toEqual([['studio'], 'not compared yet']);
});
