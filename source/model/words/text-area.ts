import { memoLast } from '../memo.ts';
import { withAgreedWidths } from './agreed-width.ts';
import { clustersOf, isOneCellEach } from './clusters.ts';
import { widthOf } from './line.ts';

/** A text of several lines with a cursor in it, as keys edit it. */
export interface TextArea {
  readonly text: string;
  /** The cursor: UTF-16 units before it. It never stands within what a person takes for one character. */
  readonly at: number;
  /** The column that up and down keep, in cells; null after any other key. */
  readonly column: number | null;
}

export type TextEdit =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'erase'; readonly what: keyof typeof places }
  | { readonly kind: 'move'; readonly to: keyof typeof places }
  /** By rows as they are drawn. */
  | { readonly kind: 'rows'; readonly by: number };

/** What a text area takes, characters: more than any message. */
const longestText = 100_000;

/** A character as it is drawn. */
interface TextCell {
  /** With signs that all terminals draw equally wide, as the screen has it. */
  readonly shown: string;
  /** Where it begins and ends in the text. */
  readonly start: number;
  readonly end: number;
  /** Cells before it in its line, and how many it takes. */
  readonly column: number;
  readonly cells: number;
}

/** A row as it is drawn: a whole line, or a part of one that is longer than the area is wide. */
export interface TextRow {
  readonly start: number;
  readonly end: number;
  /** Number of its line, from 0. */
  readonly line: number;
  readonly isEndOfLine: boolean;
  readonly cells: readonly TextCell[];
}

const tabStop = 8;

/** The characters of a line. A tab reaches to the next eighth cell. */
const cellsOf = (line: string, start: number): readonly TextCell[] => {
  const parts = isOneCellEach(line)
    ? line.split('')
    : [...clustersOf(line)].map(({ segment }) => segment);
  let at = start;
  let column = 0;
  return parts.map((part) => {
    const shown = part === '\t' ? ' '.repeat(tabStop - (column % tabStop)) : withAgreedWidths(part);
    const cells = widthOf(shown);
    at += part.length;
    column += cells;
    return { shown, start: at - part.length, end: at, column: column - cells, cells };
  });
};

/** How many of these characters fit into a row: up to the end of a word where there is one. */
const fitting = (cells: readonly TextCell[], room: number): number => {
  const begin = cells[0]?.column ?? 0;
  const over = cells.findIndex(({ column, cells: own }) => column + own - begin > room);
  if (over < 0) return cells.length;
  const space = cells.slice(0, over).findLastIndex(({ shown }) => shown.trim() === '');
  // A character that is wider than the area has a row of its own.
  return Math.max(1, space < 0 ? over : space + 1);
};

const rowsOfLine = (line: string, start: number, number: number, room: number): TextRow[] => {
  const rows: TextRow[] = [];
  let rest = cellsOf(line, start);
  do {
    const cells = rest.slice(0, fitting(rest, room));
    rest = rest.slice(cells.length);
    rows.push({
      start: cells[0]?.start ?? start,
      end: cells.at(-1)?.end ?? start,
      line: number,
      isEndOfLine: rest.length === 0,
      cells,
    });
  } while (rest.length > 0);
  return rows;
};

/** The rows of a text in an area that has room for so many cells in each, and for a cursor after them. */
export const textRows = memoLast((text: string, room: number): readonly TextRow[] => {
  let start = 0;
  return text.split('\n').flatMap((line, number) => {
    const rows = rowsOfLine(line, start, number, Math.max(1, room));
    start += line.length + 1;
    return rows;
  });
});

/** The row with the cursor. */
export const cursorRow = (rows: readonly TextRow[], at: number): number => {
  const found = rows.findIndex(({ end, isEndOfLine }) => at < end || (isEndOfLine && at === end));
  return found < 0 ? rows.length - 1 : found;
};

/** Cells before the cursor in its row. */
const columnIn = (row: TextRow, at: number): number =>
  row.cells.reduce((sum, { end, cells }) => (end <= at ? sum + cells : sum), 0);

const lineStart = ({ text, at }: TextArea): number =>
  at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;

const lineEnd = ({ text, at }: TextArea): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

