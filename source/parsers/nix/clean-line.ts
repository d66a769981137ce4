import stripAnsi from 'strip-ansi';
import { serialisedError } from './serialised-error.ts';

/** Longest line kept on screen and in memory, in UTF-16 units. */
const longestLine = 4_000;

/** Control characters but tab, and the bidirectional overrides that can disguise text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

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
  const clean = stripAnsi(overwritten).replace(control, '').replaceAll('\t', '        ');
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
