import { constants } from 'node:fs';
import {
  access,
  chmod,
  link,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import { copyFile, isSameFile } from './copied-files.ts';
import { NotAFile, openPlainly, readRegularFile, refuseSpecial } from './regular-file.ts';
import type { Files } from './world.ts';

/** Journals and sockets are their owner's only. */
const folderMode = 0o700;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

const detailOf = (error: unknown): string => {
  const code = codeOf(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOSPC':
      return 'no space left on the disk';
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

const attempt = async <Value>(
  operation: string,
  at: string,
  deed: () => Promise<Value>,
): Promise<Result<Value, Failure>> => {
  try {
    return success(await deed());
  } catch (error) {
    // Without a code it is a mistake of ours, not of the world.
    if (codeOf(error) === undefined) throw error;
    const failure: Failure = {
      code: 'file-failed',
      operation,
      path: at,
      detail: detailOf(error),
      ...(error instanceof NotAFile ? { isNoFile: true } : {}),
    };
    return failed(failure);
  }
};

/** Makes a new name in a folder survive a power cut; not every file system can. */
const flushFolder = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // A file system that cannot flush folders keeps the file as well as it can.
  }
};

const appendFlushed = async (at: string, text: string): Promise<void> => {
  const folder = path.dirname(at);
  const flags = constants.O_WRONLY | constants.O_APPEND;
  const openNew = async () => {
    await mkdir(folder, { recursive: true, mode: folderMode });
    return await open(at, flags | constants.O_CREAT, 0o600);
  };
  let isNew = false;
  const handle = await openPlainly(at, flags).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    isNew = true;
    return openNew();
  });
  try {
    await refuseSpecial(await handle.stat());
    await handle.appendFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (isNew) await flushFolder(folder);
};

/**
 * Makes a new file that is whole from its first moment: a reader of a lock
 * never sees one without its owner. Where the file system has no hard links
 * (FAT, some network ones) it is made and then filled.
 */
const createWhole = async (at: string, text: string): Promise<boolean> => {
  const draft = `${at}.new-${crypto.randomUUID()}`;
  const options = { flag: 'wx', mode: 0o644 } as const;
  try {
    await writeFile(draft, text, options);
    // Whatever the umask says: other users must be able to read who holds it.
    await chmod(draft, 0o644);
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

/** The files of this machine. */
export const createFiles = (): Files => ({
  read: async (at, options = {}) =>
    await attempt('read', at, async () => {
      try {
        return await readRegularFile(at, options.refuseLink !== true);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    }),
  write: async (at, text) =>
    await attempt('write', at, async () => {
      // Loaded at the first write: questions such as `nixup diff` never pay for it.
      const { default: writeFileAtomic } = await import('write-file-atomic');
      await writeFileAtomic(at, text).catch(async (error: unknown) => {
        if (!isAbsent(error)) throw error;
        await mkdir(path.dirname(at), { recursive: true, mode: folderMode });
        await writeFileAtomic(at, text);
      });
    }),
  create: async (at, text) => await attempt('create', at, () => createWhole(at, text)),
  append: async (at, text) => await attempt('append to', at, () => appendFlushed(at, text)),
  list: async (folder) =>
    await attempt('list', folder, async () => {
      try {
        return (await readdir(folder)).sort();
      } catch (error) {
        if (isAbsent(error)) return [];
        throw error;
      }
    }),
  exists: async (at) =>
    await access(at).then(
      () => true,
      () => false,
    ),
  rename: async (from, to) => await attempt('rename', from, () => rename(from, to)),
  look: async (at) => {
    const info = await stat(at).catch(() => undefined);
    return info === undefined
      ? undefined
      : { mode: info.mode & 0o7777, owner: info.uid, device: info.dev, inode: info.ino };
  },
  remove: async (at) => await attempt('remove', at, () => rm(at, { recursive: true, force: true })),
  makeFolder: async (at) =>
    await attempt('make the folder', at, async () => {
      await mkdir(at, { recursive: true, mode: folderMode });
    }),
  realPath: async (at) => await attempt('resolve', at, () => realpath(at)),
  copy: async (paths, from, to) =>
    await attempt('copy files to', to, async () => {
      for (const one of paths) await copyFile(path.join(from, one), path.join(to, one));
    }),
  differing: async (paths, one, other) =>
    await attempt('compare files in', one, async () => {
      const found: string[] = [];
      for (const at of paths)
        if (!(await isSameFile(path.join(one, at), path.join(other, at)))) found.push(at);
      return found;
    }),
});
