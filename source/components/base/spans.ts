import {
  fitText,
  joinFitting,
  type Line,
  muted,
  span,
  strong,
  type Tone,
  widthOf,
  wrapText,
} from '../../model/words/line.ts';
import type { Guide } from '../../screen/texts/empty-views.ts';

/** A sentence in the body of a view, wrapped: what is being done, what is wrong, what to press. */
export const said = (text: string, columns: number, tone: Tone = 'plain'): readonly Line[] =>
  wrapText(text, columns - 4).map((line): Line => [span(`  ${line}`, tone)]);

/** Below that, in a view that is still empty: what it is for, a row for each, as far as they are needed. */
export const guided = (guides: readonly Guide[], columns: number): readonly Line[] => {
  const cells = guides.reduce((most, { label }) => Math.max(most, widthOf(label)), 0) + 2;
  return [
    [span(' ')],
    ...guides.flatMap(({ label, words }) =>
      wrapText(words, columns - cells - 4).map(
        (line, at): Line => [
          span('  '),
          strong(fitText(at === 0 ? label : '', cells)),
          muted(line),
        ],
      ),
    ),
  ];
};

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
