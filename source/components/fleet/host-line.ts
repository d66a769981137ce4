import {
  cut,
  fitText,
  type Line,
  muted,
  type Span,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
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
  const { sign, words, tone, aside } = cell;
  if (sign !== '' && cells < narrowest) return [span(fitText(sign, cells), tone)];
  const room = cells - column.gap;
  const text = sign === '' ? words : `${sign} ${words}`;
  const isCut = cell.isAsideLess === true && widthOf(text) >= room - widthOf(aside);
  const right = isCut || room < widthOf(aside) + 10 ? '' : aside;
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

/** A title that is wider than its column is left out; that of the last one takes room of the one before it. */
export const fleetTitles = (
  columns: number,
  above = 0,
  below = 0,
  rows: readonly FleetColumn[] = fleetColumns,
): Line => {
  const placed = placeColumns(columns, rows);
  const words = placed
    .map(({ column: { title }, cells }) => fitText(widthOf(title) > cells ? '' : title, cells))
    .join('');
  const last = placed.at(-1)?.column.title ?? '';
  // Rows beyond the window are counted here: no cell at the end of a row is free.
  const hidden = [
    ...(above === 0 ? [] : [`${glyph.up}${above}`]),
    ...(below === 0 ? [] : [`${glyph.down}${below}`]),
  ];
  const name = fitText(['HOST', ...hidden].join(' '), nameCells(columns, placed));
  const line = `   ${name}${words}`;
  const isCut = (placed.at(-1)?.cells ?? 0) < widthOf(last);
  return [muted(isCut ? `${line.slice(0, columns - widthOf(last))}${last}` : line)];
};
