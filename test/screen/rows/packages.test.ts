import { expect, test } from 'vitest';
import type { PackageDifference } from '../../../source/model/packages/packages.ts';
import { notComparedWords, packageRows } from '../../../source/screen/rows/packages.ts';
import { targetHosts } from '../../../source/screen/rows/targets.ts';
import { initialUi, type Ui } from '../../../source/screen/ui.ts';
import type { AppEvent, Undated } from '../../../source/state/events.ts';
import { reduce } from '../../../source/state/reducer/reducer.ts';
import { initialState } from '../../../source/state/state.ts';
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

test('a host that could not be asked says why, without having been compared', () => {
  const away = (
    [
      { type: 'fleet-listed', hosts: [entry('p510')] },
      {
        type: 'host-unprobed',
        host: 'p510',
        failure: { code: 'host-timeout', host: 'p510', afterMs: 10_000 },
      },
    ] satisfies readonly Undated[]
  ).reduce((state, event) => reduce(state, { ...event, at: 1 } as AppEvent), initialState);
  expect(packageRows(away.hostNames, away.hosts, away.packages, '')).toMatchObject([
    { host: 'p510', packages: { kind: 'unknown', why: expect.stringContaining('p510') } },
  ]);
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
