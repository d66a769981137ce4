import { type Command, showCommand } from '../../model/command.ts';
import { explainShortly } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { showLimit } from '../../model/words/format-time.ts';
import { redact } from '../../parsers/redact.ts';
import type { Clock } from '../../services/world/world.ts';
import type { AppEvent, BuilderLines, CommandRecord, Undated } from '../../state/events.ts';

/** Log lines and progress reach the store at most this often, ms. */
const batchMs = 80;

/**
 * So often where more lines come than anybody reads, ms: each batch is drawn, and a thousand builds say
 * as much in any of them.
 */
const floodMs = 200;

/** Lines in a second, from which on that is so. */
const floodOf = 4_000;

export interface Emitter {
  /** Dates the events and hands them on at once, after whatever was waiting. */
  emit(...events: readonly Undated[]): void;
  /** For streams: lines and progress wait a moment and arrive together. */
  emitSoon(event: Undated): void;
  flush(): void;
  /** Hands on events of another process as they are, after whatever was waiting. */
  relay(events: readonly AppEvent[]): void;
}

/** What waits for its moment: lines of one log that follow each other together, and of each host its last progress. */
const createWaiting = (now: () => number) => {
  let events: (AppEvent | null)[] = [];
  let lines = 0;
  let last: { readonly host: string | null; readonly lines: string[] } | null = null;
  const progress = new Map<string | null, number>();
  let builders: BuilderLines[] | null = null;
  const add = (event: Undated): void => {
    events.push({ ...event, at: now() });
  };
  return {
    queue: (event: Undated): void => {
      if (event.type === 'logged') {
        lines += event.lines.length;
        // Only with the lines just before them: the log of the fleet has all in the order in which they were said.
        if (event.isStep !== true && last !== null && last.host === event.host) {
          for (const line of event.lines) last.lines.push(line);
          return;
        }
        const own = [...event.lines];
        last = event.isStep === true ? null : { host: event.host, lines: own };
        add({ ...event, lines: own });
      } else if (event.type === 'builder-logged') {
        if (builders !== null) {
          builders.push(...event.logs);
          return;
        }
        builders = [...event.logs];
        add({ ...event, logs: builders });
      } else if (event.type === 'progress') {
        // The last one, at its own time: times only rise, and no host is always the first of many.
        const place = progress.get(event.host);
        if (place !== undefined) events[place] = null;
        progress.set(event.host, events.length);
        add(event);
      } else add(event);
    },
    /** Lines of logs among it. */
    lines: (): number => lines,
    take: (): readonly AppEvent[] => {
      const taken = events.filter((event) => event !== null);
      events = [];
      lines = 0;
      last = null;
      progress.clear();
      builders = null;
      return taken;
    },
  };
};

/**
 * The one mouth of the engine. Streams are batched here, before the store
 * sees them: Ink lays out at every commit.
 */
export const createEmitter = (
  clock: Clock,
  receive: (events: readonly AppEvent[]) => void,
): Emitter => {
  const waiting = createWaiting(() => clock.now());
  let stopTimer: (() => void) | undefined;
  let waitMs = batchMs;

  const flush = (): void => {
    stopTimer?.();
    stopTimer = undefined;
    const events = waiting.take();
    if (events.length > 0) receive(events);
  };

  const queue = (given: Undated): void => waiting.queue(redactEvent(given));

  return {
    emit: (...events) => {
      for (const event of events) queue(event);
      flush();
    },
    emitSoon: (event) => {
      queue(event);
      stopTimer ??= clock.after(waitMs, () => {
        waitMs = waiting.lines() * 1_000 > floodOf * waitMs ? floodMs : batchMs;
        flush();
      });
    },
    flush,
    relay: (events) => {
      flush();
      receive(events.map(redactEvent));
    },
  };
};

const endingOf = (result: Result<unknown, Failure>): string => {
  if (result.ok) return 'done';
  const { failure } = result;
  switch (failure.code) {
    case 'command-failed':
      return `exit ${failure.exitCode}`;
    case 'command-killed':
      return `ended by ${failure.signal}`;
    case 'command-timeout':
      return `stopped after ${showLimit(failure.afterMs)}`;
    case 'program-missing':
      return 'not on PATH';
    case 'canceled':
      return 'canceled';
    default:
      return redact(explainShortly(failure));
  }
};

/** A command that ran, for the list behind `@`; secrets never reach it. */
export const recordCommand = (
  command: Command,
  startedAt: number,
  tookMs: number,
  result: Result<unknown, Failure>,
  does: string | undefined,
): CommandRecord => ({
  does: does ?? null,
  line: redact(showCommand(command)),
  host: command.host ?? null,
  startedAt,
  tookMs,
  ending: endingOf(result),
});

/** Events whose texts come from programs, hosts and servers. Facts with large texts of their own are not among them. */
const foreign: ReadonlySet<Undated['type']> = new Set<Undated['type']>([
  // Lines of logs are clean since they were said: there are too many to look at twice.
  'missed',
  'achieved',
  'stage-changed',
  'host-worked',
  'host-unprobed',
  'host-expected',
  'fleet-unlisted',
  'board-observed',
  'noticed',
  'causes-found',
  'result',
]);

const redactDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactDeep);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item)]));
};

/** The event without secrets: before it reaches state, journal or screen. The shape stays. */
export const redactEvent = <Event extends Undated>(event: Event): Event =>
  foreign.has(event.type) ? (redactDeep(event) as Event) : event;
