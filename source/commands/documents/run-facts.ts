import { lockedInputs } from '../../model/inputs/moves.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import type { AppEvent } from '../../state/events.ts';
import type { AppState } from '../../state/state.ts';

/** An input whose lock is another one than the committed one was when the run began. */
export interface MovedInput {
  readonly name: string;
  /** What it is locked to: a revision, else the hash of its content; null where it was added or removed. */
  readonly from: string | null;
  readonly to: string | null;
}

/** What is known of a run besides its result. */
export interface RunFacts {
  /** The run in the history; null where none was begun. */
  readonly run: string | null;
  readonly inputs: readonly MovedInput[];
}

const readLock = (text: string | null): FlakeLock | null => {
  const parsed = text === null ? null : parseFlakeLock(text, 'flake.lock');
  return parsed?.ok === true ? parsed.value : null;
};

/** The flake's own inputs that two locks have at different places, by name. Pure. */
export const movedBetween = (old: string | null, now: string | null): readonly MovedInput[] => {
  const [before, after] = [readLock(old), readLock(now)];
  if (after === null) return [];
  const from = before === null ? new Map<string, string>() : lockedInputs(before);
  const to = lockedInputs(after);
  return [...new Set([...from.keys(), ...to.keys()])]
    .sort()
    .map((name) => ({ name, from: from.get(name) ?? null, to: to.get(name) ?? null }))
    .filter((input) => input.from !== input.to);
};

/** Gathers what the result of a run tells besides its outcome. */
export const createRunFacts = (): {
  hear(event: AppEvent): void;
  /** `state`: as it is at the end. */
  facts(state: AppState): RunFacts;
} => {
  let run: string | null = null;
  let committed: string | null | undefined;
  return {
    hear: (event) => {
      if (event.type === 'run-started') run ??= event.run;
      // The committed lock of the beginning: a run that commits makes another one of it.
      else if (event.type === 'lock-observed' && event.lock.kind === 'read')
        committed = committed === undefined ? event.lock.oldText : committed;
    },
    facts: ({ lock }) => ({
      run,
      inputs:
        lock.kind === 'read' && committed !== undefined
          ? movedBetween(committed, lock.newText)
          : [],
    }),
  };
};
