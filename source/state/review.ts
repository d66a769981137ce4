import { countAlarms } from '../model/inputs/report.ts';
import type { LockChange } from '../model/lock/change.ts';
import { counted } from '../model/words/sentences.ts';
import type { StageState } from './stage.ts';

/**
 * Who looked at the changes: a person on the screen, nobody in a run without a screen, or nobody
 * before a commit was made.
 */
export type Reviewer = 'person' | 'nobody' | 'committed';

const alarmWords = (changes: readonly LockChange[]): string => {
  const alarms = countAlarms(changes);
  if (alarms === 0) return '';
  const named = changes.flatMap(({ path, alarms }) =>
    alarms.length === 0 ? [] : [`${path} (${alarms.join(', ')})`],
  );
  return ` · ${counted(alarms, 'alarm')}: ${named.join(', ')}`;
};

/** A key that tells one change of the lock from another: the input, and both of its sides. */
const changeKey = ({ path, old, new: now, original }: LockChange): string =>
  JSON.stringify([path, old, now, original ?? null]);

/**
 * The review of a lock that changed: it stays passed where every change that is left was looked at,
 * such as when one was put back. Null where something is new.
 */
export const reviewAfter = (
  review: StageState,
  changes: readonly LockChange[],
): StageState | null => {
  if (review.kind !== 'passed' || review.seen === undefined) return null;
  const { seen, at } = review;
  if (changes.length === 0 || !changes.every((change) => seen.includes(changeKey(change))))
    return null;
  const now = reviewed(changes, 'person', at);
  return now.kind === 'passed' ? { ...now, seen } : null;
};

/** The step review after the lock was, or was not, looked at. A pass is claimed for a person only. */
export const reviewed = (
  changes: readonly LockChange[],
  reviewer: Reviewer,
  at: number,
): StageState => {
  if (changes.length === 0)
    return { kind: 'passed', evidence: 'no input changed: nothing to review', at };
  const inputs = counted(changes.length, 'changed input');
  return reviewer === 'person'
    ? {
        kind: 'passed',
        evidence: `${inputs} ${changes.length === 1 ? 'was' : 'were'} looked at${alarmWords(changes)}`,
        at,
        seen: changes.map(changeKey),
      }
    : {
        kind: 'skipped',
        reason: `not looked at${reviewer === 'nobody' ? ', headless' : ' before the commit'}: ${inputs}${alarmWords(changes)}`,
        ...(reviewer === 'nobody' || countAlarms(changes) === 0
          ? {}
          : { alarms: changes.flatMap(({ path, alarms }) => (alarms.length > 0 ? [path] : [])) }),
      };
};
