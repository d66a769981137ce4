import { lockedSide } from '../lock/change.ts';
import { diffLocks } from '../lock/difference.ts';
import type { FlakeLock } from '../lock/lock.ts';

/** An input whose locked content is another one than in the run before. */
export interface InputMove {
  /** Its path from the root, joined by `/`. */
  readonly input: string;
  /** The revision, else the hash of the content; null where the input was not there, or is not any more. */
  readonly from: string | null;
  readonly to: string | null;
  /** Alarms of the change, by their names; absent where there is none, and in what earlier versions wrote. */
  readonly alarms?: readonly string[];
}

/** More of them are not written to a journal: a lock has three thousand nodes at most. */
const mostMoves = 3_000;

/** What differs in content between two locks, by input path. */
export const movesBetween = (before: FlakeLock, now: FlakeLock): readonly InputMove[] =>
  diffLocks(before, now)
    .flatMap(({ path, from, old, new: next, alarms }): readonly InputMove[] => {
      const sides = [lockedSide(old), lockedSide(next)].map(
        (side) => side?.rev ?? side?.narHash ?? null,
      );
      const [was = null, is = null] = sides;
      return was === is && from === undefined
        ? []
        : [{ input: path, from: was, to: is, ...(alarms.length === 0 ? {} : { alarms }) }];
    })
    .slice(0, mostMoves);

/** `nixpkgs`, or `nixpkgs@4f2a9c0`: an input, and a revision of it by its beginning. */
export interface InputQuestion {
  /** Null: of any input. */
  readonly input: string | null;
  readonly revision: string | null;
}

/** `nixpkgs`, `nixpkgs@REV`, `nixpkgs REV`, or `@REV` for a revision of whatever input. */
export const readInputQuestion = (text: string): InputQuestion => {
  const [, input = '', revision = ''] = /^([^@\s]*)(?:[@\s]+(.*))?$/.exec(text.trim()) ?? [];
  return {
    input: input === '' ? null : input,
    revision: revision.trim() === '' ? null : revision.trim().toLowerCase(),
  };
};

/** Whether this move brought what is asked for; an input of an input is named by its whole path or its last name. */
export const isMoveOf = (
  { input, to }: InputMove,
  { input: wanted, revision }: InputQuestion,
): boolean =>
  (wanted === null || input === wanted || (revision !== null && input.endsWith(`/${wanted}`))) &&
  (revision === null || (to?.toLowerCase().startsWith(revision) ?? false));
