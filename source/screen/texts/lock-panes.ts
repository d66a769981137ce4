import type { Line } from '../../model/words/line.ts';
import type { AppState } from '../../state/state.ts';
import { cursorIndex } from '../rows/lists.ts';
import { firstUnchanged, type LockRow, lockCounts, lockRowsOf } from '../rows/lock.ts';
import type { Ui } from '../ui.ts';
import { sourceLines } from './lock-columns.ts';
import { changeDetailLines, inputDetailLines } from './lock-details.ts';

/** From this width on the details are beside the list. */
const wideColumns = 110;

/** Where the details of the lock stand, in cells and rows. */
interface LockPanes {
  /** `titles` are rows above the list: what its columns are. */
  readonly list: { readonly columns: number; readonly titles: 0 | 1; readonly rows: number };
  /** Null where the list has the window to itself. */
  readonly details: {
    readonly at: 'side' | 'below';
    readonly columns: number;
    readonly rows: number;
  } | null;
}

/** Rows of the details in a low window: the name of an input, and where it comes from now. */
const fewestRows = 3;

/** Rows that the whole list takes: what stays as committed has a heading above it, a long source is wrapped. */
const listLength = (app: AppState, ui: Ui): number => {
  const rows = lockRowsOf(app, ui);
  const heading = firstUnchanged(rows, app.putBack) > 0 ? 1 : 0;
  const wrapped = rows.reduce(
    (sum, row) =>
      sum + (row.kind === 'change' ? sourceLines(row.change, ui.columns - 2).length : 0),
    0,
  );
  return rows.length + heading + wrapped;
};

/**
 * One row is the title's, another that of the columns' where the window is not low; details below
 * have a rule above them, and get what a short list leaves. A low window has room for the list
 * only, but for a lock with alarms: what an alarm is about is never out of sight.
 */
export const lockPanes = (ui: Ui, app: AppState, rows: number): LockPanes => {
  const { columns, zoomed } = ui;
  const whole = rows - 1;
  const titles = whole < 11 ? 0 : 1;
  const height = whole - titles;
  if (!zoomed && columns >= wideColumns) {
    const side = Math.floor(columns * 0.4);
    return {
      list: { columns: columns - side, titles, rows: height },
      details: { at: 'side', columns: side, rows: whole },
    };
  }
  if (!zoomed && whole < 11 && whole > fewestRows + 2 && lockCounts(app.lock).alarms > 0)
    return {
      list: { columns, titles, rows: height - fewestRows - 1 },
      details: { at: 'below', columns, rows: fewestRows },
    };
  if (zoomed || whole < 11) return { list: { columns, titles, rows: height }, details: null };
  const below = Math.min(9, Math.floor((height + 1) / 2));
  const list = Math.min(height - below, Math.max(3, listLength(app, ui)));
  return {
    list: { columns, titles, rows: list },
    details: { at: 'below', columns, rows: height - list - 1 },
  };
};

/** The row of the lock under the cursor. */
export const selectedLockRow = (app: AppState, ui: Ui): LockRow | undefined => {
  const rows = lockRowsOf(app, ui);
  const ids = rows.map((row) => row.id);
  return rows[cursorIndex(ids, ui.lists.lock.cursor)];
};

/** All that is known of the row under the cursor. */
export const lockDetailLines = (app: AppState, ui: Ui, columns: number): readonly Line[] => {
  const row = selectedLockRow(app, ui);
  if (row === undefined) return [];
  const minute = Math.floor(ui.now / 60_000) * 60_000;
  return row.kind === 'change'
    ? changeDetailLines(app, row.change, columns, minute)
    : inputDetailLines(app, row.input, columns, minute);
};

/** The first line of the details that is seen: another row begins at its first. */
export const detailsTop = (app: AppState, ui: Ui): number =>
  ui.details.of === selectedLockRow(app, ui)?.id ? ui.details.top : 0;

/** Scrolls the details by half of their rows, to their last line at most; `rows` has the view. */
export const scrollDetails = (app: AppState, ui: Ui, by: 1 | -1, rows: number): Ui => {
  const { details } = lockPanes(ui, app, rows);
  const row = selectedLockRow(app, ui);
  if (details === null || row === undefined) return ui;
  const last = Math.max(0, lockDetailLines(app, ui, details.columns).length - details.rows);
  const step = by * Math.max(1, Math.floor(details.rows / 2));
  const top = Math.max(0, Math.min(last, detailsTop(app, ui) + step));
  return { ...ui, details: { of: row.id, top } };
};
