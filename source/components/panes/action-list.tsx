import type { ReactNode } from 'react';
import type { Action } from '../../actions/action.ts';
import { searchRows } from '../../actions/lookup.ts';
import { showKey } from '../../keys.ts';
import {
  cut,
  fitLine,
  fitText,
  type Line,
  lineWidth,
  muted,
  span,
  strong,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { bodyRows, windowStart } from '../../screen/layout.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { signWords } from '../../screen/texts/signs-text.ts';
import type { ScreenState } from '../../store.ts';
import { framed } from '../base/box.ts';
import { Lines } from '../base/line-text.tsx';
import { edgeOf } from '../base/list-rows.tsx';
import { useLook } from '../base/look.tsx';
import { useApp } from '../base/use-app.ts';

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

/** From here on there is room for what the signs mean. */
const rowsForSigns = 16;

/** What the signs on the screen mean, in as few rows as they take. */
const signLines = (cells: number): readonly Line[] => {
  const lines: Line[] = [];
  for (const [sign, means] of signWords) {
    const part: Line = [span(sign, 'accent'), muted(` ${means}`)];
    const last = lines.at(-1);
    const joined: Line = last === undefined ? part : [...last, span('   '), ...part];
    if (last === undefined || lineWidth(joined) > cells) lines.push(part);
    else lines[lines.length - 1] = joined;
  }
  return lines;
};

/** What the selected row does, whole, and why it cannot be done now. */
const wholeText = (row: Action | undefined, state: ScreenState): string => {
  if (row === undefined) return '';
  const reason = row.disabled(state);
  return reason === undefined ? row.help : `${row.help} Not now: ${reason}.`;
};

/** Help and palette: rows of the key table, to read, filter and run. */
const actionListLines = (
  list: ActionListOverlay,
  table: readonly Action[],
  state: ScreenState,
  height: number,
): readonly Line[] => {
  const cells = state.ui.columns - 6;
  const rows = searchRows(table, list.filter, list.kind === 'palette' ? state.ui : undefined);
  const index = Math.max(
    0,
    rows.findIndex((row) => row.id === list.cursor),
  );
  const signs =
    list.kind === 'help' && height >= rowsForSigns ? [[span('')], ...signLines(cells)] : [];
  const whole = height >= rowsForSigns ? 3 : 2;
  const room = Math.max(1, height - 3 - whole - signs.length);
  const start = windowStart(index, rows.length, room);
  const selected = rows[index];
  const shown = rows.slice(start, start + room).map((row, offset): Line => {
    const line = rowLine(row, state, row === selected, cells);
    const edge = edgeOf(offset, { start, height: room, length: rows.length });
    return edge === '' ? line : [...fitLine(line, cells - widthOf(edge)), muted(edge)];
  });
  const listed: readonly Line[] =
    rows.length === 0 ? [[muted('No action has these words.')]] : shown;
  const told = wrapText(wholeText(selected, state), cells);
  const blank = (count: number): readonly Line[] =>
    Array.from({ length: Math.max(0, count) }, (): Line => [span('')]);
  return framed(
    list.kind === 'help' ? 'Keys' : 'Actions',
    [
      [
        muted('filter '),
        span(list.filter),
        { text: ' ', inverse: true },
        muted(`  ${rows.length} of ${table.length}`),
      ],
      ...listed,
      ...blank(room - listed.length),
      ...told.slice(0, whole).map((line): Line => [span(line)]),
      ...blank(whole - told.length),
      ...signs,
    ],
    state.ui.columns,
  );
};

export const ActionList = ({ list }: { readonly list: ActionListOverlay }): ReactNode => {
  const app = useApp((state) => state.app);
  const ui = useApp((state) => state.ui);
  const { table } = useLook();
  const height = bodyRows(ui.rows);
  return <Lines lines={actionListLines(list, table, { app, ui }, height)} height={height} />;
};
