import { isFields } from '../../parsers/json.ts';
import { isKeptName } from '../../parsers/kept/shapes.ts';
import type { AppEvent, RunEvent } from '../../state/events.ts';
import { isJournalEvent } from './journal-schema.ts';

const isLeftOut = (name: unknown): boolean => typeof name === 'string' && !isKeptName(name);

/**
 * Leaves out keys that no table may have: a flake can have a host named `constructor`, which is
 * refused, but is listed among the hosts. Used for writing and for reading, so that both agree.
 */
const withoutOddNames = (key: string, value: unknown): unknown => {
  // Under this name an object has no field of its own, but its prototype.
  if (key === '__proto__') return undefined;
  if (key !== 'hosts' && key !== 'left') return value;
  if (Array.isArray(value)) return value.filter((name) => !isLeftOut(name));
  return isFields(value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => !isLeftOut(name)))
    : value;
};

const readLine = (line: string): (AppEvent & RunEvent) | null => {
  try {
    const value: unknown = JSON.parse(line, withoutOddNames);
    return isJournalEvent(value) ? value : null;
  } catch {
    return null;
  }
};

/** The line of an event; null where it could not be read back, such as one of a host `constructor`. */
export const journalLine = (event: AppEvent & RunEvent): string | null => {
  const line = JSON.stringify(event, withoutOddNames);
  return readLine(line) === null ? null : `${line}\n`;
};

/**
 * Events of a journal, one JSON object a line. A line that is no event (damaged,
 * or written by a newer nixup) is left out and counted: what remains is still
 * true. The last one without its end is what a dying process leaves, and no damage.
 */
export const readJournal = (
  text: string,
): {
  readonly events: readonly (AppEvent & RunEvent)[];
  readonly unread: number;
  /** What stands behind the last whole line is no event. */
  readonly isCut: boolean;
} => {
  const events: (AppEvent & RunEvent)[] = [];
  const lines = text.split('\n');
  let unread = 0;
  let isCut = false;
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const event = readLine(line);
    if (event !== null) events.push(event);
    else if (index < lines.length - 1) unread += 1;
    else isCut = true;
  }
  return { events, unread, isCut };
};
