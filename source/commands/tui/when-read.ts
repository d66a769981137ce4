import { keyName } from '../../screen/key-names.ts';
import type { AppStore } from '../../store.ts';

/** What a person asked for while the hosts were still being read. */
export interface WhenRead {
  /** Does it when the hosts are known, once for each name; where they cannot be read, that is told. */
  add(name: string, work: () => void): void;
  stop(): void;
}

export const createWhenRead = (store: AppStore, now: () => number): WhenRead => {
  const wishes = new Map<string, () => void>();
  const stop = store.subscribe(({ app }) => {
    if (wishes.size === 0 || app.fleet.kind === 'unknown' || app.fleet.kind === 'listing') return;
    const due = app.fleet.kind === 'listed' ? [...wishes.values()] : [];
    const left = app.fleet.kind === 'listed' ? [] : [...wishes.keys()];
    wishes.clear();
    for (const name of left)
      store.dispatchUi({
        type: 'told',
        text: `${name}: not done, because the hosts could not be read. ${keyName('refresh')} reads them again`,
        tone: 'warn',
        at: now(),
      });
    for (const work of due) work();
  });
  return { add: (name, work) => wishes.set(name, work), stop };
};
