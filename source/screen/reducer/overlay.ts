import { memoByObject } from '../../model/memo.ts';
import { type DifferenceHeading, unifiedRows } from '../difference-rows.ts';
import { addToField, eraseInField } from '../field-text.ts';
import {
  type Confirmation,
  type DifferenceOverlay,
  guardMs,
  inField,
  type Menu,
  type Overlay,
  type TonedText,
  wantedText,
} from '../overlay.ts';
import { paneRowsOf } from '../pane-rows.ts';
import type { Ui } from '../ui.ts';
import { confirmationLayout } from './confirmation-layout.ts';
import { menuLayout } from './menu-layout.ts';
import { overlayRoom, overlayRows } from './overlay-rows.ts';
import { moveInText } from './text-cursor.ts';

const withOverlay = (ui: Ui, overlay: Overlay): Ui => ({ ...ui, overlay });

/** Whether a dialog takes keys yet. */
export const takesKeys = (overlay: Confirmation | Menu, at: number): boolean =>
  (overlay.kind === 'menu' && !overlay.careful) || at - overlay.openedAt >= guardMs;

/** Whether what the dialog asks for was typed. */
export const isTyped = ({ required, typed }: Confirmation): boolean =>
  required.kind === 'nothing' || typed === wantedText(required);

const clamp = (value: number, last: number): number => Math.max(0, Math.min(value, last));

/** Moves the focus of a dialog among its choices; from the field to the first of them. */
export const moveFocus = (ui: Ui, by: number): Ui => {
  const { overlay } = ui;
  if (overlay?.kind !== 'confirm') return ui;
  const focus = clamp(overlay.focus + by, overlay.choices.length - 1);
  return withOverlay(ui, { ...overlay, focus });
};

const moveMenu = (ui: Ui, by: number): Ui => {
  const { overlay } = ui;
  if (overlay?.kind !== 'menu') return ui;
  const ids = overlay.items.map((item) => item.id);
  const index = overlay.cursor === null ? 0 : Math.max(0, ids.indexOf(overlay.cursor));
  return withOverlay(ui, { ...overlay, cursor: ids[clamp(index + by, ids.length - 1)] ?? null });
};

/** The rows of a difference in one column; made once, as a lock has thousands. */
export const unifiedOnce = memoByObject((rows: DifferenceOverlay['rows']) => unifiedRows(rows));

/** Rows of a difference as it is drawn now. */
export const differenceLength = ({ layout, rows }: DifferenceOverlay): number =>
  layout === 'unified' ? unifiedOnce(rows).length : rows.length;

/** Lines of a lock are longer than a column of a narrow window, and take two rows of it. */
const wrapsBelow: Readonly<Record<DifferenceOverlay['layout'], number>> = {
  unified: 80,
  'side-by-side': 152,
};

/** How far a difference scrolls: until its last row is seen. */
const lastTopOf = (pane: DifferenceOverlay, ui: Ui): number => {
  const room = overlayRoom(ui);
  const fitting = ui.columns < wrapsBelow[pane.layout] ? Math.floor(room / 2) : room;
  return Math.max(0, differenceLength(pane) - fitting);
};

/** Side by side, or one below the other; what was at the top stays about there. */
export const relayDifference = (ui: Ui): Ui => {
  const { overlay } = ui;
  if (overlay?.kind !== 'difference') return ui;
  const layout = overlay.layout === 'unified' ? 'side-by-side' : 'unified';
  const other: DifferenceOverlay = { ...overlay, layout };
  const top = Math.round(
    (overlay.top / Math.max(1, differenceLength(overlay))) * differenceLength(other),
  );
  return scrollOverlay(withOverlay(ui, { ...other, top }), 0);
};

const shownRows = ({
  layout,
  rows,
}: DifferenceOverlay): readonly (
  | DifferenceHeading
  | { readonly kind: 'folded' | 'line' | 'pair' }
)[] => (layout === 'unified' ? unifiedOnce(rows) : rows);

/** Hashes, revisions and dates in one row of each change, or each in its own; the same change stays at the top. */
export const foldNoise = (ui: Ui): Ui => {
  const { overlay } = ui;
  if (overlay?.kind !== 'difference') return ui;
  const { rows, others, isFolded, top } = overlay;
  const changes = shownRows(overlay)
    .slice(0, top + 1)
    .filter(({ kind }) => kind === 'heading').length;
  const next: DifferenceOverlay = { ...overlay, rows: others, others: rows, isFolded: !isFolded };
  let left = changes;
  const at = shownRows(next).findIndex(({ kind }) => {
    if (kind === 'heading') left -= 1;
    return left === 0 && kind === 'heading';
  });
  return scrollOverlay(withOverlay(ui, { ...next, top: Math.max(0, at) }), 0);
};

