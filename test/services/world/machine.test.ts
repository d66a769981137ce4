import { expect, test } from 'vitest';
import { evaluationsAtOnce } from '../../../source/services/world/machine.ts';
import { strictWorld } from '../../support/strict-world.ts';

test.each([
  [1_000_000, 1],
  [7_000_000, 2],
  [64_000_000, 4],
])('with %i kB available, %i hosts are evaluated at a time', async (available, expected) => {
  const world = strictWorld({
    files: { '/proc/meminfo': `MemTotal: 99 kB\nMemAvailable:   ${available} kB\n` },
  });
  expect(await evaluationsAtOnce({ ...world, processors: 8 })).toBe(expected);
  expect(await evaluationsAtOnce({ ...world, processors: 1 })).toBe(1);
});

test('where nobody knows the memory, one host is evaluated at a time', async () => {
  expect(await evaluationsAtOnce(strictWorld())).toBe(1);
});
