import type { Engine } from '../../engine/contract.ts';
import type { AppStore } from '../../store.ts';

export interface Attached {
  /** Looks whether there is another run by now; the store tells its subscribers only at the pace of its frames. */
  readonly look: () => void;
  readonly stop: () => void;
}

/**
 * Shows the run of another nixup on this flake while it lasts. It is looked for by `followOthers`, which
 * tells of it in the state.
 */
export const followAttached = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): Attached => {
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
  return {
    look,
    stop: () => {
      left.abort();
      stop();
    },
  };
};
