import { failuresThatCount } from '../host/health.ts';
import type { HostEntry, HostFacts } from '../host/host.ts';
import { failedReload, showUnitFailure, type UnitFailure } from '../host/unit-failure.ts';

/** What an activation said of units when it ended. */
export interface ReportedTroubles {
  readonly exitCode: number;
  readonly failedUnits: readonly string[];
  readonly failedJobs: readonly {
    readonly job: 'start' | 'stop' | 'restart' | 'reload';
    readonly unit: UnitFailure;
  }[];
  readonly failedUsers: readonly string[];
}

type Units = Pick<HostFacts, 'failedUnits' | 'activeUnits'>;

const done = { start: 'started', stop: 'stopped', restart: 'restarted', reload: 'reloaded' };

/**
 * What went wrong in an activation that ended well and that no later look at the units shows: a job
 * that systemd did not take, a unit of a user that is gone again, a status 4 that names no unit.
 * Left out are units that failed before, that the config ignores, that are told as failed already,
 * and that came up all the same. `now` is null where nobody looked.
 */
export const activationTroubles = (
  report: ReportedTroubles,
  before: Units,
  now: Units | null,
  entry: Pick<HostEntry, 'ignoreUnits'>,
): readonly string[] => {
  if (report.exitCode !== 4) return [];
  const knownBefore = new Set(before.failedUnits);
  const failing = new Set(now?.failedUnits ?? []);
  const active = new Set(now?.activeUnits ?? []);
  const isNews = (unit: UnitFailure): boolean =>
    failuresThatCount(entry, [unit]).length > 0 && !knownBefore.has(unit) && !failing.has(unit);
  const jobs = report.failedJobs.filter(({ job, unit }) => {
    if (!isNews(unit)) return false;
    if (job === 'reload') return isNews(failedReload(unit));
    return job === 'stop' ? active.has(unit) : !active.has(unit);
  });
  const ofUsers = report.failedJobs.map(({ unit }) => unit);
  const users = report.failedUsers.filter(
    (user) => !ofUsers.some((unit) => unit.startsWith(`${user}/`)),
  );
  const isNameless =
    report.failedUnits.length === 0 &&
    report.failedJobs.length === 0 &&
    report.failedUsers.length === 0;
  return [
    ...new Set([
      ...jobs.map(({ job, unit }) => `${showUnitFailure(unit)} could not be ${done[job]}`),
      ...users.map((user) => `the units of user ${user} could not be switched`),
      ...(isNameless ? ['its activation ended with status 4 and named no unit'] : []),
    ]),
  ];
};

/** All troubles that it named, in one line. */
export const namedTroubles = (report: Omit<ReportedTroubles, 'exitCode'>): readonly string[] => [
  ...report.failedUnits,
  ...report.failedJobs
    .filter(({ unit }) => !report.failedUnits.includes(unit))
    .map(({ job, unit }) => `${showUnitFailure(unit)} (not ${done[job]})`),
  ...report.failedUsers
    .filter((user) => !report.failedJobs.some(({ unit }) => unit.startsWith(`${user}/`)))
    .map((user) => `units of user ${user}`),
];
