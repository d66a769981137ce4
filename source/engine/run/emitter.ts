import type { Clock } from '../../services/world/world.ts';
import type { AppEvent, Undated } from '../../state/events.ts';
import { redactEvent } from './redact-event.ts';

/** Log lines and progress reach the store at most this often, ms. */
const batchMs = 80;

export interface Emitter {
  /** Dates the events and hands them on at once, after whatever was waiting. */
  emit(...events: readonly Undated[]): void;
  /** For streams: lines and progress wait a moment and arrive together. */
  emitSoon(event: Undated): void;
  flush(): void;
}

/** Two pieces of one log as one; undefined where they are none. */
const join = (before: AppEvent | undefined, event: Undated): AppEvent | undefined => {
  if (before?.type === 'logged' && event.type === 'logged' && before.host === event.host)
    return { ...before, lines: [...before.lines, ...event.lines] };
  if (before?.type === 'builder-logged' && event.type === 'builder-logged')
    return { ...before, logs: [...before.logs, ...event.logs] };
  return undefined;
};

/**
 * The one mouth of the engine. Streams are batched here, before the store
 * sees them: Ink lays out at every commit.
 */
export const createEmitter = (
  clock: Clock,
  receive: (events: readonly AppEvent[]) => void,
): Emitter => {
  let waiting: AppEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = (): void => {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    receive(events);
  };

  const queue = (told: Undated): void => {
    const event = redactEvent(told);
    const joined = join(waiting.at(-1), event);
    if (joined !== undefined) {
      waiting[waiting.length - 1] = joined;
      return;
    }
    if (event.type === 'progress') {
      waiting = waiting.filter((other) => other.type !== 'progress' || other.host !== event.host);
    }
    waiting.push({ ...event, at: clock.now() });
  };

  return {
    emit: (...events) => {
      for (const event of events) queue(event);
      flush();
    },
    emitSoon: (event) => {
      queue(event);
      timer ??= setTimeout(flush, batchMs);
    },
    flush,
  };
};
