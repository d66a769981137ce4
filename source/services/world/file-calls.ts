import { link, open, rm, writeFile } from 'node:fs/promises';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { NotAFile } from './regular-file.ts';

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

export const isAbsentError = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

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
