import { join } from 'node:path';
import { z } from 'zod';
import {
  hostInAll,
  readLineOfAll,
  readStamped,
  type SaidAt,
  stepLevel,
} from '../../model/words/log.ts';
import type { LogLevel } from '../../model/words/log-level.ts';
import { readJson } from '../../parsers/json.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { World } from '../../services/world/world.ts';
import type { CommandRecord } from '../../state/events.ts';
import { allLinesFile, commandsFile, hostOfLog } from '../records/old-logs.ts';

/** The end of a log of a past run. */
interface RunLog {
  /** Null: of the fleet. */
  readonly host: string | null;
  readonly lines: readonly { readonly at: SaidAt; readonly text: string }[];
  /** Only its end is here. */
  readonly isCut: boolean;
  /** The file that has all of it. */
  readonly path: string;
}

/** What a past run ran and said. */
export interface RunEvidence {
  readonly commands: readonly CommandRecord[];
  /** Commands before these, which are not here. */
  readonly commandsLeft: number;
  /** What nixup did, step by step; empty for runs of earlier versions. */
  readonly steps: readonly {
    readonly at: SaidAt;
    /** Null: of the run itself. */
    readonly host: string | null;
    readonly text: string;
    readonly level: LogLevel;
  }[];
  readonly logs: readonly RunLog[];
  /** Logs after these, which are not here. */
  readonly logsLeft: number;
  /** The whole logs. */
  readonly files: readonly string[];
}

/** What is read of the end of each log, bytes and lines. */
const endBytes = 64 * 1024;
const endLines = 200;

/** Commands and logs that are shown: of a thousand hosts the whole is in the files. */
const mostCommands = 500;
const mostLogs = 40;

const record = z.object({
  line: z.string(),
  does: z.string().nullable(),
  host: z.string().nullable(),
  startedAt: z.number(),
  tookMs: z.number(),
  ending: z.string(),
});

const readCommands = async (
  { files }: Pick<World, 'files'>,
  folder: string,
): Promise<Pick<RunEvidence, 'commands' | 'commandsLeft'>> => {
  const read = await files.read(join(folder, commandsFile));
  if (!read.ok || read.value === undefined) return { commands: [], commandsLeft: 0 };
  const lines = read.value.split('\n').filter((line) => line !== '');
  const commands = lines.slice(-mostCommands).flatMap((line) => {
    const parsed = record.safeParse(readJson(line));
    return parsed.success ? [parsed.data] : [];
  });
  return { commands, commandsLeft: Math.max(0, lines.length - mostCommands) };
};

const readEnd = async (
  { files }: Pick<World, 'files'>,
  folder: string,
  path: string,
  bytes: number | undefined,
): Promise<RunLog | null> => {
  // Of a file whose size is not known the beginning is better than nothing.
  const from = Math.max(0, (bytes ?? 0) - endBytes);
  const piece = await files.piece(join(folder, path), from, endBytes);
  if (!piece.ok) return null;
  const all = new TextDecoder().decode(piece.value).replace(/\n$/, '').split('\n');
  const whole = from === 0 ? all : all.slice(1);
  return {
    path: join(folder, path),
    host: hostOfLog(path),
    lines: whole.slice(-endLines).map((line) => {
      const { at, text } = readStamped(line);
      return { at, text: cleanLine(text) };
    }),
    isCut: from > 0 || piece.value.length >= endBytes || whole.length > endLines,
  };
};

/** Of a long run the first steps and the last ones are shown. */
const mostSteps = 300;

/** So much of the log of the fleet is looked through for steps: its beginning and its end where it is longer. */
const lookedBytes = 128 * 1024 * 1024;

const pieceBytes = 1024 * 1024;

/** A line that does not end in so many bytes is no step. */
const longestLine = 8 * 1024 * 1024;

const newline = 10;
const markOfStep = ' | == ';

