import { counted } from '../model/words/sentences.ts';
import type { Goal, RunSummary } from './run.ts';

/** `an update`, `a test`. */
export const aRun = (goal: string, article: 'a' | 'A' = 'a'): string =>
  /^[aeiou]/.test(goal) ? `${article}n ${goal}` : `${article} ${goal}`;

/** The subcommand that does such a run. */
export const subcommandOf = (goal: Goal): string => {
  switch (goal) {
    case 'restart':
      return 'services';
    case 'bisect':
      return 'test --bisect';
    case 'push':
      return 'commit --push';
    case 'request':
      return 'commit --pr';
    case 'accept':
      return 'verify --accept';
    case 'check':
    case 'update':
    case 'revert':
    case 'test':
    case 'hold':
    case 'deploy':
    case 'verify':
    case 'watch':
    case 'rollback':
    case 'clean':
    case 'commit':
    case 'run':
      return goal;
  }
};

/** The state of a run whose journal has no end. */
export const openWords = ({ open = 'interrupted' }: Pick<RunSummary, 'open'>): string => {
  switch (open) {
    case 'active':
      return 'It is running now.';
    case 'stopped':
      return 'Its process ended before it changed anything.';
    case 'interrupted':
      return 'It was cut off before its end. See: nixup resume';
    case 'unknown':
      return 'Lines of its journal are lost: nobody knows what it changed. Look at the hosts: nixup status';
  }
};

/** Whether not all of these runs were begun by the same person at the same machine. */
export const isByMany = (runs: readonly Pick<RunSummary, 'by'>[]): boolean => {
  const first = runs.find(({ by }) => by !== undefined)?.by;
  return runs.some(({ by }) => by !== undefined && by !== first);
};

/** Said where something of a journal is missing. */
export const unreadWords = (lines: number): string =>
  `${counted(lines, 'line')} of its journal cannot be read, so that something may be missing here.`;

/** What a run was for, as the lists show it. */
export const goalWord = ({
  goal,
  isStartLost,
}: Pick<RunSummary, 'goal' | 'isStartLost'>): string => (isStartLost === true ? 'unknown' : goal);

/** Said where a journal has no beginning any more. */
export const startLostWords =
  'The beginning of its journal is lost: what it was for is not known, and something may be missing here.';

/** Said where the last line of a journal is there in part only. */
export const cutWords = 'The last line of its journal is cut off. What stands before it was read.';
