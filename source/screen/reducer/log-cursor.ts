import type { AppState } from '../../state/state.ts';
import { shownRing, topLine } from '../rows/log.ts';
import type { Ui } from '../ui.ts';
import { logRowsOf } from './body-rows.ts';
import { change, endsOf, followLog, hasNoLine, scrollLog, wrappedRows } from './log.ts';

/** Rows of lines from one to another, without the latter. */
const rowsUpTo = (from: number, to: number, rowsAt: (number: number) => number): number => {
  let rows = 0;
  for (let number = from; number < to; number += 1) rows += rowsAt(number);
  return rows;
};

/** The window so that the line of the cursor is in it: it moves by as few rows as that needs. */
const inSight = (app: AppState, ui: Ui): Ui => {
  const { log } = ui;
  const { cursor } = log;
  if (cursor === null) return ui;
  const height = logRowsOf(app, ui);
  const top = topLine(shownRing(app, log), log, log.wrap ? 1 : height);
  if (!log.wrap) {
    return change(ui, { top: Math.max(cursor - height + 1, Math.min(top, cursor)), skip: 0 });
  }
  const rowsAt = wrappedRows(app, ui);
  if (cursor < top) {
    return change(ui, { top: cursor, skip: Math.max(0, rowsAt(cursor) - height) });
  }
  const before = rowsUpTo(top, cursor, rowsAt) - log.skip;
  const needed = Math.min(before, before + rowsAt(cursor) - height);
  return needed <= 0 ? ui : change(scrollLog(app, ui, needed), { cursor });
};

/** One line down where lines are wrapped: what of the line stands below the window is scrolled to before. */
const downWrapped = (app: AppState, ui: Ui, cursor: number, last: number): Ui => {
  const rowsAt = wrappedRows(app, ui);
  const end = rowsUpTo(ui.log.top, cursor + 1, rowsAt) - ui.log.skip;
  if (end > logRowsOf(app, ui)) return change(scrollLog(app, ui, 1), { cursor });
  return inSight(app, change(ui, { cursor: Math.min(cursor + 1, last) }));
};

/** One line up: what of the line stands above the window is scrolled to before. */
const upWrapped = (app: AppState, ui: Ui, cursor: number, first: number): Ui =>
  cursor === ui.log.top && ui.log.skip > 0
    ? change(ui, { skip: ui.log.skip - 1, cursor })
    : inSight(app, change(ui, { cursor: Math.max(first, cursor - 1) }));

/**
 * Goes to the line below or above; the window moves where it is at its edge. In a log that is followed the last line is
 * the first one, and that pauses it.
 */
export const stepInLog = (app: AppState, ui: Ui, by: 1 | -1): Ui => {
  const { log } = ui;
  const ring = shownRing(app, log);
  const { first, last } = endsOf(ring, log);
  // A log that has no line yet is followed still when they come.
  if (log.follow) return by === 1 || hasNoLine(ring) ? ui : followLog(app, ui, false);
  const height = logRowsOf(app, ui);
  const top = topLine(ring, log, log.wrap ? 1 : height);
  const from = Math.max(top, Math.min(log.cursor ?? top, top + height - 1));
  const shown = change(ui, { top, seeking: null, isAround: false });
  if (log.wrap)
    return by === 1 ? downWrapped(app, shown, from, last) : upWrapped(app, shown, from, first);
  return inSight(app, change(shown, { cursor: Math.max(first, Math.min(from + by, last)) }));
};

/** Wraps long lines, or scrolls them; the line of the cursor stays in sight. */
export const wrapLog = (app: AppState, ui: Ui): Ui =>
  inSight(app, change(ui, { wrap: !ui.log.wrap, left: 0, skip: 0 }));

/** A found line: the window stays where it is in it, else a third of the rows stand above it. */
export const goToLine = (app: AppState, ui: Ui, at: number): Ui => {
  const { log } = ui;
  const ring = shownRing(app, log);
  const height = logRowsOf(app, ui);
  const top = topLine(ring, log, height);
  const there = change(ui, { follow: false, cursor: at });
  if (at >= top && at < top + height) return inSight(app, change(there, { top }));
  const { first } = endsOf(ring, log);
  const above = Math.floor(height / 3);
  if (!log.wrap) return change(there, { top: Math.max(first, at - above), skip: 0 });
  return change(scrollLog(app, change(there, { top: at, skip: 0 }), -above), { cursor: at });
};

/** The cursor on a line that is shown, by a click; nothing moves below it, so a log that was followed stands. */
export const pointAtLine = (app: AppState, ui: Ui, number: number): Ui =>
  change(ui.log.follow ? followLog(app, ui, false) : ui, { cursor: number, seeking: null });
