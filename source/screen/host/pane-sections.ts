import { fitLine, type Line, lineWidth, muted, widthOf } from '../../model/words/line.ts';
import { glyph } from '../glyphs.ts';

/** What a pane tells of one thing, the most wanted line first; none where there is nothing to tell. */
export type Section = readonly Line[];

/** How many lines of each section fit: one of each in their order, then more in turn while there is room. */
const shares = (sections: readonly Section[], rows: number): readonly number[] => {
  const given = sections.map(() => 0);
  let left = rows;
  for (let round = 0; left > 0; round += 1) {
    let isAdded = false;
    for (const [index, section] of sections.entries()) {
      if (left === 0 || section.length <= round) continue;
      given[index] = round + 1;
      left -= 1;
      isAdded = true;
    }
    if (!isAdded) break;
  }
  return given;
};

/** A line with how many more there are at its end. */
const withMore = (line: Line, more: number, cells: number, words: string): Line => {
  const edge = ` ${glyph.down}${more}${words}`;
  return [...fitLine(line, cells - widthOf(edge)), muted(edge)];
};

/** Lines that do not all fit say in their last row how many are left, and by which key they are read. */
export const asFarAsSeen = (
  lines: readonly Line[],
  height: number,
  columns: number,
): readonly Line[] => {
  if (lines.length <= height) return lines;
  const last = lines[height - 1] ?? [];
  return [...lines.slice(0, height - 1), withMore(last, lines.length - height, columns, ' Enter')];
};

/**
 * As many lines of the sections as there are rows. A section that goes on says by how many lines, and the
 * last row how many lines more there are behind Enter, where some sections have none here.
 */
export const fillSections = (
  sections: readonly Section[],
  rows: number,
  cells: number,
): readonly Line[] => {
  const given = shares(sections, rows);
  const shown = sections.flatMap((section, index) => {
    const count = given[index] ?? 0;
    return section.slice(0, count).map((line, place) => ({
      line,
      more: place === count - 1 ? section.length - count : 0,
    }));
  });
  const hidden = sections.reduce(
    (sum, section, index) => sum + (given[index] === 0 ? section.length : 0),
    0,
  );
  return shown.map(({ line, more }, index) => {
    if (hidden > 0 && index === shown.length - 1)
      return withMore(line, more + hidden, cells, ' Enter');
    if (more > 0) return withMore(line, more, cells, '');
    return lineWidth(line) > cells ? fitLine(line, cells) : line;
  });
};
