import { constants, type Dirent } from 'node:fs';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { showSize } from '../../model/words/format.ts';

/** More than any file that nixup reads has: a larger one is not what its name says. */
const largestBytes = 64 * 1024 * 1024;

/** What stands in the place of a file is none; `message` says what it is. */
export class NotAFile extends Error {
  readonly code = 'NOT_A_FILE';
}

interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isSymbolicLink(): boolean;
  isCharacterDevice(): boolean;
  readonly rdev: number;
}

/** Whether a program that reads it may wait, or read, for ever. */
export const isEndless = async (info: Kind): Promise<boolean> =>
  !info.isFile() && !info.isDirectory() && !(await isNullDevice(info));

const isNullDevice = async (info: Kind): Promise<boolean> =>
  info.isCharacterDevice() && info.rdev === (await stat('/dev/null')).rdev;

const kindOf = (info: Kind): string => {
  if (info.isDirectory()) return 'it is a folder';
  if (info.isFIFO()) return 'it is a pipe and not a file';
  if (info.isSocket()) return 'it is a socket and not a file';
  if (info.isSymbolicLink()) return 'it is a symbolic link';
  return 'it is a device and not a file';
};

/** A link that leads nowhere is not the same as no file: somebody meant one. */
const refuseDeadLink = async (at: string): Promise<void> => {
  const link = await lstat(at).catch(() => undefined);
  if (link?.isSymbolicLink() === true)
    throw new NotAFile('it is a symbolic link to a file that does not exist');
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/**
 * Opens without waiting: a pipe that nobody writes to would hold `open` for
 * ever (open(2), O_NONBLOCK), and a terminal would become ours (O_NOCTTY).
 */
export const openPlainly = async (
  at: string,
  flags: number,
): Promise<Awaited<ReturnType<typeof open>>> => {
  try {
    return await open(at, flags | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    switch (codeOf(error)) {
      case 'ENXIO':
        throw new NotAFile('it is a pipe or a socket and not a file');
      case 'ELOOP':
        throw new NotAFile(
          (flags & constants.O_NOFOLLOW) === 0
            ? 'its symbolic links lead in a circle'
            : 'it is a symbolic link, and is not followed',
        );
      case 'ENOENT':
        await refuseDeadLink(at);
        throw error;
      default:
        throw error;
    }
  }
};

/** Refuses what is no regular file; `/dev/null` counts as an empty one. */
export const refuseSpecial = async (info: Kind): Promise<void> => {
  if (info.isFile() || (await isNullDevice(info))) return;
  throw new NotAFile(kindOf(info));
};

/** The whole text of a regular file of bearable size. Throws `NotAFile` for everything else. */
export const readRegularFile = async (
  at: string,
  follow: boolean,
  refuse: (info: {
    readonly uid: number;
    readonly gid: number;
    readonly mode: number;
  }) => void = () => undefined,
): Promise<string> => {
  const flags = constants.O_RDONLY | (follow ? 0 : constants.O_NOFOLLOW);
  const handle = await openPlainly(at, flags);
  try {
    const info = await handle.stat();
    await refuseSpecial(info);
    refuse(info);
    if (info.size > largestBytes)
      throw new NotAFile(
        `it has ${showSize(info.size)}, and nixup reads at most ${showSize(largestBytes)} of a file`,
      );
    // Read whole, then decoded: with an encoding Node decodes and joins small pieces.
    return (await handle.readFile()).toString();
  } finally {
    await handle.close();
  }
};

/** A fleet has hundreds of folders; what has more than these is looked into in part. */
const mostFolders = 2_000;

/** As many are read at once. */
const atOnce = 32;

const entriesOf = async (folder: string): Promise<readonly Dirent[]> =>
  await readdir(folder, { withFileTypes: true }).catch(() => []);

const isSpecialEntry = async (at: string, entry: Dirent): Promise<boolean> => {
  if (entry.isFile() || entry.isDirectory()) return false;
  const info = await stat(at).catch(() => undefined);
  return info !== undefined && (await isEndless(info));
};

/** See `Files.findSpecial`. What git keeps for itself is left out. */
export const findSpecial = async (
  folder: string,
  names: ReadonlySet<string>,
): Promise<string | null> => {
  const waiting = [folder];
  for (let read = 0; read < Math.min(waiting.length, mostFolders); ) {
    const batch = waiting.slice(read, read + atOnce);
    read += batch.length;
    const listed = await Promise.all(batch.map(entriesOf));
    for (const [index, entries] of listed.entries())
      for (const entry of entries) {
        const at = join(batch[index] ?? folder, entry.name);
        if (entry.isDirectory() && entry.name !== '.git') waiting.push(at);
        if (names.has(entry.name) && (await isSpecialEntry(at, entry))) return at;
      }
  }
  return null;
};
