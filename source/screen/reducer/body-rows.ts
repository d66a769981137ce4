import { memoLast } from '../../model/memo.ts';
import type { AppState } from '../../state/state.ts';
import { bodyRows } from '../layout.ts';
import type { Ui } from '../ui.ts';
import { messageLines } from './message-lines.ts';
import { rowsOverView } from './overlay-rows.ts';

/** Rows of a view: what a message needs beyond its own row and what a menu needs is taken from them, and covers nothing. */
export const bodyRowsOf = memoLast((app: AppState, ui: Ui): number =>
  Math.max(1, bodyRows(ui.rows) - (messageLines(app, ui).length - 1) - rowsOverView(ui)),
);

/** Lines of a log that are visible: its title takes one. */
export const logRowsOf = (app: AppState, ui: Ui): number => Math.max(1, bodyRowsOf(app, ui) - 1);
