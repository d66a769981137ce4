import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Rgb, readColour } from '../../model/terminal/colour.ts';
import type { TerminalEnvironment } from '../../model/terminal/traits.ts';
import { isFields } from '../../parsers/json.ts';
import type { ScreenLook } from './look.ts';

type KeptColours = Pick<ScreenLook, 'foreground' | 'background'>;

/**
 * Asks for foreground and background (OSC 10 and 11), and last for something that every terminal
 * answers (primary attributes): after that answer no other is still to come. tmux answers for the terminal around it.
 */
export const colourQuestions = '\u001b]10;?\u001b\\\u001b]11;?\u001b\\\u001b[c';

/** The answers of terminals, by their names. */
export const coloursFile = (state: string): string => path.join(state, 'terminal-colours.json');

const terminalOf = (environment: TerminalEnvironment): string =>
  (environment['TERM_PROGRAM'] ?? '') || (environment['TERM'] ?? '');

const colourIn = (value: unknown): Rgb | null =>
  typeof value === 'string' ? (readColour(value) ?? null) : null;

const readAll = (text: string | null): Readonly<Record<string, unknown>> => {
  try {
    const all: unknown = JSON.parse(text ?? '{}');
    return isFields(all) ? all : {};
  } catch {
    return {};
  }
};

/** What this terminal answered at an earlier start: the first frame cannot wait for an answer. */
export const earlierColours = (
  text: string | null,
  environment: TerminalEnvironment,
): KeptColours => {
  const one = readAll(text)[terminalOf(environment)];
  return isFields(one)
    ? { foreground: colourIn(one['foreground']), background: colourIn(one['background']) }
    : { foreground: null, background: null };
};

const hex = (colour: Rgb | null): string | null =>
  colour === null
    ? null
    : `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;

/** Keeps what the terminal answered; nowhere to write to costs only the colours of the next first frame. */
export const keepColours = (
  file: string,
  before: string | null,
  environment: TerminalEnvironment,
  { foreground, background }: KeptColours,
): void => {
  const all = {
    ...readAll(before),
    [terminalOf(environment)]: { foreground: hex(foreground), background: hex(background) },
  };
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(all)}\n`);
  } catch {
    // As above.
  }
};
