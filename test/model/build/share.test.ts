import { expect, test } from 'vitest';
import type { PlanSummary } from '../../../source/model/build/plan.ts';
import { type BuildProgress, noProgress } from '../../../source/model/build/progress.ts';
import { withHostShare, withShare } from '../../../source/model/build/share.ts';

const planOf = (builds: number, fetches = 0): PlanSummary => ({
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

const built = (done: number, expected: number): BuildProgress => ({
  ...noProgress,
  builds: { expected, running: 0, done, failed: 0 },
});

const all = { planned: 1, unplanned: 0 };

test('a bar does not go backward when Nix finds more to build than was planned', () => {
  const half = withShare(built(5, 10), null, planOf(10), all);
  expect(half.share).toBe(0.5);
  const more = withShare(built(6, 20), half, planOf(10), all);
  expect(more.share).toBe(0.5);
  expect(withShare(built(15, 20), more, planOf(10), all).share).toBe(0.75);
});

test('hosts without a plan count as much as the others, so that the bar does not begin too far', () => {
  const first = withShare(built(5, 7), null, planOf(7), { planned: 1, unplanned: 7 });
  expect(first.share).toBeCloseTo(5 / 56);
  // The numbers beside it are those that are known.
  expect(first.builds).toMatchObject({ done: 5, expected: 7 });
  expect(withShare(built(5, 7), first, planOf(56), { planned: 8, unplanned: 0 }).share).toBeCloseTo(
    5 / 56,
  );
});

test('the bar of a host is about its builds, and about its transfers where it builds nothing', () => {
  const fetched = {
    ...built(1, 4),
    fetches: { ...noProgress.fetches, expected: 4, done: 4 },
  };
  expect(withHostShare(fetched, null, planOf(4, 4))).toMatchObject({ share: 0.25 });
  expect(
    withHostShare(
      { ...noProgress, fetches: { ...noProgress.fetches, done: 1, expected: 2 } },
      null,
      planOf(0, 4),
    ).share,
  ).toBe(0.25);
});
