import { basename, dirname, join } from 'node:path';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { allLog, levelIn, type SaidLines, saidUnits, stampedText } from '../../model/words/log.ts';
import { counted } from '../../model/words/sentences.ts';
import {
  createReserve,
  type Reserve,
  reservedBytes,
  type Urgency,
} from '../../services/runs/reserve.ts';
import { readKept } from '../../services/world/kept-file.ts';
import type { AppendUntil, World } from '../../services/world/world.ts';
import type { AppEvent, CommandRecord, RunEvent } from '../../state/events.ts';
import {
  allLinesFile,
  builderLogFile,
  commandsFile,
  logName,
  roomFile,
} from '../records/old-logs.ts';
import { journalLine, readJournal } from './journal-lines.ts';
import { createOldLines, type OldLines } from './old-lines.ts';

/**
 * The durable memory of runs: `runs/<id>/journal.jsonl`, one event a line,
 * and beside it `runs/<id>/<host>.log`, and the lines of all hosts with its steps in one file. Lines are appended in order; a torn
 * last line (power loss) is ignored when reading.
 */
export interface Journal {
  /** Keeps room on the disk for the end of a run of so many hosts, until the run is closed by `dropRoom`. */
  keepRoom(run: string, hosts: number): Promise<void>;
  dropRoom(): Promise<void>;
  /** Resolves when the event is on the disk. */
  write(run: string, event: AppEvent & RunEvent): Promise<Result<void, Failure>>;
  /** A command that the run ran; nobody waits for it. */
  keepCommand(run: string, command: CommandRecord): void;
  /**
   * The files that hold a log since nixup was started: that of a host, of nixup itself (null), or of the fleet
   * (`allLog`); one for each run, the oldest first, with every line that was said so far.
   */
  logFiles(host: string | null): Promise<readonly string[]>;
  /** The same log, read by the numbers of its lines. */
  oldLines(host: string | null): OldLines;
  /** Resolves when everything written so far is on the disk. */
  settled(): Promise<void>;
  runs(): Promise<readonly string[]>;
  /** What can be read of it. */
  read(run: string): Promise<readonly (AppEvent & RunEvent)[]>;
  readWhole(run: string): Promise<JournalText>;
}

/** A journal as it was read back. */
export interface JournalText {
  readonly events: readonly (AppEvent & RunEvent)[];
  /** Lines that are no event: damaged, or of a newer nixup. */
  readonly unread: number;
  /** Its last line is there in part only. */
  readonly isCut: boolean;
  /** Why nothing of it can be read; null where it can. */
  readonly trouble: string | null;
  /** There is no such file; absent where there is. */
  readonly isAbsent?: true;
}

/** Lines of one log that wait for their turn on the disk. */
interface WaitingLog {
  readonly said: SaidLines[];
  /** UTF-16 units of their text, nearly. */
  units: number;
  /** Lines that found no room. */
  lost: number;
  /** Takes the place in the order of what is written. */
  start(): void;
  readonly done: Promise<Result<void, Failure>>;
}

/**
 * Progress is only for the screen; log lines have a file of their own, and Nix keeps those of
 * builders.
 */
const belongsInFile = (event: RunEvent): boolean =>
  event.type !== 'progress' && event.type !== 'logged' && event.type !== 'builder-logged';

/**
 * Nothing is written that could not be read back: a change that cannot be written to the journal
 * first is not made.
 */
const unreadable = (event: RunEvent, path: string): Failure => ({
  code: 'file-failed',
  operation: 'write',
  path,
  detail: `the event ${event.type} could not be read back`,
});

const fileOf = (log: string | null): string => (log === allLog ? allLinesFile : logName(log));

interface Appender {
  /** In the order in which it was asked for; resolves when the text is on the disk. */
  append(path: string, text: string, urgency: Urgency): Promise<Result<void, Failure>>;
  /**
   * What is said for a while goes to its file in one piece, and nobody waits for the disk. `isInAll`: it is the log
   * of the fleet.
   */
  appendTogether(path: string, said: SaidLines, isInAll: boolean): Promise<Result<void, Failure>>;
  /** Gives what waits its place before all that is asked for from now on. */
  hurry(): void;
  settled(): Promise<void>;
  /** How many bytes of a file were there before this nixup wrote to it. */
  startOf(path: string): number;
}

/** Lines of logs wait so long for others, ms: a thousand hosts have a thousand files. */
const logsEveryMs = 500;

/** Where writing them takes long, so many times as long: the rest of the time is for others. */
const logShare = 4;

/** A log with so much of it does not wait for the others: that of all hosts is as long as they are together. */
const longEnough = 256_000;

/** UTF-16 units that wait at most: they come from programs that may be faster than the disk. */
const mostWaiting = 8_000_000;

