import { createStore, type StoreApi } from 'zustand/vanilla';
import { reduceUi } from './screen/reducer/reducer.ts';
import { initialUi, type Ui, type UiEvent } from './screen/ui.ts';
import type { AppEvent } from './state/events.ts';
import { reduce } from './state/reducer/reducer.ts';
import { type AppState, initialState } from './state/state.ts';

export interface ScreenState {
  readonly app: AppState;
  readonly ui: Ui;
}

export interface AppStore extends StoreApi<ScreenState> {
  /** Facts and run events; several at once make one notification. */
  dispatch(events: readonly AppEvent[]): void;
  /** What keys do to the screen itself. */
  dispatchUi(event: UiEvent): void;
}

/** The store, without React. */
export const createAppStore = (): AppStore => {
  const store = createStore<ScreenState>(() => ({ app: initialState, ui: initialUi }));
  return {
    ...store,
    dispatch: (events) => {
      store.setState((state) => {
        const app = events.reduce(reduce, state.app);
        return app === state.app ? state : { ...state, app };
      });
    },
    dispatchUi: (event) => {
      store.setState((state) => {
        const ui = reduceUi(state.ui, event, state.app);
        return ui === state.ui ? state : { ...state, ui };
      });
    },
  };
};
