import { ownOf } from '../../model/own-of.ts';
import {
  appendLines,
  emptyLog,
  type LogLines,
  type LogRing,
  lineOfAll,
  type SaidAt,
} from '../../model/words/log.ts';
import type { RunEvent } from '../events.ts';
import type { AppState } from '../state.ts';

/** What logs may hold in memory together. */
interface LogBounds {
  readonly lines: number;
  /** UTF-16 units of their lines. */
  readonly units: number;
}

/** The logs of all hosts: the rest is on the disk. */
const hostLogs: LogBounds = { lines: 45_000, units: 3_000_000 };

/** The log of the fleet, whatever the others hold. */
const allLines: LogBounds = { lines: 2_000, units: 400_000 };

/** A log keeps so many lines, however many there are: what a screen shows, and some. */
const fewestLines = 40;

const sumOf = (lines: readonly string[], from: number, to: number): number => {
  let sum = 0;
  for (let index = from; index < to; index += 1) sum += lines[index]?.length ?? 0;
  return sum;
};

const known = new WeakMap<LogRing, number>();

/** UTF-16 units of the lines of a log; counted for each line once, when it comes and when it goes. */
const unitsOf = (ring: LogRing): number => {
  const units = known.get(ring) ?? sumOf(ring.lines, 0, ring.lines.length);
  known.set(ring, units);
  return units;
};

/** The log with these lines at its end. */
export const append = (ring: LogRing, { lines, times }: LogLines, capacity?: number): LogRing => {
  const after = appendLines(ring, lines, capacity, times);
  const kept = ring.dropped + ring.lines.length - after.dropped;
  if (after === ring || kept <= 0) return after;
  const gone = after.dropped - ring.dropped;
  const units =
    unitsOf(ring) - sumOf(ring.lines, 0, gone) + sumOf(after.lines, kept, after.lines.length);
  known.set(after, units);
  return after;
};

const cutTo = (ring: LogRing, lines: number, units: number): LogRing => {
  let from = Math.max(0, ring.lines.length - lines);
  let left = unitsOf(ring) - sumOf(ring.lines, 0, from);
  for (; left > units && ring.lines.length - from > 1; from += 1)
    left -= ring.lines[from]?.length ?? 0;
  if (from === 0) return ring;
  const cut = {
    lines: ring.lines.slice(from),
    times: ring.times.slice(from),
    dropped: ring.dropped + from,
    ...(ring.isPaged === true ? { isPaged: true as const } : {}),
  };
  known.set(cut, left);
  return cut;
};

/** The same logs, each cut to its share where they hold too much together. */
export const withinBounds = (
  logs: Readonly<Record<string, LogRing>>,
  bounds: LogBounds,
): Readonly<Record<string, LogRing>> => {
  const rings = Object.values(logs);
  let lines = 0;
  let units = 0;
  for (const ring of rings) {
    lines += ring.lines.length;
    units += unitsOf(ring);
  }
  if (lines <= bounds.lines && units <= bounds.units) return logs;
  // Half of it, so that not every batch of lines cuts all logs again.
  const share = 2 * rings.length;
  const each = {
    lines: Math.max(fewestLines, Math.floor(bounds.lines / share)),
    units: Math.floor(bounds.units / share),
  };
  return Object.fromEntries(
    Object.entries(logs).map(([key, ring]) => [key, cutTo(ring, each.lines, each.units)]),
  );
};

/** Lines of a host, of nixup itself or of a step, and when they were said. */
type LoggedLines = Omit<Extract<RunEvent, { readonly type: 'logged' }>, 'type'> & {
  readonly at: number;
};

/** The log of the fleet with these lines at its end, as `lineOfAll` makes them. */
export const addToAll = (ring: LogRing, said: readonly LoggedLines[]): LogRing => {
  const lines: string[] = [];
  const times: number[] = [];
  // From the newest on: of a thousand hosts that say something at a time, most lines would go at once.
  let older = 0;
  for (const { host, lines: ofOne, isStep, at } of said.toReversed())
    for (const line of ofOne.toReversed())
      if (lines.length < allLines.lines) {
        lines.push(lineOfAll(host, line, isStep));
        times.push(at);
      } else older += 1;
  const before =
    older === 0 ? ring : { ...emptyLog, dropped: ring.dropped + ring.lines.length + older };
  const added = { lines: lines.reverse(), times: times.reverse() };
  return withinBounds({ all: append(before, added, allLines.lines) }, allLines)['all'] ?? ring;
};

/** Lines that were said at the same time. */
export const saidAt = (at: SaidAt, lines: readonly string[]): LogLines => ({
  lines,
  times: lines.map(() => at),
});

/** The logs with these lines at their ends; all of them are copied once for many. Pure. */
export const addLines = (
  logs: AppState['logs'],
  added: ReadonlyMap<string, LogLines>,
): AppState['logs'] => {
  const all = { ...logs };
  for (const [key, lines] of added) all[key] = append(ownOf(all, key) ?? emptyLog, lines);
  return withinBounds(all, hostLogs);
};
