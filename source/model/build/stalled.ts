import { groupOf } from '../nix/activity-kind.ts';
import { showDuration } from '../words/format-time.ts';
import type { RunningActivity } from './progress.ts';

/** Silence that is odd for a build, and for a transfer, ms. */
const silentBuildMs = 10 * 60_000;
const silentTransferMs = 2 * 60_000;
/** A build is late when it takes so many times what it took before, and this long. */
const lateFactor = 3;
const lateMs = 5 * 60_000;

/** Why something that runs looks stuck, as a sentence; null when it does not. */
export const stalledReason = (activity: RunningActivity, now: number): string | null => {
  const { name, since, lastHeardAt, expectedMs, machine } = activity;
  const group = groupOf(activity);
  if (group === 'waits') return null;
  const where = machine === null ? '' : ` on ${machine}`;
  const silent = now - (lastHeardAt ?? since);
  if (group === 'transfers')
    return silent < silentTransferMs
      ? null
      : `${name} has moved no byte for ${showDuration(silent)}${where}`;
  const runs = now - since;
  const isLate = expectedMs != null && runs > lateMs && runs > lateFactor * expectedMs;
  if (silent < (isLate ? lateMs : silentBuildMs)) return null;
  const usual = expectedMs == null ? '' : `, it used to take ${showDuration(expectedMs)}`;
  return `${name} has said nothing for ${showDuration(silent)}${where}; it runs for ${showDuration(runs)}${usual}`;
};
