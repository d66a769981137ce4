import { counted } from './counted.ts';
import type { LockChange } from './lock.ts';
import { countAlarms } from './lock-summary.ts';
import type { StageState } from './stage.ts';

/**
 * Who stood before the changes: a person on the screen, nobody in a run without
 * one, or nobody before a commit was made.
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

/** The step review after the lock was, or was not, looked at. A pass is claimed for a person only. */
export const reviewed = (
  changes: readonly LockChange[],
  reviewer: Reviewer,
  at: number,
): StageState => {
  if (changes.length === 0)
    return { kind: 'passed', evidence: 'no input moved: nothing to review', at };
  const inputs = counted(changes.length, 'changed input');
  return reviewer === 'person'
    ? {
        kind: 'passed',
        evidence: `${inputs} ${changes.length === 1 ? 'was' : 'were'} looked at${alarmWords(changes)}`,
        at,
      }
    : {
        kind: 'skipped',
        reason: `not looked at${reviewer === 'nobody' ? ', headless' : ' before the commit'}: ${inputs}${alarmWords(changes)}`,
        ...(reviewer === 'nobody' || countAlarms(changes) === 0
          ? {}
          : { alarms: changes.flatMap(({ path, alarms }) => (alarms.length > 0 ? [path] : [])) }),
      };
};
