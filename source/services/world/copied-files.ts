import { constants } from 'node:fs';
import { cp, lstat, mkdir, readFile, readlink, rename } from 'node:fs/promises';
import path from 'node:path';

const isAbsent = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Of a path that is no file and no link: nothing. */
const readAsIs = async (at: string): Promise<{ mode: number; bytes: Buffer } | undefined> => {
  try {
    const found = await lstat(at);
    if (found.isSymbolicLink()) return { mode: found.mode, bytes: await readlink(at, 'buffer') };
    return found.isFile() ? { mode: found.mode, bytes: await readFile(at) } : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

/** Whether two paths are the same file: its bytes and mode, or that there is none. */
export const isSameFile = async (one: string, other: string): Promise<boolean> => {
  const [first, second] = [await readAsIs(one), await readAsIs(other)];
  if (first === undefined || second === undefined) return first === second;
  return first.mode === second.mode && first.bytes.equals(second.bytes);
};

/** Copies a file or a link as it is; what is none is left out. */
export const copyFile = async (from: string, to: string): Promise<void> => {
  const found = await lstat(from).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (found === undefined || !(found.isFile() || found.isSymbolicLink())) return;
  await mkdir(path.dirname(to), { recursive: true });
  // Under another name first: what is replaced may be a link, or somebody reads it.
  const fresh = `${to}.nixup-copy`;
  await cp(from, fresh, {
    verbatimSymlinks: true,
    preserveTimestamps: true,
    mode: constants.COPYFILE_FICLONE,
  });
  await rename(fresh, to);
};
