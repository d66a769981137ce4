import {
  type JournalLevel,
  nextLevel,
  readUnitLogKey,
  unitLogKey,
} from '../../model/host/unit-journal.ts';
import { widthOf, wrapText } from '../../model/words/line.ts';
import type { LogRing } from '../../model/words/log.ts';
import { nextLogLevel } from '../../model/words/log-level.ts';
import type { AppState } from '../../state/state.ts';
import { keysOfLogs } from '../rows/listed-logs.ts';
import {
  entriesFrom,
  firstLine,
  isOnDisk,
  ringOf,
  type ShownLog,
  saidIn,
  shownLog,
  shownRing,
  textCells,
  topLine,
} from '../rows/log.ts';
import type { LogUi, Ui } from '../ui.ts';
import { logRowsOf } from './body-rows.ts';

/** Changes what is shown of a log. */
export const change = (ui: Ui, log: Partial<LogUi>): Ui => ({ ...ui, log: { ...ui.log, ...log } });

const rowsOf = (text: string | null, cells: number): number =>
  text === null || widthOf(text) <= cells ? 1 : wrapText(text, cells).length;

/** Rows of a line, by its number, where long lines are wrapped. */
export const wrappedRows = (app: AppState, ui: Ui): ((number: number) => number) => {
  const { log, columns, now } = ui;
  const ring = shownRing(app, log);
  const cells = textCells(ring, log, columns, now);
  return (number) => rowsOf(saidIn(log, entriesFrom(ring, log, number, 1)[0]?.text ?? null), cells);
};

/** Numbers of the first and the last line that can be shown. */
export const endsOf = (
  ring: LogRing,
  log: LogUi,
): { readonly first: number; readonly last: number } => {
  const first = firstLine(ring, log);
  return { first, last: Math.max(first, ring.dropped + ring.lines.length - 1) };
};

/** Where a wrapped log goes by so many rows: a line may be longer than the window. */
const scrollWrapped = (
  app: AppState,
  ui: Ui,
  by: number,
): { readonly top: number; readonly skip: number } => {
  const { log } = ui;
  const { first, last } = endsOf(shownRing(app, log), log);
  const rowsAt = wrappedRows(app, ui);
  let top = log.follow ? last + 1 : Math.max(first, Math.min(log.top, last));
  let skip = log.follow ? 0 : Math.min(log.skip, rowsAt(top) - 1);
  let left = log.follow ? by - logRowsOf(app, ui) : by;
  for (; left > 0; left -= 1)
    if (skip + 1 < rowsAt(top)) skip += 1;
    else if (top < last) [top, skip] = [top + 1, 0];
    else break;
  for (; left < 0; left += 1)
    if (skip > 0) skip -= 1;
    else if (top > first) [top, skip] = [top - 1, rowsAt(top - 1) - 1];
    else break;
  return { top, skip };
};

/** The cursor keeps its place in the window that moves; at an end of the log it goes there. */
const movedCursor = (ring: LogRing, log: LogUi, by: number): number | null => {
  if (log.cursor === null) return null;
  const { first, last } = endsOf(ring, log);
  return Math.max(first, Math.min(log.cursor + by, last));
};

/** Scrolling up stops following; reaching the end again does not start it: that is what G and f are for. */
export const scrollLog = (app: AppState, ui: Ui, by: number): Ui => {
  if (ui.log.follow && by > 0) return ui;
  const left = { follow: false, seeking: null } as const;
  // Lines of several rows: the first one that is visible then.
  if (ui.log.wrap) return change(ui, { ...left, cursor: null, ...scrollWrapped(app, ui, by) });
  const ring = shownRing(app, ui.log);
  const top = topLine(ring, ui.log, logRowsOf(app, ui));
  return change(ui, {
    ...left,
    cursor: movedCursor(ring, ui.log, by),
    top: Math.max(firstLine(ring, ui.log), top + by),
    skip: 0,
  });
};

/** Whether nothing was logged yet, or nothing that is shown. */
export const hasNoLine = ({ dropped, lines }: LogRing): boolean => dropped + lines.length === 0;

export const jumpLog = (app: AppState, ui: Ui, to: 'first' | 'last'): Ui => {
  if (to === 'last') return change(ui, { follow: true, cursor: null, seeking: null });
  const ring = shownRing(app, ui.log);
  return hasNoLine(ring)
    ? ui
    : change(ui, {
        follow: false,
        top: firstLine(ring, ui.log),
        skip: 0,
        cursor: null,
        seeking: null,
      });
};

/** Who pauses looks at the last line. */
export const followLog = (app: AppState, ui: Ui, follow: boolean): Ui => {
  const ring = shownRing(app, ui.log);
  const top = topLine(ring, ui.log, logRowsOf(app, ui));
  const place = ui.log.wrap && ui.log.follow ? scrollWrapped(app, ui, 0) : { top };
  const cursor = follow ? null : ui.log.follow ? endsOf(ring, ui.log).last : ui.log.cursor;
  return change(ui, { follow, ...place, cursor, seeking: null });
};

