import { expect, test } from 'vitest';
import { activityOf } from '../../../source/screen/reducer/activity.ts';
import { fleetLog, initialState } from '../../../source/state/state.ts';
import { noon } from '../../fixtures/states.ts';

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
