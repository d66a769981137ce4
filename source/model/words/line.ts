import stringWidth from 'string-width';
import { clustersOf, isOneCellEach } from './clusters.ts';

/** What a colour means; the theme knows the colours. */
export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'busy' | 'accent' | 'muted';

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  readonly bold?: boolean;
  readonly inverse?: boolean;
  /** What a click on it means, in the words of the screen. */
  readonly press?: string;
  /** The address that a terminal opens from this text, where it can. */
  readonly link?: string;
}

/** One row of cells. */
export type Line = readonly Span[];

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text, tone });

export const strong = (text: string, tone: Tone = 'plain'): Span => ({ text, tone, bold: true });

export const muted = (text: string): Span => ({ text, tone: 'muted' });

/** Cells that a text takes. */
export const widthOf = (text: string): number =>
  isOneCellEach(text) ? text.length : stringWidth(text);

/**
 * Whether both lines look the same: lines are made again at every change of the state, and most do
 * not change.
 */
export const isSameLine = (one: Line, other: Line): boolean =>
  one === other ||
  (one.length === other.length &&
    one.every((part, index) => {
      const twin = other[index];
      return (
        part === twin ||
        (twin !== undefined &&
          part.text === twin.text &&
          (part.tone ?? 'plain') === (twin.tone ?? 'plain') &&
          (part.bold === true) === (twin.bold === true) &&
          (part.inverse === true) === (twin.inverse === true) &&
          part.link === twin.link &&
          part.press === twin.press)
      );
    }));

/** The same line, with a meaning of a click on any part of it. */
export const pressable = (line: Line, press: string): Line =>
  line.map((part) => ({ ...part, press }));

export const lineWidth = (line: Line): number =>
  line.reduce((sum, part) => sum + widthOf(part.text), 0);

/** The longest beginning that takes at most so many cells. */
export const takeCells = (text: string, cells: number): string => {
  if (cells <= 0) return '';
  if (isOneCellEach(text)) return text.slice(0, cells);
  let taken = '';
  let width = 0;
  for (const { segment } of clustersOf(text)) {
    const next = width + stringWidth(segment);
    if (next > cells) break;
    taken += segment;
    width = next;
  }
  return taken;
};

/** The text without its first cells; a wide character that is cut becomes a blank. */
export const dropCells = (text: string, cells: number): string => {
  if (cells <= 0) return text;
  if (isOneCellEach(text)) return text.slice(cells);
  const head = takeCells(text, cells);
  const rest = text.slice(head.length);
  if (stringWidth(head) === cells) return rest;
  const [first] = clustersOf(rest);
  return first === undefined ? '' : ` ${rest.slice(first.segment.length)}`;
};

/** A text cut to its column, at the end of a word where one ends in the last third. */
export const cut = (text: string, cells: number, ellipsis = '…'): string => {
  if (widthOf(text) <= cells) return text;
  const head = takeCells(text, cells - widthOf(ellipsis));
  const space = head.lastIndexOf(' ');
  const ending = space > (head.length * 2) / 3 ? head.slice(0, space) : head;
  return cells < widthOf(ellipsis) ? takeCells(text, cells) : `${ending}${ellipsis}`;
};

/** Filled with blanks to so many cells; a longer text stays whole. */
export const padText = (text: string, cells: number): string =>
  text + ' '.repeat(Math.max(0, cells - widthOf(text)));

/** Exactly so many cells: cut or filled with blanks. */
export const fitText = (text: string, cells: number, ellipsis = '…'): string => {
  const fitting = cut(text, cells, ellipsis);
  return padText(fitting, cells);
};

export const fitRight = (text: string, cells: number, ellipsis = '…'): string => {
  const fitting = cut(text, cells, ellipsis);
  return ' '.repeat(Math.max(0, cells - widthOf(fitting))) + fitting;
};

/** A line of exactly so many cells. */
export const fitLine = (line: Line, cells: number, ellipsis = '…'): Line => {
  const result: Span[] = [];
  let left = cells;
  for (const part of line) {
    const width = widthOf(part.text);
    if (width <= left) {
      result.push(part);
      left -= width;
      continue;
    }
    result.push({ ...part, text: cut(part.text, left, ellipsis) });
    left -= widthOf(result.at(-1)?.text ?? '');
    break;
  }
  if (left > 0) result.push({ text: ' '.repeat(left) });
  return result;
};

