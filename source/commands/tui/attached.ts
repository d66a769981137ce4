import type { Engine } from '../../engine/contract.ts';
import type { AppStore } from '../../store.ts';

/**
 * Shows the run of another nixup on this flake while it lasts. It is looked for by `followOthers`, which
 * tells of it in the state.
 */
export const followAttached = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  const left = new AbortController();
  let shown: string | null = null;
  const look = (): void => {
    const { active } = store.getState().app;
    const id = active === null || active.kind === 'unreadable' ? null : active.id;
    if (id === shown) return;
    shown = id;
    if (id !== null) start(() => engine.runs.attach(left.signal));
  };
  look();
  const stop = store.subscribe(look);
  return () => {
    left.abort();
    stop();
  };
};
