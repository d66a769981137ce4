import type { HostEntry, HostFacts } from './host.ts';
import { ignoredAs, type UnitFailure, unitFailureWords } from './unit-failure.ts';
import { fullUnitName } from './unit-name.ts';

export type HealthVerdict =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'unhealthy'; readonly problems: readonly string[] };

type Units = Pick<HostFacts, 'failedUnits' | 'activeUnits'> & {
  readonly [key in 'stoppedUnits' | 'waitingUnits' | 'restarts']?: HostFacts[key] | undefined;
};

/** Units of logins, and short-lived ones: they come and go by themselves. */
const passing =
  /^(?:user@|user-runtime-dir@|session-|run-|systemd-(?!networkd|resolved|timesyncd|logind|journald|udevd|oomd)|nixup-|getty@|serial-getty@|autovt@|polkit|dbus-:|packagekit|fwupd|udisks2|upower|nixos-upgrade\.service)/;

const lasting = /\.(?:service|socket|timer|path|mount)$/;

/**
 * By its name alone: a service may be inactive when a timer, socket or path of the same name starts
 * it.
 */
const isStartedOnDemand = (unit: string, active: ReadonlySet<string>): boolean => {
  if (!unit.endsWith('.service')) return false;
  const name = unit.slice(0, -'.service'.length);
  const template = name.includes('@') ? name.slice(0, name.indexOf('@')) : null;
  return ['timer', 'socket', 'path'].some(
    (kind) =>
      active.has(`${name}.${kind}`) || (template !== null && active.has(`${template}.${kind}`)),
  );
};

const ignoredUnits = (entry: Pick<HostEntry, 'ignoreUnits'>): ReadonlySet<string> =>
  new Set(entry.ignoreUnits.map(fullUnitName));

/** Failed units without those that the config ignores, by whole name or without `.service`. */
export const failuresThatCount = (
  entry: Pick<HostEntry, 'ignoreUnits'>,
  failed: readonly UnitFailure[],
): readonly UnitFailure[] => {
  const ignored = ignoredUnits(entry);
  return failed.filter((unit) => !ignoredAs(unit).some((name) => ignored.has(name)));
};

/** A switch that restarts a unit lets systemd count from 0; without a count of before nothing is known. */
const startedAgain = (before: number | undefined, now: number | undefined): number => {
  if (before === undefined || now === undefined) return 0;
  return now >= before ? now - before : now;
};

/** What became of units that failed before a change. */
interface PastFailures {
  /** They run now. */
  readonly repaired: readonly UnitFailure[];
  /** They neither fail nor run: a switch resets failures, which repairs nothing. */
  readonly reset: readonly UnitFailure[];
}

/**
 * What became of the failures of the baseline. systemd does not list units that nothing needs and that
 * do not run, so that one whose file is gone looks like one that was reset. Pure.
 */
export const pastFailures = (
  baseline: Pick<Units, 'failedUnits'>,
  now: Units,
  entry: Pick<HostEntry, 'ignoreUnits'>,
): PastFailures => {
  const before = failuresThatCount(entry, baseline.failedUnits);
  const failed = new Set(now.failedUnits);
  const active = new Set(now.activeUnits);
  return {
    repaired: before.filter((unit) => !failed.has(unit) && active.has(unit)),
    reset: before.filter((unit) => !failed.has(unit) && !active.has(unit)),
  };
};

/** Critical units that neither run nor wait for what starts them. */
export const criticalNotRunning = (
  { critical }: Pick<HostEntry, 'critical'>,
  { activeUnits, waitingUnits = [] }: Pick<Units, 'activeUnits' | 'waitingUnits'>,
): readonly string[] =>
  critical
    .map(fullUnitName)
    .filter((unit) => !activeUnits.includes(unit) && !waitingUnits.includes(unit));

/** Critical units that do not run, and did not fail. */
export const stoppedCritical = (
  { critical }: Pick<HostEntry, 'critical'>,
  { stoppedUnits = [] }: Pick<Units, 'stoppedUnits'>,
): readonly string[] => {
  const names = new Set(critical.map(fullUnitName));
  return stoppedUnits.filter((unit) => names.has(unit));
};

/**
 * Critical units that neither run now nor ran before: they are not well, and no news. One that came with
 * the change has to run. Where nobody asked for the units of before, nothing is old.
 */
export const oldCritical = (
  baseline: Units,
  now: Units,
  entry: Pick<HostEntry, 'critical' | 'ignoreUnits'>,
): readonly string[] => {
  if (baseline.activeUnits.length === 0) return [];
  const ignored = ignoredUnits(entry);
  const wasDown = new Set([...baseline.failedUnits, ...(baseline.stoppedUnits ?? [])]);
  // Neither before nor now is there such a unit: its name may be wrong.
  const isMissing = (unit: string): boolean =>
    now.stoppedUnits !== undefined &&
    !now.stoppedUnits.includes(unit) &&
    !now.failedUnits.includes(unit);
  return criticalNotRunning(entry, now)
    .filter((unit) => !ignored.has(unit) && !baseline.activeUnits.includes(unit))
    .filter((unit) => wasDown.has(unit) || isMissing(unit));
};

/**
 * Health after a change against the baseline before it: only what is new
 * counts. A unit that failed before is no news, though a switch resets the
 * failures. A unit that is gone with its file is meant to be gone; one that was
 * active, has its file still and does not run is a problem, and so is each
 * critical unit that does not run, unless it did not run before either. A service
 * that waits for its socket, timer, path or a call on the bus is not dead,
 * whatever their names, nor is a mount that waits for its automount.
 */
export const compareHealth = (
  baseline: Units,
  now: Units,
  entry: Pick<HostEntry, 'critical' | 'ignoreUnits'>,
): HealthVerdict => {
  const ignored = ignoredUnits(entry);
  const failedBefore = new Set(baseline.failedUnits);
  const activeBefore = new Set(baseline.activeUnits);
  const active = new Set(now.activeUnits);
  const waiting = new Set(now.waitingUnits ?? []);
  const newlyFailed = failuresThatCount(entry, now.failedUnits).filter(
    (unit) => !failedBefore.has(unit),
  );
  const told = new Set(newlyFailed);

  const old = new Set(oldCritical(baseline, now, entry));
  const critical = criticalNotRunning(entry, now)
    .filter((unit) => !ignored.has(unit) && !told.has(unit))
    .filter((unit) => !old.has(unit) && (activeBefore.has(unit) || !failedBefore.has(unit)));
  for (const unit of critical) told.add(unit);

  const stopped = (now.stoppedUnits ?? []).filter(
    (unit) =>
      activeBefore.has(unit) &&
      !told.has(unit) &&
      !ignored.has(unit) &&
      lasting.test(unit) &&
      !passing.test(unit) &&
      !waiting.has(unit) &&
      !isStartedOnDemand(unit, active),
  );

  const again = entry.critical
    .map(fullUnitName)
    .filter((unit) => !ignored.has(unit) && !told.has(unit))
    .flatMap((unit) => {
      const times = startedAgain(baseline.restarts?.[unit], now.restarts?.[unit]);
      return times === 0
        ? []
        : [`${unit} is critical and was started again ${times === 1 ? 'once' : `${times} times`}`];
    });

  const problems = [
    ...newlyFailed.map(unitFailureWords),
    ...critical.map((unit) => `${unit} is critical and does not run`),
    ...stopped.map((unit) => `${unit} ran before and does not run now`),
    ...again,
  ];
  return problems.length === 0 ? { kind: 'healthy' } : { kind: 'unhealthy', problems };
};
