import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A line that never ends is handed on in pieces of this length, UTF-16 units. */
export const longestPiece = 4 * 1024 * 1024;

/** After so many lines keys and timers get their turn: streams that are ready would take every one, and there are several. */
const linesPerTurn = 500;

/**
 * Hands on the lines of a stream as they come, without their line breaks; what
 * stands after the last break comes at the end. A whole chunk at a time: a
 * build says tens of thousands of lines a second, and a promise for each of
 * them would cost more than reading it.
 */
export const readStreamLines = async (
  stream: Readable,
  onLine: (line: string) => void,
): Promise<void> => {
  stream.setEncoding('utf8');
  let rest = '';
  let sinceTurn = 0;
  for await (const chunk of stream) {
    const text = rest + String(chunk);
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      onLine(text.slice(from, at > from && text[at - 1] === '\r' ? at - 1 : at));
      from = at + 1;
      sinceTurn += 1;
    }
    rest = text.slice(from);
    if (sinceTurn >= linesPerTurn) {
      sinceTurn = 0;
      await nextTurn();
    }
    if (rest.length <= longestPiece) continue;
    onLine(rest);
    rest = '';
  }
  if (rest !== '') onLine(rest);
};
