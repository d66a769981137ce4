import { dayMs } from '../words/durations.ts';

/** A span of time, ms since the epoch. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** So long after an activation or a boot nothing is judged: caches fill, services start. */
export const settleMs = 15 * 60_000;

/** A watch has an end: what comes later has other causes. */
export const watchMs = dayMs;

/** So many days before are compared. */
export const baselineDays = 7;

export interface Windows {
  /** From the end of the settle time to now, a day at most; null while it still settles. */
  readonly after: TimeSpan | null;
  /** The same clock times on the days before, the nearest first. */
  readonly before: readonly { readonly day: number; readonly span: TimeSpan }[];
  /** Days left out because another deploy falls into them. */
  readonly cut: readonly number[];
}

/** Whether one of these changes falls into a window, or so shortly before it that its host still settled. */
export const isDisturbed = (span: TimeSpan, changes: readonly number[]): boolean =>
  changes.some((at) => at > span.from - settleMs && at < span.to);

/**
 * The windows of a host that was changed at `changedAt` (activation, or the boot after it).
 * `otherChanges` are moments at which the host was changed before: a day whose window holds one, or
 * the settle time after one, is left out. A day is 24 hours: on the two days a year on which
 * the clocks change, people come an hour later or earlier than the window.
 */
export const windowsOf = (
  changedAt: number,
  now: number,
  otherChanges: readonly number[],
): Windows => {
  const from = changedAt + settleMs;
  const to = Math.min(now, changedAt + watchMs);
  if (to <= from) return { after: null, before: [], cut: [] };
  const days = Array.from({ length: baselineDays }, (_, index) => {
    const day = index + 1;
    return { day, span: { from: from - day * dayMs, to: to - day * dayMs } };
  });
  const isCut = ({ span }: { readonly span: TimeSpan }): boolean => isDisturbed(span, otherChanges);
  return {
    after: { from, to },
    before: days.filter((day) => !isCut(day)),
    cut: days.filter(isCut).map(({ day }) => day),
  };
};
