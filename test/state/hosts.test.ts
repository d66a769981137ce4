import { expect, test } from 'vitest';
import type { Failure } from '../../source/model/failure.ts';
import type { HostPosition } from '../../source/model/host/host.ts';
import { comparedNow, positionOf, troubleOf } from '../../source/state/hosts.ts';
import type { HostState } from '../../source/state/state.ts';
import type { Trouble } from '../../source/state/trouble.ts';
import { expectedOf, factsOf, hostOf } from '../fixtures/states.ts';

const unreachable = (failure: Failure): Partial<HostState> => ({
  probe: { kind: 'failed', failure, at: 0 },
});
const host = 'p620';

const cases: readonly (readonly [string, Partial<HostState>, HostPosition])[] = [
  [
    'a host that sleeps is unreachable, although old facts are known',
    unreachable({ code: 'host-timeout', host, afterMs: 5_000 }),
    { kind: 'unreachable', why: 'asleep' },
  ],
  [
    'a host that took the connection and hangs is not asleep',
    unreachable({ code: 'host-timeout', host, afterMs: 25_000, isConnected: true }),
    { kind: 'unreachable', why: 'hangs' },
  ],
  [
    'a changed host key is another reason than sleep',
    unreachable({ code: 'host-key-changed', host, address: host }),
    { kind: 'unreachable', why: 'host key changed' },
  ],
  ['without facts nothing is known', { facts: null }, { kind: 'unknown' }],
  [
    'without an expectation nothing is known',
    { expectation: { kind: 'evaluating' } },
    { kind: 'unknown' },
  ],
  [
    'the expected system makes a host current, whatever its ancestry',
    { expectation: expectedOf(host, '3980', null) },
    { kind: 'current' },
  ],
  [
    'the expected system with another kernel booted needs a reboot',
    {
      expectation: expectedOf(host, '3980', null),
      facts: factsOf(host, { rebootNeeded: true }),
    },
    { kind: 'rebootNeeded' },
  ],
  ['behind the lock is stale', {}, { kind: 'stale', commitsBehind: 2 }],
  [
    'a system whose origin was not looked up yet is not called drifted',
    { ancestry: { kind: 'unjudged' } },
    { kind: 'unknown' },
  ],
  ['ahead stays ahead', { ancestry: { kind: 'ahead' } }, { kind: 'ahead' }],
  ['diverged stays diverged', { ancestry: { kind: 'diverged' } }, { kind: 'diverged' }],
  [
    'the same commit with other content is stale',
    { ancestry: { kind: 'same' } },
    { kind: 'stale', commitsBehind: null },
  ],
  [
    'a revision that git does not know has drifted',
    { ancestry: { kind: 'unknown' } },
    { kind: 'drifted' },
  ],
  [
    'a host that runs an older system than nixup deployed went backward',
    {
      ancestry: { kind: 'behind', commits: 2 },
      deployed: `/nix/store/${'d'.repeat(32)}-nixos-system-p620-26.05.20261129.aaaaaaa`,
      facts: factsOf(host, {
        current: `/nix/store/${'c'.repeat(32)}-nixos-system-p620-26.05.20261101.bbbbbbb`,
      }),
    },
    { kind: 'backward' },
  ],
  [
    'a host that somebody else took to a newer system did not go backward',
    {
      ancestry: { kind: 'unknown' },
      deployed: `/nix/store/${'d'.repeat(32)}-nixos-system-p620-26.05.20261101.aaaaaaa`,
      facts: factsOf(host, {
        current: `/nix/store/${'c'.repeat(32)}-nixos-system-p620-26.05.20261110.bbbbbbb`,
      }),
    },
    { kind: 'drifted' },
  ],
  [
    'a system without a revision is no more than different',
    { ancestry: { kind: 'unknown' }, facts: factsOf(host, { revision: null }) },
    { kind: 'stale', commitsBehind: null },
  ],
];

for (const [fact, more, position] of cases)
  test(fact, () => {
    expect(positionOf(hostOf(host, more))).toEqual(position);
  });

const unresolved: Failure = {
  code: 'host-unreachable',
  host,
  detail: 'Could not resolve hostname p620: Name or service not known',
  name: host,
};

test.each<readonly [string, Failure, Trouble]>([
  ['one without an address has not failed: nothing was done on it', unresolved, 'unreachable'],
  [
    'one to which ssh finds no way',
    { code: 'ssh-failed', host, detail: 'Connection refused', why: 'closed' },
    'unreachable',
  ],
  ['one that sleeps', { code: 'host-timeout', host, afterMs: 5_000 }, 'asleep'],
  [
    'one that hangs',
    { code: 'host-timeout', host, afterMs: 25_000, isConnected: true },
    'unreachable',
  ],
  ['one that keeps nixup out', { code: 'login-refused', host, detail: 'no key' }, 'failed'],
  ['one with another host key', { code: 'host-key-changed', host, address: host }, 'failed'],
])('%s', (_, failure, trouble) => {
  expect(troubleOf(hostOf(host, unreachable(failure)))).toBe(trouble);
});

test('a host that was rolled back has failed while the flake wants that system, and not after its commit went back', () => {
  const back = (current: string): HostState =>
    hostOf(host, {
      expectation: expectedOf(host, '3980', null),
      facts: factsOf(host, { current }),
      work: {
        kind: 'rolledBack',
        from: null,
        to: current,
        generation: 76,
        reason: 'immich-server.service failed',
        at: 0,
      },
    });
  const { expectation } = back('');
  const wanted = expectation.kind === 'known' ? expectation.toplevel : '';
  expect(troubleOf(back('/nix/store/old'))).toBe('failed');
  expect(troubleOf(back(wanted))).not.toBe('failed');
});

test('that a system was not built yet is no answer any more once it is built', () => {
  const packages = { kind: 'unknown', why: 'not built yet', next: null, lacks: 'build' } as const;
  const compared = (builtAt: number | null) =>
    comparedNow(
      hostOf('nas', { facts: factsOf('nas'), expectation: expectedOf('nas', '4193', builtAt) }),
      packages,
    );
  expect(compared(null)).toBe(packages);
  expect(compared(1_000)).toBeUndefined();
});
