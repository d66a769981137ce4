import type { PlanSummary } from './plan.ts';
import type { BuildProgress, Counts } from './progress.ts';

const atLeast = <Some extends Counts>(counts: Some, planned: number): Some =>
  counts.expected >= planned ? counts : { ...counts, expected: planned };

/**
 * How far the builds of all hosts are. Nix counts only what its processes have announced; the plan
 * also counts hosts that wait for a build slot. Pure.
 */
export const progressOfPlan = (
  progress: BuildProgress,
  plan: PlanSummary | undefined,
): BuildProgress =>
  plan === undefined
    ? progress
    : {
        ...progress,
        builds: atLeast(progress.builds, plan.builds),
        fetches: atLeast(progress.fetches, plan.fetches),
      };

/**
 * The plan with the counts of the build, where the build found more to do than was planned: both
 * show the same number. Pure.
 */
export const planOfProgress = (plan: PlanSummary, progress: BuildProgress | null): PlanSummary =>
  progress === null
    ? plan
    : {
        ...plan,
        builds: Math.max(plan.builds, progress.builds.expected),
        fetches: Math.max(plan.fetches, progress.fetches.expected),
      };

/** The plan of one host without fetches, once all that the fleet planned to fetch is there. Pure. */
export const planLeft = (
  plan: PlanSummary,
  fleet: PlanSummary | undefined,
  progress: BuildProgress | null,
): PlanSummary => {
  if (fleet === undefined || progress === null) return plan;
  const { done, expected } = progress.fetches;
  return plan.fetches === 0 || done < Math.max(expected, fleet.fetches)
    ? plan
    : { ...plan, fetches: 0, downloadBytes: null, unpackedBytes: null };
};
