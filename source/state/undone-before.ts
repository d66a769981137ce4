import { changedWords } from '../model/inputs/report.ts';
import { alarmTexts } from '../model/lock/alarm-texts.ts';
import { describeSide } from '../model/lock/describe.ts';
import { sourceNow } from '../model/lock/lock-change-line.ts';
import { showAge } from '../model/words/format-time.ts';
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

/** A check that is not older was made for the same deploy, by this nixup or another one. */
const freshMs = 3_600_000;

/** When the checks ran last; null where no run of them is known. */
const lastCheck = ({ history }: AppState): number | null =>
  history.find(({ goal, ending }) => (goal === 'check' || goal === 'run') && ending !== null)
    ?.ending?.at ?? null;

const uncheckedWords = (app: AppState, at: number): string | null => {
  const { check } = app.stages;
  switch (check.kind) {
    case 'passed':
    case 'partly':
    case 'begun':
    case 'running':
      return null;
    case 'failed':
      return `the check failed: ${check.reason}`;
    case 'skipped':
      return `the check was closed: ${check.reason}`;
    case 'outdated':
      return `the check is outdated: ${check.because}`;
    case 'todo': {
      const last = lastCheck(app);
      if (last === null) return 'not checked: no check has run yet';
      return at - last < freshMs
        ? null
        : `not checked: the last check ran ${showAge(at - last)} ago`;
    }
  }
};

const unreviewedWords = ({ lock, stages: { review } }: AppState): string | null => {
  if (lock.kind !== 'read' || lock.changes.length === 0 || review.kind === 'passed') return null;
  return `not reviewed: ${changedWords(lock.changes)}, and nobody looked at that`;
};

/** Steps before the deploy that a person should have done, and why they are not: told before hosts are changed. Pure. */
export const undoneBefore = (app: AppState, at: number): readonly string[] =>
  [uncheckedWords(app, at), unreviewedWords(app)].flatMap((words) => words ?? []);
