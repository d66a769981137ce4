import { colourQuestions } from './own-colours.ts';

/** An answer that did not come by then does not come, ms. */
const longestMs = 1_000;

/** So long the end of the screen waits for an answer that is on its way, ms. */
const endingMs = 250;

/** What the terminal was asked, and whether it still owes the answer. */
export interface TerminalQuestions {
  ask(): void;
  /** The answer to the last of them came. */
  answered(): void;
  /**
   * Resolves when no answer is expected any more: what comes after nixup has left would be typed into
   * the shell.
   */
  settled(): Promise<void>;
}

/** `asked`: when that was done already; null where it was not. */
export const createQuestions = (
  write: (sequence: string) => void,
  isWanted: boolean,
  asked: number | null,
): TerminalQuestions => {
  let askedAt = asked;
  let onAnswer = (): void => undefined;
  return {
    ask: () => {
      if (!isWanted) return;
      askedAt = Date.now();
      write(colourQuestions);
    },
    answered: () => {
      askedAt = null;
      onAnswer();
    },
    settled: async () => {
      if (askedAt === null || Date.now() - askedAt > longestMs) return;
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, endingMs);
        onAnswer = () => {
          clearTimeout(limit);
          resolve();
        };
      });
    },
  };
};
