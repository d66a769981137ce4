import { expect, test } from 'vitest';
import { addDurations, type Durations, estimate } from '../../../source/model/build/estimates.ts';

const add = (durations: Durations, name: string, ...times: readonly number[]): Durations =>
  addDurations(
    durations,
    times.map((ms) => ({ name, ms, machine: null })),
  );

test('the estimate is the median of the builds of that package, in any version', () => {
  const known = add(add({}, 'nginx-1.29', 10, 1_000), 'nginx-1.30', 30);
  expect(estimate(known, 'nginx-1.31')).toBe(30);
  expect(estimate(add(known, 'nginx-1.31', 50), 'nginx-2.0')).toBe(40);
});

test('a machine has its own times', () => {
  const known = addDurations({}, [{ name: 'gcc-15', ms: 9, machine: 'p510' }]);
  expect(estimate(known, 'gcc-15', 'p510')).toBe(9);
  expect(estimate(known, 'gcc-15')).toBeNull();
});

test('only the last ten builds count', () => {
  const known = add(
    {},
    'a-1',
    ...Array.from({ length: 40 }, () => 1_000),
    ...Array.from({ length: 10 }, () => 1),
  );
  expect(estimate(known, 'a-1')).toBe(1);
});

test('a package named like an inherited property has no estimate', () => {
  expect(estimate({}, 'constructor')).toBeNull();
});
