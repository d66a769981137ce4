import { expect, test } from 'vitest';
import type { HostCompared } from '../../../source/state/past/compare.ts';
import { type ComparedRun, compareRuns } from '../../../source/state/past/compare.ts';
import { comparedText } from '../../../source/state/past/compare-words.ts';
import type { HostOutcome } from '../../../source/state/run.ts';

/** A deploy of one host, with the packages that its journal has, and the units that were to restart. */
const deploy = (
  id: string,
  [status, from, to]: readonly [HostOutcome['status'], string, string],
  moves: readonly (readonly [name: string, old: string, now: string])[] | null,
  units: readonly string[] = [],
): ComparedRun => ({
  run: {
    id,
    goal: 'deploy',
    startedAt: 0,
    hosts: ['p620'],
    lock: id,
    ending: {
      at: 1,
      result: {
        ok: true,
        exitCode: 0,
        commit: null,
        build: null,
        summary: '',
        hosts: { p620: { status, from, to, generation: null, reason: null } },
      },
    },
  },
  events: [
    { type: 'planned', host: 'p620', mode: 'switch', from, fromGeneration: null, to, units, at: 0 },
    ...(moves === null
      ? []
      : [
          {
            type: 'packages-moved' as const,
            hosts: ['p620'],
            left: 0,
            changes: moves.map(([name, old, now]) => ({
              name,
              kind: 'upgraded' as const,
              old: old === '' ? [] : [old],
              new: now === '' ? [] : [now],
            })),
            at: 0,
          },
        ]),
    ...(status === 'unhealthy'
      ? [
          {
            type: 'host-worked' as const,
            host: 'p620',
            work: {
              kind: 'unhealthy' as const,
              from,
              to,
              generation: null,
              problems: ['nginx.service failed'],
              at: 1,
            },
            at: 1,
          },
        ]
      : []),
  ],
});

const first = deploy('r1', ['succeeded', 'S0', 'S1'], [['zlib', '1', '2']], ['sshd.service']);
const second = deploy(
  'r2',
  ['succeeded', 'S1', 'S2'],
  [
    ['openssl', '3.5.1', '3.5.2'],
    ['curl', '1', '2'],
  ],
);
const third = deploy(
  'r3',
  ['unhealthy', 'S2', 'S3'],
  [
    ['openssl', '3.5.2', '3.5.3'],
    ['curl', '2', '1'],
  ],
  ['nginx.service'],
);

test('packages are added up over the runs between, and one that came back is no change', () => {
  const compared = compareRuns(first, third, [second, third], []);
  expect(compared.hosts[0]?.packages).toEqual([
    { name: 'openssl', kind: 'upgraded', old: ['3.5.1'], new: ['3.5.3'] },
  ]);
  expect(comparedText(compared)).toEqual([
    'older  r1  deploy  1970-01-01 00:00 UTC',
    'newer  r3  deploy  1970-01-01 00:00 UTC',
    '',
    'inputs: the same lock',
    '',
    'p620',
    '  older: succeeded',
    '  newer: unhealthy: nginx.service failed',
    '  packages: 1 change',
    '    openssl 3.5.1 → 3.5.3',
    '  stopped or restarted by the older run only: sshd.service',
    '  stopped or restarted by the newer run only: nginx.service',
  ]);
});

test.each([
  ['a run between recorded none', [deploy('r2', ['succeeded', 'S1', 'S2'], null), third]],
  ['somebody else switched the host between', [deploy('r2', ['succeeded', 'S7', 'S2'], []), third]],
])('packages are not known where %s', (_, between) => {
  expect(compareRuns(first, third, between, null).hosts[0]?.packages).toBeNull();
});

test('what is not known is said as that', () => {
  const text = comparedText(compareRuns(first, third, [], null));
  expect(text).toContain('inputs: the lock of one of them is not kept any more');
  expect(text).toContain('  packages: not recorded from the one system to the other');
});

test('a run without units is told once, of all its hosts', () => {
  const bare = { ...first, events: [] };
  const text = comparedText(compareRuns(bare, third, [], null));
  expect(text.filter((line) => line.includes('units:'))).toEqual([
    'units: not recorded by both runs',
  ]);
  const two = compareRuns(bare, third, [], null);
  const also = { ...two, hosts: [...two.hosts, ...compareRuns(first, third, [], null).hosts] };
  expect(comparedText(also).at(-1)).toBe('units: not recorded by both runs: p620');
});

test('hosts of which nothing differs are told together, after those that ended in another way', () => {
  const side = (status: 'succeeded' | 'rolledBack', system: string) => ({
    status,
    system,
    problems: [],
    units: [],
  });
  const host = (name: string, older: HostCompared['older'], newer: HostCompared['newer']) => ({
    host: name,
    older,
    newer,
    packages: [],
  });
  const [one] = [compareRuns(first, third, [], null)];
  const text = comparedText({
    ...one,
    hosts: [
      host('nas', side('succeeded', '/nix/store/a-s'), side('succeeded', '/nix/store/a-s')),
      host('p510', side('succeeded', '/nix/store/a-s'), side('succeeded', '/nix/store/b-s')),
      host('razer', side('succeeded', '/nix/store/a-s'), side('rolledBack', '/nix/store/a-s')),
      host('vault', side('succeeded', '/nix/store/c-s'), side('succeeded', '/nix/store/c-s')),
    ],
  });
  expect(text.slice(text.indexOf('razer'))).toEqual([
    'razer',
    '  older: succeeded',
    '  newer: rolled back',
    expect.stringContaining('the same system'),
    'p510',
    '  both: succeeded',
    '  packages: 0 changes',
    'the same in both runs, with the same system',
    '  succeeded: nas, vault',
  ]);
});

test('an alarm of an input stands in the comparison, before inputs without one', () => {
  const text = comparedText(
    compareRuns(
      first,
      third,
      [],
      [
        { input: 'nixpkgs', from: 'aaaa111122223', to: 'bbbb111122223' },
        { input: 'page', from: 'cccc111122223', to: 'dddd111122223', alarms: ['owner-changed'] },
      ],
    ),
  );
  expect(text.slice(3, 6)).toEqual([
    'inputs: 2 changes',
    '  ! page cccc111 → dddd111, alarm: another owner',
    '  nixpkgs aaaa111 → bbbb111',
  ]);
});
