import { type ActivityGroup, activityGroups, groupOf } from '../nix/activity-kind.ts';
import type { BuildProgress, EndedActivity, RunningActivity } from './progress.ts';

/** A row for something that runs: when that ends, the row tells how, until something else begins. */
export interface WorkSlot {
  readonly activity: RunningActivity;
  /** Null while it runs; of a transfer, and of a build that nobody told of, only when it ended. */
  readonly ended: Pick<EndedActivity, 'fate' | 'ms'> | null;
}

const nameOf = ({ kind, derivation, name }: RunningActivity): string =>
  `${kind} ${derivation ?? name}`;

/** Rows that transfers may take: there may be dozens, and they end by themselves. */
const limitOf = (group: ActivityGroup): number =>
  activityGroups.find(({ name }) => name === group)?.listed ?? 0;

const isShown = (activity: RunningActivity): boolean => groupOf(activity) !== 'waits';

const endingOf = (
  { activity }: WorkSlot,
  ended: BuildProgress['ended'],
  at: number,
): NonNullable<WorkSlot['ended']> => {
  const told = ended?.findLast(({ derivation }) => derivation === activity.derivation);
  return told === undefined
    ? { fate: 'built', ms: Math.max(0, at - activity.since) }
    : { fate: told.fate, ms: told.ms ?? Math.max(0, at - activity.since) };
};

/**
 * The rows of what runs. Each keeps its place as long as it runs, whatever ends above it; what begins
 * takes the first row whose work has ended. Transfers beyond their rows wait for one. Pure.
 */
export const nextSlots = (
  before: readonly WorkSlot[],
  { activities, ended }: Pick<BuildProgress, 'activities' | 'ended'>,
  at: number,
): readonly WorkSlot[] => {
  const running = new Map(activities.filter(isShown).map((one) => [nameOf(one), one]));
  const slots: WorkSlot[] = before.map((slot) => {
    const activity = running.get(nameOf(slot.activity));
    if (activity === undefined)
      return slot.ended === null ? { ...slot, ended: endingOf(slot, ended, at) } : slot;
    running.delete(nameOf(activity));
    return { activity, ended: null };
  });
  const taken = Map.groupBy(
    slots.filter((slot) => slot.ended === null),
    ({ activity }) => groupOf(activity),
  );
  const counts = new Map([...taken].map(([group, all]) => [group, all.length]));
  for (const activity of running.values()) {
    const group = groupOf(activity);
    const count = counts.get(group) ?? 0;
    if (count >= limitOf(group)) continue;
    counts.set(group, count + 1);
    const free = slots.findIndex((slot) => slot.ended !== null);
    if (free < 0) slots.push({ activity, ended: null });
    else slots[free] = { activity, ended: null };
  }
  return slots;
};

/** When the processes of Nix have ended, nothing runs any more. Pure. */
export const endSlots = (slots: readonly WorkSlot[], at: number): readonly WorkSlot[] =>
  slots.every(({ ended }) => ended !== null) ? slots : nextSlots(slots, { activities: [] }, at);
