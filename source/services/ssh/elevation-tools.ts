import type { Elevation } from '../../model/host/host.ts';

/** How a tool is given a password: on standard input, or on a terminal that it is given for this. */
export interface Asking {
  readonly from: 'standard-input' | 'terminal';
  /** POSIX test that succeeds where the tool would not ask. */
  readonly unneeded: string;
  readonly prefix: string;
}

export interface ElevationTool {
  readonly name: Elevation;
  /** POSIX test that succeeds where the tool works without a question. */
  readonly probe: string;
  /** Put before a command to run it as root. */
  readonly prefix: string;
  /** Null where it takes no password. */
  readonly password: Asking | null;
}

/** In the order in which they are tried. Without a password none of them may ask. */
export const elevationTools: readonly ElevationTool[] = [
  { name: 'root', probe: '[ "$(id -u)" = 0 ]', prefix: '', password: null },
  {
    name: 'sudo',
    probe: 'sudo -n true </dev/null >/dev/null 2>&1',
    prefix: 'sudo -n ',
    // With `-k` it never goes by a password that it remembers.
    password: {
      from: 'standard-input',
      unneeded: 'sudo -k -n true </dev/null >/dev/null 2>&1',
      prefix: 'sudo -k -S -p "" ',
    },
  },
  {
    name: 'doas',
    probe: 'doas -n true </dev/null >/dev/null 2>&1',
    prefix: 'doas -n ',
    password: {
      from: 'terminal',
      unneeded: 'doas -n true </dev/null >/dev/null 2>&1',
      prefix: 'doas ',
    },
  },
  {
    name: 'run0',
    probe: 'run0 --no-ask-password true </dev/null >/dev/null 2>&1',
    prefix: 'run0 --no-ask-password ',
    password: {
      from: 'terminal',
      unneeded: 'run0 --no-ask-password true </dev/null >/dev/null 2>&1',
      prefix: 'run0 --background= ',
    },
  },
];

/** Exit status of the launcher where root was needed and no tool worked. */
export const elevationRefusedStatus = 93;
