import { measureOf, oddSilence } from '../nix/activity-kind.ts';
import { showDuration } from '../words/format-time.ts';
import type { RunningActivity } from './progress.ts';

/** A build is late when it takes so many times what it took before, and this long. */
const lateFactor = 3;
const lateMs = 5 * 60_000;

/** Why something that runs looks stuck, as a sentence; null when it does not. */
export const stalledReason = (activity: RunningActivity, now: number): string | null => {
  const { name, since, lastHeardAt, expectedMs, machine } = activity;
  const oddMs = oddSilence(activity);
  if (oddMs === null) return null;
  const where = machine === null ? '' : ` on ${machine}`;
  const silent = now - (lastHeardAt ?? since);
  if (measureOf(activity) === 'bytes')
    return silent < oddMs ? null : `${name} has moved no byte for ${showDuration(silent)}${where}`;
  const runs = now - since;
  const isLate = expectedMs != null && runs > lateMs && runs > lateFactor * expectedMs;
  if (silent < (isLate ? lateMs : oddMs)) return null;
  const usual = expectedMs == null ? '' : `, it used to take ${showDuration(expectedMs)}`;
  return `${name} has said nothing for ${showDuration(silent)}${where}; it runs for ${showDuration(runs)}${usual}`;
};
