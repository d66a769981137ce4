import { wrapWords } from '../../model/words/wrap-words.ts';

/** Cells in columns, two spaces between them, the last one as long as it is. */
export const alignRows = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths: number[] = [];
  for (const cells of rows)
    cells.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** Names that are longer than this stand in a line of their own, what is said of them below. */
const longestName = 30;

/**
 * Names and what is said of each, in lines of at most so many cells: what is said is broken at words. A name is broken
 * at its bars where it is longer than a line.
 */
export const explainRows = (
  rows: readonly (readonly [name: string, words: string])[],
  width: number,
): readonly string[] => {
  const beside =
    Math.max(0, ...rows.map(([{ length }]) => (length > longestName ? 0 : length))) + 2;
  const rest = ' '.repeat(beside);
  return rows.flatMap(([name, words]) => {
    if (name.length <= longestName)
      return wrapWords(words, { first: name.padEnd(beside), rest, width });
    return [...breakAtBars(name, width), ...wrapWords(words, { first: rest, rest, width })];
  });
};

/** `--chart cpu|load|…` in lines; a bar stays at the end of its line. */
const breakAtBars = (name: string, width: number): readonly string[] => {
  const [first = '', ...parts] = name.split(/(?<=\|)/);
  const indent = ' '.repeat(first.lastIndexOf(' ') + 1);
  const lines: string[] = [];
  let line = first;
  for (const part of parts) {
    if (line.length + part.length <= width) line += part;
    else {
      lines.push(line);
      line = indent + part;
    }
  }
  return [...lines, line];
};
