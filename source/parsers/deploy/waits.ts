import type { ActivationWaits, UnitJob } from '../../model/host/activation-waits.ts';
import { cleanLine } from '../nix/clean-line.ts';

/** Jobs that are kept of a host; a shutdown has hundreds. */
const mostJobs = 50;

/** Since when units are as they are, seconds since the epoch: `Id=…` and `StateChangeTimestamp=@…`, in either order. */
const readTimes = (lines: readonly string[]): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const paragraph of lines.join('\n').split(/\n{2,}/)) {
    const unit = /^Id=(\S+)$/m.exec(paragraph)?.[1];
    const at = /^StateChangeTimestamp=@(\d+)$/m.exec(paragraph)?.[1];
    if (unit !== undefined && at !== undefined) times.set(unit, Number(at));
  }
  return times;
};

/**
 * Reads what the supervisor noted of an activation that takes long: `now SECONDS` by the
 * clock of the host, `job NUMBER UNIT TYPE STATE` (`systemctl list-jobs`), what
 * `systemctl show` says of those that run, `runs PROGRAM`, `said LINE`. `at`: our clock, ms since the epoch.
 */
export const readWaits = (lines: readonly string[], at: number): ActivationWaits => {
  const hostNow = Number(/^now (\d+)$/.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
  const times = readTimes(lines);
  const value = (key: string): string | null => {
    const found = lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
    return found === undefined ? null : cleanLine(found).trim() || null;
  };
  const jobs = lines.flatMap((line): UnitJob[] => {
    const [, unit, job, state] = /^job \d+ (\S+) (\S+) (\S+)$/.exec(line.trim()) ?? [];
    if (unit === undefined || job === undefined) return [];
    const since = times.get(unit);
    return [
      {
        unit: cleanLine(unit),
        job: cleanLine(job),
        isRunning: state === 'running',
        since:
          since === undefined || Number.isNaN(hostNow)
            ? null
            : at - Math.max(0, hostNow - since) * 1000,
      },
    ];
  });
  const order = (job: UnitJob): number => job.since ?? Number.POSITIVE_INFINITY;
  return {
    jobs: jobs
      .toSorted(
        (one, other) =>
          Number(other.isRunning) - Number(one.isRunning) ||
          (order(one) === order(other) ? 0 : order(one) - order(other)),
      )
      .slice(0, mostJobs),
    program: value('runs'),
    said: value('said'),
  };
};