/** Scrolls sideways, never beyond the end of the longest line. */
export const shiftLog = (app: AppState, ui: Ui, by: number): Ui => {
  const most = (sum: number, { length }: string): number => Math.max(sum, length);
  const ring = shownRing(app, ui.log);
  const inMemory = ring.lines.reduce(most, 0);
  const longest = (ui.log.older?.lines ?? []).reduce(most, inMemory);
  const last = Math.max(0, longest - textCells(ring, ui.log, ui.columns, ui.now));
  return change(ui, { left: Math.max(0, Math.min(ui.log.left + by, last)) });
};

/** The number in the log of a line that is shown. */
const numberInLog = ({ ring, numbers }: ShownLog, place: number): number =>
  numbers?.[place - ring.dropped] ?? (numbers === null ? place : Number.POSITIVE_INFINITY);

/** Where a line of the log is shown, or the first one after it. */
const placeShown = ({ ring, numbers }: ShownLog, number: number): number => {
  if (numbers === null) return number;
  const index = numbers.findIndex((one) => one >= number);
  return ring.dropped + (index < 0 ? numbers.length : index);
};

/** Shows more lines of a log, or fewer; the line at the top, and that of the cursor, stay where they are still shown. */
export const keepPlace = (app: AppState, ui: Ui, log: Partial<LogUi>): Ui => {
  const before = shownLog(app, ui.log);
  const next = change(ui, log);
  const after = shownLog(app, next.log);
  const moved = (place: number): number => placeShown(after, numberInLog(before, place));
  const { cursor } = ui.log;
  const top = moved(topLine(before.ring, ui.log, logRowsOf(app, ui)));
  return change(next, { top, cursor: cursor === null ? null : moved(cursor) });
};

/** Another log, followed at its end; what is searched stays. */
export const atEndOf = (log: LogUi, host: string): LogUi => ({
  ...log,
  host,
  follow: true,
  top: 0,
  skip: 0,
  left: 0,
  cursor: null,
  only: false,
  older: null,
  found: null,
  seeking: null,
  since: null,
});

export const openLog = (ui: Ui, host: string): Ui => ({
  ...ui,
  screen: { kind: 'view', view: 'log' },
  overlay: null,
  log: ui.log.host === host ? ui.log : atEndOf(ui.log, host),
});

/** More (-1) or fewer (1) levels: the journal of a unit is asked for them, of any other log lines are left out. */
export const changeLevel = (app: AppState, ui: Ui, by: 1 | -1): Ui => {
  const unit = readUnitLogKey(ui.log.host);
  if (unit !== null) {
    const level: JournalLevel = nextLevel(unit.level, by);
    const { since } = ui.log;
    const other = openLog(ui, unitLogKey({ ...unit, level }));
    return level === unit.level ? ui : change(other, { since });
  }
  const level = nextLogLevel(ui.log.level, by);
  return level === ui.log.level ? ui : keepPlace(app, ui, { level, seeking: null });
};

/** The first line in memory from this time on; null where it may be among those on the disk. */
const sinceInMemory = (ring: LogRing, host: string, at: number): number | null => {
  const index = ring.times.findIndex((time) => time !== null && time >= at);
  const isAfterOthers = index > 0 || ring.dropped === 0 || !isOnDisk(host, ring);
  if (index < 0) {
    const isKnown = ring.times.some((time) => time !== null);
    return isKnown ? ring.dropped + ring.lines.length : isAfterOthers ? ring.dropped : null;
  }
  return isAfterOthers ? ring.dropped + index : null;
};

/** Shows a log from a time on, followed at its end; null: from its beginning. */
export const showSince = (
  app: AppState,
  ui: Ui,
  since: { readonly at: number; readonly words: string } | null,
): Ui => {
  const { host } = ui.log;
  const unit = readUnitLogKey(host);
  const end = { follow: true, cursor: null, seeking: null, found: null } as const;
  if (unit !== null) {
    const { since: _before, ...same } = unit;
    const key = unitLogKey(since === null ? same : { ...same, since: since.at });
    return change(openLog(ui, key), {
      since: since === null ? null : { ...since, line: 0 },
    });
  }
  if (since === null) return change(ui, { ...end, since: null });
  const line = sinceInMemory(ringOf(app, host), host, since.at);
  return change(ui, { ...end, since: { ...since, line } });
};

/** The next log: that of the fleet comes first, then nixup's own, those of the hosts, and those of builders and units. */
export const cycleLog = (app: AppState, ui: Ui, by: number): Ui => {
  const hosts = keysOfLogs(app);
  const index = Math.max(0, hosts.indexOf(ui.log.host));
  const next = hosts[(index + by + hosts.length) % hosts.length];
  return next === undefined ? ui : openLog(ui, next);
};