const stepIn = (line: string): RunEvidence['steps'] => {
  const { at, text } = readStamped(line);
  const { from, text: said, isStep } = readLineOfAll(text);
  if (!isStep) return [];
  return [{ at, host: hostInAll(from), text: cleanLine(said), level: stepLevel(said) }];
};

/** The steps in whole lines: only those that may be one are made. */
const stepsIn = (lines: Buffer): RunEvidence['steps'] => {
  const steps: RunEvidence['steps'][number][] = [];
  for (let at = lines.indexOf(markOfStep); at !== -1; ) {
    const found = lines.indexOf(newline, at);
    const end = found === -1 ? lines.length : found;
    steps.push(...stepIn(lines.subarray(lines.lastIndexOf(newline, at) + 1, end).toString()));
    at = lines.indexOf(markOfStep, end);
  }
  return steps;
};

/** Looks through a part of a file by whole lines; a part behind its beginning begins with the rest of one. */
const stepsBetween = async (
  { files }: Pick<World, 'files'>,
  path: string,
  from: number,
  to: number,
): Promise<RunEvidence['steps']> => {
  const steps: RunEvidence['steps'][number][] = [];
  let rest: Buffer = Buffer.alloc(0);
  for (let at = from; at < to; ) {
    const read = await files.piece(path, at, Math.min(pieceBytes, to - at));
    if (!read.ok || read.value.length === 0) break;
    at += read.value.length;
    const all = Buffer.concat([rest, read.value]);
    const end = all.lastIndexOf(newline) + 1;
    steps.push(...stepsIn(all.subarray(0, end)));
    rest = all.length - end > longestLine ? Buffer.alloc(0) : all.subarray(end);
  }
  return [...steps, ...stepsIn(rest)];
};

/** Said in the place of steps that are not shown. */
const leftOut = (text: string): RunEvidence['steps'][number] => ({
  at: null,
  host: null,
  text,
  level: 'all',
});

const readSteps = async (
  world: Pick<World, 'files'>,
  folder: string,
  bytes: number,
): Promise<RunEvidence['steps']> => {
  const path = join(folder, allLinesFile);
  const half = lookedBytes / 2;
  const steps =
    bytes <= lookedBytes
      ? await stepsBetween(world, path, 0, lookedBytes)
      : [
          ...(await stepsBetween(world, path, 0, half)),
          leftOut(
            'the log is too long to look for the steps in its middle: it is read with a pager',
          ),
          ...(await stepsBetween(world, path, bytes - half, bytes)),
        ];
  return steps.length <= mostSteps
    ? steps
    : [
        ...steps.slice(0, mostSteps / 2),
        leftOut(`${steps.length - mostSteps} steps are left out here`),
        ...steps.slice(-mostSteps / 2),
      ];
};

/** Reads what a past run left beside its journal; empty where that was removed, or another machine ran it. */
export const readRunEvidence = async (
  world: Pick<World, 'files'>,
  folder: string,
): Promise<RunEvidence> => {
  const listed = await world.files.list(folder);
  const names = listed.ok ? listed.value.filter((name) => name.endsWith('.log')).sort() : [];
  const all = listed.ok && listed.value.includes(allLinesFile) ? [allLinesFile] : [];
  const stamps = await world.files.stamps([...all, ...names], folder);
  const logs: RunLog[] = [];
  const sizes = new Map(stamps.ok ? stamps.value.map(({ path, bytes }) => [path, bytes]) : []);
  for (const name of names.slice(0, mostLogs)) {
    const log = await readEnd(world, folder, name, sizes.get(name));
    if (log !== null) logs.push(log);
  }
  return {
    ...(await readCommands(world, folder)),
    steps: all.length === 0 ? [] : await readSteps(world, folder, sizes.get(allLinesFile) ?? 0),
    logs,
    logsLeft: Math.max(0, names.length - mostLogs),
    files: [...all, ...names].map((name) => join(folder, name)),
  };
};
