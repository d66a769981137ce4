import { readUnitLogKey } from '../../model/host/unit-journal.ts';
import { memoLast } from '../../model/memo.ts';
import {
  allLog,
  emptyLog,
  fitsQuery,
  type LogHits,
  type LogQuery,
  type LogRing,
  levelIn,
  readLineOfAll,
  type SaidAt,
} from '../../model/words/log.ts';
import type { LogLevel } from '../../model/words/log-level.ts';
import type { AppState } from '../../state/state.ts';
import type { LogUi } from '../ui.ts';

/** Whether a log is that of a builder: it is named by its derivation. */
export const isBuilderLog = (host: string): boolean => host.startsWith('/');

/**
 * Whether the disk has the lines of a log that memory no longer holds: those of a builder once they were read from Nix;
 * those of units others keep.
 */
export const isOnDisk = (host: string, { isPaged }: Pick<LogRing, 'isPaged'>): boolean =>
  isBuilderLog(host) ? isPaged === true : readUnitLogKey(host) === null;

/** A log in memory. */
export const ringOf = (
  { allLines, builderLogs, unitLogs, logs }: AppState,
  host: string,
): LogRing =>
  host === allLog
    ? allLines
    : ((isBuilderLog(host) ? builderLogs[host] : (unitLogs[host] ?? logs[host])) ?? emptyLog);

/** The level below which lines are left out; the journal of a unit is asked for its level instead. */
export const shownLevel = ({ host, level }: LogUi): LogLevel =>
  readUnitLogKey(host) === null ? level : 'all';

/** Whether lines are left out because of what they say. */
export const isFiltered = (log: LogUi): boolean =>
  (log.only && log.search !== '') || shownLevel(log) !== 'all';

/** What is looked for on the disk: the lines that are shown where some are left out, else what is searched. */
export const queryOf = (log: LogUi): LogQuery =>
  isFiltered(log)
    ? { search: log.only ? log.search : '', level: shownLevel(log) }
    : { search: log.search, level: 'all' };

/** Number of the first line that was said since the chosen time; 0 where none was chosen. */
export const sinceLine = ({ since }: LogUi): number => since?.line ?? 0;

/** What was found on the disk for what is looked for now. */
export const foundOnDisk = (log: LogUi): LogHits | null => {
  const { search, level } = queryOf(log);
  const { found } = log;
  return found?.search === search && found.level === level && found.from === sinceLine(log)
    ? found
    : null;
};

/** The lines that are shown; `numbers` are those in the log, null where none is left out. */
export interface ShownLog {
  readonly ring: LogRing;
  readonly numbers: readonly number[] | null;
}

const filtered = memoLast(
  (
    ring: LogRing,
    search: string,
    level: LogLevel,
    from: number,
    found: LogHits | null,
    levelOf: (line: string) => LogLevel,
  ): ShownLog => {
    const lines = [...(found?.texts ?? [])];
    const times = [...(found?.times ?? [])];
    const numbers = [...(found?.numbers ?? [])];
    ring.lines.forEach((line, index) => {
      if (ring.dropped + index < from || !fitsQuery(line, { search, level }, levelOf)) return;
      lines.push(line);
      times.push(ring.times[index] ?? null);
      numbers.push(ring.dropped + index);
    });
    const dropped = (found?.count ?? 0) - (found?.texts.length ?? 0);
    return { ring: { lines, times, dropped }, numbers };
  },
);

/** What is shown of a log: its lines, or those alone that are looked for. */
export const shownLog = (app: AppState, log: LogUi): ShownLog => {
  const ring = ringOf(app, log.host);
  if (!isFiltered(log)) return { ring, numbers: null };
  const { search, level } = queryOf(log);
  return filtered(ring, search, level, sinceLine(log), foundOnDisk(log), levelIn(log.host));
};

export const shownRing = (app: AppState, log: LogUi): LogRing => shownLog(app, log).ring;

/** Number of the first line that can be shown: where the disk has no lines it is one in memory, and found ones are in memory. */
export const firstLine = (ring: LogRing, log: LogUi): number =>
  isFiltered(log)
    ? ring.dropped
    : Math.max(isOnDisk(log.host, ring) ? 0 : ring.dropped, sinceLine(log));

/** A line with its time; the text is null where it is still to be read. */
export interface ShownLine {
  readonly number: number;
  readonly text: string | null;
  readonly at: SaidAt;
}

/** Lines from this number on, as far as they are known. */
export const entriesFrom = (
  ring: LogRing,
  { older }: LogUi,
  from: number,
  count: number,
): readonly ShownLine[] => {
  const entries: ShownLine[] = [];
  const end = Math.min(from + count, ring.dropped + ring.lines.length);
  for (let number = from; number < end; number += 1) {
    const source = number >= ring.dropped ? ring : older;
    const place = number - (number >= ring.dropped ? ring.dropped : (older?.first ?? 0));
    const text = source?.lines[place] ?? null;
    entries.push({ number, text, at: source?.times[place] ?? null });
  }
  return entries;
};

export const linesFrom = (
  ring: LogRing,
  log: LogUi,
  from: number,
  count: number,
): readonly (string | null)[] => entriesFrom(ring, log, from, count).map(({ text }) => text);

/** Number of the first visible line, counted since the log began: lines that the ring drops do not move it. */
export const topLine = (ring: LogRing, log: LogUi, height: number): number => {
  const first = firstLine(ring, log);
  const end = ring.dropped + ring.lines.length;
  const last = Math.max(first, end - height);
  return log.follow ? last : Math.max(first, Math.min(log.top, last));
};

const dayMs = 86_400_000;

/** How the times of lines are shown: with the day where the first of them is of another one than today. */
export const timeColumn = (
  { times }: LogRing,
  { showsTimes }: Pick<LogUi, 'showsTimes'>,
  now: number,
): 'time' | 'date' | 'none' => {
  const first = times[0] ?? times.find((time) => time !== null);
  if (!showsTimes || first === undefined || first === null) return 'none';
  return Math.floor(first / dayMs) === Math.floor(now / dayMs) ? 'time' : 'date';
};

/** What a line of a log says, without the name of its host. */
export const saidIn = ({ host }: Pick<LogUi, 'host'>, text: string | null): string | null =>
  text === null || host !== allLog ? text : readLineOfAll(text).text;

/** Cells of the name of the host before a line of the log of the fleet, with the blank behind it. */
export const cellsOfName = ({ host }: Pick<LogUi, 'host'>, columns: number): number =>
  host !== allLog ? 0 : columns < 80 ? 9 : columns < 160 ? 11 : 15;

/** Cells before the text of a line: that of the search, its sign, its time, and its host. */
export const gutterCells = (ring: LogRing, log: LogUi, columns: number, now: number): number =>
  ({ none: 3, time: 12, date: 18 })[timeColumn(ring, log, now)] + cellsOfName(log, columns);

/** Cells that the text of a line has. */
export const textCells = (ring: LogRing, log: LogUi, columns: number, now: number): number =>
  Math.max(10, columns - gutterCells(ring, log, columns, now) - 1);
