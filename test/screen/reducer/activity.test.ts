import { expect, test } from 'vitest';
import type { HostWork } from '../../../source/model/host/host.ts';
import { activityOf } from '../../../source/screen/reducer/activity.ts';
import { fleetLog, initialState } from '../../../source/state/state.ts';
import { hostOf, noon, stateOf } from '../../fixtures/states.ts';

const updating = (line: string) =>
  activityOf(
    {
      ...initialState,
      run: { kind: 'active', id: 'r', goal: 'update', hosts: [], since: noon - 6_000 },
      logs: { [fleetLog]: { lines: [line], times: [null], dropped: 0 } },
    },
    noon,
  );

test.each([
  ["unpacking 'github:NixOS/nixpkgs/2f1d841b' into the Git cache...", 'NixOS/nixpkgs/2f1d841b'],
  ["unpacking 'https://example.org/a.tar.gz?narHash=x' into", 'example.org/a.tar.gz'],
  ["fetching git input 'git+file:///srv/inputs/disko'", 'srv/inputs/disko'],
])('while %j the input is named', (line, name) => {
  expect(updating(line)).toBe(`update 0:06 ${name}`);
});

test('what Nix says of something else names no input', () => {
  expect(updating('update of all inputs')).toBe('update 0:06');
  expect(updating('warning: Git tree is dirty')).toBe('update 0:06');
});

test.each([
  ['deploy', 'deploy 0:06 3 of 5 hosts'],
  ['test', 'test 0:06 3 of 5 hosts'],
  ['rollback', 'rollback 0:06 3 of 5 hosts'],
  // A verify tells nothing of hosts that it has not asked yet.
  ['verify', 'verify 0:06'],
] as const)('a running %s says how many of its hosts are done with, where it tells that', (goal, words) => {
  const works: readonly HostWork[] = [
    { kind: 'succeeded', from: null, to: '/nix/store/x', generation: 7, at: noon },
    { kind: 'failed', step: 'copy', reason: 'no space', remedy: '', at: noon },
    { kind: 'unchanged', toplevel: '/nix/store/y', at: noon },
    { kind: 'queued' },
    { kind: 'running', step: 'copy', since: noon, done: null, expected: null },
  ];
  const hosts = works.map((work, at) => hostOf(`h${at}`, { work }));
  const names = hosts.map(({ entry }) => entry.name);
  expect(
    activityOf(
      {
        ...stateOf(hosts),
        run: { kind: 'active', id: 'r', goal, hosts: names, since: noon - 6_000 },
      },
      noon,
    ),
  ).toBe(words);
});