/** A line of at most so many cells. */
export const cutLine = (line: Line, cells: number): Line =>
  lineWidth(line) <= cells ? line : fitLine(line, cells);

/** Left and right in one line; the right leaves whole when there is no room for both. */
export const spread = (left: Line, right: Line, cells: number): Line => {
  const free = cells - lineWidth(left) - lineWidth(right);
  return free < 1 ? fitLine(left, cells) : [...left, { text: ' '.repeat(free) }, ...right];
};

/** A text in pieces of at most so many cells; `endOf`: where a piece ends, of what is left and the most that fits. */
const inPieces = (
  text: string,
  cells: number,
  endOf: (rest: string, most: number) => number,
): readonly string[] => {
  const parts: string[] = [];
  let rest = text;
  while (widthOf(rest) > cells) {
    const most = takeCells(rest, cells).length;
    if (most === 0) break;
    const end = endOf(rest, most);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
};

/** Breaks a text into pieces of so many cells, wherever that is. */
export const breakText = (text: string, cells: number): readonly string[] =>
  inPieces(text, cells, (_, most) => most);

/** Behind these an address or a path is broken, where one of them is not far from the end of the row; not in `https://`. */
const seams = /(?:(?<![:/])\/(?!\/)|\.\.\.|[?&,])(?=.)/g;

/** Revisions, hashes of contents, and those of store paths. */
const hashes = /\b[0-9a-f]{40,64}\b|sha(?:1|256|512)-[\w+/%=-]+|(?<=\/store\/)[0-9a-z]{32}/g;

/** Where the break would be in a hash that a row of its own has room for, it is before that. */
const beforeHash = (rest: string, end: number, cells: number): number => {
  const cutOne = [...rest.matchAll(hashes)].find(
    ({ index, 0: hash }) => index > 0 && index < end && end < index + hash.length,
  );
  return cutOne === undefined || cutOne[0].length > cells ? end : cutOne.index;
};

/** A word that is longer than a row, broken at its seams where it has some, else wherever that is. */
export const breakWord = (word: string, cells: number): readonly string[] =>
  inPieces(word, cells, (rest, most) => {
    // A letter more: a seam at the end of the row is one where something follows it.
    const ends = [...rest.slice(0, most + 1).matchAll(seams)].map(
      ({ index, 0: seam }) => index + seam.length,
    );
    const seam = ends.findLast((end) => end <= most) ?? 0;
    return beforeHash(rest, seam > most / 2 ? seam : most, cells);
  });

/** Breaks a text at spaces into lines of at most so many cells, each indented as the first; a longer word is broken at its seams. */
export const wrapText = (text: string, cells: number): readonly string[] => {
  const width = Math.max(1, cells);
  if (widthOf(text) <= width) return [text];
  const words = text.trimStart();
  const indent = text.length - words.length;
  // Lines after the first keep its indentation, while that leaves room for words.
  if (indent > 0 && indent <= width / 2)
    return wrapText(words, width - indent).map((line) => `${' '.repeat(indent)}${line}`);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const parts = breakWord(word, width);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? '';
  }
  lines.push(line);
  return lines;
};

/** A text in the rows that it takes, those after the first indented by so many cells, where that leaves room for words. */
export const wrapHanging = (text: string, cells: number, hang: number): readonly string[] => {
  const rows = wrapText(text, cells);
  const [first = '', second] = rows;
  if (second === undefined || hang === 0) return rows;
  // Where the first column is most of the row, what follows stands below it, further in.
  if (hang > cells / 2) return cells < 16 ? rows : wrapHanging(text, cells, 4);
  return [
    first,
    ...wrapText(text.slice(first.length).trimStart(), cells - hang).map(
      (row) => `${' '.repeat(hang)}${row}`,
    ),
  ];
};

/** Parts with a separator between them, as many as fit. */
export const joinFitting = (parts: readonly Line[], separator: string, cells: number): Line => {
  const result: Span[] = [];
  let width = 0;
  for (const part of parts) {
    const added = lineWidth(part) + (result.length === 0 ? 0 : widthOf(separator));
    if (width + added > cells) break;
    if (result.length > 0) result.push(muted(separator));
    result.push(...part);
    width += added;
  }
  return result;
};
