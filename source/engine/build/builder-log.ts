import { dirname, join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import { redact } from '../../parsers/redact.ts';
import type { Nix } from '../../services/nix.ts';
import type { World } from '../../services/world/world.ts';
import { builderLogFile } from '../records/old-logs.ts';

/** The whole log of a builder, as Nix keeps it: on the disk, with its last lines. */
export interface BuilderLog {
  readonly file: string;
  readonly lines: number;
  /** The last of them. */
  readonly tail: readonly string[];
}

/** Lines that are handed on; those before them are read from the file. */
const tailLines = 2_000;

/** What is written at a time, UTF-16 units. */
const pieceUnits = 1_000_000;

/** Logs that are kept for one who looks at several. */
const keptLogs = 20;

/** The logs that were read longest ago go: Nix has them still. */
const removeOthers = async ({ files }: Pick<World, 'files'>, file: string): Promise<void> => {
  const folder = dirname(file);
  const listed = await files.list(folder);
  if (!listed.ok || listed.value.length < keptLogs) return;
  const stamps = await files.stamps(listed.value, folder);
  if (!stamps.ok) return;
  const old = stamps.value
    .filter(({ kind }) => kind === 'file')
    .toSorted((one, other) => other.changedAt - one.changedAt)
    .slice(keptLogs - 1);
  for (const { path } of old) await files.remove(join(folder, path));
};

/** Lines at the end by which two logs are compared, and UTF-16 units of each: memory has long lines in part. */
const comparedLines = 20;
const comparedUnits = 1_000;

/** Whether what was heard of a builder ends as its log does. */
export const endsAlike = (heard: readonly string[], tail: readonly string[]): boolean => {
  const count = Math.min(comparedLines, heard.length, tail.length);
  const endOf = (lines: readonly string[]): string =>
    lines
      .slice(lines.length - count)
      .map((line) => cleanLine(line).slice(0, comparedUnits))
      .join('\n');
  return count > 0 && endOf(heard) === endOf(tail);
};

/** Copies the log from Nix to a file as it comes: it may be larger than memory. Fails where Nix has none. */
export const readBuilderLog = async (
  world: Pick<World, 'files'>,
  nix: Pick<Nix, 'buildLog'>,
  folder: string,
  derivation: StorePath,
): Promise<Result<BuilderLog, Failure>> => {
  const file = builderLogFile(folder, derivation);
  await removeOthers(world, file);
  await world.files.remove(file);
  let lines = 0;
  let tail: string[] = [];
  let piece: string[] = [];
  let units = 0;
  let writing: Promise<Result<void, Failure>> = Promise.resolve(success(undefined));
  const write = (): void => {
    const text = piece.join('');
    piece = [];
    units = 0;
    writing = writing.then((before) =>
      before.ok ? world.files.append(file, text, 'written') : before,
    );
  };
  const read = await nix.buildLog(derivation, (said) => {
    const line = redact(said);
    lines += 1;
    tail.push(line);
    if (tail.length > 2 * tailLines) tail = tail.slice(-tailLines);
    piece.push(`${line}\n`);
    units += line.length + 1;
    if (units > pieceUnits) write();
  });
  if (lines > 0) write();
  const written = await writing;
  // Half a log would be read as the whole.
  if (!read.ok || !written.ok) await world.files.remove(file);
  if (!read.ok) return read;
  if (!written.ok) return failed(written.failure);
  return success({ file, lines, tail: tail.slice(-tailLines) });
};
