import { expect, test } from 'vitest';
import type { RequestWatch } from '../../../source/model/forge/body.ts';
import { tendingOf } from '../../../source/model/forge/tend.ts';
import type { HostWork } from '../../../source/model/host/host.ts';

const system = '/nix/store/x';
const well: HostWork = { kind: 'succeeded', from: null, to: system, generation: 2, at: 1 };
const host = (name: string, work: HostWork | null, isHealthy = true) => ({ name, work, isHealthy });
const none: RequestWatch = { kind: 'none' };
const asleep: HostWork = { kind: 'pending', why: 'asleep' };
const back: HostWork = {
  kind: 'rolledBack',
  from: system,
  to: 'y',
  generation: 1,
  reason: 'no contact',
  at: 1,
};

test.each<[string, Parameters<typeof tendingOf>, string]>([
  ['every host healthy', [[host('a', well), host('b', well)], none], 'merge'],
  ['a host that sleeps', [[host('a', well), host('b', asleep, false)], none], 'merge'],
  ['no host reached', [[host('a', asleep, false)], none], 'wait'],
  ['health not compared', [[host('a', well, false)], none], 'wait'],
  ['one host not deployed', [[host('a', well), host('b', null, false)], none], 'wait'],
  [
    'one host unhealthy',
    [
      [
        host('a', well),
        host(
          'b',
          { kind: 'unhealthy', problems: ['x'], from: null, to: system, generation: 1, at: 1 },
          false,
        ),
      ],
      none,
    ],
    'wait',
  ],
  ['a host that went back', [[host('a', well), host('b', back, false)], none], 'close'],
  [
    'a host that a person took back',
    [[host('a', { ...well, deed: 'rollback' }, false)], none],
    'close',
  ],
  ['a watch that runs', [[host('a', well)], { kind: 'pending', time: '24 hours' }], 'wait'],
  ['a watch without a report', [[host('a', well)], { kind: 'due', time: '24 hours' }], 'wait'],
  [
    'a watch that ended well',
    [[host('a', well)], { kind: 'ended', time: '24 hours', verdict: 'as before', isWell: true }],
    'merge',
  ],
  [
    'a watch that ended badly',
    [[host('a', well)], { kind: 'ended', time: '24 hours', verdict: 'worse', isWell: false }],
    'wait',
  ],
])('%s', (_, [hosts, watch], expected) => {
  expect(tendingOf(hosts, watch).kind).toBe(expected);
});
