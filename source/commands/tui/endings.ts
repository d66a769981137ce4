import { writeSync } from 'node:fs';
import os from 'node:os';
import { leaveAlternate, restoring, spokenRestoring } from '../terminal/modes.ts';

/**
 * Signals that end a program unless it does so itself, by all their names: Ink ends
 * in its own way by each that nobody else listens to. The exit status is 128 and their
 * number, as shells count.
 */
const endings = [
  'SIGTERM',
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGIOT',
  'SIGALRM',
  'SIGUSR2',
  'SIGVTALRM',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGIO',
  'SIGPOLL',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGSYS',
  'SIGTRAP',
  'SIGUNUSED',
] as const satisfies readonly NodeJS.Signals[];

type EndingSignal = (typeof endings)[number];

/** Those that this system does not have are left out. */
const endingSignals = endings.flatMap((signal): readonly (readonly [EndingSignal, number])[] => {
  const number: number | undefined = os.constants.signals[signal];
  return number === undefined ? [] : [[signal, 128 + number]];
});

export interface Endings {
  /**
   * Who is told from now on. The handlers stay the same: a signal that arrived while
   * the program was busy is told to those of that time, and lost with them.
   */
  tell(onEnding: (exitCode: number, isOfKeyboard: boolean) => void): void;
  release(): void;
}

/** What the keyboard sends to all that have the terminal: an editor that has it decides for itself. */
const ofKeyboard: ReadonlySet<EndingSignal> = new Set<EndingSignal>(['SIGINT', 'SIGQUIT']);

export const followEndings = (): Endings => {
  let onSignal = (exitCode: number, _isOfKeyboard: boolean): void => process.exit(exitCode);
  const handlers = endingSignals.map(
    ([signal, exitCode]) => [signal, () => onSignal(exitCode, ofKeyboard.has(signal))] as const,
  );
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    tell: (onEnding) => {
      onSignal = onEnding;
    },
    release: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
};

/**
 * The last words to a terminal; node itself ends its raw mode. `also`: what takes back what else it
 * was told.
 */
export const giveTerminalBack = (also = '', isSpoken = false): void => {
  try {
    writeSync(1, isSpoken ? spokenRestoring : `${leaveAlternate}${restoring}${also}`);
  } catch {
    // It is gone.
  }
};
