import type { Advice } from '../words/advice.ts';

/** What is wrong with the machine on which Nix works, and what mends it. */
interface MachineFault extends Advice {
  /** A clause without its end. */
  readonly what: string;
  /** Shows more of it or mends it; null where there is none. */
  readonly command: string | null;
}

/** Paths that these databases have, by the version of Nix. */
const open = `['"‘“]`;
const path = `${open}[^'"’”]*['"’”]`;

/** A system call that the kernel refused. */
const denied = '(?:Permission denied|Operation not permitted)';

/** Below it is the database of the store; every text of `sqlite.cc` names the file, and other programs have databases too. */
const storeDatabase = `${open}[^'"’”]*/var/nix/db/`;

/** The caches that Nix keeps for a user (`fetchers/cache.cc`, `eval-cache.cc`, `nar-info-disk-cache.cc`). */
const userCache = `${open}[^'"’”]*/nix/(?:fetcher-cache|eval-cache|binary-cache)-v\\d[^'"’”]*['"’”]`;

const damaged =
  '(?:database disk image is malformed|file is not a database|disk I/O error|malformed database schema)';
const locked = '(?:database (?:table )?is locked)';
const unwritable = '(?:unable to open database file|attempt to write a readonly database)';

/** What SQLite said of a database, wherever its place stands in the sentence. */
const saidOf = (words: string, place: string): string =>
  `${place}[^\\n]*${words}|${words}[^\\n]*${place}`;

/** Folders in which Nix itself writes, or reads its settings; others there belong to other programs. */
const ownFolder = `${open}(?!/nix/|/build/|/homeless-shelter)[^'"’”]*/(?:\\.cache|\\.config|\\.local/(?:state|share))/nix(?:/[^'"’”]*)?['"’”]`;

/**
 * An evaluation makes no folders itself: a folder outside of the store and of temporary folders
 * belongs to a home.
 */
const homeFolder = `${open}(?!/nix/|/build/|/homeless-shelter|/tmp|/var/tmp|/run)[^'"’”]*['"’”]`;

/**
 * Texts of Nix 2.8 to 2.34 and Lix, most telling first: `libstore/local-store.cc` (the
 * constructor, `openDB`, `makeStoreWritable`, `checkStoreNotSymlink`), `libstore/sqlite.cc`,
 * `libstore/pathlocks.cc` (later `unix/pathlocks.cc`), `libstore/uds-remote-store.cc`,
 * `libstore/remote-store.cc`, `nix/daemon.cc` (later `nix/unix/daemon.cc`), `libutil/util.cc`
 * and `file-system.cc` (`createDirs`), `libutil/users.cc` (`getHome`), `libstore/lock.cc`; the
 * end of a line is that of `strerror(3)` or of SQLite's `result-codes`.
 */