/** Text whose turn has not come: what follows at once is written with it. */
interface Unwritten {
  readonly path: string;
  readonly texts: string[];
  /** That of the most urgent of them. */
  urgency: Urgency;
  readonly done: Promise<Result<void, Failure>>;
}

/** A line for each that is missing, so that the others keep their numbers. */
const lostWords = (count: number): string =>
  count === 0
    ? ''
    : `(${counted(count, 'line')} missing here: they came faster than they were written)${'\n'.repeat(count)}`;

// Over 60 lines: what is written in its order, and what may join the text that waits for its turn.
/** One order of everything that is written. */
const createOrder = (world: World, reserve: Reserve) => {
  let chain: Promise<unknown> = Promise.resolve();
  const begun = new Set<string>();
  let last: Unwritten | null = null;
  const starts = new Map<string, number>();

  /** The first line after one that a dying process left without its end would be lost with it. */
  const isTorn = async (path: string): Promise<boolean> => {
    if (begun.has(path)) return false;
    begun.add(path);
    const before = await world.files.read(path);
    if (before.ok && before.value === undefined) starts.set(path, starts.get(path) ?? 0);
    if (!before.ok || before.value === undefined) return false;
    const isBroken = !/(?:^|\n)$/.test(before.value);
    if (!starts.has(path)) starts.set(path, Buffer.byteLength(before.value) + (isBroken ? 1 : 0));
    return isBroken;
  };

  const inOrder = (
    path: string,
    textNow: () => { readonly text: string; readonly urgency: Urgency },
    until: AppendUntil = 'on-disk',
  ): Promise<Result<void, Failure>> => {
    last = null;
    const appended = chain.then(async () => {
      const isBroken = await isTorn(path);
      const { text, urgency } = textNow();
      const whole = isBroken ? `\n${text}` : text;
      const written = await reserve.append(path, whole, until, urgency);
      // A full disk may have taken a part of it.
      if (!written.ok) begun.delete(path);
      return written;
    });
    chain = appended;
    return appended;
  };

  /** What comes for a file while another write is under way goes to it in one piece. */
  const append = (path: string, text: string, urgency: Urgency): Promise<Result<void, Failure>> => {
    if (last?.path === path) {
      last.texts.push(text);
      if (urgency === 'end') last.urgency = urgency;
      return last.done;
    }
    const { promise: done, resolve } = Promise.withResolvers<Result<void, Failure>>();
    const unwritten: Unwritten = { path, texts: [text], urgency, done };
    resolve(
      inOrder(path, () => {
        if (last === unwritten) last = null;
        return { text: unwritten.texts.join(''), urgency: unwritten.urgency };
      }),
    );
    last = unwritten;
    return done;
  };

  return {
    inOrder,
    append,
    settled: () => chain,
    startOf: (path: string) => starts.get(path) ?? 0,
  };
};

// Over 60 lines: what waits for its place in the order, and what gives it one.
const createAppender = (world: World, reserve: Reserve): Appender => {
  const { inOrder, append, settled, startOf } = createOrder(world, reserve);
  const waiting = new Map<string, WaitingLog>();
  const unstarted = new Set<WaitingLog>();
  let units = 0;
  let tookMs = 0;
  let stopTimer: (() => void) | undefined;

  const hurry = (): void => {
    stopTimer?.();
    stopTimer = undefined;
    if (unstarted.size === 0) return;
    const began = world.clock.now();
    for (const log of unstarted) log.start();
    unstarted.clear();
    void settled().then(() => {
      tookMs = world.clock.now() - began;
    });
  };

  /** Lines that wait for others, and then for their turn. */
  const newLog = (path: string, isInAll: boolean): WaitingLog => {
    const said: SaidLines[] = [];
    const { promise, resolve } = Promise.withResolvers<Result<void, Failure>>();
    const log: WaitingLog = {
      said,
      units: 0,
      lost: 0,
      done: promise,
      start: () => {
        const written = inOrder(
          path,
          () => {
            waiting.delete(path);
            units -= log.units;
            return { text: stampedText(said, isInAll) + lostWords(log.lost), urgency: 'new' };
          },
          'written',
        );
        resolve(written);
      },
    };
    waiting.set(path, log);
    unstarted.add(log);
    stopTimer ??= world.clock.after(Math.max(logsEveryMs, tookMs * logShare), hurry);
    return log;
  };

  return {
    append,
    appendTogether: (path, said, isInAll) => {
      const log = waiting.get(path) ?? newLog(path, isInAll);
      if (units > mostWaiting) log.lost += said.lines.length;
      else {
        const added = saidUnits(said);
        log.said.push(said);
        log.units += added;
        units += added;
        if (log.units > longEnough && unstarted.delete(log)) log.start();
      }
      return log.done;
    },
    hurry,
    settled: async () => {
      hurry();
      await settled();
    },
    startOf,
  };
};

