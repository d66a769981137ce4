import { alarmTexts } from '../model/lock/alarm-texts.ts';
import { describeSide } from '../model/lock/describe.ts';
import { sourceNow } from '../model/lock/lock-change-line.ts';
import type { UnreviewedAlarm } from './run.ts';
import type { AppState } from './state.ts';

/** Alarms of the lock while no person has passed the review. Pure. */
export const unreviewedAlarms = ({ lock, stages }: AppState): readonly UnreviewedAlarm[] =>
  lock.kind !== 'read' || stages.review.kind === 'passed'
    ? []
    : lock.changes.flatMap((change) =>
        change.alarms.length === 0
          ? []
          : [
              {
                input: change.path,
                alarms: change.alarms,
                now: sourceNow(change) ?? describeSide(change.new),
              },
            ],
      );

/** `nixpkgs comes from another owner than before: github:elsewhere/nixpkgs`. */
export const alarmWords = ({ input, alarms, now }: UnreviewedAlarm): string =>
  `${input} ${alarms.map((alarm) => alarmTexts[alarm]).join(', and ')}: ${now}`;
