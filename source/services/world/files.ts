import { constants, lstatSync, type Stats } from 'node:fs';
import {
  access,
  copyFile as copyBytes,
  type FileHandle,
  lstat,
  lutimes,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { attempt, createWhole, flushFolder, isAbsentError, makeFolder } from './file-calls.ts';
import {
  findSpecial,
  isEndless,
  openPlainly,
  readRegularFile,
  refuseSpecial,
} from './regular-file.ts';
import { shareFolder } from './shared-folder.ts';
import type { AppendUntil, FileStamp, Files } from './world.ts';

/** Of a path that is no file and no link: nothing. */
const readAsIs = async (at: string): Promise<{ mode: number; bytes: Buffer } | undefined> => {
  try {
    const found = await lstat(at);
    if (found.isSymbolicLink()) return { mode: found.mode, bytes: await readlink(at, 'buffer') };
    return found.isFile() ? { mode: found.mode, bytes: await readFile(at) } : undefined;
  } catch (error) {
    if (isAbsentError(error)) return undefined;
    throw error;
  }
};

/** Whether two paths are the same file: its bytes and mode, or that there is none. */
const isSameFile = async (one: string, other: string): Promise<boolean> => {
  const [first, second] = [await readAsIs(one), await readAsIs(other)];
  if (first === undefined || second === undefined) return first === second;
  return first.mode === second.mode && first.bytes.equals(second.bytes);
};

/** As many at once keep the threads of Node busy, and open few files. */
const atOnce = 16;

/** A call that is waited for costs five times one that is not, and so many of them hold no key up. */
const stampsInTurn = 64;

/** Undefined where there is nothing. */
const lookAt = (file: string): Stats | undefined => {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (isAbsentError(error)) return undefined;
    throw error;
  }
};

/** Does the same for each, several at once, and ends with the first that fails. */
const forEachAtOnce = async <Value>(
  values: readonly Value[],
  doOne: (value: Value) => Promise<void>,
): Promise<void> => {
  const rest = values.values();
  const work = async (): Promise<void> => {
    for (const value of rest) await doOne(value);
  };
  const workers = Array.from({ length: Math.min(atOnce, values.length) }, work);
  // Nobody writes on after a failure was told.
  const ended = await Promise.allSettled(workers);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
};

/** Copies a file or a link as it is; what is none is left out. */
const copyFile = async (
  from: string,
  to: string,
  /** Folders that are there. */
  folders: Set<string> = new Set(),
): Promise<void> => {
  const found = await lstat(from).catch((error: unknown) => {
    if (isAbsentError(error)) return undefined;
    throw error;
  });
  if (found === undefined || !(found.isFile() || found.isSymbolicLink())) return;
  const folder = path.dirname(to);
  if (!folders.has(folder)) await makeFolder(folder);
  folders.add(folder);
  // Under another name first: what is replaced may be a link, or somebody reads it.
  const fresh = `${to}.nixup-copy`;
  if (found.isSymbolicLink()) {
    await rm(fresh, { force: true });
    await symlink(await readlink(from, 'buffer'), fresh);
    await lutimes(fresh, found.atime, found.mtime);
  } else {
    // `cp` of Node looks at every folder above, which takes most of the time for many files.
    await copyBytes(from, fresh, constants.COPYFILE_FICLONE);
    await utimes(fresh, found.atime, found.mtime);
  }
  await rename(fresh, to);
};

/** Copies many files; what is reached by a link of a folder is not below it. */
const copyFiles = async (paths: readonly string[], from: string, to: string): Promise<void> => {
  const folders = new Set<string>();
  const known = new Map<string, Promise<boolean>>();
  const isOwn = (folder: string): Promise<boolean> => {
    if (folder === '.' || folder === '/') return Promise.resolve(true);
    const look = async (): Promise<boolean> => {
      if (!(await isOwn(path.dirname(folder)))) return false;
      const info = await lstat(path.join(from, folder)).catch(() => undefined);
      return info?.isSymbolicLink() !== true;
    };
    const found = known.get(folder) ?? look();
    known.set(folder, found);
    return found;
  };
  await forEachAtOnce([...new Set(paths)], async (one) => {
    if (await isOwn(path.dirname(one)))
      await copyFile(path.join(from, one), path.join(to, one), folders);
  });
};

/** Journals and sockets are their owner's only. */
const folderMode = 0o700;

