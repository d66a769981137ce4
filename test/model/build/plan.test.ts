import { expect, test } from 'vitest';
import { compileWarning, planSentence } from '../../../source/model/build/build-plan-text.ts';
import {
  type BuildPlan,
  emptyPlan,
  summarizePlan,
  summarizePlans,
} from '../../../source/model/build/plan.ts';

const drv = (name: string): string => `/nix/store/${'a'.repeat(32)}-${name}.drv`;
const plan = (over: Partial<BuildPlan>): BuildPlan => ({ ...emptyPlan, ...over });

const plans = new Map([
  ['p620', plan({ builds: [drv('etc'), drv('firefox-133.0')], downloadBytes: 1024 })],
  [
    'razer',
    plan({ builds: [drv('etc'), drv('units')], fetches: ['/nix/store/x'], downloadBytes: 2048 }),
  ],
]);
const estimateOf = (name: string): number | null => (name === 'etc' ? 4_000 : null);

test('what several hosts need is counted once', () => {
  expect(summarizePlans(plans, estimateOf)).toMatchObject({
    builds: 3,
    fetches: 1,
    shared: 1,
    downloadBytes: 3072,
    workMs: 4_000,
    estimated: 1,
  });
  expect(summarizePlan('razer', plans, estimateOf)).toMatchObject({ builds: 2, shared: 1 });
});

test('a package that a cache usually has is named before it is compiled', () => {
  const summary = summarizePlan('p620', plans, estimateOf);
  expect(summary.compiles).toEqual(['firefox-133.0']);
  expect(compileWarning(summary)).toMatch(/^firefox-133\.0 would be compiled here/);
  expect(compileWarning(summarizePlan('razer', plans, estimateOf))).toBeNull();
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
  expect(planSentence(summarizePlan('h', new Map([['h', given]]), estimateOf))).toBe(expected);
});
