import { fitLine, type Line, muted, span, strong } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { rememberedHostLines } from '../../screen/host/details.ts';
import { asFarAsSeen } from '../../screen/host/pane-sections.ts';
import { bodyRows, detailRows, windowStart } from '../../screen/layout.ts';
import { type FleetRow, fleetRowsOf, shownChanges } from '../../screen/rows/fleet.ts';
import { cursorIndex } from '../../screen/rows/lists.ts';
import { queueWords } from '../../screen/rows/queue-words.ts';
import { timeOfRow } from '../../screen/texts/host.ts';
import type { Ui } from '../../screen/ui.ts';
import {
  type FleetHost,
  isRemembered,
  type ShownFleet,
  shownFleet,
} from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { cardGrid, hasRoomForCards } from './card-lines.ts';
import { columnsOfFleet } from './columns.ts';
import { emptyFleetLines } from './empty.ts';
import { groupPane } from './group-pane.ts';
import { fleetTitles, hostLine } from './host-line.ts';

export const headingLine = (
  row: Extract<FleetRow, { kind: 'heading' }>,
  isSelected: boolean,
  columns: number,
): Line =>
  fitLine(
    [
      span(isSelected ? glyph.selected : ' ', 'accent'),
      muted(` ${row.folded ? glyph.folded : glyph.unfolded} `),
      strong(row.trouble),
      muted(`  ${row.count}${row.words === '' ? '' : `   ${row.words}`}`),
    ],
    columns,
  );

export const selectedHost = ({ hosts }: ShownFleet, row: FleetRow | undefined) =>
  row?.kind === 'host' ? hosts[row.id] : undefined;

/** A row of cells, and whether the cursor stands on it. */
export interface DrawnRow {
  readonly line: Line;
  readonly isSelected: boolean;
}

const plain = (line: Line): DrawnRow => ({ line, isSelected: false });

const listRows = (
  rows: readonly FleetRow[],
  fleet: ShownFleet,
  app: AppState,
  { columns, now }: Ui,
  selected: string | undefined,
): readonly DrawnRow[] =>
  rows.flatMap((row): readonly DrawnRow[] => {
    const isSelected = row.id === selected;
    if (row.kind === 'heading')
      return [{ line: headingLine(row, isSelected, columns), isSelected }];
    const host = fleet.hosts[row.id];
    if (host === undefined) return [];
    const shown = {
      host,
      now: timeOfRow(host, now),
      changes: shownChanges(host, app.packages[row.id]),
      queue: queueWords(app, host),
    };
    return [{ line: hostLine(shown, { isSelected, isMarked: false }, columns), isSelected }];
  });

/** Before the flake is read a host is known as it was. */
const detailsOf = (host: FleetHost | undefined, { now }: Ui): readonly Line[] =>
  host !== undefined && isRemembered(host) ? rememberedHostLines(host, now) : [];

/**
 * The view of the fleet as lines, for the first frame: the same rows that `FleetView` draws, before
 * anybody has marked, filtered or moved anything.
 */
export const fleetLines = (app: AppState, ui: Ui): readonly DrawnRow[] => {
  const fleet = shownFleet(app);
  const rows = fleetRowsOf(app, ui);
  const { columns, now } = ui;
  const height = bodyRows(ui.rows);
  if (rows.length === 0) return [[span(' ')], ...emptyFleetLines(app, ui)].map(plain);
  const index = cursorIndex(
    rows.map((row) => row.id),
    ui.lists.fleet.cursor,
  );
  const selected = rows[index];
  const host = selectedHost(fleet, selected);
  const rule = muted(glyph.rule.repeat(columns));
  if (hasRoomForCards(ui, fleet.names.length)) {
    const marked: ReadonlySet<string> = new Set();
    const cards = cardGrid(rows, { index, marked }, fleet, app, { now, columns });
    return [...cards, [rule], ...detailsOf(host, ui)].map(plain);
  }
  const details = detailRows(ui.rows, rows.length, ui.zoomed);
  const listHeight = height - 1 - (details === 0 ? 0 : details + 1);
  const start = windowStart(index, rows.length, listHeight);
  const list = listRows(rows.slice(start, start + listHeight), fleet, app, ui, rows[index]?.id);
  const blanks = Array.from({ length: listHeight - list.length }, (): DrawnRow => plain([]));
  const pane = (): readonly Line[] =>
    selected?.kind === 'heading'
      ? groupPane(selected, app, ui, details)
      : asFarAsSeen(detailsOf(host, ui), details, columns);
  return [
    plain(
      fleetTitles(
        columns,
        start,
        Math.max(0, rows.length - start - listHeight),
        columnsOfFleet(false),
      ),
    ),
    ...list,
    ...blanks,
    ...(details === 0 ? [] : [[rule], ...pane()].map(plain)),
  ];
};
