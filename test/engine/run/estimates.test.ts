import { expect, test } from 'vitest';
import { openEstimates } from '../../../source/engine/run/estimates.ts';
import { strictWorld } from '../../support/strict-world.ts';

const path = '/state/nixup/durations.json';

test('durations are kept over runs, also when two hosts end at once', async () => {
  const world = strictWorld();
  const estimates = await openEstimates(world, () => undefined);
  await Promise.all([
    estimates.keep([{ name: 'a-1', ms: 5, machine: null }]),
    estimates.keep([{ name: 'b-1', ms: 7, machine: null }]),
  ]);
  const later = await openEstimates(world, () => undefined);
  expect([later.of('a-2'), later.of('b-2'), later.of('c')]).toEqual([5, 7, null]);
});

test('a damaged file counts as empty', async () => {
  const estimates = await openEstimates(
    strictWorld({ files: { [path]: '{"local a": "x"' } }),
    () => undefined,
  );
  expect(estimates.of('a')).toBeNull();
});
