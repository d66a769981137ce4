import {
  fitText,
  type Line,
  muted,
  pressable,
  type Span,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { bodyRows } from '../../screen/layout.ts';
import { type FleetRow, shownChanges } from '../../screen/rows/fleet.ts';
import { queueWords } from '../../screen/rows/queue-words.ts';
import type { Ui } from '../../screen/ui.ts';
import { isRemembered, type ShownFleet } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { boxLines, boxRoom } from '../base/box.ts';
import { type Cell, type FleetColumn, fleetColumns, type Shown } from './columns.ts';

/** A line for each column with a label, and two edges. */
const cardRows = fleetColumns.filter(({ label }) => typeof label === 'string').length + 2;

const cardColumns = (columns: number): number => (columns >= 150 ? 3 : 2);

/** Cards need few hosts and much room: all of them and the details must fit. */
export const hasRoomForCards = (ui: Ui, hosts: number): boolean => {
  if (ui.columns < 120 || hosts === 0 || ui.zoomed || ui.sort !== 'auto') return false;
  const rows = Math.ceil(hosts / cardColumns(ui.columns));
  return hosts <= 12 && rows * (cardRows + 1) + 12 <= bodyRows(ui.rows);
};

const labelCells = 10;

/** A cell of a card: how long stands at the right end, in what its line leaves. */
const cardCell = ({ sign, whole, tone, aside }: Cell, room: number): Line => {
  const after = aside === '' ? '' : ` ${aside}`;
  return sign === ''
    ? [span(whole, tone)]
    : [span(fitText(`${sign} ${whole}`, room - widthOf(after)), tone), muted(after)];
};

/** The columns below each other: each with a label begins a line, the others go on in it. */
const cardBody = (
  shown: Shown,
  inner: number,
  columns: readonly FleetColumn[],
): readonly Line[] => {
  const lines: Span[][] = [];
  for (const column of columns) {
    if (column.label === undefined) continue;
    const cell = column.cell(shown);
    if (column.label !== null) {
      const label = muted(fitText(cell.label ?? column.label, labelCells));
      lines.push([label, ...cardCell(cell, inner - labelCells)]);
    } else if (cell.whole !== '') lines.at(-1)?.push(muted('  '), ...cardCell(cell, 0));
  }
  return lines;
};

/** One host as a box of its name and its columns. */
export const cardLines = (
  shown: Shown,
  { isSelected, isMarked }: { readonly isSelected: boolean; readonly isMarked: boolean },
  cells: number,
  columns: readonly FleetColumn[] = fleetColumns,
): readonly Line[] => {
  const { name, here, policy, tags } = isRemembered(shown.host) ? shown.host : shown.host.entry;
  const text = [
    `${isMarked ? `${glyph.marked} ` : ''}${name}`,
    ...(here ? ['here'] : []),
    ...(policy === 'auto' ? [] : [policy]),
    ...tags.map((tag) => `@${tag}`),
  ].reduce((line, word) =>
    widthOf(`${line} ${word}`) > boxRoom(cells) - 4 ? line : `${line} ${word}`,
  );
  const tone = isSelected ? 'accent' : 'muted';
  const corner = isSelected ? glyph.selected : glyph.topLeft;
  const title = isSelected ? strong(text, 'accent') : strong(text);
  return boxLines(title, cardBody(shown, boxRoom(cells), columns), cells, { tone, corner });
};

/** The cards of all rows side by side and below each other. */
export const cardGrid = (
  rows: readonly FleetRow[],
  { index, marked }: { readonly index: number; readonly marked: ReadonlySet<string> },
  { hosts }: Pick<ShownFleet, 'hosts'>,
  app: AppState,
  { now, columns }: Pick<Ui, 'now' | 'columns'>,
): readonly Line[] => {
  const { packages } = app;
  const across = cardColumns(columns);
  const cells = Math.floor((columns - across - 1) / across);
  const cards = rows.flatMap((row, place) => {
    const host = hosts[row.id];
    if (host === undefined) return [];
    const isSelected = place === index;
    const lines = cardLines(
      {
        host,
        now,
        changes: shownChanges(host, packages[row.id]),
        queue: queueWords(app, host),
      },
      { isSelected, isMarked: marked.has(row.id) },
      cells,
    );
    const press = `${isSelected ? 'open' : 'row'}:fleet:${row.id}`;
    return [lines.map((line) => pressable(line, press))];
  });
  const bands = Array.from({ length: Math.ceil(cards.length / across) }, (_, band) =>
    cards.slice(band * across, (band + 1) * across),
  );
  return bands.flatMap((band): readonly Line[] => [
    ...Array.from(
      { length: cardRows },
      (_, row): Line => band.flatMap((card): Line => [span(' '), ...(card[row] ?? [])]),
    ),
    [span(' ')],
  ]);
};
