import { showCommand } from '../command.ts';

/** What a person needs after something went wrong. `tail` are the last lines of the program that said so. */
export interface Explanation {
  /** One sentence: what happened, to which host. */
  readonly what: string;
  /** One sentence: what to do next, with the exact command where there is one. */
  readonly next: string;
  readonly tail: readonly string[];
}

export const told = (what: string, next: string, tail: readonly string[] = []): Explanation => ({
  what,
  next,
  tail,
});

/** A command for the person to run, its words quoted. */
export const shell = (file: string, ...args: readonly string[]): string =>
  showCommand({ file, args });

export const nearestHint = (nearest: string | null): string =>
  nearest === null ? '' : ` Did you mean ${nearest}?`;
