import { type AppEvent, isRunEvent, type RunEvent } from '../model/events.ts';

const isDatedRunEvent = (value: unknown): value is AppEvent & RunEvent =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  'at' in value &&
  typeof value.at === 'number' &&
  isRunEvent(value as AppEvent);

/**
 * Events of a journal, one JSON object a line. A line that is torn or of an
 * unknown type (written by another version) is left out: what remains is
 * still true.
 */
export const readJournal = (text: string): readonly (AppEvent & RunEvent)[] => {
  const events: (AppEvent & RunEvent)[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      const value: unknown = JSON.parse(line);
      if (isDatedRunEvent(value)) events.push(value);
    } catch {
      // A torn line: the process died while it wrote.
    }
  }
  return events;
};
