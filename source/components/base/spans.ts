import { type Line, span, type Tone, wrapText } from '../../model/words/line.ts';

/** A sentence in the body of a view, wrapped: what is being done, what is wrong, what to press. */
export const said = (text: string, columns: number, tone: Tone = 'plain'): readonly Line[] =>
  wrapText(text, columns - 4).map((line): Line => [span(`  ${line}`, tone)]);
