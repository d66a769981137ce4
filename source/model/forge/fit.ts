/** GitHub takes 65,536 characters of a text and 256 of a title; a report is cut before. */
export const longestBody = 60_000;
const longestTitle = 250;

/**
 * A program takes the text as one word of its command line, where it reads it from nowhere else:
 * Linux allows 131,072 bytes of a word (execve(2), MAX_ARG_STRLEN).
 */
const longestWordBytes = 120_000;

export const fitTitle = (title: string): string =>
  title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1)}…`;

/** A part of a body whose lines may be left out from the end, the last ones first. */
export interface BodyPart {
  readonly before: readonly string[];
  readonly lines: readonly string[];
  readonly after: readonly string[];
}

const linesOf = ({ before, lines, after }: BodyPart, most: number): readonly string[] => {
  if (before.length + lines.length + after.length === 0) return [];
  const shown = lines.slice(0, most);
  const left = lines.length - shown.length;
  return [...before, ...shown, ...(left === 0 ? [] : ['', `… ${left} more`]), ...after, ''];
};

const isFitting = (text: string): boolean =>
  text.length <= longestBody && new TextEncoder().encode(text).length <= longestWordBytes;

/** A text without parts that could be left out, cut at its end. */
const fitted = (text: string, last: string): string => {
  let length = Math.min(text.length, longestBody) - last.length - 4;
  while (length > 0 && !isFitting(`${text.slice(0, length)}…\n\n${last}\n`)) length -= 1_000;
  return `${text.slice(0, Math.max(0, length))}…\n\n${last}\n`;
};

/** Lines of each part that a whole part is left out for: less than that says nothing. */
const fewestLines = 5;

/** The greatest number up to `most` for which the text fits; 0 where none does. */
const greatest = (most: number, textOf: (count: number) => string): number => {
  if (isFitting(textOf(most))) return most;
  let [fits, tooMany] = [0, most];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (isFitting(textOf(middle))) fits = middle;
    else tooMany = middle;
  }
  return fits;
};

/**
 * The parts one after the other, each with as many of its lines as fit: what is long is cut before
 * what is short is touched, and how much is missing is said. Where there are too many parts, the last of
 * those with lines are left out, and counted. `last` always stands at the end.
 */
export const fitBody = (parts: readonly BodyPart[], last: string): string => {
  const long = parts.filter(({ lines }) => lines.length > 0);
  const textOf = (most: number, count: number): string => {
    const out = new Set(long.slice(count));
    const missing = long.length - count;
    return [
      ...parts.flatMap((part) => (out.has(part) ? [] : linesOf(part, most))),
      ...(missing === 0 ? [] : [`… ${missing} more ${missing === 1 ? 'part' : 'parts'}`, '']),
      last,
      '',
    ].join('\n');
  };
  const longest = Math.max(0, ...long.map(({ lines }) => lines.length));
  const count = greatest(long.length, (some) => textOf(Math.min(fewestLines, longest), some));
  const text = textOf(
    greatest(longest, (most) => textOf(most, count)),
    count,
  );
  return isFitting(text) ? text : fitted(text, last);
};
