import { expect, test } from 'vitest';
import { sampleBetween, shortSentence, shortWindow } from '../../../source/model/watch/counters.ts';
import { readCounters } from '../../../source/parsers/host/counters.ts';

/** As Linux 6.12 prints them (proc_stat(5), proc_diskstats(5), proc_net_dev(5), Documentation/accounting/psi.rst). */
const printed = (
  seconds: number,
  at: Readonly<Record<string, number>>,
): string => `nixup-part uptime
${seconds}.00 400.00
nixup-part stat
cpu  ${at['user']} 0 100 ${at['idle']} 50 0 0 0 0 0
cpu0 1 0 0 1 0 0 0 0 0 0
cpu1 1 0 0 1 0 0 0 0 0 0
nixup-part loadavg
3.00 0.80 0.40 2/300 4242
nixup-part meminfo
MemTotal:        8000000 kB
MemFree:         1000000 kB
MemAvailable:    2000000 kB
nixup-part vmstat
pgmajfault ${at['faults']}
nixup-part diskstats
 259       0 nvme0n1 100 0 ${at['read']} 50 100 0 2000 50 0 ${at['busy']} 100 0 0 0 0 0 0
 259       1 nvme0n1p1 100 0 999999 50 100 0 999999 50 0 99999 100 0 0 0 0 0 0
 253       0 dm-0 100 0 999999 50 100 0 999999 50 0 99999 100 0 0 0 0 0 0
nixup-part network
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 9999999       1    0    0    0     0          0         0  9999999       1    0    0    0     0       0          0
enp1s0: ${at['in']}    10    ${at['bad']}    0    0     0          0         0   5000      10    0    0    0     0       0          0
nixup-part pressure-cpu
some avg10=1.00 avg60=1.00 avg300=1.00 total=${at['waited']}
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
nixup-part
`;

const first = {
  user: 1000,
  idle: 8000,
  faults: 10,
  read: 1000,
  busy: 500,
  in: 1000,
  bad: 0,
  waited: 0,
};
const later = {
  user: 4000,
  idle: 9000,
  faults: 130,
  read: 121_000,
  busy: 30_500,
  in: 61_000,
  bad: 6,
  waited: 15_000_000,
};

const between = (before: string, after: string) => {
  const [one, other] = [readCounters(before), readCounters(after)];
  return one === null || other === null ? null : sampleBetween(one, other, 1_000_000);
};

test('what a host did between two looks is what its counters rose by', () => {
  expect(between(printed(100, first), printed(160, later))).toEqual({
    at: 1_000_000,
    intervalMs: 60_000,
    values: {
      cpu: 0.75,
      load: 1.5,
      memory: 0.75,
      paging: 2,
      'disk-busy': 0.5,
      'disk-read': (120_000 * 512) / 60,
      'disk-written': 0,
      'network-in': 1_000,
      'network-out': 0,
      'network-errors': 0.1,
      'cpu-pressure': 0.25,
    },
  });
});

test('a restart between two looks is no sample', () => {
  expect(between(printed(160, later), printed(20, first))).toBeNull();
});

test('a host that is up longer than before, and was restarted, is told by its boot', () => {
  const of = (boot: string): string => `nixup-part boot-id\n${boot}\n`;
  const [one, other] = [
    '1f0e6d5c-0000-4000-8000-000000000001',
    '1f0e6d5c-0000-4000-8000-000000000002',
  ];
  const [before, after] = [printed(30, first), printed(600, later)];
  expect(between(of(one) + before, of(other) + after)).toBeNull();
  expect(between(of(one) + before, of(one) + after)).not.toBeNull();
  expect(between(before, of(one) + after)).not.toBeNull();
});

test('an answer that is none has no counters', () => {
  expect(readCounters('sh: not found\n')).toBeNull();
});

test('a short window says what moved, with its range', () => {
  const samples = [0.2, 0.4, 0.6].map((cpu, index) => ({
    at: (index + 1) * 60_000,
    intervalMs: 60_000,
    values: { cpu, 'network-errors': 0 },
  }));
  const window = shortWindow(samples);
  expect(window).toMatchObject({ from: 0, to: 180_000, samples: 3 });
  expect(window === null ? '' : shortSentence(window)).toBe('CPU 40 % (30 % to 50 %)');
  expect(shortWindow([])).toBeNull();
});
