import { isNoUnit, type UnitDetails } from '../../model/host/unit-details.ts';

/** Everything that was asked of the host is known: its state, and its journal, be it empty; or that it has no such unit. */
const isKnown = (details: UnitDetails | null): boolean =>
  details !== null &&
  (isNoUnit(details) ||
    (details.status.length > 0 &&
      (details.journal.kind === 'lines' || details.journal.kind === 'empty')));

/** Of the answers about a unit, null where a host gave none: 1 where no host has the unit, 4 where one is lacking or in part. */
export const unitExitCode = (answers: readonly (UnitDetails | null)[]): 0 | 1 | 4 => {
  if (answers.every((details) => details === null || isNoUnit(details))) return 1;
  return answers.every(isKnown) ? 0 : 4;
};
