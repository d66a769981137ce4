/**
 * What is wrong with units of a host, as one word each: a unit of the system by
 * its name; `olaf/backup.service` for one of a user's manager, and `olaf/` for
 * the manager itself, when it does not answer; `nginx.service#reload` for one
 * that runs and could not be reloaded. No unit and no user has these signs in
 * its name (systemd.unit(5), systemd's rules for user names).
 */
export type UnitFailure = string;

const reload = '#reload';

export const userUnit = (user: string, unit: string): UnitFailure => `${user}/${unit}`;
export const failedReload = (unit: string): UnitFailure => `${unit}${reload}`;

interface FailureParts {
  /** Null for a unit of the system. */
  readonly user: string | null;
  /** Empty for a user's manager itself. */
  readonly unit: string;
  readonly isReload: boolean;
}

export const partsOf = (failure: UnitFailure): FailureParts => {
  const isReload = failure.endsWith(reload);
  const bare = isReload ? failure.slice(0, -reload.length) : failure;
  const slash = bare.indexOf('/');
  return {
    user: slash === -1 ? null : bare.slice(0, slash),
    unit: bare.slice(slash + 1),
    isReload,
  };
};

/** The unit with its user, for lists. */
export const showUnitFailure = (failure: UnitFailure): string => {
  const { user, unit, isReload } = partsOf(failure);
  if (user !== null && unit === '') return `manager of user ${user}`;
  const whose = user === null ? '' : ` of user ${user}`;
  return `${unit}${whose}${isReload ? ' (reload)' : ''}`;
};

/** A whole sentence without its dot. */
export const unitFailureWords = (failure: UnitFailure): string => {
  const { user, unit, isReload } = partsOf(failure);
  if (user !== null && unit === '') return `the manager of user ${user} does not answer`;
  const name = showUnitFailure(user === null ? unit : userUnit(user, unit));
  return isReload
    ? `${name} could not be reloaded and runs with what it read before`
    : `${name} failed`;
};

/** The words of the command that shows them: system units at once, else the first user's. */
export const statusWords = (failures: readonly UnitFailure[]): readonly string[] => {
  const parts = failures.map(partsOf);
  const ofSystem = parts.filter(({ user }) => user === null).map(({ unit }) => unit);
  if (ofSystem.length > 0) return ['systemctl', 'status', ...ofSystem];
  const user = parts[0]?.user ?? '';
  const units = parts.filter((part) => part.user === user && part.unit !== '');
  return ['systemctl', '--user', '-M', `${user}@`, 'status', ...units.map(({ unit }) => unit)];
};

/**
 * What a config may name so that the failure is ignored: the whole word, or the unit whose reload
 * failed.
 */
export const ignoredAs = (failure: UnitFailure): readonly string[] => {
  const { isReload } = partsOf(failure);
  return isReload ? [failure, failure.slice(0, -reload.length)] : [failure];
};
