import { isAddress } from '../../model/words/addresses.ts';
import { cutLine, type Line, type Span } from '../../model/words/line.ts';
import { toAscii } from '../../screen/glyphs.ts';
import { drawable } from './drawable.ts';
import { asUnderline, type LinkTable } from './link-table.ts';
import type { Theme } from './theme.ts';

/** How text is drawn. */
export interface Paint {
  readonly theme: Theme;
  readonly ascii: boolean;
  /** Null where the terminal shows no links (OSC 8). */
  readonly links: LinkTable | null;
}

const bold = '1';
const underlined = '4';
const exchanged = '7';

/** Parameters of Select Graphic Rendition for a span. */
const codesOf = (
  { tone = 'plain', bold: isBold, inverse }: Pick<Span, 'tone' | 'bold' | 'inverse'>,
  theme: Theme,
  isSelected: boolean,
): readonly string[] => {
  const { row, tones } = theme.selection;
  // Exchanged twice would be as it was: on such a row it is underlined.
  const isUnderlined = inverse === true && isSelected && theme.isReversed;
  return [
    ...(isBold === true || (isSelected && !theme.isReversed) ? [bold] : []),
    ...(isUnderlined ? [underlined] : []),
    ...(inverse === true && !isUnderlined ? [exchanged] : []),
    ...(isSelected ? [row] : []),
    (isSelected ? tones : theme.tones)[tone],
  ].filter((code) => code !== '');
};

/** What begins with this sequence has the look of a tone; it ends with `plainAgain`. */
export const toneBegin = (tone: NonNullable<Span['tone']>, theme: Theme): string =>
  theme.tones[tone] === '' ? '' : `\u001b[${theme.tones[tone]}m`;

export const plainAgain = '\u001b[0m';

const linked = (text: string, link: string | undefined, { links }: Paint): string => {
  const number = link === undefined || !isAddress(link) ? null : (links?.numberOf(link) ?? null);
  return number === null ? text : asUnderline(text, number);
};

const isBlank = /^ +$/;

/** A line as a terminal draws it, at most so many cells. */
export const paintLine = (
  line: Line,
  paint: Paint,
  { columns, isSelected }: { readonly columns: number; readonly isSelected: boolean },
): string => {
  let drawn = '';
  const blankCodes = isSelected ? [paint.theme.selection.row] : [];
  let before: readonly string[] = blankCodes;
  for (const part of cutLine(line.map(drawable), columns)) {
    const text = linked(paint.ascii ? toAscii(part.text) : part.text, part.link, paint);
    const own = codesOf(part, paint.theme, isSelected);
    // The colour of a letter does not show where none is: to change it twice would be twice the bytes.
    const codes = isBlank.test(part.text) && part.inverse !== true ? before : own;
    drawn += codes.length === 0 ? text : `\u001b[${codes.join(';')}m${text}${plainAgain}`;
    // Behind exchanged or underlined text blanks would show.
    before = part.inverse === true ? blankCodes : codes;
  }
  return drawn;
};
