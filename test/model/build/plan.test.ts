import { expect, test } from 'vitest';
import { compileWarning, planSentence } from '../../../source/model/build/build-plan-text.ts';
import {
  type BuildPlan,
  createPlanSums,
  emptyPlan,
  type PlanSummary,
} from '../../../source/model/build/plan.ts';

const drv = (name: string): string => `/nix/store/${'a'.repeat(32)}-${name}.drv`;
const plan = (over: Partial<BuildPlan>): BuildPlan => ({ ...emptyPlan, ...over });

const p620 = plan({ builds: [drv('etc'), drv('firefox-133.0')], downloadBytes: 1024 });
const razer = plan({
  builds: [drv('etc'), drv('units')],
  fetches: ['/nix/store/x'],
  downloadBytes: 2048,
});
const estimateOf = (name: string): number | null => (name === 'etc' ? 4_000 : null);

const ownOf = (given: BuildPlan): PlanSummary => createPlanSums(estimateOf).add(given).own;

test('what several hosts need is counted once', () => {
  const sums = createPlanSums(estimateOf);
  expect(sums.add(p620).own).toMatchObject({ builds: 2, shared: 0 });
  const { own, whole } = sums.add(razer);
  expect(whole).toMatchObject({
    builds: 3,
    fetches: 1,
    shared: 1,
    downloadBytes: 3072,
    workMs: 4_000,
    estimated: 1,
  });
  expect(own).toMatchObject({ builds: 2, shared: 1 });
  expect(sums.add(p620).whole).toMatchObject({ builds: 3, shared: 2 });
});

test('the bytes of what several hosts fetch count once in the plan of all', () => {
  const sums = createPlanSums(estimateOf);
  const fetching = (...fetches: readonly string[]) =>
    plan({ fetches, downloadBytes: 100 * fetches.length, unpackedBytes: 300 * fetches.length });
  sums.add(fetching('/a', '/b'));
  sums.add(fetching('/a', '/b'));
  expect(sums.add(fetching('/b', '/c')).whole).toMatchObject({
    fetches: 3,
    downloadBytes: 300,
    unpackedBytes: 900,
  });
});

test('a package that a cache usually has is named before it is compiled', () => {
  const summary = ownOf(p620);
  expect(summary.compiles).toEqual(['firefox-133.0']);
  expect(compileWarning(summary)).toMatch(/^firefox-133\.0 would be compiled here/);
  expect(compileWarning(ownOf(razer))).toBeNull();
});

test.each([
  [plan({}), 'nothing to build, nothing to fetch'],
  [plan({ builds: [drv('etc')] }), 'builds 1, about 4 s of building'],
  [
    plan({
      builds: [drv('etc'), drv('x')],
      fetches: ['/a', '/b'],
      downloadBytes: 2_097_152,
      unpackedBytes: 4_194_304,
    }),
    'builds 2, fetches 2 paths (2 MiB, 4 MiB unpacked), about 4 s of building and 1 that never ran here',
  ],
])('a plan is one line', (given, expected) => {
  expect(planSentence(ownOf(given))).toBe(expected);
});

test('each of a thousand plans is looked at once, and never again for another host', () => {
  let asked = 0;
  const sums = createPlanSums(() => {
    asked += 1;
    return null;
  });
  for (let host = 0; host < 1_000; host += 1)
    sums.add(plan({ builds: [drv('etc'), drv(`system-${host}`)] }));
  // Once for the host, and once for the whole where it is new to it.
  expect(asked).toBe(2_000 + 1_001);
});