/** One character back; the end of a line is one too. */
const before = (area: TextArea): number => {
  const start = lineStart(area);
  const last = [...clustersOf(area.text.slice(start, area.at))].at(-1);
  return last === undefined ? Math.max(0, area.at - 1) : start + last.index;
};

const after = (area: TextArea): number => {
  const [first] = clustersOf(area.text.slice(area.at, lineEnd(area)));
  return Math.min(area.text.length, area.at + (first?.segment.length ?? 1));
};

const isWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}\p{M}_]/u.test(character);

const wordBefore = ({ text, at }: TextArea): number => {
  const characters = [...text.slice(0, at)];
  while (characters.length > 0 && !isWord(characters.at(-1))) characters.pop();
  while (isWord(characters.at(-1))) characters.pop();
  return characters.join('').length;
};

const wordAfter = ({ text, at }: TextArea): number => {
  const characters = [...text.slice(at)];
  let next = 0;
  while (next < characters.length && !isWord(characters[next])) next += 1;
  while (isWord(characters[next])) next += 1;
  return at + characters.slice(0, next).join('').length;
};

/** Where the cursor goes, and up to where a text is erased. */
const places = {
  left: before,
  right: after,
  'word-left': wordBefore,
  'word-right': wordAfter,
  'line-start': lineStart,
  'line-end': lineEnd,
  first: () => 0,
  last: ({ text }: TextArea) => text.length,
} as const;

/** Colours and the like, as ECMA-48 has them, with their Esc. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const sequence = /\u001b(?:\[[ -?]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|.)/g;

/** Text as it may stand in an area: lines and tabs, no other controls, no half characters. */
const areaText = (text: string): string =>
  [...text.replaceAll(sequence, '').replaceAll(/\r\n?/g, '\n')]
    .filter((one) => one === '\n' || one === '\t' || /^[\P{C}\u200c\u200d]$/u.test(one))
    .join('');

/** A text with the cursor at its beginning. */
export const textArea = (text: string): TextArea => ({ text: areaText(text), at: 0, column: null });

/** A sign that joins what stands before the cursor makes one character of both: the cursor goes after it. */
const settle = (text: string, at: number): number => {
  const area = { text, at, column: null };
  return (
    cellsOf(text.slice(lineStart(area), lineEnd(area)), lineStart(area)).find(
      ({ start, end }) => start < at && at < end,
    )?.end ?? at
  );
};

const replace = ({ text }: TextArea, from: number, to: number, by: string): TextArea => {
  const changed = text.slice(0, from) + by + text.slice(to);
  return { text: changed, at: settle(changed, from + by.length), column: null };
};

/** The place in a row that is nearest to a column, from the left. */
const placeIn = (row: TextRow, column: number): number => {
  const first = row.cells[0]?.column ?? 0;
  const passed = row.cells.filter(({ column: own, cells }) => own + cells - first <= column);
  // The end of a row that goes on below is the beginning of the next one.
  const last = !row.isEndOfLine && passed.length === row.cells.length ? passed.at(-1)?.start : null;
  return last ?? passed.at(-1)?.end ?? row.start;
};

const moveRows = (area: TextArea, by: number, room: number): TextArea => {
  const rows = textRows(area.text, room);
  const from = cursorRow(rows, area.at);
  const to = Math.max(0, Math.min(from + by, rows.length - 1));
  const [here, there] = [rows[from], rows[to]];
  if (here === undefined || there === undefined) return area;
  const column = area.column ?? columnIn(here, area.at);
  // Beyond the first or the last row: to the beginning, or the end.
  if (from === to) return { ...area, at: by < 0 ? 0 : area.text.length, column };
  return { ...area, at: placeIn(there, column), column };
};

/** The text after a key, in an area that has room for so many cells in a row. */
export const editArea = (area: TextArea, edit: TextEdit, room: number): TextArea => {
  switch (edit.kind) {
    case 'insert': {
      const free = Math.max(0, longestText - area.text.length);
      const more = [...areaText(edit.text)].slice(0, free).join('');
      return replace(area, area.at, area.at, more);
    }
    case 'erase': {
      const to = places[edit.what](area);
      return replace(area, Math.min(area.at, to), Math.max(area.at, to), '');
    }
    case 'move':
      return { ...area, at: places[edit.to](area), column: null };
    case 'rows':
      return moveRows(area, edit.by, room);
  }
};
