import type { UnitFacts } from './unit-details.ts';

/** What a unit is after systemd was asked to restart it. */
export type UnitStanding =
  /** It runs, or it did its work and ended. */
  | 'up'
  | 'down'
  /** A condition of its file does not hold (`ConditionPathExists=` …): systemd leaves it alone, and calls that no error. */
  | 'unmet'
  /** It starts. */
  | 'waiting';

/** Something starts it when it is needed: a timer, a socket, a path. */
const isTriggered = ({ triggeredBy }: UnitFacts): boolean => triggeredBy.length > 0;

/**
 * A service that ended without an error is well where that is its work: `Type=oneshot`, one that something starts, and one
 * that was at rest before. A daemon that ended is down, whatever its exit status (systemd.service(5)).
 */
const isWellAtRest = (unit: string, facts: UnitFacts, before: UnitFacts | null): boolean =>
  unit.endsWith('.service') &&
  (facts.result === null || facts.result === 'success') &&
  (facts.type === 'oneshot' ||
    isTriggered(facts) ||
    (before?.active === 'inactive' && before.result === 'success'));

/** What systemd says of a unit, against what it said before the restart (null where nobody asked). Pure. */
export const standingOf = (
  unit: string,
  facts: UnitFacts,
  before: UnitFacts | null,
): UnitStanding => {
  const { active, sub, load } = facts;
  if (active === 'failed' || sub?.startsWith('auto-restart') === true || load === 'not-found')
    return 'down';
  if (active === 'active') return 'up';
  if (active !== 'inactive') return 'waiting';
  if (!facts.conditionMet) return 'unmet';
  return isWellAtRest(unit, facts, before) ? 'up' : 'down';
};
