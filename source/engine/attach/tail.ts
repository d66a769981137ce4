import { basename, join } from 'node:path';
import { hostInAll, readLineOfAll, readStamped } from '../../model/words/log.ts';
import { readJson } from '../../parsers/json.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { progressFileOf } from '../../services/runs/live-run.ts';
import type { World } from '../../services/world/world.ts';
import type { AppEvent, RunEvent } from '../../state/events.ts';
import { allLinesFile, hostOfLog } from '../records/old-logs.ts';
import { readJournal } from '../run/journal-lines.ts';
import { isProgress } from '../run/journal-schema.ts';

/** Bytes that are read at a time. */
const pieceBytes = 256 * 1024;

/** Of a log that is longer only its end is shown: the whole is on the disk. */
const shownBytes = 128 * 1024;

/** The same of the log of the fleet, which has the lines of all hosts. */
const shownBytesOfAll = 8 * 1024 * 1024;

/** Of logs that are quiet so many are looked at with each reading. */
const quietLogs = 100;

/** A log is quiet after so many readings without a line. */
const quietAfter = 15;

const newline = 10;

type TailWorld = Pick<World, 'files' | 'clock'>;

/** What came to a file since it was read last. */
interface NewLines {
  readonly text: string;
  /** The file was removed or made shorter meanwhile: it was read again from its beginning. */
  readonly isAnew: boolean;
}

/** Whole lines that came to a file since they were read last. */
const createLines = ({ files }: TailWorld, path: string, from: number, isCut: boolean) => {
  let at = from;
  let skipsFirst = isCut;
  /** A line ends before `at`. */
  let isAtEnd = false;
  return async (): Promise<NewLines> => {
    const before = isAtEnd ? await files.piece(path, at - 1, 1) : null;
    const isAnew = before !== null && !(before.ok && before.value[0] === newline);
    if (isAnew) {
      at = 0;
      isAtEnd = false;
      skipsFirst = false;
    }
    const whole: Buffer[] = [];
    let rest = Buffer.alloc(0);
    for (;;) {
      const read = await files.piece(path, at + rest.length, pieceBytes);
      if (!read.ok || read.value.length === 0) break;
      const all = Buffer.concat([rest, read.value]);
      const end = all.lastIndexOf(newline) + 1;
      whole.push(all.subarray(0, end));
      rest = all.subarray(end);
      at += end;
      isAtEnd ||= end > 0;
    }
    const text = Buffer.concat(whole).toString('utf8');
    if (!skipsFirst || text === '') return { text, isAnew };
    skipsFirst = false;
    return { text: text.slice(text.indexOf('\n') + 1), isAnew };
  };
};

/** The lines of a log as they were said: one event for those of each second. */
const loggedAtTimes = (host: string | null, text: string, now: number): readonly AppEvent[] => {
  const events: { type: 'logged'; host: string | null; lines: string[]; at: number }[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const { at, text: said } = readStamped(line);
    const last = events.at(-1);
    const time = at ?? last?.at ?? now;
    if (last?.at === time) last.lines.push(cleanLine(said));
    else events.push({ type: 'logged', host, lines: [cleanLine(said)], at: time });
  }
  return events;
};

type Logged = Extract<AppEvent, { readonly type: 'logged' }>;

/** Lines and steps of the log of the fleet, each of its host, in their order: one event for those that follow each other. */
const loggedInAll = (text: string, now: number): readonly Logged[] => {
  const events: (Logged & { readonly lines: string[] })[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const { at, text: said } = readStamped(line);
    const { from, text: words, isStep } = readLineOfAll(said);
    const host = hostInAll(from);
    const last = events.at(-1);
    const time = at ?? last?.at ?? now;
    if (!isStep && last?.at === time && last.host === host && last.isStep !== true)
      last.lines.push(cleanLine(words));
    else
      events.push({
        type: 'logged',
        host,
        lines: [cleanLine(words)],
        at: time,
        ...(isStep ? { isStep } : {}),
      });
  }
  return events;
};

/** What is said of a log of the fleet among its lines. */
const saidOfLog = (words: string, at: number): Logged => ({
  type: 'logged',
  host: null,
  lines: [words],
  isStep: true,
  at,
});

/** Stands before the first line of a log of the fleet that was not read from its beginning. */
const earlierLeftOut = 'earlier lines are left out here: the history of this run has them all';

/** Stands where a log was removed or made shorter while it was followed. */
const readAnew =
  'the file of this log was removed or made shorter; it is read again from its beginning';

/** What a run of another process says, from its first event on. */
interface RunTail {
  /** What came since the last call. */
  read(): Promise<readonly AppEvent[]>;
}

