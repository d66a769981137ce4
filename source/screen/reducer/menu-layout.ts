import { memoLast } from '../../model/memo.ts';
import { cut, type Line, widthOf, wrapText } from '../../model/words/line.ts';
import { windowStart } from '../layout.ts';
import type { Menu, MenuItem } from '../overlay.ts';
import { wrapToned } from './confirmation-layout.ts';

/** What a row says beside its name: what it does, or in words that it cannot be chosen, and why. */
const asideOf = ({ refused, detail }: MenuItem): string =>
  refused === null ? detail : `not now: ${refused}`;

/** The rows of a menu as they are drawn: its text, its choices, and the whole text of the chosen one. */
export interface MenuLayout {
  /** Cells inside of the frame. */
  readonly cells: number;
  /** Cells of the names. */
  readonly label: number;
  /** Every row of the text above the choices, also those that do not fit. */
  readonly note: readonly Line[];
  /** Rows that the text has. */
  readonly noteRows: number;
  /** As many of its rows as do not fit. */
  readonly noteOverflow: number;
  /** Whether a blank row stands between the text and the choices. */
  readonly isApart: boolean;
  /** Beside the name of each choice: every row of its text, or one that is cut where not all have room. */
  readonly items: readonly (readonly string[])[];
  /** Rows that the choices have; where it is fewer than they take, they scroll. */
  readonly itemRows: number;
  /** The text of the chosen one, where it is cut beside its name; as many rows for each choice. */
  readonly whole: readonly string[];
}

/** Fewer rows of what a menu tells say too little beside choices in full. */
const fewestNoteRows = 4;

/** A row of the note, and one that says how many are left out. */
const fewestNote = 2;

/**
 * Rows that the whole text of a choice may take in the lowest window. A command can be longer; `@`
 * shows it in full.
 */
const fewestWhole = 3;

/** Choices that stay in sight in the lowest window. */
const fewestItems = 2;

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

/** A text in exactly so many rows: its last one is cut, and rows that it does not take are empty. */
const inRows = (text: string, cells: number, count: number): readonly string[] => {
  const rows = wrapText(text, cells);
  const last = cut(rows.slice(count - 1).join(' '), cells);
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 ? last : (rows[index] ?? ''),
  );
};

export const chosenItem = ({ items, cursor }: Menu): number =>
  Math.max(
    0,
    items.findIndex(({ id }) => id === cursor),
  );

/** The rows of a choice beside its name, and as many as its text takes below all choices, where it is cut there. */
interface ItemRows {
  readonly beside: readonly string[];
  readonly below: number;
}

/** Rows that the choices take if only those are whole: their own, and those of the longest text that is cut. */
const rowsWith = (items: readonly ItemRows[], whole: ReadonlySet<number>): number =>
  sum(items.map(({ beside }, index) => (whole.has(index) ? beside.length : 1))) +
  longestCut(items, whole);

const longestCut = (items: readonly ItemRows[], whole: ReadonlySet<number>): number =>
  Math.max(
    0,
    ...items.map(({ beside, below }, index) =>
      beside.length > 1 && !whole.has(index) ? below : 0,
    ),
  );

/** Which choices are whole in rows that would be empty: the shortest first, and the same wherever the cursor is. */
const wholeItems = (items: readonly ItemRows[], rows: number): ReadonlySet<number> => {
  const whole = new Set<number>();
  const order = [...items.keys()].toSorted(
    (one, other) => (items[one]?.beside.length ?? 0) - (items[other]?.beside.length ?? 0),
  );
  for (const index of order) {
    const more = new Set([...whole, index]);
    if (rowsWith(items, more) <= rows) whole.add(index);
  }
  return whole;
};

export const menuLayout = memoLast((menu: Menu, columns: number, height: number): MenuLayout => {
  const cells = columns - 6;
  const label = Math.min(36, Math.max(10, ...menu.items.map((item) => widthOf(item.label) + 2)));
  const aside = Math.max(8, cells - label - 5);
  const note = wrapToned(menu.note, cells);
  const free = Math.max(1, height - 2);
  const inFull = menu.items.map((item) => wrapText(asideOf(item), aside));
  const apart = note.length === 0 ? 0 : 1;
  // A menu without choices has a row that says so.
  const wrapped = Math.max(1, sum(inFull.map(({ length }) => length)));
  if (Math.min(note.length, fewestNoteRows) + apart + wrapped <= free) {
    const noteRows = Math.min(note.length, free - apart - wrapped);
    return {
      cells,
      label,
      note,
      noteRows,
      noteOverflow: note.length - noteRows,
      isApart: note.length > 0,
      items: inFull,
      itemRows: wrapped,
      whole: [],
    };
  }
  const most = Math.max(fewestWhole, Math.floor(free / 3));
  const items = menu.items.map(
    (item, index): ItemRows => ({
      beside: inFull[index] ?? [],
      below: Math.min(most, wrapText(asideOf(item), cells).length),
    }),
  );
  // In a low window the blank between them is left out first, and each of the three is shown in
  // part.
  const fewest = Math.min(note.length, fewestNote);
  const inFullHere = wholeItems(items, free - note.length);
  const longest = longestCut(items, inFullHere);
  const wanted = rowsWith(items, inFullHere) - longest;
  const itemRows = Math.min(Math.max(1, wanted), Math.max(fewestItems, free - longest - fewest));
  const wholeRows = Math.min(longest, Math.max(0, free - itemRows - fewest));
  const noteRows = Math.min(note.length, Math.max(0, free - itemRows - wholeRows));
  const chosen = chosenItem(menu);
  const isCut = (items[chosen]?.beside.length ?? 1) > 1 && !inFullHere.has(chosen);
  const text = menu.items[chosen];
  return {
    cells,
    label,
    note,
    noteRows,
    noteOverflow: note.length - noteRows,
    isApart: false,
    items: menu.items.map((item, index) =>
      inFullHere.has(index) ? (inFull[index] ?? []) : [cut(asideOf(item), aside)],
    ),
    itemRows,
    whole:
      wholeRows === 0
        ? []
        : inRows(isCut && text !== undefined ? asideOf(text) : '', cells, wholeRows),
  };
});

/** Whether a choice is drawn: where not all fit, those around the chosen one are. */
export const isItemInSight = (
  menu: Menu,
  item: MenuItem,
  columns: number,
  height: number,
): boolean => {
  const { items, itemRows } = menuLayout(menu, columns, height);
  if (sum(items.map(({ length }) => length)) <= itemRows) return true;
  const start = windowStart(chosenItem(menu), items.length, itemRows);
  const at = menu.items.indexOf(item);
  return at >= start && at < start + itemRows;
};
