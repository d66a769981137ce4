import { createStore, type StoreApi } from 'zustand/vanilla';
import { reduceUi } from './screen/reducer/reducer.ts';
import { initialUi, type Ui, type UiEvent } from './screen/ui.ts';
import type { AppEvent } from './state/events.ts';
import { reduceAll } from './state/reducer/batch.ts';
import { type AppState, initialState } from './state/state.ts';

export interface ScreenState {
  readonly app: AppState;
  readonly ui: Ui;
}

export interface AppStore extends StoreApi<ScreenState> {
  /** Facts and run events: part of the state at once, and told to subscribers at the pace of the store. */
  dispatch(events: readonly AppEvent[]): void;
  /**
   * What keys do to the screen itself: told at once, with all that was not told yet. Only the time
   * keeps the pace of the facts.
   */
  dispatchUi(event: UiEvent): void;
}

/**
 * When subscribers are told of facts: it calls `tell` at once or later, and once for several
 * requests. A thousand hosts answer faster than a screen can be drawn.
 */
export type FramePace = (tell: () => void) => void;

const atOnce: FramePace = (tell) => tell();

/** The store, without React. `pace` is that of facts; `draw` tells at once, and may measure it. */
export const createAppStore = (pace: FramePace = atOnce, draw: FramePace = atOnce): AppStore => {
  const store = createStore<ScreenState>(() => ({ app: initialState, ui: initialUi }));
  const listeners = new Set<Parameters<AppStore['subscribe']>[0]>();
  let told = store.getState();
  const tell = (): void => {
    const now = store.getState();
    const before = told;
    if (now === before) return;
    told = now;
    for (const listener of listeners) listener(now, before);
  };
  const isEmpty = (): boolean => {
    const { hostNames, remembered } = store.getState().app;
    return hostNames.length === 0 && (remembered?.hosts.length ?? 0) === 0;
  };
  return {
    ...store,
    // Two signatures of zustand: one replaces the state, the other adds to it.
    setState: (state: Parameters<AppStore['setState']>[0]) => {
      store.setState(state);
      tell();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    dispatch: (events) => {
      const wasEmpty = isEmpty();
      store.setState((state) => {
        const app = reduceAll(state.app, events);
        return app === state.app ? state : { ...state, app };
      });
      // A first start waits for the names of the hosts: they do not wait for a frame that was dear.
      if (store.getState() !== told) (wasEmpty && !isEmpty() ? draw : pace)(tell);
    },
    dispatchUi: (event) => {
      store.setState((state) => {
        const ui = reduceUi(state.ui, event, state.app);
        return ui === state.ui ? state : { ...state, ui };
      });
      if (store.getState() !== told) (event.type === 'ticked' ? pace : draw)(tell);
    },
  };
};
