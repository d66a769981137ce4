import type { ReactNode } from 'react';
import {
  cut,
  fitLine,
  fitText,
  type Line,
  muted,
  span,
  strong,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { glyph } from '../../screen/glyphs.ts';
import { bodyRows, windowStart } from '../../screen/layout.ts';
import { asideOf, type MenuRoom, menuRoom } from '../../screen/menu-room.ts';
import {
  type Choice,
  type Confirmation,
  inField,
  type Menu,
  type MenuItem,
  wantedText,
} from '../../screen/overlay.ts';
import {
  choiceRows,
  confirmationRoom,
  confirmationRows,
  wrapToned,
} from '../../screen/reducer/confirmation-room.ts';
import { isTyped, takesKeys } from '../../screen/reducer/overlay.ts';
import { framed } from '../base/box.ts';
import { Lines } from '../base/line-text.tsx';
import { edgeOf } from '../base/list-rows.tsx';
import { useApp } from '../base/use-app.ts';

const requiredLine = (dialog: Confirmation): Line => {
  const { required } = dialog;
  if (required.kind === 'nothing') return [];
  const isBoth = required.kind === 'name' && required.count !== null;
  const isHere = dialog.focus === inField;
  const agreed =
    isHere && isTyped(dialog) ? dialog.choices.find(({ guarded }) => guarded) : undefined;
  return [
    isHere ? strong(`${glyph.selected} `) : span('  '),
    muted('type '),
    strong(wantedText(required)),
    muted(isBoth ? ' (names and count) to do it: ' : ' to do it: '),
    isTyped(dialog) ? span(dialog.typed, 'good') : span(dialog.typed),
    { text: ' ', inverse: true },
    ...(agreed === undefined ? [] : [muted(`  Enter: ${agreed.label}`)]),
  ];
};

const choiceSpans = (dialog: Confirmation, choice: Choice, isAwake: boolean): Line => {
  const isFocused = choice === dialog.choices[dialog.focus];
  const isClosed = choice.guarded && !isTyped(dialog);
  const label = ` ${isFocused ? glyph.selected : ' '} ${choice.label} `;
  if (!isAwake) return [muted(label), span('  ')];
  return [
    isFocused ? { text: label, bold: true, inverse: true } : isClosed ? muted(label) : span(label),
    span('  '),
  ];
};

const choicesLines = (dialog: Confirmation, columns: number, isAwake: boolean): readonly Line[] =>
  choiceRows(dialog, columns).map((row) =>
    row.flatMap((choice) => choiceSpans(dialog, choice, isAwake)),
  );

/** A confirmation as it is drawn: what, from where to where, the exact commands, the choices with No first. */
const confirmationLines = (
  dialog: Confirmation,
  columns: number,
  height: number,
  now: number,
): readonly Line[] => {
  const body = confirmationRows(dialog, columns);
  const room = confirmationRoom(dialog, height, columns);
  const overflow = Math.max(0, body.length - room);
  const top = Math.min(dialog.top, overflow);
  const rest = overflow - top;
  const visible = body.slice(top, top + room);
  const content: readonly Line[] = [
    ...visible,
    rest === 0
      ? [muted(top > 0 ? `${glyph.up} scrolls back` : '')]
      : [
          span(`${glyph.down} ${rest} more lines`, 'accent'),
          muted(
            dialog.commands.length === 0 ? '' : ` · ${counted(dialog.commands.length, 'command')}`,
          ),
        ],
    ...(dialog.required.kind === 'nothing' ? [] : [requiredLine(dialog)]),
    ...choicesLines(dialog, columns, takesKeys(dialog, now)),
  ];
  return framed(dialog.title, content, columns, 'warn');
};

/**
 * The text above a menu's choices, as far as there is room; its last row says how much is left out.
 */
const noteLines = (
  menu: Menu,
  cells: number,
  { noteRows, noteOverflow }: MenuRoom,
  top: number,
): readonly Line[] => {
  const note = wrapToned(menu.note, cells);
  if (noteOverflow === 0) return note;
  const room = Math.max(0, noteRows - 1);
  const start = Math.max(0, Math.min(top, note.length - room));
  const below = note.length - start - room;
  const more = below > 0 ? `${glyph.down} ${below} more lines` : `${glyph.up} ${start} lines above`;
  return [
    ...note.slice(start, start + room),
    [span(more, 'accent'), muted(below > 0 && start === 0 ? ' · PgDn' : ' · PgUp')],
  ].slice(0, Math.max(1, noteRows));
};

/** The rows of a choice: its name, and what it does beside it. */
const itemLines = (
  item: MenuItem,
  isFocused: boolean,
  isAwake: boolean,
  { label, aside, isWrapped }: MenuRoom,
): readonly Line[] => {
  const text = `${isFocused ? glyph.selected : ' '} ${fitText(item.label, label)}`;
  const [first = '', ...more] = isWrapped
    ? wrapText(asideOf(item), aside)
    : [cut(asideOf(item), aside)];
  const head: Line =
    !isAwake || item.refused !== null
      ? [muted(`${text} ${first}`)]
      : [isFocused ? { text, bold: true, inverse: true } : span(text), muted(` ${first}`)];
  return [head, ...more.map((line): Line => [muted(`${' '.repeat(label + 3)}${line}`)])];
};

/** The text of the chosen row where it is cut beside its name. */
const wholeLines = (
  text: string,
  cells: number,
  { aside, wholeRows }: MenuRoom,
): readonly Line[] => {
  if (wholeRows === 0 || widthOf(text) <= aside) return [];
  const rows = wrapText(text, cells);
  const shown = rows.slice(0, wholeRows - 1);
  return [...shown, cut(rows.slice(wholeRows - 1).join(' '), cells)].map((row) => [span(row)]);
};

const menuLines = (
  menu: Menu,
  columns: number,
  height: number,
  now: number,
  noteTop: number,
): readonly Line[] => {
  const cells = columns - 6;
  const isAwake = takesKeys(menu, now);
  const room = menuRoom(menu, columns, height);
  const place = Math.max(
    0,
    menu.items.findIndex(({ id }) => id === menu.cursor),
  );
  const current = menu.items[place];
  const items = menu.items.map((item) => itemLines(item, item === current, isAwake, room));
  const start = room.isWrapped ? 0 : windowStart(place, items.length, room.itemRows);
  const shown = room.isWrapped ? items : items.slice(start, start + room.itemRows);
  const edged = shown.flat().map((line, offset) => {
    const edge = edgeOf(offset, { start, height: room.itemRows, length: items.length });
    return room.isWrapped || edge === ''
      ? line
      : [...fitLine(line, cells - widthOf(edge)), muted(edge)];
  });
  const whole = current === undefined ? [] : wholeLines(asideOf(current), cells, room);
  const note =
    menu.note.length === 0 || room.noteRows === 0 ? [] : noteLines(menu, cells, room, noteTop);
  const nothing: readonly Line[] =
    items.length === 0 ? [[muted('Nothing here can be chosen. Esc closes.')]] : [];
  return framed(
    menu.title,
    [
      ...note,
      ...(note.length === 0 || !room.isWrapped ? [] : [[span('')]]),
      ...edged,
      ...nothing,
      ...Array.from({ length: room.wholeRows }, (_, row): Line => whole[row] ?? [span('')]),
    ],
    columns,
  );
};

/** A dialog or menu in the body of the screen. */
export const Dialog = ({ dialog }: { readonly dialog: Confirmation | Menu }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => bodyRows(ui.rows));
  const now = useApp(({ ui }) => ui.now);
  const noteTop = useApp(({ ui }) => ui.noteTop);
  const lines =
    dialog.kind === 'confirm'
      ? confirmationLines(dialog, columns, height, now)
      : menuLines(dialog, columns, height, now, noteTop);
  return <Lines lines={lines} height={height} />;
};
