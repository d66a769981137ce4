import { type Line, type Span, span, wrapText } from '../../model/words/line.ts';
import { labelled } from './details.ts';
import type { Section } from './pane-sections.ts';

/** Cells that a label takes, with the blank before it. */
export const labelCells = 12;

/** Lines below one label. */
export const under = (label: string, lines: readonly Line[]): Section =>
  lines.map((line, index) => labelled(index === 0 ? label : '', ...line));

export const wrapped = (
  text: string,
  cells: number,
  tone: Span['tone'] = 'plain',
): readonly Line[] =>
  wrapText(text, cells - labelCells - 1).map((line): Line => [span(line, tone)]);

/** A sign with its words beside it, in as many lines as they take. */
export const signed = (
  [sign, tone]: readonly [sign: string, tone: Span['tone']],
  text: string,
  cells: number,
): readonly Line[] =>
  wrapText(text, cells - labelCells - 3).map(
    (line, index): Line => [span(index === 0 ? `${sign} ` : '  ', tone), span(line)],
  );
