import { memoByObject } from '../../model/memo.ts';
import { appendLines, emptyLog, type LogRing } from '../../model/words/log.ts';
import type { AppState } from '../state.ts';

/** What the logs of all hosts together may hold in memory: the rest is on the disk. */
const mostLines = 100_000;
const mostUnits = 16_000_000;

/** A log keeps so many lines, however many there are: what a screen shows, and some. */
const fewestLines = 40;

/** UTF-16 units of the lines of a log. */
const unitsOf = memoByObject((ring: LogRing): number =>
  ring.lines.reduce((sum, { length }) => sum + length, 0),
);

const cutTo = (ring: LogRing, lines: number, units: number): LogRing => {
  let from = Math.max(0, ring.lines.length - lines);
  let left = unitsOf(ring);
  for (let index = 0; index < from; index += 1) left -= ring.lines[index]?.length ?? 0;
  for (; left > units && ring.lines.length - from > 1; from += 1)
    left -= ring.lines[from]?.length ?? 0;
  return from === 0 ? ring : { lines: ring.lines.slice(from), dropped: ring.dropped + from };
};

/** The same logs, each cut to its share where they hold too much together. */
const withinBounds = (logs: AppState['logs']): AppState['logs'] => {
  const rings = Object.values(logs);
  const lines = rings.reduce((sum, ring) => sum + ring.lines.length, 0);
  const units = rings.reduce((sum, ring) => sum + unitsOf(ring), 0);
  if (lines <= mostLines && units <= mostUnits) return logs;
  // Half of it, so that not every batch of lines cuts all logs again.
  const share = 2 * rings.length;
  const each = {
    lines: Math.max(fewestLines, Math.floor(mostLines / share)),
    units: Math.floor(mostUnits / share),
  };
  return Object.fromEntries(
    Object.entries(logs).map(([key, ring]) => [key, cutTo(ring, each.lines, each.units)]),
  );
};

/** The logs with these lines at their ends; all of them are copied once for many. Pure. */
export const addLines = (
  logs: AppState['logs'],
  added: ReadonlyMap<string, readonly string[]>,
): AppState['logs'] => {
  const changed = Object.fromEntries(
    [...added].map(([key, lines]) => [key, appendLines(logs[key] ?? emptyLog, lines)]),
  );
  return withinBounds({ ...logs, ...changed });
};
