import { showCommand } from '../command.ts';
import type { Advice } from '../words/advice.ts';

/** What a person needs after something went wrong. `tail` are the last lines of the program that said so. */
export interface Explanation {
  /** One sentence: what happened, to which host. */
  readonly what: string;
  /** What to do next. */
  readonly next: Advice;
  readonly tail: readonly string[];
}

export const told = (
  what: string,
  next: Advice | string,
  tail: readonly string[] = [],
): Explanation => ({ what, next: typeof next === 'string' ? { text: next } : next, tail });

/** A command for the person to run, its words quoted. */
export const shell = (file: string, ...args: readonly string[]): string =>
  showCommand({ file, args });

export const nearestHint = (nearest: string | null): string =>
  nearest === null ? '' : ` Did you mean ${nearest}?`;
