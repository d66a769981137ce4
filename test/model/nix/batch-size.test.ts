import { expect, test } from 'vitest';
import { nextBatchSize, nextHeapBytes } from '../../../source/model/nix/batch-size.ts';

const gibibyte = 1024 ** 3;

const measured = (hosts: number, eachMs: number, bytes: number | null = null) => ({
  hosts,
  between: { ms: eachMs * (hosts - 1), hosts: hosts - 1 },
  tookMs: 300 + eachMs * hosts,
  bytes,
});

test.each([
  ['hosts of NixOS, two seconds each: one', measured(2, 2_000), 1],
  ['hosts of half a second: four', measured(2, 500), 4],
  ['cheap hosts: four times as many, whatever the start of Nix took', measured(2, 1), 8],
  ['cheap hosts: never more than a command line holds', measured(200, 0.1), 256],
  ['hosts of which two hold two GiB: three in three', measured(2, 10, 2 * gibibyte), 3],
  ['a host that holds more than there is: still one', measured(1, 10, 9 * gibibyte), 1],
])('%s', (_, last, expected) => {
  expect(nextBatchSize(last, 3 * gibibyte)).toBe(expected);
});

test.each([
  ['two hosts of 40 MiB: a small heap', measured(2, 10, 40 * 1024 ** 2), 32 * 1024 ** 2],
  [
    'many small hosts, whose heap has grown: still a small one',
    measured(256, 10, gibibyte),
    32 * 1024 ** 2,
  ],
  ['hosts of NixOS: as Nix chooses', measured(2, 2_000, gibibyte), null],
  ['one host says nothing about the next', measured(1, 10, 10 * 1024 ** 2), null],
  ['nobody saw what they held', measured(8, 10), null],
])('heap: %s', (_, last, expected) => {
  expect(nextHeapBytes(last)).toBe(expected);
});
