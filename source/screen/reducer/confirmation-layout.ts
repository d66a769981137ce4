import { memoLast } from '../../model/memo.ts';
import { type Line, muted, span, strong, widthOf, wrapText } from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import type { Choice, Confirmation, TonedText } from '../overlay.ts';

const commandIndent = 4;

/** A label with its mark and the blanks around it. */
const choiceCells = ({ label }: Choice): number => widthOf(label) + 6;

/** The choices in the rows that they take: none is cut, as nobody takes what cannot be read. */
const choiceRows = ({ choices }: Confirmation, columns: number): readonly (readonly Choice[])[] => {
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

/** Texts in the rows that they take. */
export const wrapToned = (texts: readonly TonedText[], cells: number): readonly Line[] =>
  texts.flatMap(({ text, tone }) => wrapText(text, cells).map((row): Line => [span(row, tone)]));

/** What is read of a confirmation, row by row: what it says, then the exact commands. */
const confirmationRows = (
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

/** The rows of a confirmation as they are drawn, from the upper edge of its frame to the lower one. */
interface ConfirmationLayout {
  /** Every row that is read, also those that do not fit. */
  readonly body: readonly Line[];
  /** Rows that these have; one below them says how many are left out. */
  readonly bodyRows: number;
  /** As many as do not fit: as far as it scrolls. */
  readonly overflow: number;
  /** Whether a row takes what is typed. */
  readonly hasField: boolean;
  readonly choices: readonly (readonly Choice[])[];
}

/** The two edges of the frame, and the row that says how much is left out. */
const fixedRows = 3;

export const confirmationLayout = memoLast(
  (dialog: Confirmation, columns: number, height: number): ConfirmationLayout => {
    const body = confirmationRows(dialog, columns);
    const choices = choiceRows(dialog, columns);
    const hasField = dialog.required.kind !== 'nothing';
    const bodyRows = Math.max(1, height - fixedRows - choices.length - (hasField ? 1 : 0));
    return { body, bodyRows, overflow: Math.max(0, body.length - bodyRows), hasField, choices };
  },
);