/** To the heading of the next or the previous change. */
export const nextChange = (ui: Ui, by: 1 | -1): Ui => {
  const { overlay } = ui;
  if (overlay?.kind !== 'difference') return ui;
  const rows = shownRows(overlay);
  for (let at = overlay.top + by; at >= 0 && at < rows.length; at += by)
    if (rows[at]?.kind === 'heading') return scrollOverlay(ui, at - overlay.top);
  return ui;
};

/** Where each change begins, and of which input it is; found once, as a lock has thousands of lines. */
const changesIn = memoByObject((rows: ReturnType<typeof shownRows>) =>
  rows.flatMap((row, at) => (row.kind === 'heading' ? [{ at, input: row.input }] : [])),
);

/** To the heading of what an input changed: its own, else that of one below it; as far as the difference scrolls. */
export const showChange = (ui: Ui, input: string): Ui => {
  const { overlay } = ui;
  if (overlay?.kind !== 'difference') return ui;
  const changes = changesIn(shownRows(overlay));
  const found =
    changes.find((change) => change.input === input) ??
    changes.find((change) => change.input.startsWith(`${input}/`));
  return found === undefined ? ui : scrollOverlay(ui, found.at - overlay.top);
};

/** Which of the changes the first row that is seen belongs to, from 1; 0 and no name before the first. */
export const changeInSight = (
  pane: DifferenceOverlay,
): { readonly place: number; readonly count: number; readonly input: string } => {
  const changes = changesIn(shownRows(pane));
  const place = changes.findLastIndex(({ at }) => at <= pane.top) + 1;
  return { place, count: changes.length, input: changes[place - 1]?.input ?? '' };
};

/** How far a text scrolls: until its last row is seen. */
const lastTop = (lines: readonly TonedText[], ui: Ui): number =>
  Math.max(0, paneRowsOf(lines, ui.columns).length - overlayRoom(ui));

/** Scrolls what an overlay holds. For lists of actions the caller moves the cursor. */
export const scrollOverlay = (ui: Ui, by: number): Ui => {
  const { overlay } = ui;
  switch (overlay?.kind) {
    case 'confirm':
      return withOverlay(ui, {
        ...overlay,
        top: clamp(
          overlay.top + by,
          confirmationLayout(overlay, ui.columns, overlayRows(ui)).overflow,
        ),
      });
    case 'text':
      return withOverlay(
        ui,
        moveInText(ui, overlay, by) ?? {
          ...overlay,
          top: clamp(overlay.top + by, lastTop(overlay.lines, ui)),
        },
      );
    case 'difference':
      return withOverlay(ui, {
        ...overlay,
        top: clamp(overlay.top + by, lastTopOf(overlay, ui)),
      });
    case 'menu':
      return moveMenu(ui, by);
    case 'commits':
    case 'help':
    case 'palette':
    case 'commands':
    case 'message':
    case undefined:
      return ui;
  }
};

/** Typed characters: the filter of a list of actions, or what a dialog asks for. */
export const typeIntoOverlay = (ui: Ui, text: string): Ui => {
  const { overlay } = ui;
  switch (overlay?.kind) {
    case 'help':
    case 'palette':
      return withOverlay(ui, {
        ...overlay,
        filter: addToField(overlay.filter, text),
        cursor: null,
      });
    case 'confirm': {
      if (overlay.required.kind === 'nothing') return ui;
      return withOverlay(ui, {
        ...overlay,
        typed: addToField(overlay.typed, text),
        focus: inField,
      });
    }
    case 'text':
    case 'difference':
    case 'menu':
    case 'message':
    case 'commands':
    case 'commits':
    case undefined:
      return ui;
  }
};

export const eraseInOverlay = (ui: Ui): Ui => {
  const { overlay } = ui;
  switch (overlay?.kind) {
    case 'help':
    case 'palette':
      return withOverlay(ui, { ...overlay, filter: eraseInField(overlay.filter), cursor: null });
    case 'confirm': {
      const typed = eraseInField(overlay.typed);
      return withOverlay(ui, { ...overlay, typed, focus: typed === '' ? 0 : inField });
    }
    case 'text':
    case 'difference':
    case 'menu':
    case 'message':
    case 'commands':
    case 'commits':
    case undefined:
      return ui;
  }
};

/** Scrolls what a menu tells above its choices, a page at a time; a row of the last one stays. */
export const scrollNote = (ui: Ui, by: number): Ui => {
  if (ui.overlay?.kind !== 'menu') return ui;
  const { noteRows, noteOverflow } = menuLayout(ui.overlay, ui.columns, overlayRows(ui));
  // Where something is left out, one row says so.
  const last = noteOverflow === 0 ? 0 : noteOverflow + 1;
  const page = Math.max(1, noteRows - 2);
  return { ...ui, noteTop: Math.max(0, Math.min(last, ui.noteTop + by * page)) };
};