const faults: readonly (readonly [pattern: RegExp, fault: MachineFault])[] = [
  [
    new RegExp(
      `is not allowed to connect to the Nix daemon|daemon-socket[^\\n]*: ${denied}|cannot connect to (?:socket|daemon) at ${path}: ${denied}`,
    ),
    {
      what: 'this user may not use the Nix daemon',
      text: 'Run nixup as a user that may, or name this one in allowed-users of nix.conf (nix.settings.allowed-users on NixOS).',
      command: 'ls -ld /nix/var/nix/daemon-socket',
    },
  ],
  [
    /cannot connect to (?:daemon|socket)|(?:cannot|could not) (?:open|connect to) (?:the )?(?:nix )?daemon|daemon is not running|connecting to .*daemon-socket/,
    {
      what: 'the Nix daemon does not answer',
      text: 'Start it, then try again.',
      command: 'sudo systemctl start nix-daemon.socket',
    },
  ],
  [
    /Nix daemon disconnected unexpectedly|remote store ['"‘“]daemon['"’”][^\n]*unexpected (?:end-of-file|EOF)/,
    {
      what: 'the Nix daemon ended in the middle of its work',
      text: 'Its journal says why. Then try again.',
      command: 'journalctl --unit nix-daemon --lines 50',
    },
  ],
  [
    /executing ['"‘“]git['"’”]: No such file/,
    {
      what: 'the program git is not on PATH',
      text: 'Install git, or add its folder to PATH, then try again.',
      command: null,
    },
  ],
  [
    /current Nix store schema is version \d+, but I only support \d+/,
    {
      what: 'a newer Nix has changed the database of the store, and this one cannot read it',
      text: 'Use the newer Nix: put it first in PATH. The old one must not touch the store.',
      command: 'type -a nix',
    },
  ],
  [
    /Your Nix store has a database in (?:Berkeley DB|flat file) format|your Nix store is no longer supported/,
    {
      what: 'the database of the store is older than this Nix can read',
      text: 'Convert it as the message says.',
      command: null,
    },
  ],
  [
    new RegExp(saidOf(damaged, storeDatabase)),
    {
      what: 'the database of the store is damaged, or its disk is',
      text: 'Look at the disk first, then at the database.',
      command: "sqlite3 /nix/var/nix/db/db.sqlite 'pragma integrity_check'",
    },
  ],
  [
    new RegExp(`SQLite database ${storeDatabase}[^\\n]* is busy|${saidOf(locked, storeDatabase)}`),
    {
      what: 'another Nix has locked the database of the store',
      text: 'Wait until it has ended, or end it, then try again.',
      command: 'pgrep --list-full nix',
    },
  ],
  [
    new RegExp(saidOf(damaged, userCache)),
    {
      what: "a cache of Nix in this user's home is damaged",
      text: 'Remove the file that the message names: Nix makes a new one.',
      command: null,
    },
  ],
  [
    new RegExp(`SQLite database ${userCache} is busy|${saidOf(locked, userCache)}`),
    {
      what: 'another Nix has locked a cache of this user',
      text: 'Wait until it has ended, or end it, then try again.',
      command: 'pgrep --list-full nix',
    },
  ],
  [
    new RegExp(
      `${open}/nix/[^'"’”]*['"’”][^\\n]*: Read-only file system|remounting ${path} writable`,
    ),
    {
      what: 'the store or its database is on a file system that is read-only',
      text: 'Mount it writable; a disk with errors is mounted read-only by the kernel.',
      command: 'findmnt --target /nix/store',
    },
  ],
  [
    /is a symlink; this is not allowed for the Nix store/,
    {
      what: 'the store or a folder above it is a symbolic link',
      text: 'Mount it there instead (a bind mount).',
      command: 'ls -ld /nix /nix/store',
    },
  ],
  [
    new RegExp(
      [
        `could not set permissions on ${path}`,
        `changing (?:ownership|mode|permissions) (?:of|on) (?:path |file )?${path}(?: to \\d+)?: ${denied}`,
        `(?:opening|acquiring|locking) (?:lock|lock file|the big lock|file) ?${open}(?:/nix/)[^'"’”]*['"’”]: ${denied}`,
        `cannot open/lock[^\\n]*|big-lock[^\\n]*: ${denied}`,
        `Nix database directory ${path} is not writable`,
        `(?:creating|opening|writing|renaming|removing|getting status of|cannot (?:unlink|link)|setting up) (?:directory |file |symlink |link )?(?:from )?${open}/nix/[^'"’”]*['"’”][^\\n]*: ${denied}`,
        `(?:cannot open|opening) (?:Nix database|SQLite database) ${storeDatabase}`,
        saidOf(unwritable, storeDatabase),
        'may have been run as non-root in a single-user Nix installation',
      ].join('|'),
    ),
    {
      what: 'this user may not write to the Nix store',
      text: 'Work through the Nix daemon (start nix-daemon; NIX_REMOTE=daemon), or run nixup as the user that owns the store.',
      command: 'ls -ld /nix/store /nix/var/nix/db',
    },
  ],
  [
    new RegExp(
      [
        "cannot determine user's home directory|cannot figure out user name",
        `(?:creating|opening|writing) (?:directory |file |lock file )?${ownFolder}: (?:${denied}|Read-only file system)`,
        `creating directory ${homeFolder}: (?:${denied}|Read-only file system)`,
        saidOf(unwritable, userCache),
      ].join('|'),
    ),
    {
      what: "Nix may not use this user's own folders",
      text: 'Give the user a home that it may write to: HOME, or XDG_CACHE_HOME and XDG_STATE_HOME.',
      command: null,
    },
  ],
  [
    // flake.cc, parseFlakeInput: an attribute that this version does not know yet.
    /unexpected flake input attribute '(?:submodules|lfs)'/,
    {
      what: 'this Nix is too old for what flake.nix says of inputs.self',
      text: "Use Nix 2.27 or newer. Without that line, submodules are read with every Nix: nixup --flake '.?submodules=1'.",
      command: 'nix --version',
    },
  ],
  [
    // git's transport.c, transport_check_allowed; a submodule in a folder needs leave since 2.38.
    /transport 'file' not allowed/,
    {
      what: 'git may not fetch a submodule from a folder of this machine',
      text: 'Allow it, where you trust the repository in that folder.',
      command: 'git config --global protocol.file.allow always',
    },
  ],
  [
    /the group '[^']*' specified in 'build-users-group'|build users? (?:group '[^']*' has no members)/,
    {
      what: 'the users that build are not set up',
      text: 'Make the group and its users, or empty build-users-group in nix.conf.',
      command: 'getent group nixbld',
    },
  ],
];

/**
 * What a message of Nix says about a fault of the machine; null where it says none. Not for logs of
 * builders.
 */
export const machineFaultOf = (text: string): MachineFault | null =>
  faults.find(([pattern]) => pattern.test(text))?.[1] ?? null;

/** Why Nix failed: what it said last, and the lines that belong to it. */
export interface Said {
  readonly message: string;
  readonly tail: readonly string[];
}

/** Whether the lines are those of a builder: its programs have databases, homes and daemons of their own. */
export const isOfBuilder = ({ message }: Said): boolean =>
  /^(?:builder for '|Cannot build '|build of ')/.test(message);

/** Code that is shown beside an error, and the log of a builder, may hold any words. */
export const isStatement = (line: string): boolean => !/^\s*(?:\d+\||\||>)|^[^\s:]+> /.test(line);

/** The fault of the machine that Nix itself reports; lines of a builder do not count. */
export const machineFaultIn = (said: Said): MachineFault | null =>
  machineFaultOf(
    isOfBuilder(said) ? said.message : [said.message, ...said.tail.filter(isStatement)].join('\n'),
  );
