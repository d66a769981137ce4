import {
  joinFitting,
  type Line,
  span,
  strong,
  type Tone,
  wrapText,
} from '../../model/words/line.ts';

/** A sentence in the body of a view, wrapped: what is being done, what is wrong, what to press. */
export const said = (text: string, columns: number, tone: Tone = 'plain'): readonly Line[] =>
  wrapText(text, columns - 4).map((line): Line => [span(`  ${line}`, tone)]);

/** The title of a view and what is told beside it, the most wanted first; what does not fit leaves whole. */
export const titled = (
  title: string,
  parts: readonly Line[],
  columns: number,
  separator = ' · ',
): Line => {
  const name = strong(` ${title}   `);
  return [name, ...joinFitting(parts, separator, columns - title.length - 5)];
};
