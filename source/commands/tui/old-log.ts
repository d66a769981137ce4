import type { Engine } from '../../engine/contract.ts';
import { isStillWanted, type OldLogWish, oldLogWish } from '../../screen/reducer/log-hits.ts';
import type { AppStore } from '../../store.ts';

const fetch = async (store: AppStore, engine: Engine, wish: OldLogWish): Promise<() => void> => {
  const { host } = wish;
  const lines = engine.runs.oldLines(host === '' ? null : host);
  if (wish.kind === 'read') {
    const piece = await lines.read(wish.from, wish.count);
    return () => store.dispatchUi({ type: 'log-read', host, piece });
  }
  if (wish.kind === 'since') {
    const line = await lines.firstSince(wish.at);
    return () => store.dispatchUi({ type: 'since-found', host, line });
  }
  const isWanted = (): boolean => isStillWanted(wish, store.getState().ui);
  const hits = await lines.search(wish.query, wish.from, wish.before, isWanted);
  return () => {
    if (hits !== null) store.dispatchUi({ type: 'log-searched', host, hits });
  };
};

/**
 * Reads from the disk, one after the other, what the shown log needs and memory no longer holds. A search that
 * another letter made useless ends at its next piece, so that the new one begins at once.
 */
export const followOldLog = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  let isBusy = false;
  const look = (): void => {
    const { app, ui } = store.getState();
    const wish = isBusy ? null : oldLogWish(app, ui);
    if (wish === null) return;
    isBusy = true;
    start(async () => {
      const tell = await fetch(store, engine, wish).finally(() => {
        isBusy = false;
      });
      tell();
      look();
    });
  };
  return store.subscribe(look);
};
