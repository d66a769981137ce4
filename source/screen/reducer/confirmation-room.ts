import { type Line, muted, span, strong, widthOf, wrapText } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import { bodyRows } from '../layout.ts';
import type { Choice, Confirmation, TonedText } from '../overlay.ts';
import type { Ui } from '../ui.ts';

const commandIndent = 4;

/** A label with its mark and the blanks around it. */
const choiceCells = ({ label }: Choice): number => widthOf(label) + 6;

/** The choices in the rows that they take: none is cut, as nobody takes what cannot be read. */
export const choiceRows = (
  { choices }: Confirmation,
  columns: number,
): readonly (readonly Choice[])[] => {
  const rows: Choice[][] = [];
  let free = 0;
  for (const choice of choices) {
    const row = rows.at(-1);
    if (row === undefined || choiceCells(choice) > free) {
      rows.push([choice]);
      free = columns - 6;
    } else row.push(choice);
    free -= choiceCells(choice);
  }
  return rows;
};

/** A command in the rows that it takes: what goes on below it is indented, so that each begins at its sign. */
const commandRows = (command: string, cells: number): readonly string[] => {
  const whole = `$ ${command}`;
  if (widthOf(whole) <= cells) return [whole];
  return wrapText(command, cells - commandIndent).map(
    (row, index) => `${index === 0 ? '$ ' : ' '.repeat(commandIndent)}${row}`,
  );
};

/** Rows of a confirmation for what is read; edges, a line of scrolling, choices and what is typed take the others. */
export const confirmationRoom = (dialog: Confirmation, height: number, columns: number): number =>
  Math.max(
    1,
    height - 3 - choiceRows(dialog, columns).length - (dialog.required.kind === 'nothing' ? 0 : 1),
  );

/** Texts in the rows that they take. */
export const wrapToned = (texts: readonly TonedText[], cells: number): readonly Line[] =>
  texts.flatMap(({ text, tone }) => wrapText(text, cells).map((row): Line => [span(row, tone)]));

/** What is read of a confirmation, row by row: what it says, then the exact commands. */
export const confirmationRows = (
  { body, commands }: Pick<Confirmation, 'body' | 'commands'>,
  columns: number,
): readonly Line[] => {
  const cells = columns - 6;
  return [
    ...wrapToned(body, cells),
    ...(commands.length === 0
      ? []
      : [
          [span('')],
          [strong(counted(commands.length, 'command')), muted(' will run, in this order')],
          ...commands.flatMap((command) =>
            commandRows(command, cells).map((row): Line => [muted(row)]),
          ),
        ]),
  ];
};

/** How many rows do not fit: as far as it scrolls. */
export const confirmationOverflow = (
  dialog: Confirmation,
  { columns, rows }: Pick<Ui, 'columns' | 'rows'>,
): number =>
  Math.max(
    0,
    confirmationRows(dialog, columns).length - confirmationRoom(dialog, bodyRows(rows), columns),
  );
