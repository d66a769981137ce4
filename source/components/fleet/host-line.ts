import {
  cut,
  fitText,
  type Line,
  lineWidth,
  muted,
  type Span,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import type { ColumnSort, Sort } from '../../screen/ui.ts';
import { type FleetHost, isRemembered, shownAnswer } from '../../state/remembered.ts';
import {
  type Cell,
  type FleetColumn,
  fleetColumns,
  nameCells,
  type PlacedColumn,
  placeColumns,
  type Shown,
} from './columns.ts';

/** A column with fewer cells has room for a sign and no words. */
const narrowest = 8;

/** What a host says in a column: sign and words to the left, how long to the right. */
const cellSpans = (cell: Cell, { column, cells }: PlacedColumn): Line => {
  const { sign, tone, aside } = cell;
  if (sign !== '' && cells < narrowest) return [span(fitText(sign, cells), tone)];
  const room = cells - column.gap;
  const words =
    widthOf(cell.roomy ?? cell.words) + 2 <= room ? (cell.roomy ?? cell.words) : cell.words;
  const text = sign === '' ? words : `${sign} ${words}`;
  // A blank stands before it: words and a duration never run into each other.
  const after = aside === '' ? '' : ` ${aside}`;
  const isCut = cell.isAsideLess === true && widthOf(text) > room - widthOf(after);
  const right = isCut || room < widthOf(aside) + 10 ? '' : after;
  const left = fitText(text, room - widthOf(right));
  return [span(left, tone), muted(right + ' '.repeat(column.gap))];
};

/** Neither listed nor asked now: the whole row is remembered. */
const isDim = (host: FleetHost): boolean => isRemembered(host) || shownAnswer(host) !== null;

const nameSpans = (host: FleetHost, cells: number): readonly Span[] => {
  const { name, here, tags, policy } = isRemembered(host) ? host : host.entry;
  const extra = [
    ...(here ? ['here'] : []),
    ...(policy === 'auto' ? [] : [policy]),
    ...tags.map((tag) => `@${tag}`),
  ];
  const shown = cut(name, cells - 1);
  let room = cells - widthOf(shown);
  let aside = '';
  for (const word of extra) {
    if (widthOf(word) + 2 > room) break;
    aside += ` ${word}`;
    room -= widthOf(word) + 1;
  }
  return [isDim(host) ? muted(shown) : strong(shown), muted(aside + ' '.repeat(Math.max(0, room)))];
};

/** One host as exactly one row of cells. */
export const hostLine = (
  shown: Shown,
  { isSelected, isMarked }: { readonly isSelected: boolean; readonly isMarked: boolean },
  columns: number,
  rows: readonly FleetColumn[] = fleetColumns,
): Line => {
  const placed = placeColumns(columns, rows);
  return [
    span(isSelected ? glyph.selected : ' ', 'accent'),
    span(isMarked ? glyph.marked : ' ', 'accent'),
    span(' '),
    ...nameSpans(shown.host, nameCells(columns, placed)),
    ...placed.flatMap((place) => cellSpans(place.column.cell(shown), place)),
  ];
};

/** Beside the title of the column by which the rows are sorted. */
const sortSign = ({ isDescending }: ColumnSort): string =>
  isDescending ? glyph.descending : glyph.ascending;

/** Rows beyond the window, in the longest words that fit: no cell at the end of a row is free. */
const hiddenWords = (above: number, below: number): readonly string[] => {
  const parts = (up: string, down: string, separator: string): string =>
    [...(above === 0 ? [] : [up]), ...(below === 0 ? [] : [down])].join(separator);
  return [
    parts(`${above} above`, `${below} below`, ', '),
    parts(`${glyph.up}${above}`, `${glyph.down}${below}`, ' '),
  ];
};

/** The title above the names, with how many rows are hidden: the word gives way to the number. */
const nameTitle = (sign: string, above: number, below: number, cells: number): string => {
  const hidden = hiddenWords(above, below);
  const candidates = [
    ...hidden.map((words) => `   HOST${sign}${words === '' ? '' : `  ${words}`}`),
    ...hidden.map((words) => `   ${sign}${sign === '' ? '' : ' '}${words}`),
    ...hidden.map((words) => ` ${sign}${words}`),
  ];
  return candidates.find((text) => widthOf(text) < cells) ?? candidates.at(-1) ?? '';
};

/**
 * The titles of the columns; the chosen one is bold, with its direction. A title that is wider than its
 * column is left out; that of the last one takes room of the one before it.
 */
export const fleetTitles = (
  columns: number,
  above = 0,
  below = 0,
  rows: readonly FleetColumn[] = fleetColumns,
  sort: Sort = 'auto',
): Line => {
  const placed = placeColumns(columns, rows);
  const chosen = typeof sort === 'object' ? sort : null;
  const signOf = (id: string): string => (chosen?.column === id ? sortSign(chosen) : '');
  const titled = (id: string, text: string): Span => ({
    ...(signOf(id) === '' ? muted(text) : strong(text, 'accent')),
    press: `column:${id}`,
  });
  const cells = nameCells(columns, placed) + 3;
  const line: Line = [
    titled('host', fitText(nameTitle(signOf('host'), above, below, cells), cells)),
    ...placed.map(({ column: { id, title, wideTitle = title }, cells: room }) => {
      const wide = `${wideTitle}${signOf(id)}`;
      // Words at the right need room of their own.
      const text = widthOf(wide) + 2 <= room ? wide : `${title}${signOf(id)}`;
      return titled(id, fitText(widthOf(text) > room ? '' : text, room));
    }),
  ];
  const last = placed.at(-1);
  if (last === undefined) return line;
  const text = `${last.column.title}${signOf(last.column.id)}`;
  if (last.cells >= widthOf(text)) return line;
  // Nothing but blanks is cut there, where the title before it leaves room.
  const [before, ...others] = line.slice(0, -1).toReversed();
  if (before === undefined) return line;
  const room = columns - widthOf(text) - lineWidth(others);
  return [
    ...others.toReversed(),
    { ...before, text: fitText(before.text.trimEnd(), room) },
    titled(last.column.id, text),
  ];
};
