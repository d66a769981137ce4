/** The last lines of a log. Everything is on disk; memory holds a bounded tail. */
export interface LogRing {
  readonly lines: readonly string[];
  /** Lines that were dropped from the front. */
  readonly dropped: number;
}

/** Lines of a log that were read from the disk; numbers count from 0 since the log began. */
export interface LogPiece {
  readonly first: number;
  readonly lines: readonly string[];
}

/** What a search found among the lines of a log that are on the disk alone. */
export interface LogHits {
  readonly search: string;
  /** All lines before this one were searched. */
  readonly before: number;
  readonly count: number;
  /** The newest of them, in their order: number and text. */
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

/** Whether a line holds what is searched; case counts only when the search has a capital. */
export const isHit = (line: string, search: string): boolean => {
  if (search === '') return false;
  return search === search.toLowerCase()
    ? line.toLowerCase().includes(search)
    : line.includes(search);
};

export const emptyLog: LogRing = { lines: [], dropped: 0 };

const longestRing = 5_000;

/** Longest line kept in memory, UTF-16 units; the log on disk and `--json` have it whole. */
const longestLine = 4_000;

const cutLine = (line: string): string =>
  line.length > longestLine ? `${line.slice(0, longestLine)} …` : line;

export const appendLines = (
  ring: LogRing,
  given: readonly string[],
  capacity = longestRing,
): LogRing => {
  if (given.length === 0) return ring;
  const added = given.some(({ length }) => length > longestLine) ? given.map(cutLine) : given;
  const excess = Math.max(0, ring.lines.length + added.length - capacity);
  const lines =
    excess >= ring.lines.length
      ? added.slice(added.length - Math.min(added.length, capacity))
      : [...ring.lines.slice(excess), ...added];
  return { lines, dropped: ring.dropped + excess };
};
