export interface BackgroundWork {
  /** Work that nobody waits for; only `settled` does. Its failures are told, never thrown. */
  readonly add: (work: Promise<unknown>) => void;
  readonly settled: () => Promise<unknown>;
}

export const createBackgroundWork = (onTrouble: (text: string) => void): BackgroundWork => {
  const running = new Set<Promise<unknown>>();
  return {
    add: (work) => {
      const guarded = work
        .catch((error: unknown) => onTrouble(String(error)))
        .finally(() => running.delete(guarded));
      running.add(guarded);
    },
    settled: () => Promise.allSettled([...running]),
  };
};
