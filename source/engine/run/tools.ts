import type { HostEntry } from '../../model/host/host.ts';
import type { Undated } from '../../state/events.ts';
import type { EngineContext } from './context.ts';
import type { RunGuard } from './run-guard.ts';

/** What the engine of each topic works with. */
export interface EngineTools {
  /** Throws as long as no flake is open. */
  readonly context: () => EngineContext;
  readonly emit: (...events: readonly Undated[]) => void;
  /** The hosts of these names; without names those of the whole flake. */
  readonly entries: (names?: readonly string[]) => readonly HostEntry[];
  readonly start: RunGuard['start'];
  /** Work that nobody waits for but `close`. */
  readonly inBackground: (work: Promise<unknown>) => void;
}

interface BackgroundWork {
  /** Work that nobody waits for; only `settled` does. Its failures are told, never thrown. */
  readonly add: (work: Promise<unknown>) => void;
  readonly settled: () => Promise<unknown>;
}

export const createBackgroundWork = (onTrouble: (text: string) => void): BackgroundWork => {
  const running = new Set<Promise<unknown>>();
  return {
    add: (work) => {
      const guarded = work
        .catch((error: unknown) => onTrouble(String(error)))
        .finally(() => running.delete(guarded));
      running.add(guarded);
    },
    settled: () => Promise.allSettled([...running]),
  };
};
