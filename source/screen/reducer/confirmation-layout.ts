import { memoLast } from '../../model/memo.ts';
import { linkRows, linkTo } from '../../model/words/addresses.ts';
import { showAge } from '../../model/words/format-time.ts';
import {
  cut,
  type Line,
  muted,
  span,
  strong,
  widthOf,
  wrapHanging,
  wrapText,
} from '../../model/words/line.ts';
import { counted } from '../../model/words/sentences.ts';
import type { AskedText, Choice, Confirmation } from '../overlay.ts';

const commandIndent = 4;

/** The key that shows each command whole, or in one row again. */
export const foldKey = '^o';

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

/**
 * A command in the rows that it takes: what goes on below it is indented, so that each begins at its
 * sign. Folded it has one row.
 */
const commandRows = (command: string, cells: number, isFolded: boolean): readonly string[] => {
  const whole = `$ ${command}`;
  if (widthOf(whole) <= cells) return [whole];
  if (isFolded) return [cut(whole, cells)];
  return wrapText(command, cells - commandIndent).map(
    (row, index) => `${index === 0 ? '$ ' : ' '.repeat(commandIndent)}${row}`,
  );
};

/** Texts in the rows that they take. */
export const wrapToned = (texts: readonly AskedText[], cells: number): readonly Line[] =>
  texts.flatMap(({ text, tone, link, hang = 0 }) =>
    linkRows(
      text,
      wrapHanging(text, cells, hang).map((row): Line => [linkTo(span(row, tone), link)]),
    ),
  );

/** The same dialog with its ages as of now; the dialog itself where none has changed. Pure. */
export const withAges = memoLast((dialog: Confirmation, second: number): Confirmation => {
  const body = dialog.body.map((asked) => {
    const { text, aged } = asked;
    if (aged === undefined) return asked;
    const shown = showAge(Math.max(0, second * 1_000 - aged.since));
    return shown === aged.shown ? asked : { ...asked, text: text.replace(aged.shown, shown) };
  });
  return body.every((asked, index) => asked === dialog.body[index]) ? dialog : { ...dialog, body };
});

/** The exact commands, row by row. */
const commandsRows = (
  commands: readonly string[],
  cells: number,
  isFolded: boolean,
): readonly Line[] => {
  if (commands.length === 0) return [];
  const rows = commands.flatMap((command) => commandRows(command, cells, isFolded));
  const isCut = isFolded && commands.some((command) => widthOf(command) + 2 > cells);
  return [
    [span('')],
    [
      strong(counted(commands.length, 'command')),
      muted(` will run, in this order${isCut ? `; ${foldKey} shows them whole` : ''}`),
    ],
    ...rows.map((row): Line => [muted(row)]),
  ];
};

/** The rows of a confirmation as they are drawn, from the upper edge of its frame to the lower one. */
interface ConfirmationLayout {
  /** Every row that is scrolled, also those that do not fit. */
  readonly body: readonly Line[];
  /** Rows below them that stay in sight. */
  readonly pinned: readonly Line[];
  /** Rows that these have; one below them says how many are left out. */
  readonly bodyRows: number;
  /** As many as do not fit: as far as it scrolls. */
  readonly overflow: number;
  /** Whether a row takes what is typed. */
  readonly hasField: boolean;
  readonly choices: readonly (readonly Choice[])[];
}

/**
 * What stays in sight. Where not all of its rows have room, each text has its first row before one has two;
 * what is cut stands whole in what scrolls.
 */
const pinnedRows = (
  texts: readonly AskedText[],
  cells: number,
  most: number,
): { readonly pinned: readonly Line[]; readonly scrolls: readonly Line[] } => {
  let spare = most - texts.length;
  const pinned: Line[] = [];
  const scrolls: Line[] = [];
  for (const [index, asked] of texts.entries()) {
    const rows = wrapToned([asked], cells);
    if (rows.length - 1 <= spare) {
      pinned.push(...rows);
      spare -= rows.length - 1;
    } else {
      if (index < most) pinned.push([linkTo(span(cut(asked.text, cells), asked.tone), asked.link)]);
      scrolls.push(...rows);
    }
  }
  return { pinned: pinned.slice(0, most), scrolls };
};

/** The two edges of the frame, and the row that says how much is left out. */
export const fixedRows = 3;

export const confirmationLayout = memoLast(
  (dialog: Confirmation, columns: number, height: number): ConfirmationLayout => {
    const cells = columns - 6;
    const choices = choiceRows(dialog, columns);
    const hasField = dialog.required.kind !== 'nothing';
    const free = Math.max(1, height - fixedRows - choices.length - (hasField ? 1 : 0));
    // What is asked about has at least as many rows as what stays in sight.
    const { pinned, scrolls } = pinnedRows(
      dialog.body.filter(({ isPinned }) => isPinned === true),
      cells,
      Math.floor(free / 2),
    );
    const bodyRows = free - pinned.length;
    const scrolled = dialog.body.filter(({ isPinned }) => isPinned !== true);
    const textsWith = (asked: readonly AskedText[]): readonly Line[] => [
      ...wrapToned(asked, cells),
      ...scrolls,
    ];
    const full = textsWith(scrolled.filter(({ isBrief }) => isBrief !== true));
    // What matters of each host is read first where not all of it is in sight.
    const texts = full.length <= bodyRows ? full : textsWith(scrolled);
    const whole = [...texts, ...commandsRows(dialog.commands, cells, false)];
    const isFolded = dialog.isUnfolded !== true && whole.length > bodyRows;
    const body = isFolded ? [...texts, ...commandsRows(dialog.commands, cells, true)] : whole;
    return {
      body,
      pinned,
      bodyRows,
      overflow: Math.max(0, body.length - bodyRows),
      hasField,
      choices,
    };
  },
);
