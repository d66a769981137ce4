import { createDemoWorld, type DemoOptions } from '../../source/demo/world.ts';
import type { Engine } from '../../source/engine/contract.ts';
import { createEngine } from '../../source/engine/engine.ts';
import type { World } from '../../source/services/world/world.ts';
import type { AppEvent } from '../../source/state/events.ts';
import { reduce } from '../../source/state/reducer/reducer.ts';
import { type AppState, initialState } from '../../source/state/state.ts';

/** A day on which all tests of the demo take place. */
export const today = Date.UTC(2026, 10, 23, 9, 0);

export const stillWorld = (options: DemoOptions = {}): World =>
  createDemoWorld({ speed: Number.POSITIVE_INFINITY, now: today, ...options });

export interface Stage {
  readonly world: World;
  readonly engine: Engine;
  readonly events: readonly AppEvent[];
  state(): AppState;
  deployables(): readonly string[];
}

/** The engine, opened, on a demo whose clock is off. */
export const openStage = (
  options: DemoOptions = {},
  onEvent: (event: AppEvent) => void = () => undefined,
): Promise<Stage> => openOn(stillWorld(options), onEvent);

/** nixup opened in a world, perhaps not for the first time. */
export const openOn = async (
  world: World,
  onEvent: (event: AppEvent) => void = () => undefined,
): Promise<Stage> => {
  const events: AppEvent[] = [];
  let state = initialState;
  const engine = createEngine({
    world,
    flake: world.workingFolder,
    emit: (batch) => {
      for (const event of batch) {
        events.push(event);
        state = reduce(state, event);
        onEvent(event);
      }
    },
    getState: () => state,
  });
  const opened = await engine.open();
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  await engine.hosts.survey({ probe: true, evaluate: true });
  return {
    world,
    engine,
    events,
    state: () => state,
    deployables: () =>
      state.hostNames.filter((name) => state.hosts[name]?.entry.role.kind === 'deployable'),
  };
};
