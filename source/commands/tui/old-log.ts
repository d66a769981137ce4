import type { Engine } from '../../engine/contract.ts';
import { type OldLogWish, oldLogWish } from '../../screen/reducer/log-hits.ts';
import type { AppStore } from '../../store.ts';

const fetch = async (store: AppStore, engine: Engine, wish: OldLogWish): Promise<() => void> => {
  const { host } = wish;
  const lines = engine.runs.oldLines(host === '' ? null : host);
  if (wish.kind === 'read') {
    const piece = await lines.read(wish.from, wish.count);
    return () => store.dispatchUi({ type: 'log-read', host, piece });
  }
  const hits = await lines.search(wish.search, wish.from, wish.before);
  return () => store.dispatchUi({ type: 'log-searched', host, hits });
};

/** Reads from the disk, one after the other, what the shown log needs and memory no longer holds. */
export const followOldLog = (
  store: AppStore,
  engine: Engine,
  start: (work: () => Promise<void>) => void,
): (() => void) => {
  let isBusy = false;
  return store.subscribe(({ app, ui }) => {
    const wish = isBusy ? null : oldLogWish(app, ui);
    if (wish === null) return;
    isBusy = true;
    start(async () => {
      const tell = await fetch(store, engine, wish).finally(() => {
        isBusy = false;
      });
      tell();
    });
  });
};
