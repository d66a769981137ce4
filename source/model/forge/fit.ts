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

/**
 * The parts one after the other, each with as many of its lines as fit: what is long is cut before
 * what is short is touched, and how much is missing is said. `last` always stands at the end.
 */
export const fitBody = (parts: readonly BodyPart[], last: string): string => {
  const textOf = (most: number): string =>
    `${parts.flatMap((part) => linesOf(part, most)).join('\n')}\n${last}\n`;
  const longest = Math.max(0, ...parts.map(({ lines }) => lines.length));
  const whole = textOf(longest);
  if (isFitting(whole)) return whole;
  let [fits, tooMany] = [0, longest];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (isFitting(textOf(middle))) fits = middle;
    else tooMany = middle;
  }
  return textOf(fits);
};
