import stripAnsi from 'strip-ansi';
import { hidden } from '../../model/words/without-controls.ts';

/** Longest line kept on screen and in memory, in UTF-16 units. */
const longestLine = 4_000;

const harmless = /^[ -~]*$/;

/** The first of many tests, which nearly no line passes. */
const mayBeError = (line: string): boolean =>
  line.includes('Error\0') || line.includes('ErrorError');

const cleanTo = (line: string, longest: number): string => {
  if (mayBeError(line)) {
    const text = serialisedError(line);
    if (text !== null) return cleanTo(text, longest);
  }
  // Most lines of most builders: nothing to remove, nothing to copy.
  if (line.length <= longest && harmless.test(line)) return line;
  const capped = line.length > longest * 2 ? line.slice(0, longest * 2) : line;
  const overwritten = capped.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const clean = stripAnsi(overwritten).replaceAll('\t', '        ').replace(hidden, '');
  return clean.length > longest ? `${clean.slice(0, longest)} …` : clean;
};

/**
 * A line of foreign output made safe to show: no escape sequences, no control
 * characters, a carriage return keeps only what overwrote, length capped.
 */
export const cleanLine = (line: string): string => cleanTo(line, longestLine);

/** Longest line of a log: some builders say megabytes without a line break, and memory holds many. */
const longestLogLine = 1_000_000;

/** The same for logs, which are kept whole up to that: on the screen a line is cut when it is drawn or remembered. */
export const cleanLogLine = (line: string): string => cleanTo(line, longestLogLine);

/** Of what a message of Nix is made: it colours each value, which is 11 more bytes than are seen. */
const colourBytes = 11;

/**
 * The length of the message, where it is a character that is seen, still stands
 * before a message from which the control characters were taken.
 */
const withoutLength = (text: string): string => {
  const [first = ''] = text;
  if (first === '\ufffd') return text.slice(1);
  const hidden = first.charCodeAt(0) - (text.length - 1);
  return hidden >= 0 && hidden % colourBytes === 0 ? text.slice(1) : text;
};

/**
 * An error as Nix writes it for another Nix: `"Error"`, level, `"Error"` (in
 * older ones the name of its class), message, 0, the traces. Each text has its
 * length before it, eight bytes, and zeros up to the next eighth after it
 * (`operator << (Sink, Error)` in `src/libutil/serialise.cc`).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is a binary format
const serialised = /^([\s\S]*?)\u0005?\0{7}Error\0{3}([\s\S]*)$/;

/** The same where the control characters were taken from it already. */
const bare = /^(\s*(?:> ?)?)Error(?:[A-Z][a-z]+)?Error(?=\S)(.+)$/;

/** Numbers take eight characters, as does the length before each text. */
const numberLength = 8;

/** Where the text ends that stands at a place with its length before it. */
const endOfText = (all: string, at: number): number => {
  const length = all.charCodeAt(at) || 0;
  return at + numberLength + Math.ceil(length / numberLength) * numberLength;
};

/**
 * A line of a log as text. An older Nix writes the error of a builder that could
 * not be started for a parent that does not read it any more, so that it lands in
 * the log of the build (`runChild` in `src/libstore/build/local-derivation-goal.cc`;
 * seen with 2.8). Null where the line is no such error.
 */
const serialisedError = (line: string): string | null => {
  const [, before = '', rest] = serialised.exec(line) ?? [];
  if (rest !== undefined) {
    // Behind the level and the name of the class; a long message's own length may be unreadable.
    const said = rest.slice(endOfText(rest, numberLength) + numberLength);
    const texts = said.split('\0').filter((piece, index) => index === 0 || piece.length > 3);
    return before + texts.join(', ');
  }
  const [, margin = '', text] = bare.exec(line) ?? [];
  return text === undefined ? null : margin + withoutLength(text);
};
