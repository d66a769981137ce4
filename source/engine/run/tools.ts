import type { HostEntry } from '../../model/host/host.ts';
import type { Undated } from '../../state/events.ts';
import type { EngineContext } from './context.ts';
import type { Deeds } from './deeds.ts';

/** What the engine of each topic works with. */
export interface EngineTools {
  /** Throws as long as no flake is open. */
  readonly context: () => EngineContext;
  readonly emit: (...events: readonly Undated[]) => void;
  /** The hosts of these names; without names those of the whole flake. */
  readonly entries: (names?: readonly string[]) => readonly HostEntry[];
  readonly start: Deeds['start'];
  /** Work that nobody waits for but `close`. */
  readonly inBackground: (work: Promise<unknown>) => void;
}
