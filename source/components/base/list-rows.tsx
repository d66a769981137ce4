import { Box } from 'ink';
import { memo, type ReactNode } from 'react';
import { fitLine, isSameLine, type Line, muted, span, widthOf } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import type { ListName } from '../../screen/ui.ts';
import { useClicks } from './clicks.ts';
import { LineText } from './line-text.tsx';
import { useWindowStart } from './list-window.ts';

/** A row of a list; one without an id is a heading that the cursor skips. */
export interface ListRow {
  readonly id: string | null;
  /** A function where making lines that nobody sees would cost too much. */
  readonly line: Line | (() => Line);
  /** Whether it goes on with the row above, which is wrapped: the two are seen together. */
  readonly isContinued?: true;
}

interface ShownRow {
  readonly line: Line;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  /** At the right end of the first and last visible row: how many more there are. */
  readonly edge: string;
  readonly columns: number;
}

/** Lines are made again for each frame; most are as they were. */
const isSameRow = (before: ShownRow, after: ShownRow): boolean =>
  before.isSelected === after.isSelected &&
  before.isMarked === after.isMarked &&
  before.edge === after.edge &&
  before.columns === after.columns &&
  isSameLine(before.line, after.line);

const Row = memo(function Row({
  line: content,
  isSelected,
  isMarked,
  edge,
  columns,
}: ShownRow): ReactNode {
  const whole: Line = [
    span(isSelected ? glyph.selected : ' ', 'accent'),
    span(isMarked ? glyph.marked : ' ', 'accent'),
    ...content,
  ];
  const line = [...fitLine(whole, columns - widthOf(edge)), muted(edge)];
  return <LineText line={line} selected={isSelected} />;
}, isSameRow);

/** Tells that rows are above or below the window, and how many. */
export const edgeOf = (
  offset: number,
  {
    start,
    height,
    length,
  }: { readonly start: number; readonly height: number; readonly length: number },
): string => {
  const below = length - start - height;
  if (offset === height - 1 && below > 0) return ` ${glyph.down}${below}`;
  return offset === 0 && start > 0 ? ` ${glyph.up}${start}` : '';
};

/** Cells that lines leave free for that at their right end, so that no number loses its last digits to it. */
export const edgeRoom = (length: number, height: number): number =>
  length > height ? widthOf(` ${glyph.down}${length}`) : 0;

/** What a click on a row of a list means; nothing on a heading. */
export const rowTarget = (
  list: ListName,
  row: Pick<ListRow, 'id'> | undefined,
  selected: string | undefined,
): string | undefined => {
  if (row === undefined || row.id === null) return undefined;
  return `${row.id === selected ? 'open' : 'row'}:${list}:${row.id}`;
};

/** The row that the one at a place goes on with; itself where it begins there. */
export const beginningOf = <Row extends Pick<ListRow, 'isContinued'>>(
  rows: readonly Row[],
  place: number,
): Row | undefined => {
  let first = place;
  while (first > 0 && rows[first]?.isContinued === true) first -= 1;
  return rows[first];
};

/** The visible rows of a list around its cursor; no other row is mounted. */
export const ListRows = ({
  list,
  rows,
  selected,
  marked,
  columns,
  height: whole,
  anchor,
  tail,
}: {
  readonly list: ListName;
  readonly rows: readonly ListRow[];
  readonly selected: string | undefined;
  readonly marked?: ReadonlySet<string>;
  readonly columns: number;
  readonly height: number;
  /** The row that is in sight while none is selected. */
  readonly anchor?: string | undefined;
  /** A row below those that are seen, made of their ids; it is one of `height`. */
  readonly tail?: ((seen: ReadonlySet<string>) => Line) | undefined;
}): ReactNode => {
  const height = tail === undefined ? whole : Math.max(0, whole - 1);
  const placeOf = (id: string | undefined): number =>
    rows.findIndex((row) => row.id !== null && row.id === id);
  const own = placeOf(selected);
  const id = own < 0 ? anchor : selected;
  const index = Math.max(0, own < 0 ? placeOf(anchor) : own);
  const start = useWindowStart(
    { id, index },
    rows.length,
    height,
    (place) => rows[place]?.isContinued === true,
  );
  const clicked = useClicks((_column, row) =>
    rowTarget(list, beginningOf(rows, start + row), selected),
  );
  const shown = rows.slice(start, start + height);
  const seen = (
    <Box ref={clicked} flexDirection="column" height={height} overflowY="hidden">
      {shown.map((row, offset) => (
        <Row
          key={row.id ?? `heading-${start + offset}`}
          line={typeof row.line === 'function' ? row.line() : row.line}
          isSelected={row.id !== null && row.id === selected}
          isMarked={row.id !== null && marked?.has(row.id) === true}
          edge={edgeOf(offset, { start, height, length: rows.length })}
          columns={columns}
        />
      ))}
    </Box>
  );
  if (tail === undefined) return seen;
  const ids = new Set(shown.flatMap((row) => row.id ?? []));
  return (
    <Box flexDirection="column" height={whole} overflowY="hidden">
      {seen}
      <LineText line={fitLine(tail(ids), columns)} />
    </Box>
  );
};
