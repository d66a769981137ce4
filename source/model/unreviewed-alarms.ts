import type { LockAlarm } from './lock.ts';
import { alarmTexts } from './lock-alarm-texts.ts';
import { describeSide } from './lock-describe.ts';
import type { AppState } from './state.ts';

/** An input whose change asks for a look that nobody took. */
export interface UnreviewedAlarm {
  /** The path of the input. */
  readonly input: string;
  readonly alarms: readonly LockAlarm[];
  /** Where it comes from now. */
  readonly now: string;
}

/** Alarms of the lock while no person has passed the review. Pure. */
export const unreviewedAlarms = ({ lock, stages }: AppState): readonly UnreviewedAlarm[] =>
  lock.kind !== 'read' || stages.review.kind === 'passed'
    ? []
    : lock.changes.flatMap(({ path, alarms, new: now }) =>
        alarms.length === 0 ? [] : [{ input: path, alarms, now: describeSide(now) }],
      );

/** `nixpkgs comes from another owner than before: github:elsewhere/nixpkgs`. */
export const alarmWords = ({ input, alarms, now }: UnreviewedAlarm): string =>
  `${input} ${alarms.map((alarm) => alarmTexts[alarm]).join(', and ')}: ${now}`;
