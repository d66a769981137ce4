import { type CheckRow, row } from '../../model/board/board.ts';
import { nixupCommand } from '../../model/command.ts';
import { explain } from '../../model/explain/explain.ts';
import { unreadableLock } from '../../model/inputs/advice.ts';
import type { LockFacts } from '../../model/lock/facts.ts';
import { advise } from '../../model/words/advice.ts';
import { dayMs } from '../../model/words/durations.ts';
import { showAge } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import { questionOf, someOf } from './row.ts';

const question = questionOf('lock');

export const lockQuestions = {
  file: question('file', 'lock file'),
  age: question('age', 'age of nixpkgs'),
  alarms: question('alarms', 'alarms'),
} as const;

/** Security fixes reach a channel within days; a month without them is worth a look. */
const oldMs = 30 * dayMs;
/** Half a year: a release is supported for seven months. */
const tooOldMs = 180 * dayMs;

const judgeAge = (
  headline: Extract<LockFacts, { kind: 'read' }>['headline'],
  now: number,
): CheckRow => {
  const asked = lockQuestions.age;
  if (headline === null) return row(asked, 'not-set-up', 'the flake has no nixpkgs input');
  const { name, branch, lastModified } = headline;
  const title = branch === null || branch === name ? name : `${name} ${branch}`;
  if (lastModified === null)
    return row(asked, 'not-set-up', `${title}: the lock has no date for it`);
  const age = Math.max(0, now - lastModified * 1_000);
  const evidence = `${title}, ${showAge(age)} old`;
  const remedy = advise('update it', nixupCommand('update', name));
  if (age > tooOldMs) return row(asked, 'red', evidence, remedy);
  return age > oldMs ? row(asked, 'warning', evidence, remedy) : row(asked, 'green', evidence);
};

/** The rows of the lock file. `now` in ms since the epoch. */
export const lockCheckRows = (
  lock: LockFacts,
  now: number,
  isReviewed = false,
): readonly CheckRow[] => {
  const asked = lockQuestions.file;
  switch (lock.kind) {
    case 'absent':
      return [
        lock.needsNone === true
          ? row(asked, 'green', 'none is needed: the flake has no inputs')
          : row(asked, 'red', 'there is no flake.lock', advise('make one', 'nix flake lock')),
      ];
    case 'unreadable': {
      const { what, next } = explain(unreadableLock(lock));
      return [row(asked, 'red', what, next)];
    }
    case 'read': {
      const alarmed = lock.changes.filter(({ alarms }) => alarms.length > 0);
      const inputs = counted(lock.inputs.length, 'input');
      const changed =
        lock.changes.length === 0
          ? 'same as in HEAD'
          : `${counted(lock.changes.length, 'change')} against HEAD`;
      return [
        lock.uncompared === undefined
          ? row(asked, 'green', `${inputs}, ${changed}`)
          : row(
              asked,
              'warning',
              `${inputs}, not compared: ${lock.uncompared}`,
              advise('compare it with another: a file, or a revision', 'nixup diff OLD'),
            ),
        judgeAge(lock.headline, now),
        alarmed.length === 0
          ? row(lockQuestions.alarms, 'green', 'none')
          : row(
              lockQuestions.alarms,
              isReviewed ? 'green' : 'red',
              `${counted(alarmed.length, 'change')} with alarms${isReviewed ? ', looked at' : ''}: ${someOf(alarmed.map(({ path }) => path))}`,
              isReviewed ? null : advise('review them before testing', 'nixup diff'),
              alarmed.map(({ path, alarms }) => `${path}: ${alarms.join(', ')}`),
            ),
      ];
    }
  }
};
