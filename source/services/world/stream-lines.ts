import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A line that never ends is handed on in pieces of this length, UTF-16 units. */
const longestPiece = 4 * 1024 * 1024;

/**
 * After so much text keys and timers get their turn: streams that are ready would take every one, and
 * there are several. UTF-16 units, some hundred lines.
 */
const textPerTurn = 32 * 1024;

/**
 * Text as its lines, without their line breaks; what stands after the last break comes at the end. A
 * line that never ends is handed on in pieces. Only new text is searched: a long line comes in many parts.
 */
export const createLines = (
  onLine: (line: string) => void,
): { add(text: string): void; end(): void } => {
  let rest = '';
  const hear = (line: string): void => onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  return {
    add: (text) => {
      let from = 0;
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
        hear(rest + text.slice(from, at));
        rest = '';
        from = at + 1;
      }
      rest += text.slice(from);
      if (rest.length <= longestPiece) return;
      onLine(rest);
      rest = '';
    },
    end: () => {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
};

/**
 * Hands on the text of a stream as it comes. A whole chunk at a time: a build says tens of thousands
 * of lines a second, and a promise for each of them would cost more than reading it.
 */
export const readStreamText = async (
  stream: Readable,
  onText: (text: string) => void,
): Promise<void> => {
  stream.setEncoding('utf8');
  let sinceTurn = 0;
  for await (const chunk of stream) {
    const text = String(chunk);
    onText(text);
    sinceTurn += text.length;
    if (sinceTurn < textPerTurn) continue;
    sinceTurn = 0;
    await nextTurn();
  }
};
