import { memoLast } from '../../model/memo.ts';
import { bodyRows, headerRows } from '../layout.ts';
import type { Overlay } from '../overlay.ts';
import { paneRowsOf } from '../pane-rows.ts';
import type { Ui } from '../ui.ts';
import { confirmationLayout, fixedRows } from './confirmation-layout.ts';
import { menuLayout } from './menu-layout.ts';

/** In a lower window a list needs the rows of the header more, however long it is. */
const lowRows = 20;

/** In a window of fewer rows the header gives way to what does not fit below it. */
const roomyRows = 30;

/** The two edges of a frame. */
const frameRows = 2;

/** Rows of a menu or a question of which nothing is left out; null where something is, or it is of another kind. */
const wantedRows = (overlay: Overlay, columns: number, height: number): number | null => {
  switch (overlay.kind) {
    case 'menu': {
      const { noteRows, noteOverflow, isApart, itemRows, whole } = menuLayout(
        overlay,
        columns,
        height,
      );
      return noteOverflow > 0 || whole.length > 0
        ? null
        : frameRows + noteRows + (isApart ? 1 : 0) + itemRows;
    }
    case 'confirm': {
      // Unfolded: what the person folds and unfolds does not move its frame, nor make the header come and go.
      const { body, pinned, overflow, hasField, choices } = confirmationLayout(
        { ...overlay, isUnfolded: true },
        columns,
        height,
      );
      return overflow > 0
        ? null
        : fixedRows + body.length + pinned.length + (hasField ? 1 : 0) + choices.length;
    }
    case 'text':
    case 'difference':
    case 'commits':
    case 'commands':
    case 'help':
    case 'palette':
    case 'message':
      return null;
  }
};

/** Whether what is open has too little room below the header. */
const isLong = (overlay: Overlay, columns: number, rows: number): boolean => {
  const height = bodyRows(rows);
  switch (overlay.kind) {
    case 'confirm':
    case 'menu':
      return wantedRows(overlay, columns, height) === null;
    case 'text':
      return paneRowsOf(overlay.lines, columns).length > height - 2;
    case 'difference':
    case 'commits':
    case 'commands':
    case 'help':
    case 'palette':
    case 'message':
      return rows < lowRows;
  }
};

const takesHeader = memoLast((overlay: Overlay | null, columns: number, rows: number): boolean => {
  return overlay !== null && rows < roomyRows && isLong(overlay, columns, rows);
});

/** Fewer rows of a view do not show where one is. */
const fewestBehind = 8;

/** Rows of what lies below the view and leaves it in sight; null where it has the whole body. */
const sharedRows = memoLast(
  (overlay: Overlay | null, columns: number, rows: number): number | null => {
    if (overlay === null) return null;
    const height = bodyRows(rows);
    const wanted = wantedRows(overlay, columns, height);
    return wanted === null || height - wanted < fewestBehind ? null : wanted;
  },
);

/** Rows that a menu or a question takes from the view above it; 0 where there is none, or nothing of the view is in sight. */
export const rowsOverView = ({
  overlay,
  columns,
  rows,
}: Pick<Ui, 'overlay' | 'columns' | 'rows'>): number => sharedRows(overlay, columns, rows) ?? 0;

/** Whether what is open has the rows of the header too. */
export const coversHeader = ({
  overlay,
  columns,
  rows,
}: Pick<Ui, 'overlay' | 'columns' | 'rows'>): boolean => takesHeader(overlay, columns, rows);

/** Rows of what lies over a view. */
export const overlayRows = (ui: Pick<Ui, 'overlay' | 'columns' | 'rows'>): number =>
  sharedRows(ui.overlay, ui.columns, ui.rows) ??
  bodyRows(ui.rows) + (coversHeader(ui) ? headerRows : 0);

/** Rows inside of its frame. */
export const overlayRoom = (ui: Pick<Ui, 'overlay' | 'columns' | 'rows'>): number =>
  Math.max(1, overlayRows(ui) - 2);
