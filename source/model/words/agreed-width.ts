import stringWidth from 'string-width';
import { clustersOf, isOneCellEach } from './clusters.ts';

/** Drawn over the character before them, by all. */
const marks =
  /[\u0300-\u036f\u0483-\u0486\u0591-\u05bd\u064b-\u065e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u3099\u309a]/u;

/** Two cells since terminals know of such characters at all (wcwidth of Unicode 6, East Asian Wide). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}]/u;

/** Drawn as one or as two, joined or apart, as each terminal likes: emoji and what makes them. */
const emoji =
  /\p{Emoji_Presentation}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200c|\u200d|\u20e3|\ufe0e|\ufe0f/u;

/**
 * One cell in some terminals, none or two in others: marks that are young, what became a sign
 * after it was a mark (U+06DE), the vowels and endings of Hangul, what is not assigned.
 */
const disputed = /[\p{M}\p{Cn}\u06de\u1160-\u11ff]/u;

const cellsOf = (character: string): number => {
  if (marks.test(character)) return 0;
  if (disputed.test(character)) return Number.NaN;
  return wide.test(character) ? 2 : 1;
};

const isAgreed = (cluster: string): boolean =>
  !emoji.test(cluster) &&
  [...cluster].reduce((sum, character) => sum + cellsOf(character), 0) === stringWidth(cluster);

/**
 * A text whose signs are as wide in every terminal as they are measured: what some
 * draw wider or narrower is replaced by a box of its measured width. One such sign
 * would shift the rest of its row, and leave cells of an older row behind.
 */
export const withAgreedWidths = (text: string): string =>
  isOneCellEach(text)
    ? text
    : [...clustersOf(text)]
        .map(({ segment }) =>
          isAgreed(segment)
            ? segment
            : '□'.padEnd(stringWidth(segment)).slice(0, stringWidth(segment)),
        )
        .join('');
