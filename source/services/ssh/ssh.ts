import { type Command, quoteWords } from '../../model/command.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { launcher, type Privilege } from './elevation.ts';
import type { LoginPatience } from './login-watch.ts';

/** How long a connection may take to be made, seconds. */
export const connectSeconds = 10;

const keepAlive = { interval: 5, count: 3 };

/** Within this time ssh notices that the machine behind a connection is gone, seconds: longer it holds on only to one that is there. */
export const silenceSeconds = keepAlive.interval * (keepAlive.count + 1);

/**
 * A Unix socket's path holds 104 bytes on some systems. ssh adds the hash `%C`
 * (40) and, while it binds, a dot and 16 letters.
 */
const longestSocketFolder = 104 - 1 - 1 - 40 - 17;

export interface SshSettings {
  /** Given by the person; they come first, and ssh keeps the first value of an option. */
  readonly sshOptions: readonly string[];
  /** Folder of the sockets of shared connections. */
  readonly socketFolder: string;
  /** The password that was given for becoming root on a host, and proven; in memory only. */
  readonly passwordOf?: (host: string) => string | null;
  /** Absent where nobody is there who could act on a login that waits for a person. */
  readonly patience?: LoginPatience;
  /**
   * Whether a shared connection would hide what the way to a host says: ssh sends the standard
   * error of a ProxyCommand nowhere then (sshconnect.c, ssh_proxy_connect). Absent: it does not.
   */
  readonly hidesWords?: (entry: HostEntry) => Promise<boolean>;
}

/** Whether connections can be shared through sockets in this folder. */
export const canShareConnections = (folder: string): boolean =>
  folder.length <= longestSocketFolder && /^[A-Za-z0-9_./-]+$/.test(folder);

/**
 * What a person's own config sets for their shells, and what breaks a program:
 * a terminal garbles the protocol of Nix, a command of its own takes the place
 * of ours, and a forwarded port is taken already where a shell is open.
 */
const notForPrograms = [
  '-o',
  'RequestTTY=no',
  '-o',
  'RemoteCommand=none',
  '-o',
  'ClearAllForwardings=yes',
] as const;

/**
 * Options of every connection. Nothing here touches user, port, jump hosts or
 * the checking of host keys: those are the person's own settings. A fresh
 * connection proves that the host still lets one in; a shared one proves nothing.
 */
export const sshOptions = (
  settings: SshSettings,
  fresh: boolean,
  seconds = connectSeconds,
): readonly string[] => {
  const shared =
    fresh || !canShareConnections(settings.socketFolder)
      ? ['-o', 'ControlPath=none', '-o', 'ControlMaster=no']
      : [
          '-o',
          'ControlMaster=auto',
          '-o',
          `ControlPath=${settings.socketFolder}/%C`,
          '-o',
          'ControlPersist=60',
        ];
  return [
    ...settings.sshOptions,
    '-o',
    'BatchMode=yes',
    '-o',
    `ConnectTimeout=${seconds}`,
    '-o',
    `ServerAliveInterval=${keepAlive.interval}`,
    '-o',
    `ServerAliveCountMax=${keepAlive.count}`,
    ...notForPrograms,
    ...shared,
  ];
};

/** The command that runs a script, given on standard input, on the host or on this machine. */
export const scriptCommand = (
  entry: HostEntry,
  settings: SshSettings,
  privilege: Privilege,
  fresh: boolean,
  hasPassword = false,
  seconds = connectSeconds,
): Command =>
  shellCommand(entry, settings, launcher(entry, privilege, hasPassword), fresh, seconds);

/** A line of `sh -c` on the host or on this machine. */
const shellCommand = (
  entry: HostEntry,
  settings: SshSettings,
  line: string,
  fresh: boolean,
  seconds: number,
): Command => {
  const words = ['sh', '-c', line];
  return entry.here
    ? { file: 'sh', args: words.slice(1), host: entry.name }
    : {
        file: 'ssh',
        args: [
          '-T',
          ...sshOptions(settings, fresh, seconds),
          '--',
          entry.address,
          quoteWords(words),
        ],
        host: entry.name,
      };
};

/** Ends the shared connection to a host, with everything that still runs over it. */
export const closeConnection = (entry: HostEntry, settings: SshSettings): Command => ({
  file: 'ssh',
  args: [...sshOptions(settings, false), '-O', 'exit', '--', entry.address],
  host: entry.name,
});
