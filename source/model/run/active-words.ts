import { type Advice, advise } from '../words/advice.ts';
import { showMoment } from '../words/format-time.ts';
import type { ActiveRun } from './active-run.ts';

/** Who does what since when, on which machine: `ada@p620 (process 42) runs deploy since 2026-11-29 03:16 UTC`. */
export const activeSentence = (run: ActiveRun): string => {
  switch (run.kind) {
    case 'here':
      return `${run.user}@${run.machine} (process ${run.pid}) runs ${run.goal ?? 'nixup'} on this flake since ${showMoment(run.since)} UTC`;
    case 'elsewhere':
      return `${run.user}@${run.machine} (process ${run.pid}) runs ${run.goal ?? 'nixup'} on this flake since ${showMoment(run.since)} UTC, as far as its lock says: it is another machine`;
    case 'unreadable':
      return `The lock of this flake names no owner: ${run.lock}`;
  }
};

/** What to do when another run is active. */
export const activeAdvice = (run: ActiveRun): Advice => {
  switch (run.kind) {
    case 'here':
      return { text: 'Wait until it has ended, or cancel it there with ^c.' };
    case 'elsewhere':
      return advise(
        `Wait until it has ended. If ${run.machine} is gone or no nixup runs there, remove its lock`,
        `rm '${run.lock}'`,
      );
    case 'unreadable':
      return advise('If no nixup works on this flake, remove it', `rm -r '${run.lock}'`);
  }
};

/** The same where there is room for a few words only. */
export const activeShort = (run: ActiveRun): string =>
  run.kind === 'unreadable'
    ? 'locked, the owner is not known'
    : `${run.user}@${run.machine} runs ${run.goal ?? 'nixup'}`;
