import { link, lstat, mkdir, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { NotAFile } from './regular-file.ts';

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

export const isAbsentError = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

/** Node says of a read-only file system that a folder is missing; mkdir(2) of the first one that is missing tells why. */
const tellWhyNot = async (at: string, mode: number | undefined): Promise<void> => {
  const above = path.dirname(at);
  const isThere = await lstat(above).then(
    () => true,
    () => false,
  );
  if (isThere || above === at)
    await mkdir(at, { mode }).catch((error: unknown) => {
      // Somebody else made it meanwhile.
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  else await tellWhyNot(above, mode);
};

/** Makes a folder with all that is missing above it. */
export const makeFolder = async (at: string, mode?: number): Promise<void> => {
  try {
    await mkdir(at, { recursive: true, mode });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await tellWhyNot(at, mode);
    await mkdir(at, { recursive: true, mode });
  }
};

const detailOf = (error: unknown): string => {
  const code = codeOf(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOSPC':
      return 'no space left on the disk';
    case 'EDQUOT':
      return 'the disk quota is used up';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    default:
      return error instanceof Error ? error.message : String(error);
  }
};

export const attempt = async <Value>(
  operation: string,
  at: string,
  work: () => Promise<Value>,
): Promise<Result<Value, Failure>> => {
  try {
    return success(await work());
  } catch (error) {
    // An error without a code is a bug in nixup, not a failure of the world.
    if (codeOf(error) === undefined) throw error;
    const failure: Failure = {
      code: 'file-failed',
      operation,
      path: at,
      detail: detailOf(error),
      ...(error instanceof NotAFile ? { isNoFile: true } : {}),
      ...(['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '') ? { isDiskFull: true } : {}),
    };
    return failed(failure);
  }
};

/** Makes a new name in a folder survive a power cut; not every file system can. */
export const flushFolder = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // A file system that cannot flush folders keeps the file as well as it can.
  }
};

/**
 * Makes a new file that is whole from its first moment: a reader of a lock
 * never sees one without its owner. Where the file system has no hard links
 * (FAT, some network ones) it is made and then filled.
 */
export const createWhole = async (at: string, text: string): Promise<boolean> => {
  const draft = `${at}.new-${crypto.randomUUID()}`;
  const options = { flag: 'wx', mode: 0o644 } as const;
  try {
    const handle = await open(draft, options.flag, options.mode);
    try {
      await handle.writeFile(text);
      // Whatever the umask says: other users must be able to read who holds it.
      // By its handle: in a folder of somebody else its name may lead elsewhere by now.
      await handle.chmod(options.mode);
    } finally {
      await handle.close();
    }
    await link(draft, at);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(codeOf(error) ?? '')) throw error;
    return await writeFile(at, text, options).then(
      () => true,
      (other: unknown) => {
        if (codeOf(other) === 'EEXIST') return false;
        throw other;
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
};
