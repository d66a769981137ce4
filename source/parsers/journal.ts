import type { AppEvent, RunEvent } from '../model/events.ts';
import { isJournalEvent } from './journal-schema.ts';

/** Under this name an object has no field of its own, but its prototype: no nixup ever wrote it. */
const refusePrototype = (key: string, value: unknown): unknown => {
  if (key === '__proto__') throw new SyntaxError('a name that no nixup writes');
  return value;
};

const readLine = (line: string): (AppEvent & RunEvent) | null => {
  try {
    const value: unknown = JSON.parse(line, refusePrototype);
    return isJournalEvent(value) ? value : null;
  } catch {
    return null;
  }
};

/**
 * Events of a journal, one JSON object a line. A line that is no event (damaged,
 * or written by a newer nixup) is left out and counted: what remains is still
 * true. The last one without its end is what a dying process leaves, and no damage.
 */
export const readJournal = (
  text: string,
): { readonly events: readonly (AppEvent & RunEvent)[]; readonly unread: number } => {
  const events: (AppEvent & RunEvent)[] = [];
  const lines = text.split('\n');
  let unread = 0;
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const event = readLine(line);
    if (event !== null) events.push(event);
    else if (index < lines.length - 1) unread += 1;
  }
  return { events, unread };
};
