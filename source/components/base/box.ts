import {
  cut,
  fitLine,
  type Line,
  type Span,
  span,
  type Tone,
  widthOf,
} from '../../model/words/line.ts';
import { glyph } from '../../screen/glyphs.ts';

/** Cells inside of a box: two edges, and a blank at each of them. */
export const boxRoom = (cells: number): number => cells - 4;

/** A box around lines, exactly as wide as it is told; its title is in the upper edge. */
export const boxLines = (
  title: Span,
  content: readonly Line[],
  cells: number,
  { tone, corner = glyph.topLeft }: { readonly tone: Tone; readonly corner?: string },
): readonly Line[] => {
  const inner = boxRoom(cells);
  const text = cut(title.text, inner - 4);
  const bar = glyph.rule.repeat(Math.max(0, inner - 1 - widthOf(text)));
  return [
    [
      span(`${corner}${glyph.rule} `, tone),
      { ...title, text },
      span(` ${bar}${glyph.topRight}`, tone),
    ],
    ...content.map(
      (line): Line => [
        span(`${glyph.side} `, tone),
        ...fitLine(line, inner),
        span(` ${glyph.side}`, tone),
      ],
    ),
    [span(`${glyph.bottomLeft}${glyph.rule.repeat(cells - 2)}${glyph.bottomRight}`, tone)],
  ];
};

const margin = span(' ');

/** A box as wide as the window, with a blank at each side. */
export const framed = (
  title: string,
  content: readonly Line[],
  columns: number,
  tone: 'accent' | 'warn' = 'accent',
): readonly Line[] =>
  boxLines({ text: title, bold: true }, content, columns - 2, { tone }).map((line) => [
    margin,
    ...line,
    margin,
  ]);
