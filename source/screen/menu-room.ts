import { memoLast } from '../model/memo.ts';
import { widthOf, wrapText } from '../model/words/line.ts';
import { bodyRows } from './layout.ts';
import type { Menu, MenuItem } from './overlay.ts';
import type { Ui } from './ui.ts';

/** What a row says beside its name: what it does, or why it cannot be chosen. */
export const asideOf = ({ refused, detail }: MenuItem): string => refused ?? detail;

/** How a menu shares its rows between what it tells, its choices, and the whole text of one of them. */
export interface MenuRoom {
  /** Cells of the names. */
  readonly label: number;
  /** Cells beside them. */
  readonly aside: number;
  /** Whether each choice takes as many rows as its text needs; else one. */
  readonly isWrapped: boolean;
  readonly noteRows: number;
  /** As many of the note as do not fit. */
  readonly noteOverflow: number;
  readonly itemRows: number;
  /** Rows below the choices for the text of the chosen one, where some are cut. */
  readonly wholeRows: number;
}

/** Fewer rows of what a menu tells say too little beside choices in full. */
const fewestNoteRows = 4;

/** A row of the note, and one that says how many are left out. */
const fewestTold = 2;

/**
 * Rows that the whole text of a choice may take in the lowest window. A command can be longer; `@`
 * shows it in full.
 */
const fewestWhole = 3;

/** Choices that stay in sight in the lowest window. */
const fewestItems = 2;

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

export const menuRoom = memoLast((menu: Menu, columns: number, height: number): MenuRoom => {
  const cells = columns - 6;
  const label = Math.min(36, Math.max(10, ...menu.items.map((item) => widthOf(item.label) + 2)));
  const aside = Math.max(8, cells - label - 3);
  const note = sum(menu.note.map(({ text }) => wrapText(text, cells).length));
  const blank = note === 0 ? 0 : 1;
  const free = Math.max(1, height - 2);
  const lengths = menu.items.map((item) => wrapText(asideOf(item), aside).length);
  const wrapped = Math.max(1, sum(lengths));
  if (Math.min(note, fewestNoteRows) + blank + wrapped <= free) {
    const noteRows = Math.min(note, free - blank - wrapped);
    const noteOverflow = note - noteRows;
    return {
      label,
      aside,
      isWrapped: true,
      noteRows,
      noteOverflow,
      itemRows: wrapped,
      wholeRows: 0,
    };
  }
  const single = Math.max(1, menu.items.length);
  const most = Math.max(fewestWhole, Math.floor(free / 3));
  const longest = Math.max(
    0,
    ...menu.items.map((item, index) =>
      (lengths[index] ?? 1) > 1 ? Math.min(most, wrapText(asideOf(item), cells).length) : 0,
    ),
  );
  // In a low window the blank between them is left out first, and each of the three is shown in
  // part.
  const told = Math.min(note, fewestTold);
  const itemRows = Math.min(single, Math.max(fewestItems, free - longest - told));
  const wholeRows = Math.min(longest, Math.max(0, free - itemRows - told));
  const noteRows = Math.min(note, Math.max(0, free - itemRows - wholeRows));
  return {
    label,
    aside,
    isWrapped: false,
    noteRows,
    noteOverflow: note - noteRows,
    itemRows,
    wholeRows,
  };
});

/** Scrolls what a menu tells above its choices, a page at a time; a row of the last one stays. */
export const scrollNote = (ui: Ui, by: number): Ui => {
  if (ui.overlay?.kind !== 'menu') return ui;
  const { noteRows, noteOverflow } = menuRoom(ui.overlay, ui.columns, bodyRows(ui.rows));
  // Where something is left out, one row says so.
  const last = noteOverflow === 0 ? 0 : noteOverflow + 1;
  const page = Math.max(1, noteRows - 2);
  return { ...ui, noteTop: Math.max(0, Math.min(last, ui.noteTop + by * page)) };
};
