import type { ReactNode } from 'react';
import type { Action } from '../../actions/action.ts';
import { type FoundGroup, type FoundRow, foundGroups, foundRows } from '../../actions/found.ts';
import {
  cut,
  fitLine,
  fitText,
  type Line,
  lineWidth,
  muted,
  pressable,
  type Span,
  span,
  strong,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';
import { windowStart } from '../../screen/layout.ts';
import type { Overlay } from '../../screen/overlay.ts';
import { overlayRows } from '../../screen/reducer/overlay-rows.ts';
import { signWords } from '../../screen/texts/signs-text.ts';
import type { ScreenState } from '../../store.ts';
import { framed } from '../base/box.ts';
import { Lines } from '../base/line-text.tsx';
import { edgeOf } from '../base/list-rows.tsx';
import { useLook } from '../base/look.tsx';
import { useApp } from '../base/use-app.ts';

type ActionListOverlay = Extract<Overlay, { kind: 'help' | 'palette' }>;

/** The title with the letters that were typed marked. */
const titleSpans = ({ title, places }: FoundRow, cells: number, isOpen: boolean): Line => {
  const text = fitText(title, cells);
  const spans: Span[] = [];
  for (let at = 0; at < text.length; ) {
    const isTyped = places.includes(at);
    let end = at + 1;
    while (end < text.length && places.includes(end) === isTyped) end += 1;
    const part = text.slice(at, end);
    if (isTyped) spans.push({ text: part, tone: 'accent', bold: true });
    else spans.push(isOpen ? span(part) : muted(part));
    at = end;
  }
  return spans;
};

/** Cells of the keys and of the title. */
const columnsOf = (cells: number): { readonly keys: number; readonly title: number } =>
  cells < 90 ? { keys: 10, title: 18 } : { keys: 12, title: 24 };

/** Help says what a key does, also of one that does nothing now; why stands below the list. */
const aboutOf = ({ reason, about }: FoundRow, kind: ActionListOverlay['kind']): string => {
  if (reason === null) return about;
  return kind === 'help' ? `not now · ${about}` : `not now: ${reason}`;
};

const rowLine = (
  row: FoundRow,
  kind: ActionListOverlay['kind'],
  isSelected: boolean,
  cells: number,
): Line => {
  const { keys, title } = columnsOf(cells);
  const isOpen = row.reason === null;
  const rest = cut(aboutOf(row, kind), Math.max(4, cells - keys - title - 4));
  const key =
    row.target.kind === 'log'
      ? fitText(row.keys.padStart(keys - 2), keys)
      : fitText(row.keys, keys);
  return [
    isSelected ? strong(`${glyph.selected} `, 'accent') : span('  '),
    isOpen && (row.target.kind === 'action' || row.target.kind === 'log')
      ? strong(key, 'accent')
      : muted(key),
    span(' '),
    ...(isSelected
      ? [{ text: fitText(row.title, title), bold: true, inverse: true }]
      : titleSpans(row, title, isOpen)),
    muted(` ${rest}`),
  ];
};

/** From here on there is room for what the signs mean. */
const rowsForSigns = 16;

/** From here on nothing has to be spared. */
const roomyRows = 22;

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
const wholeText = (row: FoundRow | undefined): string => {
  if (row === undefined) return '';
  switch (row.target.kind) {
    case 'host':
      return `Open the host ${row.title}.`;
    case 'input':
      return `Show the input ${row.title} in the view Lock.`;
    case 'log':
      return `Open the log of ${row.title}: ${row.whole ?? row.about}`;
    case 'action':
      return row.reason === null ? row.about : `${row.about} Not now: ${row.reason}.`;
  }
};

/** Rows and headings, and which of them the cursor is on. */
const listLines = (
  groups: readonly FoundGroup[],
  kind: ActionListOverlay['kind'],
  selected: FoundRow | undefined,
  cells: number,
): { readonly lines: readonly Line[]; readonly at: number } => {
  const lines: Line[] = [];
  let at = 0;
  for (const { heading, rows } of groups) {
    if (heading !== '') lines.push([strong(heading)]);
    for (const row of rows) {
      if (row === selected) at = lines.length;
      lines.push(pressable(rowLine(row, kind, row === selected, cells), `item:${row.id}`));
    }
  }
  return { lines, at };
};

const blank = (count: number): readonly Line[] =>
  Array.from({ length: Math.max(0, count) }, (): Line => [span('')]);

const titleOf = (list: ActionListOverlay): string => {
  if (list.kind === 'help') return 'Keys';
  return list.only === 'logs' ? 'Logs' : 'Actions, hosts, inputs, logs';
};

/** What the columns of the list of logs are. */
const logTitles = (cells: number): Line => {
  const { keys, title } = columnsOf(cells);
  return [
    muted(
      `  ${fitText('LINES'.padStart(keys - 2), keys)} ${fitText('LOG', title)}   ${'AGE'.padEnd(7)} ${cut('LAST LINE, OR THE LAST OF THE WORST LEVEL', Math.max(4, cells - keys - title - 14))}`,
    ),
  ];
};

const noneWords = (list: ActionListOverlay): string => {
  if (list.kind === 'help') return 'No key has these letters.';
  if (list.only !== 'logs') return 'No action, host, input or log has these letters.';
  return list.filter === '' ? 'Nothing was logged yet.' : 'No log has these letters.';
};

/** Help and palette: rows of the key table, hosts, inputs and logs, to read, search and take. */
const actionListLines = (
  list: ActionListOverlay,
  table: readonly Action[],
  state: ScreenState,
  height: number,
): readonly Line[] => {
  const cells = state.ui.columns - 6;
  const groups = foundGroups(list, table, state);
  const rows = groups.flatMap((group) => group.rows);
  const selected = rows.find((row) => row.id === list.cursor) ?? rows[0];
  const signs =
    list.kind === 'help' && height >= rowsForSigns
      ? [...blank(height < roomyRows ? 0 : 1), ...signLines(cells)]
      : [];
  const whole = height < roomyRows ? 2 : 3;
  const titles = list.kind === 'palette' && list.only === 'logs' ? [logTitles(cells)] : [];
  const room = Math.max(1, height - 3 - whole - signs.length - titles.length);
  const { lines, at } = listLines(groups, list.kind, selected, cells);
  // The heading above the first row is seen with it.
  const start = at <= 1 ? 0 : windowStart(at, lines.length, room);
  const shown = lines.slice(start, start + room).map((line, offset): Line => {
    const edge = edgeOf(offset, { start, height: room, length: lines.length });
    return edge === '' ? line : [...fitLine(line, cells - widthOf(edge)), muted(edge)];
  });
  const listed: readonly Line[] = rows.length === 0 ? [[muted(noneWords(list))]] : shown;
  const told = wrapText(wholeText(selected), cells);
  return framed(
    titleOf(list),
    [
      [
        muted('search '),
        span(list.filter),
        { text: ' ', inverse: true },
        muted(`  ${rows.length} of ${foundRows({ ...list, filter: '' }, table, state).length}`),
      ],
      ...titles,
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
  const height = overlayRows(ui);
  return <Lines lines={actionListLines(list, table, { app, ui }, height)} height={height} />;
};
