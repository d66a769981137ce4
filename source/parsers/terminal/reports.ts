import { readColour } from '../../model/terminal/colour.ts';
import type { MouseEvent, TerminalReport } from './typed-or-pasted.ts';

/** Bits of a button's number (xterm, ctlseqs, "Mouse Tracking"). */
const wheel = 64;
const moved = 32;
const modifiers = 4 | 8 | 16;

const deeds: ReadonlyMap<number, MouseEvent['deed']> = new Map([
  [0, 'click'],
  [wheel, 'wheel-up'],
  [wheel + 1, 'wheel-down'],
]);

/** A report of mode 1006, `CSI < BUTTON ; COLUMN ; ROW M` as a button goes down; places count from 1. */
const mouseReport = (text: string): MouseEvent | undefined => {
  const [, button = '', column = '', row = ''] =
    /^<(\d{1,3});(\d{1,5});(\d{1,5})$/.exec(text) ?? [];
  const number = Number(button);
  // With a modifier it is the terminal's own affair, such as selecting text.
  const deed = (number & (moved | modifiers)) === 0 ? deeds.get(number) : undefined;
  return button === '' || deed === undefined || column === '0' || row === '0'
    ? undefined
    : { kind: 'mouse', deed, column: Number(column) - 1, row: Number(row) - 1 };
};

/** What a control sequence tells that is no key; undefined where it is of no interest. */
export const sequenceReport = (
  text: string,
  final: string,
): MouseEvent | TerminalReport | undefined => {
  if (final === 'M') return mouseReport(text);
  if (final === 'I' && text === '') return { kind: 'focused' };
  // Primary attributes, which are asked last.
  return final === 'c' && text.startsWith('?') ? { kind: 'answered' } : undefined;
};

/** The answer to a question for a colour, `10;rgb:d7d7/dcdc/e2e2` (xterm, ctlseqs, OSC 10 and 11). */
export const colourReport = (text: string): TerminalReport | undefined => {
  const [, number, spec = ''] = /^(10|11);(.+)$/.exec(text) ?? [];
  const colour = readColour(spec);
  if (number === undefined || colour === undefined) return undefined;
  return { kind: 'colour', of: number === '10' ? 'foreground' : 'background', colour };
};
