import { breakText, breakWord, widthOf } from './line.ts';

/** One row of a text: how far it is indented, and the words in it. */
export interface WholeRow {
  readonly indent: number;
  readonly text: string;
}

interface Room {
  /** Of a whole row, from edge to edge. */
  readonly cells: number;
  /** Where rows begin that can. */
  readonly indent: number;
}

/**
 * A word that no row can hold: an address behind its slashes, so that its hashes stay whole, and any other in parts of about
 * the same length, none of them a rest of two letters.
 */
const evenParts = (word: string, cells: number): readonly string[] => {
  if (word.includes('://')) return breakWord(word, cells);
  const parts = Math.ceil(widthOf(word) / cells);
  return breakText(word, Math.min(cells, Math.ceil(widthOf(word) / parts)));
};

/**
 * A text in rows that are broken between words: a hash, a revision or an address stays whole where a row can hold it, with
 * less indent if need be, so that it can be read and copied.
 */
export const wholeRows = (text: string, { cells, indent }: Room): readonly WholeRow[] => {
  const room = Math.max(1, cells - indent);
  const rows: WholeRow[] = [];
  let row: string | null = null;
  const flush = (): void => {
    if (row !== null) rows.push({ indent, text: row });
    row = null;
  };
  for (const word of text.split(' ')) {
    const joined: string = row === null ? word : `${row} ${word}`;
    if (widthOf(joined) <= room) {
      row = joined;
      continue;
    }
    flush();
    const width = widthOf(word);
    if (width <= room) row = word;
    else if (width <= cells) rows.push({ indent: cells - width, text: word });
    else rows.push(...evenParts(word, room).map((part) => ({ indent, text: part })));
  }
  flush();
  return rows.length === 0 ? [{ indent, text: '' }] : rows;
};
