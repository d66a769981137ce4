import type { Engine } from '../../engine/contract.ts';
import type { World } from '../../services/world/world.ts';

/** What the screen loads after its first frame. */
export interface Loaded {
  readonly world: World;
  readonly engine: Engine;
}
