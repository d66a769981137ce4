import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppEvent } from './model/events.ts';
import { reduce } from './model/reducer.ts';
import { type AppState, initialState } from './model/state.ts';
import { initialUi, type Ui, type UiEvent } from './model/ui.ts';
import { reduceUi } from './model/ui-reducer.ts';

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
