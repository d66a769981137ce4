import type { ReactNode } from 'react';
import type { Action } from '../actions/action.ts';
import { searchRows } from '../actions/lookup.ts';
import { showKey } from '../keys.ts';
import { glyph } from '../model/glyphs.ts';
import { bodyRows, windowStart } from '../model/layout.ts';
import { cut, fitText, type Line, muted, span, strong, wrapText } from '../model/line.ts';
import type { Overlay } from '../model/overlay.ts';
import type { ScreenState } from '../store.ts';
import { framed } from './dialog.tsx';
import { Lines } from './line-text.tsx';
import { useLook } from './look.tsx';
import { useApp } from './use-app.ts';

type ActionListOverlay = Extract<Overlay, { kind: 'help' | 'palette' }>;

const rowLine = (row: Action, state: ScreenState, isSelected: boolean, cells: number): Line => {
  const reason = row.disabled(state);
  const keys = fitText(row.keys.map(showKey).join(' '), 12);
  const label = fitText(row.label, 16);
  const rest = cut(reason === undefined ? row.help : `not now: ${reason}`, Math.max(4, cells - 31));
  if (isSelected)
    return [
      { text: `${glyph.selected} ${keys} ${label}`, bold: true, inverse: true },
      span(` ${rest}`),
    ];
  return reason === undefined
    ? [span('  '), strong(keys, 'accent'), span(` ${label}`), muted(` ${rest}`)]
    : [muted(`  ${keys} ${label} ${rest}`)];
};

/** Help and palette: rows of the key table, to read, filter and run. */
const actionListLines = (
  list: ActionListOverlay,
  table: readonly Action[],
  state: ScreenState,
  height: number,
): readonly Line[] => {
  const { columns } = state.ui;
  const rows = searchRows(table, list.filter, list.kind === 'palette' ? state.ui : undefined);
  const index = Math.max(
    0,
    rows.findIndex((row) => row.id === list.cursor),
  );
  const room = Math.max(1, height - 4);
  const start = windowStart(index, rows.length, room);
  const selected = rows[index];
  const shown = rows
    .slice(start, start + room)
    .map((row) => rowLine(row, state, row === selected, columns - 6));
  const filler = Array.from({ length: Math.max(0, room - shown.length) }, (): Line => [span('')]);
  return framed(
    list.kind === 'help' ? 'Keys' : 'Actions',
    [
      [
        muted('filter '),
        span(list.filter),
        { text: ' ', inverse: true },
        muted(`  ${rows.length} of ${table.length}`),
      ],
      ...(rows.length === 0 ? [[muted('No action has these words.')] satisfies Line] : shown),
      ...(rows.length === 0 ? filler.slice(1) : filler),
      ...wrapText(selected?.help ?? '', columns - 8)
        .slice(0, 1)
        .map((line): Line => [span(line)]),
    ],
    columns,
  );
};

export const ActionList = ({ list }: { readonly list: ActionListOverlay }): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { table } = useLook();
  const height = bodyRows(ui.rows);
  return <Lines lines={actionListLines(list, table, { app, ui }, height)} height={height} />;
};
