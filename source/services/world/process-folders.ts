import os from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';
import type { Folders } from './world.ts';

export const readUserName = (): string => {
  try {
    return os.userInfo().username;
  } catch {
    // A user without an entry in the password file.
    return process.env['USER'] ?? `uid-${process.getuid?.() ?? 'unknown'}`;
  }
};

/** `env-paths` calls the XDG state folder `log`. */
export const findFolders = (): Folders => {
  const paths = envPaths('nixup', { suffix: '' });
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return {
    state: process.platform === 'darwin' ? paths.data : paths.log,
    cache: paths.cache,
    home: process.env['HOME'] || os.homedir(),
    // Short: a socket's path holds 104 bytes on macOS and 108 on Linux.
    runtime:
      runtime !== undefined && path.isAbsolute(runtime)
        ? path.join(runtime, 'nixup')
        : path.join(os.tmpdir(), `nixup-${process.getuid?.() ?? readUserName()}`),
  };
};
