import { readlinkSync } from 'node:fs';

/** The device of this process's terminal, as gpg wants to be told; null where it has none that can be named. */
export const terminalName = (): string | null => {
  try {
    const name = readlinkSync('/proc/self/fd/0');
    return name.startsWith('/dev/') && process.stdin.isTTY === true ? name : null;
  } catch {
    // Other systems have no /proc: whoever uses gpg there sets GPG_TTY.
    return process.env['GPG_TTY'] ?? null;
  }
};
