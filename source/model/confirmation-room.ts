import { bodyRows } from './layout.ts';
import { wrapText } from './line.ts';
import type { Confirmation } from './overlay.ts';
import type { Ui } from './ui.ts';

/** Rows of a confirmation for what is read; edges, a line of scrolling, choices and what is typed take the others. */
export const confirmationRoom = ({ required }: Confirmation, height: number): number =>
  Math.max(1, height - 2 - (required.kind === 'nothing' ? 2 : 3));

/** How many rows do not fit: as far as it scrolls. */
export const confirmationOverflow = (
  dialog: Confirmation,
  { columns, rows }: Pick<Ui, 'columns' | 'rows'>,
): number => {
  const cells = columns - 6;
  const texts = [
    ...dialog.body.map(({ text }) => text),
    // A blank and a heading come before the commands.
    ...(dialog.commands.length === 0 ? [] : ['', '']),
    ...dialog.commands.map((command) => `$ ${command}`),
  ];
  const length = texts.reduce((sum, text) => sum + wrapText(text, cells).length, 0);
  return Math.max(0, length - confirmationRoom(dialog, bodyRows(rows)));
};
