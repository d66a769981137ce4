import { progressOfPlan } from './agreed-counts.ts';
import type { PlanSummary } from './plan.ts';
import type { BuildProgress } from './progress.ts';

/** The plan with what hosts that have none yet are likely to add: as much as each of the others. */
const withUnplanned = (plan: PlanSummary, planned: number, unplanned: number): PlanSummary => {
  if (planned === 0) return plan;
  const all = (planned + unplanned) / planned;
  return { ...plan, builds: plan.builds * all, fetches: plan.fetches * all };
};

/** What a bar is about: all that is to be built, fetched and copied, or the builds where there are some. */
type Measured = 'all' | 'builds';

/** How far it is: 0 to 1. */
export const shareOf = (
  { builds, fetches, copies }: BuildProgress,
  measured: Measured = 'all',
): number => {
  if (measured === 'builds' && builds.expected > 0)
    return Math.min(1, builds.done / builds.expected);
  const expected = builds.expected + fetches.expected + copies.expected;
  return expected === 0 ? 0 : Math.min(1, (builds.done + fetches.done + copies.done) / expected);
};

/** Which hosts of a run have a plan. */
interface Planned {
  readonly planned: number;
  readonly unplanned: number;
}

/**
 * The progress with the total of the plan, and with the share that its bar shows. It never falls: Nix may find more to do than was
 * planned, and what a bar has shown is not taken back. Pure.
 */
export const withShare = (
  progress: BuildProgress,
  before: BuildProgress | null,
  plan: PlanSummary | undefined,
  { planned, unplanned }: Planned,
): BuildProgress => {
  const whole = plan === undefined ? undefined : withUnplanned(plan, planned, unplanned);
  const share = Math.max(before?.share ?? 0, shareOf(progressOfPlan(progress, whole)));
  return { ...progressOfPlan(progress, plan), share };
};

/** The same for one host: its bar and its count beside it are about its builds. Pure. */
export const withHostShare = (
  progress: BuildProgress,
  before: BuildProgress | null,
  plan: PlanSummary | undefined,
): BuildProgress => {
  const planned = progressOfPlan(progress, plan);
  return { ...planned, share: Math.max(before?.share ?? 0, shareOf(planned, 'builds')) };
};
