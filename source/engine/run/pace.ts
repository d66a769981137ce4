import type { Clock } from '../../services/world/world.ts';

/** Pause between two looks at whether a pause is over, ms. */
const lookEveryMs = 200;

/** Whether the next host may be begun. A host that has begun continues to its end. */
export interface Pace {
  readonly isPaused: boolean;
  /** Pauses, or goes on; answers which. */
  toggle(): boolean;
  /** Resolves at once, or when a pause is over or the run is canceled. */
  untilGo(signal: AbortSignal): Promise<void>;
  /** A new run begins: a pause that came too late for the one before does not hold it. */
  begin(): void;
}

export const createPace = (clock: Clock): Pace => {
  let isPaused = false;
  return {
    get isPaused() {
      return isPaused;
    },
    toggle: () => {
      isPaused = !isPaused;
      return isPaused;
    },
    begin: () => {
      isPaused = false;
    },
    untilGo: async (signal) => {
      while (isPaused && !signal.aborted) await clock.sleep(lookEveryMs, signal);
      isPaused = isPaused && !signal.aborted;
    },
  };
};
