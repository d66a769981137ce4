import { Box } from 'ink';
import { memo, type ReactNode } from 'react';
import { memoLast } from '../../model/memo.ts';
import { type Line, muted, span } from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { hostPane } from '../../screen/host/host-pane.ts';
import { bodyRows, detailRows, fleetPanes } from '../../screen/layout.ts';
import { type FleetRow, fleetRowsOf, shownChanges } from '../../screen/rows/fleet.ts';
import { cursorIndex, markedIds } from '../../screen/rows/lists.ts';
import { queueWords } from '../../screen/rows/queue-words.ts';
import { hiddenWorkLine } from '../../screen/texts/hidden-work.ts';
import { hintLines } from '../../screen/texts/hint.ts';
import { timeOfRow } from '../../screen/texts/host.ts';
import { shownFleet } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { useClicks } from '../base/clicks.ts';
import { Lines, LineText } from '../base/line-text.tsx';
import { rowTarget } from '../base/list-rows.tsx';
import { useWindowStart } from '../base/list-window.ts';
import { useApp } from '../base/use-app.ts';
import { useBodyRows } from '../base/use-body-rows.ts';
import { hasRoomForCards } from './card-lines.ts';
import { columnsOfFleet } from './columns.ts';
import { emptyFleetLines } from './empty.ts';
import { headingLine, selectedHost } from './fleet-lines.ts';
import { groupPane } from './group-pane.ts';
import { HostCards } from './host-cards.tsx';
import { fleetTitles } from './host-line.ts';
import { HostRow } from './host-row.tsx';

const Heading = memo(function Heading({
  row,
  isSelected,
  columns,
}: {
  readonly row: Extract<FleetRow, { kind: 'heading' }>;
  readonly isSelected: boolean;
  readonly columns: number;
}): ReactNode {
  return <LineText line={headingLine(row, isSelected, columns)} selected={isSelected} />;
});

/** The rows of the list from `start` on, as many as fit. */
const HostList = ({
  rows,
  index,
  start,
  height,
  marked,
}: {
  readonly rows: readonly FleetRow[];
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly marked: ReadonlySet<string>;
}): ReactNode => {
  const { hosts } = useApp(({ app }) => shownFleet(app));
  const app = useApp((state) => state.app);
  const { packages } = app;
  const { columns, now } = useApp((state) => state.ui);
  const clicked = useClicks((_column, row) =>
    rowTarget('fleet', rows[start + row], rows[index]?.id),
  );
  return (
    <Box ref={clicked} flexDirection="column" height={height} overflowY="hidden">
      {rows.slice(start, start + height).map((row) => {
        const isSelected = rows[index]?.id === row.id;
        if (row.kind === 'heading')
          return <Heading key={row.id} row={row} isSelected={isSelected} columns={columns} />;
        const state = hosts[row.id];
        return state === undefined ? null : (
          <HostRow
            key={row.id}
            host={state}
            isSelected={isSelected}
            isMarked={marked.has(row.id)}
            columns={columns}
            now={timeOfRow(state, now)}
            changes={shownChanges(state, packages[row.id])}
            queue={queueWords(app, state)}
          />
        );
      })}
    </Box>
  );
};

const isActive = ({ run }: AppState): boolean => run.kind === 'active' || run.kind === 'canceling';

/** What is known of the row under the cursor. */
const Details = ({
  rows,
  index,
  height,
}: {
  readonly rows: readonly FleetRow[];
  readonly index: number;
  readonly height: number;
}): ReactNode => {
  const fleet = useApp(({ app }) => shownFleet(app));
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns, now } = ui;
  const selected = rows[index];
  const host = selectedHost(fleet, selected);
  const rowsWithoutMessage = detailRows(ui.rows, rows.length, ui.zoomed);
  const lines = (): readonly Line[] => {
    if (selected?.kind === 'heading') return groupPane(selected, app, ui, height);
    return host === undefined
      ? []
      : hostPane(host, app, { columns, rows: height, now, rowsWithoutMessage });
  };
  return (
    <>
      <LineText line={[muted(glyph.rule.repeat(columns))]} />
      <Lines lines={lines()} height={height} />
    </>
  );
};

/** Whether anything is known by a watch; a key goes over no host for that. */
const wasWatched = memoLast((hosts: AppState['hosts']): boolean =>
  Object.values(hosts).some(({ watch }) => watch !== undefined),
);

/** The rows of the list around its cursor, and below them the details of the selected host. */
const HostGrid = ({
  rows,
  index,
  marked,
}: {
  readonly rows: readonly FleetRow[];
  readonly index: number;
  readonly marked: ReadonlySet<string>;
}): ReactNode => {
  const fleet = useApp(({ app }) => shownFleet(app));
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { columns, rows: windowRows, zoomed, now, sort } = ui;
  const height = useBodyRows();
  const hint = useApp(({ app, ui }) => hintLines(ui, app));
  const isFiltered = rows.filter(({ kind }) => kind === 'host').length < fleet.names.length;
  const panes = fleetPanes({
    rows: windowRows,
    message: bodyRows(windowRows) - height,
    // The row that tells of hosts which a filter hides is one more: it never takes the row of a host that is shown.
    hosts: rows.length + (isFiltered && isActive(app) ? 1 : 0),
    hint: hint.length,
    zoomed,
  });
  const { details } = panes;
  // While a run goes on the last row names hosts that are worked on and have no row in sight.
  const isPartSeen = rows.length > panes.list || isFiltered;
  const isTailed = isPartSeen && panes.list > 2 && isActive(app);
  const listHeight = isTailed ? panes.list - 1 : panes.list;
  const start = useWindowStart({ id: rows[index]?.id, index }, rows.length, listHeight);
  return (
    <Box flexDirection="column" height={height} overflowY="hidden">
      <LineText
        line={fleetTitles(
          columns,
          start,
          Math.max(0, rows.length - start - listHeight),
          columnsOfFleet(wasWatched(app.hosts)),
          sort,
        )}
      />
      <HostList rows={rows} index={index} start={start} height={listHeight} marked={marked} />
      {isTailed ? (
        <LineText
          line={hiddenWorkLine(
            app,
            new Set(rows.slice(start, start + listHeight).map(({ id }) => id)),
            now,
            columns,
          )}
        />
      ) : null}
      {details === 0 ? null : <Details rows={rows} index={index} height={details} />}
      {panes.hint === 0 ? null : <Lines lines={hint} height={panes.hint} />}
    </Box>
  );
};

/** Every host, one row each; the details of the selected one below. */
export const FleetView = (): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const rows = fleetRowsOf(app, ui);
  const height = useBodyRows();
  if (rows.length === 0)
    return <Lines lines={[[span(' ')], ...emptyFleetLines(app, ui)]} height={height} />;
  const index = cursorIndex(
    rows.map((row) => row.id),
    ui.lists.fleet.cursor,
  );
  const marked = new Set(markedIds(app, ui, 'fleet'));
  return hasRoomForCards(ui, shownFleet(app).names.length) ? (
    <HostCards rows={rows} index={index} marked={marked} />
  ) : (
    <HostGrid rows={rows} index={index} marked={marked} />
  );
};
