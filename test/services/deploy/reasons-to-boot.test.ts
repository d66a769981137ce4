import { expect, test } from 'vitest';
import { reasonsToBoot } from '../../../source/services/deploy/preview.ts';

const system = (
  bus: string | null,
  inhibitors: Readonly<Record<string, string>> = {},
  initInterface: string | null = '2',
) => ({ initInterface, inhibitors, bus });

// Both directions: what is forbidden forward is forbidden backward too.
test.each([
  ['nothing differs', system('dbus.service'), system('dbus.service'), []],
  [
    'an inhibitor differs',
    system('dbus.service', { 'dbus-implementation': 'dbus' }),
    system('dbus-broker.service', { 'dbus-implementation': 'broker' }),
    [/^dbus-implementation: /],
  ],
  [
    'the bus differs, and one of them knows no inhibitors',
    system('dbus.service'),
    system('dbus-broker.service', { 'dbus-implementation': 'broker' }),
    [/^the system bus: /],
  ],
  ['the bus of one is not told', system(null), system('dbus.service'), []],
  ['an inhibitor is new', system(null), system(null, { fuse: '3' }), []],
  ['init is another one', system(null, {}, '2'), system(null, {}, '3'), [/init interface/]],
] as const)('%s', (_what, one, other, expected) => {
  for (const reasons of [reasonsToBoot(one, other), reasonsToBoot(other, one)])
    expect(reasons).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
});
