import type { AppStore } from '../../store.ts';

/** What a person asked for while the hosts were still being read. */
export interface WhenRead {
  /** Does it when the hosts are known, once for each name; never when they cannot be read. */
  add(name: string, work: () => void): void;
  stop(): void;
}

export const createWhenRead = (store: AppStore): WhenRead => {
  const wishes = new Map<string, () => void>();
  const stop = store.subscribe(({ app }) => {
    if (wishes.size === 0 || app.fleet.kind === 'unknown' || app.fleet.kind === 'listing') return;
    const due = app.fleet.kind === 'listed' ? [...wishes.values()] : [];
    wishes.clear();
    for (const work of due) work();
  });
  return { add: (name, work) => wishes.set(name, work), stop };
};
