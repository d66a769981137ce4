import type { ReactNode } from 'react';
import {
  fitLine,
  fitText,
  type Line,
  muted,
  pressable,
  type Span,
  span,
  strong,
  widthOf,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { menuLetters } from '../../screen/dialogs/menu-letters.ts';
import { glyph } from '../../screen/glyphs.ts';
import { keyName } from '../../screen/key-names.ts';
import { windowStart } from '../../screen/layout.ts';
import {
  type Choice,
  type Confirmation,
  inField,
  type Menu,
  type MenuItem,
  wantedText,
} from '../../screen/overlay.ts';
import { confirmationLayout, withAges } from '../../screen/reducer/confirmation-layout.ts';
import { chosenItem, type MenuLayout, menuLayout } from '../../screen/reducer/menu-layout.ts';
import { isTyped, takesKeys } from '../../screen/reducer/overlay.ts';
import { overlayRows } from '../../screen/reducer/overlay-rows.ts';
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
  const press = `choice:${dialog.choices.indexOf(choice)}`;
  const isFocused = choice === dialog.choices[dialog.focus];
  const isClosed = choice.guarded && !isTyped(dialog);
  const label = ` ${isFocused ? glyph.selected : ' '} ${choice.label} `;
  if (!isAwake) return [muted(label), span('  ')];
  const drawn: Span = isFocused
    ? { text: label, bold: true, inverse: true }
    : isClosed
      ? muted(label)
      : span(label);
  return [{ ...drawn, press }, span('  ')];
};

/** A confirmation as it is drawn: what, from where to where, the exact commands, the choices with No first. */
const confirmationLines = (
  dialog: Confirmation,
  columns: number,
  height: number,
  now: number,
): readonly Line[] => {
  const layout = confirmationLayout(dialog, columns, height);
  const isAwake = takesKeys(dialog, now);
  const top = Math.min(dialog.top, layout.overflow);
  const rest = layout.overflow - top;
  const above = `${glyph.up} ${counted(top, 'line')} above`;
  const content: readonly Line[] = [
    ...layout.body.slice(top, top + layout.bodyRows),
    rest === 0
      ? [muted(top > 0 ? above : '')]
      : [
          span(`${glyph.down} ${counted(rest, 'more line')}`, 'accent'),
          muted(top > 0 ? ` · ${above}` : ''),
          muted(
            dialog.commands.length === 0 ? '' : ` · ${counted(dialog.commands.length, 'command')}`,
          ),
        ],
    ...layout.pinned,
    ...(layout.hasField ? [requiredLine(dialog)] : []),
    ...layout.choices.map((row) => row.flatMap((choice) => choiceSpans(dialog, choice, isAwake))),
  ];
  return framed(dialog.title, content, columns, 'warn');
};

/**
 * The text above a menu's choices, as far as there is room; its last row says how much is left out.
 */
const noteLines = ({ note, noteRows, noteOverflow }: MenuLayout, top: number): readonly Line[] => {
  if (noteRows === 0 || noteOverflow === 0) return note.slice(0, noteRows);
  const room = noteRows - 1;
  const start = Math.max(0, Math.min(top, note.length - room));
  const below = note.length - start - room;
  const more =
    below > 0
      ? `${glyph.down} ${counted(below, 'more line')}`
      : `${glyph.up} ${counted(start, 'line')} above`;
  return [
    ...note.slice(start, start + room),
    [span(more, 'accent'), muted(below > 0 && start === 0 ? ' · PgDn' : ' · PgUp')],
  ];
};

/** The rows of a choice: its name, and what it does beside it. */
const itemLines = (
  item: MenuItem,
  [first = '', ...more]: readonly string[],
  isFocused: boolean,
  isAwake: boolean,
  label: number,
  letter: string,
): readonly Line[] => {
  const sign = isFocused ? glyph.selected : ' ';
  const name = fitText(item.label, label);
  const head: Line =
    !isAwake || item.refused !== null
      ? [muted(`${sign} ${letter} ${name} ${first}`)]
      : [
          span(`${sign} `),
          strong(letter, 'accent'),
          span(' '),
          isFocused ? { text: name, bold: true, inverse: true } : span(name),
          muted(` ${first}`),
        ];
  return [head, ...more.map((line): Line => [muted(`${' '.repeat(label + 5)}${line}`)])].map(
    (line) => pressable(line, `item:${item.id}`),
  );
};

/** The choices that are in sight; where they scroll, each takes one row. */
const choiceLines = (menu: Menu, layout: MenuLayout, isAwake: boolean): readonly Line[] => {
  const { cells, label, itemRows: height } = layout;
  if (menu.items.length === 0)
    return [[muted(`Nothing here can be chosen. ${keyName('back')} closes.`)]];
  const chosen = chosenItem(menu);
  const letters = menuLetters(menu.items);
  const lines = menu.items.flatMap((item, index) =>
    itemLines(
      item,
      layout.items[index] ?? [],
      index === chosen,
      isAwake,
      label,
      letters.get(item.id) ?? ' ',
    ),
  );
  if (lines.length <= height) return lines;
  const start = windowStart(chosen, lines.length, height);
  return lines.slice(start, start + height).map((line, offset) => {
    const edge = edgeOf(offset, { start, height, length: lines.length });
    return edge === '' ? line : [...fitLine(line, cells - widthOf(edge)), muted(edge)];
  });
};

const menuLines = (
  menu: Menu,
  columns: number,
  height: number,
  now: number,
  noteTop: number,
): readonly Line[] => {
  const layout = menuLayout(menu, columns, height);
  return framed(
    menu.title,
    [
      ...noteLines(layout, noteTop),
      ...(layout.isApart ? [[span('')]] : []),
      ...choiceLines(menu, layout, takesKeys(menu, now)),
      ...layout.whole.map((row): Line => [span(row)]),
    ],
    columns,
  );
};

/** A dialog or menu in the body of the screen. */
export const Dialog = ({ dialog }: { readonly dialog: Confirmation | Menu }): ReactNode => {
  const columns = useApp(({ ui }) => ui.columns);
  const height = useApp(({ ui }) => overlayRows(ui));
  const now = useApp(({ ui }) => ui.now);
  const noteTop = useApp(({ ui }) => ui.noteTop);
  const lines =
    dialog.kind === 'confirm'
      ? confirmationLines(withAges(dialog, Math.floor(now / 1_000)), columns, height, now)
      : menuLines(dialog, columns, height, now, noteTop);
  return <Lines lines={lines} height={height} />;
};
