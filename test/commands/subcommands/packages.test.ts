import { expect, test } from 'vitest';
import type { PackageDifference } from '../../../source/model/packages/packages.ts';
import type { Undated } from '../../../source/state/events.ts';
import { entry, fleet, play } from '../../support/fake-program.ts';

const difference = (host: string): PackageDifference => ({
  old: `/nix/store/old-${host}`,
  new: `/nix/store/new-${host}`,
  changes: [
    { name: 'a', kind: 'rebuilt', old: ['1'], new: ['1'], major: false, sizeDelta: 0 },
    {
      name: 'linux',
      kind: 'upgraded',
      old: ['6.18.19'],
      new: ['6.18.24'],
      major: false,
      sizeDelta: 1_048_576,
    },
  ],
  sizeDelta: 1_048_576,
});

const compared = (host: string): Undated => ({
  type: 'packages-compared',
  host,
  packages: { kind: 'compared', difference: difference(host) },
});

const scene = (line: string, ...answers: Undated[]) =>
  play(line, (say) => ({
    facts: fleet(entry('p620'), entry('razer'), entry('samsung')),
    engine: { hosts: { comparePackages: async () => say(...answers) } },
  }));

test('the JSON has the shape of the interface, a host that is missing says why', async () => {
  const { status, lines } = await scene('packages --json', compared('p620'), compared('razer'), {
    type: 'packages-compared',
    host: 'samsung',
    packages: { kind: 'unknown', why: 'samsung is asleep.', next: null },
  });
  expect(lines).toEqual([
    {
      version: 1,
      hosts: [
        { name: 'p620', ...difference('p620'), error: null },
        { name: 'razer', ...difference('razer'), error: null },
        expect.objectContaining({ name: 'samsung', changes: [], error: 'samsung is asleep.' }),
      ],
    },
  ]);
  expect(status).toBe(1);
});

test('hosts with the same difference are one block, the kernel first, rebuilds counted', async () => {
  const { stdout, status } = await scene(
    'packages p620 razer',
    compared('p620'),
    compared('razer'),
  );
  expect(stdout).toContain('p620, razer: 1 upgraded, 1 rebuilt');
  expect(stdout).toMatch(/! {2}linux {2}upgraded {2}6\.18\.19 → 6\.18\.24/);
  expect(stdout).toContain('and 1 rebuilt with the same version');
  expect(status).toBe(0);
});

test('--built-only builds nothing', async () => {
  const { calls } = await scene('packages p620 --built-only', compared('p620'));
  expect(calls).toContain('hosts.comparePackages ["p620"] {"build":false}');
});

test('where no host was compared, nothing is known, and the status is 1', async () => {
  const { status, stderr } = await play('packages', (say) => ({
    facts: [
      { type: 'fleet-listed', hosts: [entry('razer')] },
      {
        type: 'host-unprobed',
        host: 'razer',
        failure: { code: 'host-unreachable', host: 'razer', detail: 'timed out' },
      },
    ],
    engine: {
      hosts: {
        comparePackages: async () =>
          say({
            type: 'packages-compared',
            host: 'razer',
            packages: { kind: 'unknown', why: 'razer is asleep.', next: null },
          }),
      },
    },
  }));
  expect(status).toBe(1);
  expect(stderr).toContain('No host was compared: nothing is known of the packages.');
});
