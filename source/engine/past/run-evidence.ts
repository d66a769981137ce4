import { join } from 'node:path';
import { z } from 'zod';
import { isSafeHostName } from '../../model/host/address.ts';
import { readLineOfAll, readStamped, type SaidAt } from '../../model/words/log.ts';
import { readJson } from '../../parsers/json.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { World } from '../../services/world/world.ts';
import type { CommandRecord } from '../../state/events.ts';
import { allLinesFile, commandsFile } from '../records/old-logs.ts';

/** The end of a log of a past run. */
interface RunLog {
  /** Null: of the fleet. */
  readonly host: string | null;
  readonly lines: readonly { readonly at: SaidAt; readonly text: string }[];
  /** Only its end is here. */
  readonly isCut: boolean;
}

/** What a past run ran and said. */
export interface RunEvidence {
  readonly commands: readonly CommandRecord[];
  /** What nixup did, step by step; empty for runs of earlier versions. */
  readonly steps: readonly { readonly at: SaidAt; readonly text: string }[];
  readonly logs: readonly RunLog[];
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
): Promise<readonly CommandRecord[]> => {
  const read = await files.read(join(folder, commandsFile));
  if (!read.ok || read.value === undefined) return [];
  return read.value
    .split('\n')
    .slice(-mostCommands - 1)
    .flatMap((line) => {
      const parsed = record.safeParse(readJson(line));
      return parsed.success ? [parsed.data] : [];
    });
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
  const name = path.slice(0, -'.log'.length);
  return {
    host: name === 'fleet' || !isSafeHostName(name) ? null : name,
    lines: whole.slice(-endLines).map((line) => {
      const { at, text } = readStamped(line);
      return { at, text: cleanLine(text) };
    }),
    isCut: from > 0 || piece.value.length >= endBytes || whole.length > endLines,
  };
};

/** Of a long run the first steps and the last ones are shown. */
const stepBytes = 512 * 1024;
const mostSteps = 300;

/** The steps in a piece of the log of the fleet; `isWhole`: it begins with a whole line. */
const stepsIn = (piece: Uint8Array, isWhole: boolean): RunEvidence['steps'] =>
  new TextDecoder()
    .decode(piece)
    .split('\n')
    .slice(isWhole ? 0 : 1)
    .flatMap((line) => {
      const { at, text } = readStamped(line);
      const { from, text: said, isStep } = readLineOfAll(text);
      return isStep ? [{ at, text: cleanLine(from === 'nixup' ? said : `${from}: ${said}`) }] : [];
    });

const readSteps = async (
  { files }: Pick<World, 'files'>,
  folder: string,
  bytes: number,
): Promise<RunEvidence['steps']> => {
  const path = join(folder, allLinesFile);
  const first = await files.piece(path, 0, stepBytes);
  if (!first.ok) return [];
  const steps = [...stepsIn(first.value, true)];
  const from = Math.max(stepBytes, bytes - stepBytes);
  const last = bytes > stepBytes ? await files.piece(path, from, stepBytes) : null;
  if (last?.ok === true) steps.push(...stepsIn(last.value, false));
  return steps.length <= mostSteps
    ? steps
    : [
        ...steps.slice(0, mostSteps / 2),
        { at: null, text: `${steps.length - mostSteps} steps are left out here` },
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
    commands: await readCommands(world, folder),
    steps: all.length === 0 ? [] : await readSteps(world, folder, sizes.get(allLinesFile) ?? 0),
    logs,
    files: [...all, ...names].map((name) => join(folder, name)),
  };
};
