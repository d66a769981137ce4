import { constants, type Stats } from 'node:fs';
import {
  access,
  type FileHandle,
  lstat,
  mkdir,
  open,
  realpath,
  rename,
  rm,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { attempt, codeOf, createWhole, flushFolder, isAbsentError } from './file-calls.ts';
import { NotAFile, readRegularFile } from './regular-file.ts';
import type { Files, SharedFolder } from './world.ts';

interface SharedPlace {
  /** Links resolved. */
  readonly gitFolder: string;
  readonly folder: string;
  readonly name: string;
}

type Owned = Pick<Stats, 'uid' | 'gid' | 'mode'>;

const me = (): number => process.geteuid?.() ?? -1;

const isRoot = (): boolean => me() === 0;

const groupWrites = 0o020;

/** Rights of the git folder; never more than its owner and group may write. */
const folderMode = ({ mode }: Owned): number => mode & 0o2775;

const fileMode = ({ mode }: Owned): number => mode & 0o664;

/**
 * Files that belong to a user who may not write into the git folder were not put there by one of
 * its users.
 */
const refuseThird = (git: Owned, found: Owned): void => {
  if ([git.uid, 0, me()].includes(found.uid)) return;
  const isOfGroup =
    (git.mode & groupWrites) !== 0 && found.gid === git.gid && (found.mode & 0o002) === 0;
  if (!isOfGroup)
    throw new NotAFile(
      `it belongs to user ${found.uid}, and the git folder to user ${git.uid}; it is not used`,
    );
};

const directory = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * The path of a folder that is open: whatever its owner puts in its place
 * meanwhile, names below it lead into this one (proc_pid_fd(5)).
 */
const held = (handle: FileHandle, at: string): string =>
  os.platform() === 'linux' ? `/proc/self/fd/${handle.fd}` : at;

const openFolder = async (at: string): Promise<FileHandle> => {
  try {
    return await open(at, directory);
  } catch (error) {
    const found = await lstat(at).catch(() => undefined);
    if (found?.isSymbolicLink() === true)
      throw new NotAFile('it is a symbolic link, and is not followed');
    if (found !== undefined && !found.isDirectory()) throw new NotAFile('it is no folder');
    throw error;
  }
};

const withFolder = async <Value>(
  at: string,
  work: (base: string, info: Stats, handle: FileHandle) => Promise<Value>,
): Promise<Value> => {
  const handle = await openFolder(at);
  try {
    return await work(held(handle, at), await handle.stat(), handle);
  } finally {
    await handle.close();
  }
};

/** Gives what was made to the owner of the git folder (by root), or to its group. */
const giveTo = async (handle: FileHandle, git: Owned, mode: number): Promise<void> => {
  if (isRoot()) await handle.chown(git.uid, git.gid);
  else if ((git.mode & groupWrites) !== 0)
    await handle.chown(me(), git.gid).catch(() => {
      // Of a group of which this user is none: others of it read the file still.
    });
  // After chown, which takes the set-group-id bit away.
  await handle.chmod(mode);
};

/** Works in the shared folder while it is held open. */
const inFolder = async <Value>(
  { gitFolder, folder, name }: SharedPlace,
  work: (base: string, git: Owned) => Promise<Value>,
): Promise<Value> =>
  await withFolder(gitFolder, async (gitBase, git) => {
    const at = path.join(gitBase, name);
    return await withFolder(at, async (base, found) => {
      refuseThird(git, found);
      return await work(os.platform() === 'linux' ? base : folder, git);
    });
  });

const ensure = async ({ gitFolder, name }: SharedPlace): Promise<void> => {
  await withFolder(gitFolder, async (gitBase, git) => {
    const at = path.join(gitBase, name);
    const isNew = await mkdir(at, { mode: 0o700 }).then(
      () => true,
      (error: unknown) => {
        if (codeOf(error) === 'EEXIST') return false;
        throw error;
      },
    );
    await withFolder(at, async (_base, found, handle) => {
      refuseThird(git, found);
      if (isNew || (isRoot() && found.uid !== git.uid)) await giveTo(handle, git, folderMode(git));
    });
  });
};

/** As a file of another name first; a link in the place of the file is replaced, and never written through. */
const writeFile = async (base: string, git: Owned, name: string, text: string): Promise<void> => {
  const draft = path.join(base, `${name}.new-${crypto.randomUUID()}`);
  try {
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW;
    const handle = await open(draft, flags, 0o600);
    try {
      await handle.writeFile(text);
      await giveTo(handle, git, fileMode(git));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path.join(base, name));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await flushFolder(base);
};

const filesIn = (place: SharedPlace, others: Files): Files => {
  const { folder } = place;
  const isInside = (at: string): boolean => path.dirname(at) === folder;
  const at = (base: string, file: string): string => path.join(base, path.basename(file));
  return {
    ...others,
    read: async (file, options) =>
      isInside(file)
        ? await attempt('read', file, async () => {
            try {
              return await inFolder(
                place,
                async (base, git) =>
                  await readRegularFile(at(base, file), false, (info) => refuseThird(git, info)),
              );
            } catch (error) {
              if (isAbsentError(error)) return undefined;
              throw error;
            }
          })
        : await others.read(file, options),
    makeFolder: async (file) =>
      file === folder
        ? await attempt('make the folder', file, async () => await ensure(place))
        : await others.makeFolder(file),
    write: async (file, text) =>
      await attempt('write', file, async () => {
        await ensure(place);
        await inFolder(
          place,
          async (base, git) => await writeFile(base, git, path.basename(file), text),
        );
      }),
    create: async (file, text) =>
      await attempt('create', file, () =>
        inFolder(place, async (base) => await createWhole(at(base, file), text)),
      ),
    rename: async (from, to) =>
      await attempt('rename', from, () =>
        inFolder(place, async (base) => await rename(at(base, from), at(base, to))),
      ),
    remove: async (file) =>
      await attempt('remove', file, () =>
        inFolder(place, async (base) => await rm(at(base, file), { force: true })),
      ),
  };
};

const mayWrite = async (at: string): Promise<boolean> =>
  await access(at, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );

/** The folder of this name in a git folder, as this user may use it. */
export const shareFolder = async (
  others: Files,
  gitFolder: string,
  name: string,
): Promise<SharedFolder> => {
  const real = await realpath(gitFolder).catch(() => undefined);
  // Every git folder has its HEAD (gitrepository-layout(5)).
  if (
    real === undefined ||
    (await lstat(path.join(real, 'HEAD')).catch(() => undefined)) === undefined
  )
    return { kind: 'none' };
  const folder = path.join(real, name);
  const place = { gitFolder: real, folder, name };
  const files = filesIn(place, others);
  try {
    const isOpen = await inFolder(place, async () => await mayWrite(folder));
    return { kind: isOpen ? 'open' : 'closed', path: folder, files };
  } catch (error) {
    if (isAbsentError(error))
      return { kind: (await mayWrite(real)) ? 'open' : 'closed', path: folder, files };
    if (error instanceof NotAFile) return { kind: 'refused', path: folder, why: error.message };
    return { kind: 'closed', path: folder, files };
  }
};
