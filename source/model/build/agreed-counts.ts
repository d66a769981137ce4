import type { PlanSummary } from './plan.ts';
import type { BuildProgress, Counts } from './progress.ts';

const atLeast = <Some extends Counts>(counts: Some, planned: number): Some =>
  counts.expected >= planned ? counts : { ...counts, expected: planned };

/**
 * How far a build is, of everything that is known to be done: Nix counts what
 * its processes have announced, the plan also hosts that wait for a slot. Pure.
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
 * The plan in the counts of the build, where that found more to do than was
 * planned: one number stands in both. Pure.
 */
export const planOfProgress = (plan: PlanSummary, progress: BuildProgress | null): PlanSummary =>
  progress === null
    ? plan
    : {
        ...plan,
        builds: Math.max(plan.builds, progress.builds.expected),
        fetches: Math.max(plan.fetches, progress.fetches.expected),
      };
