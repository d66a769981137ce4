import { createContext, useContext, useSyncExternalStore } from 'react';
import type { AppStore, ScreenState } from '../../store.ts';

const StoreContext = createContext<AppStore | null>(null);

export const StoreProvider = StoreContext.Provider;

/**
 * Reads the store. The selector gives stored references or primitives: the
 * component draws again only when what it selects is another.
 *
 * @example const hosts = useApp(({ app }) => app.hosts);
 */
export const useApp = <Selected>(selector: (state: ScreenState) => Selected): Selected => {
  const store = useContext(StoreContext);
  if (store === null) throw new Error('a component was drawn outside its StoreProvider');
  return useSyncExternalStore(store.subscribe, () => selector(store.getState()));
};
