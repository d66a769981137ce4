/** The last lines of a log. Everything is on disk; memory holds a bounded tail. */
export interface LogRing {
  readonly lines: readonly string[];
  /** Lines that were dropped from the front. */
  readonly dropped: number;
}

export const emptyLog: LogRing = { lines: [], dropped: 0 };

const longestRing = 5_000;

export const appendLines = (
  ring: LogRing,
  added: readonly string[],
  capacity = longestRing,
): LogRing => {
  if (added.length === 0) return ring;
  const excess = Math.max(0, ring.lines.length + added.length - capacity);
  const lines =
    excess >= ring.lines.length
      ? added.slice(added.length - Math.min(added.length, capacity))
      : [...ring.lines.slice(excess), ...added];
  return { lines, dropped: ring.dropped + excess };
};
