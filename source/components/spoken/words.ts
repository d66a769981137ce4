import type { Line } from '../../model/words/line.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import { glyph } from '../../screen/glyphs.ts';

/** Signs that say more than the words behind them. */
const signWords: ReadonlyMap<string, string> = new Map([
  [glyph.look, 'warning'],
  [glyph.failed, 'failed'],
]);

/** Words with what their sign means before them, where they do not begin with it. */
export const withSign = (sign: string, words: string): string => {
  const means = signWords.get(sign);
  return means === undefined || words.includes(means) ? words : `${means} ${words}`;
};

/** Everything that is drawn and not written: boxes, bars, charts, and signs that have their word beside them. */
const drawn = /[\u2190-\u21ff\u2500-\u25ff\u2600-\u27bf\u2800-\u28ff·…]/g;

const withoutSign = (part: string): string => {
  const [, sign = '', words = part] = /^([!?✗✓]) (.*)$/s.exec(part) ?? [];
  return withSign(sign, words.trim());
};

/** A text as it is read aloud: columns are parts of a sentence, arrows a word, and signs what they mean. */
export const spoken = (text: string): string =>
  withoutControls(text)
    .replaceAll(' → ', ' to ')
    // A sign between words begins a part of its own.
    .replaceAll(/ ([!✗]) (?=\S)/g, '  $1 ')
    .split(/ {2,}/)
    .map((part) => withoutSign(part.trim()))
    .flatMap((part) => part.replaceAll(drawn, '  ').split(/ {2,}/))
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .join(', ');

/** A line of a log as it was written: its blanks are no columns, and its words are its own. */
export const verbatim = (text: string): string =>
  withoutControls(text).replaceAll(drawn, ' ').replaceAll(/\s+/g, ' ').trim();

export const spokenLine = (line: Line): string => spoken(line.map((part) => part.text).join(''));

/** Parts of one sentence: no full stop stands before a comma. */
export const sentence = (parts: readonly string[]): string =>
  parts
    .filter((part) => part !== '')
    .map((part, at) => (at === parts.length - 1 ? part : part.replace(/\.$/, '')))
    .join(', ');