// Over 60 lines: journal, logs and progress are read side by side.
/**
 * Reads the journal of a run while it grows, the logs beside it, and its progress. A line that is half
 * written is read with the next call.
 */
export const createRunTail = (world: TailWorld, runFolder: string): RunTail => {
  const { files, clock } = world;
  const journal = createLines(world, join(runFolder, 'journal.jsonl'), 0, false);
  const logs = new Map<
    string,
    { bytes: number; spoke: number; readonly lines: () => Promise<NewLines> }
  >();
  const progressPath = progressFileOf(runFolder);
  let progress = { bytes: 0, lines: createLines(world, progressPath, 0, false) };
  let round = 0;

  /** The logs of a thousand hosts are not all looked at each time: nearly all of them are quiet. */
  const dueLogs = (names: readonly string[]): readonly string[] => {
    const turns = Math.ceil(names.length / quietLogs);
    return names.filter((name, index) => {
      const known = logs.get(name);
      return (
        known === undefined || round - known.spoke < quietAfter || index % turns === round % turns
      );
    });
  };

  let all: { bytes: number; readonly lines: () => Promise<NewLines> } | null = null;

  const readAll = async (): Promise<readonly AppEvent[]> => {
    const stamps = await files.stamps([allLinesFile], runFolder);
    const bytes = (stamps.ok ? stamps.value[0]?.bytes : undefined) ?? 0;
    if (bytes === (all?.bytes ?? 0)) return [];
    const isFirst = all === null;
    const from = Math.max(0, bytes - shownBytesOfAll);
    all ??= { bytes, lines: createLines(world, join(runFolder, allLinesFile), from, from > 0) };
    all.bytes = bytes;
    const { text, isAnew } = await all.lines();
    const events = text === '' ? [] : loggedInAll(text, clock.now());
    const [first] = events;
    if (isAnew) return [saidOfLog(readAnew, first?.at ?? clock.now()), ...events];
    return isFirst && from > 0 && first !== undefined
      ? [saidOfLog(earlierLeftOut, first.at), ...events]
      : events;
  };

  const readLogs = async (isLast: boolean): Promise<readonly AppEvent[]> => {
    round += 1;
    const listed = await files.list(runFolder);
    // It has all lines, and the steps, in the order of time; a run of an earlier version has none.
    if (all !== null || (listed.ok && listed.value.includes(allLinesFile))) return await readAll();
    const names = listed.ok ? listed.value.filter((name) => name.endsWith('.log')) : [];
    if (names.length === 0) return [];
    const stamps = await files.stamps(isLast ? names : dueLogs(names), runFolder);
    if (!stamps.ok) return [];
    const events: AppEvent[] = [];
    for (const { path: name, bytes } of stamps.value) {
      const from = Math.max(0, bytes - shownBytes);
      const known = logs.get(name) ?? {
        bytes: 0,
        spoke: round,
        lines: createLines(world, join(runFolder, name), from, from > 0),
      };
      logs.set(name, known);
      if (bytes === known.bytes) continue;
      known.bytes = bytes;
      known.spoke = round;
      const { text, isAnew } = await known.lines();
      if (isAnew)
        events.push({ type: 'logged', host: hostOfLog(name), lines: [readAnew], at: clock.now() });
      if (text !== '') events.push(...loggedAtTimes(hostOfLog(name), text, clock.now()));
    }
    return events;
  };

  const readProgress = async (): Promise<readonly AppEvent[]> => {
    const name = basename(progressPath);
    const stamps = await files.stamps([name], runFolder);
    const bytes = (stamps.ok ? stamps.value[0]?.bytes : undefined) ?? 0;
    if (bytes === progress.bytes) return [];
    if (bytes < progress.bytes)
      progress = { bytes, lines: createLines(world, progressPath, 0, false) };
    progress.bytes = bytes;
    const lines = (await progress.lines()).text.split('\n').filter((line) => line !== '');
    return lines.map((line): unknown => readJson(line)).filter(isProgress);
  };

  let toldAt = Number.NEGATIVE_INFINITY;
  /** Events of a journal that was made shorter are told once. */
  const readEvents = async (): Promise<readonly (AppEvent & RunEvent)[]> => {
    const { text, isAnew } = await journal();
    const { events } = readJournal(text);
    const fresh = isAnew ? events.filter(({ at }) => at > toldAt) : events;
    for (const { at } of fresh) toldAt = Math.max(toldAt, at);
    return fresh;
  };

  return {
    read: async () => {
      const events = await readEvents();
      const isLast = events.some(({ type }) => type === 'result');
      return [...events, ...(await readLogs(isLast)), ...(await readProgress())];
    },
  };
};
