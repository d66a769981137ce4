import { expect, test } from 'vitest';
import {
  planLeft,
  planOfProgress,
  progressOfPlan,
} from '../../../source/model/build/agreed-counts.ts';
import type { PlanSummary } from '../../../source/model/build/plan.ts';
import { noProgress } from '../../../source/model/build/progress.ts';

const plan = (builds: number, fetches: number): PlanSummary => ({
  builds,
  fetches,
  downloadBytes: null,
  unpackedBytes: null,
  shared: 0,
  compiles: [],
  workMs: null,
  estimated: 0,
  on: null,
});

const progress = (builds: number, fetches: number) => ({
  ...noProgress,
  builds: { ...noProgress.builds, expected: builds },
  fetches: { ...noProgress.fetches, expected: fetches },
});

test.each([
  // Hosts that wait for a slot are planned, and no process of Nix has announced them.
  [12, 0, 9, 0],
  // Nix builds what it had hoped to fetch.
  [12, 3, 14, 1],
  [12, 3, 12, 3],
])('a plan of %i and %i and a progress of %i and %i say one number', (builds, fetches, announced, found) => {
  const shown = planOfProgress(plan(builds, fetches), progress(announced, found));
  const whole = progressOfPlan(progress(announced, found), plan(builds, fetches));
  expect([shown.builds, shown.fetches]).toEqual([whole.builds.expected, whole.fetches.expected]);
  expect(shown.builds).toBe(Math.max(builds, announced));
});

test('without a plan, or before a progress, the other counts alone', () => {
  expect(progressOfPlan(progress(3, 1), undefined)).toEqual(progress(3, 1));
  expect(planOfProgress(plan(3, 1), null)).toEqual(plan(3, 1));
});

test('a host that waits is not said to fetch what is there already', () => {
  const fetched = (done: number) => {
    const known = progress(12, 9);
    return { ...known, fetches: { ...known.fetches, done } };
  };
  expect(planLeft(plan(8, 5), plan(54, 9), fetched(9))).toEqual(plan(8, 0));
  expect(planLeft(plan(8, 5), plan(54, 9), fetched(8))).toEqual(plan(8, 5));
  // A later host planned more than has been announced.
  expect(planLeft(plan(8, 5), plan(54, 10), fetched(9))).toEqual(plan(8, 5));
  expect(planLeft(plan(8, 5), undefined, null)).toEqual(plan(8, 5));
});