/** Tells one writing of a file from another: its size, and when it changed. */
const versionOf = async ({ files }: Pick<World, 'files'>, path: string): Promise<string> => {
  const stamps = await files.stamps([basename(path)], dirname(path));
  const [stamp] = stamps.ok ? stamps.value : [];
  return stamp === undefined ? '' : `${stamp.bytes} ${stamp.changedAt}`;
};

const keepRoomOf = async (
  { files }: World,
  reserve: Reserve,
  runsFolder: string,
  run: string,
  hosts: number,
): Promise<void> => {
  // A run that was killed left its own: this one has the lock, so that nobody needs it any more.
  const listed = await files.list(runsFolder);
  const before = listed.ok ? listed.value.toSorted().findLast((id) => id < run) : undefined;
  if (before !== undefined) await files.remove(join(runsFolder, before, roomFile));
  await reserve.keep(join(runsFolder, run, roomFile), reservedBytes(hosts));
};

// Over 60 lines: the methods of `Journal` over one order of what is written.
export const createJournal = (world: World, folder: string): Journal => {
  const runsFolder = join(folder, 'runs');
  const reserve = createReserve(world);
  const files = createAppender(world, reserve);
  const logs = new Map<string, Set<string>>();
  const oldLines = new Map<string, OldLines>();

  const readWhole = async (run: string): Promise<JournalText> => {
    const kept = await readKept(world, join(runsFolder, run, 'journal.jsonl'));
    switch (kept.kind) {
      case 'absent':
        return { events: [], unread: 0, isCut: false, trouble: null, isAbsent: true };
      case 'other':
        return { events: [], unread: 0, isCut: false, trouble: kept.detail };
      case 'closed':
        return { events: [], unread: 0, isCut: false, trouble: explain(kept.failure).what };
      case 'text':
        return { ...readJournal(kept.text), trouble: null };
    }
  };

  let known = { run: '', paths: new Map<string, string>() };
  /** The file of a log that is written to: asked for each time that one of a thousand hosts says something. */
  const pathOfLog = (run: string, name: string): string => {
    if (known.run !== run) known = { run, paths: new Map() };
    const before = known.paths.get(name);
    if (before !== undefined) return before;
    const path = join(runsFolder, run, name);
    logs.set(name, (logs.get(name) ?? new Set()).add(path));
    known.paths.set(name, path);
    return path;
  };

  return {
    keepRoom: (run, hosts) => keepRoomOf(world, reserve, runsFolder, run, hosts),
    dropRoom: async () => {
      await files.settled();
      await reserve.drop();
    },
    write: (run, event) => {
      if (event.type === 'logged') {
        const { host, isStep = false } = event;
        const all = files.appendTogether(pathOfLog(run, allLinesFile), event, true);
        return isStep ? all : files.appendTogether(pathOfLog(run, logName(host)), event, false);
      }
      if (!belongsInFile(event)) return Promise.resolve(success(undefined));
      const path = join(runsFolder, run, 'journal.jsonl');
      const line = journalLine(event);
      // Lines that were told before a change stand on the disk before it.
      if (event.type === 'intended') files.hurry();
      return line === null
        ? Promise.resolve(failed(unreadable(event, path)))
        : files.append(path, line, event.type === 'intended' ? 'new' : 'end');
    },
    keepCommand: (run, command) => {
      const path = join(runsFolder, run, commandsFile);
      void files.appendTogether(
        path,
        { at: null, host: null, lines: [JSON.stringify(command)] },
        false,
      );
    },
    settled: files.settled,
    logFiles: async (host) => {
      await files.settled();
      return [...(logs.get(fileOf(host)) ?? [])];
    },
    oldLines: (host) => {
      const ofBuilder = host?.startsWith('/') === true ? builderLogFile(folder, host) : null;
      const name = ofBuilder ?? fileOf(host);
      const known = oldLines.get(name);
      if (known !== undefined) return known;
      const made = createOldLines(
        world.files,
        async () => {
          if (ofBuilder !== null)
            return [{ path: ofBuilder, start: 0, version: await versionOf(world, ofBuilder) }];
          await files.settled();
          return [...(logs.get(name) ?? [])].map((path) => ({ path, start: files.startOf(path) }));
        },
        levelIn(host ?? ''),
      );
      oldLines.set(name, made);
      return made;
    },
    runs: async () => {
      const listed = await world.files.list(runsFolder);
      return listed.ok ? [...listed.value].sort() : [];
    },
    read: async (run) => (await readWhole(run)).events,
    readWhole,
  };
};
