import { cursorRow, editArea, type TextEdit, textRows } from '../../model/words/text-area.ts';
import type { Ui } from '../ui.ts';
import { overlayRoom } from './overlay-rows.ts';

/** What git shows of a line without wrapping it, in cells: more of it is hard to read in a log. */
export const messageColumns = 72;

/** Room for text in a row: the frame, its blanks, and a cell for a cursor at the end are not. */
export const messageRoom = (columns: number): number => Math.max(1, columns - 7);

/** Rows of the message: below them a row tells of lengths. */
export const messageRows = (ui: Ui): number => Math.max(1, overlayRoom(ui) - 1);

/** The first row that is seen, so that the cursor is. */
export const messageTop = (top: number, cursor: number, count: number, height: number): number =>
  Math.max(0, Math.min(Math.max(top, cursor - height + 1), cursor, count - height));

/** A key in the message; up and down by pages where `by` is more than a row. */
export const editMessageHere = (ui: Ui, edit: TextEdit): Ui => {
  const { overlay } = ui;
  if (overlay?.kind !== 'message') return ui;
  const room = messageRoom(ui.columns);
  const area = editArea(overlay.area, edit, room);
  const rows = textRows(area.text, room);
  const height = messageRows(ui);
  const top = messageTop(overlay.top, cursorRow(rows, area.at), rows.length, height);
  return { ...ui, overlay: { ...overlay, area, top } };
};