/** Writes the whole text at the end of a file of this size, bytes, or nothing of it: a full disk takes a part of a text. */
const appendWhole = async (handle: FileHandle, text: string, size: number): Promise<void> => {
  const bytes = Buffer.from(text);
  let at = 0;
  try {
    while (at < bytes.length) at += (await handle.write(bytes, at)).bytesWritten;
  } catch (error) {
    // Where somebody else wrote after it, it stays.
    if (at > 0 && (await handle.stat()).size === size + at) await handle.truncate(size);
    throw error;
  }
};

const appendText = async (at: string, text: string, until: AppendUntil): Promise<void> => {
  const folder = path.dirname(at);
  const flags = constants.O_WRONLY | constants.O_APPEND;
  const openNew = async () => {
    await makeFolder(folder, folderMode);
    return await open(at, flags | constants.O_CREAT, 0o600);
  };
  let isNew = false;
  const handle = await openPlainly(at, flags).catch((error: unknown) => {
    if (!isAbsentError(error)) throw error;
    isNew = true;
    return openNew();
  });
  try {
    const before = await handle.stat();
    await refuseSpecial(before);
    await appendWhole(handle, text, before.size);
    if (until === 'on-disk') await handle.sync();
  } finally {
    await handle.close();
  }
  if (isNew && until === 'on-disk') await flushFolder(folder);
};

const plainFiles: Omit<Files, 'share'> = {
  read: async (at, options = {}) =>
    await attempt('read', at, async () => {
      try {
        return await readRegularFile(at, options.refuseLink !== true);
      } catch (error) {
        if (isAbsentError(error)) return undefined;
        throw error;
      }
    }),
  piece: async (at, from, bytes) =>
    await attempt('read', at, async () => {
      const handle = await openPlainly(at, constants.O_RDONLY);
      try {
        await refuseSpecial(await handle.stat());
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, from);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    }),
  write: async (at, text) =>
    await attempt('write', at, async () => {
      // Loaded at the first write: questions such as `nixup diff` never pay for it.
      const { default: writeFileAtomic } = await import('write-file-atomic');
      await writeFileAtomic(at, text).catch(async (error: unknown) => {
        if (!isAbsentError(error)) throw error;
        await makeFolder(path.dirname(at), folderMode);
        await writeFileAtomic(at, text);
      });
    }),
  create: async (at, text) => await attempt('create', at, () => createWhole(at, text)),
  append: async (at, text, until = 'on-disk') =>
    await attempt('append to', at, () => appendText(at, text, until)),
  list: async (folder) =>
    await attempt('list', folder, async () => {
      try {
        return (await readdir(folder)).sort();
      } catch (error) {
        if (isAbsentError(error)) return [];
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
    if (info === undefined) return undefined;
    const { mode, uid: owner, dev: device, ino: inode } = info;
    const isSpecial = await isEndless(info);
    return { mode: mode & 0o7777, owner, device, inode, ...(isSpecial ? { isSpecial } : {}) };
  },
  findSpecial,
  remove: async (at) => await attempt('remove', at, () => rm(at, { recursive: true, force: true })),
  makeFolder: async (at) =>
    await attempt('make the folder', at, async () => {
      await makeFolder(at, folderMode);
    }),
  realPath: async (at) => await attempt('resolve', at, () => realpath(at)),
  copy: async (paths, from, to) =>
    await attempt('copy files to', to, async () => {
      await copyFiles(paths, from, to);
    }),
  stamps: async (paths, folder) =>
    await attempt('look at files in', folder, async () => {
      const found: FileStamp[] = [];
      for (const [index, one] of paths.entries()) {
        if (index % stampsInTurn === stampsInTurn - 1) await setImmediate();
        const info = lookAt(path.join(folder, one));
        if (info !== undefined)
          found.push({
            path: one,
            bytes: info.size,
            kind: info.isSymbolicLink() ? 'link' : info.isDirectory() ? 'folder' : 'file',
            changedAt: info.ctimeMs,
          });
      }
      return found;
    }),
  differing: async (paths, one, other) =>
    await attempt('compare files in', one, async () => {
      const found: string[] = [];
      for (const at of paths)
        if (!(await isSameFile(path.join(one, at), path.join(other, at)))) found.push(at);
      return found;
    }),
};

/** The files of this machine. */
export const createFiles = (): Files => {
  const files: Files = {
    ...plainFiles,
    share: async (gitFolder, name) => await shareFolder(files, gitFolder, name),
  };
  return files;
};
