import { expect, test } from 'vitest';
import { machineFaultOf } from '../../../source/model/causes/machine-fault.ts';
import { remediesOf } from '../../../source/model/causes/remedies.ts';
import { causeSentence } from '../../../source/model/causes/test-causes.ts';
import { explain } from '../../../source/model/explain/explain.ts';
import { adviceLine } from '../../../source/model/words/advice.ts';
import { causeOf } from '../../../source/parsers/nix/error.ts';

const noScene = { hosts: [], movedInputs: [], input: null };

/** What Nix says, where that stands in its source, the clause, and a word of what mends it. */
const faults: readonly (readonly [string, string, RegExp, RegExp])[] = [
  [
    'local-store.cc, the constructor, 2.8 to 2.34',
    "error: could not set permissions on '/nix/var/nix/profiles/per-user' to 755: Operation not permitted",
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'pathlocks.cc, openLockFile',
    "error: opening lock file '/nix/var/nix/db/big-lock': Permission denied",
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'unix/pathlocks.cc, quotes of 2.31 and newer',
    'error: opening lock file "/nix/var/nix/db/big-lock": Permission denied',
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'pathlocks.cc, of a path',
    "error: cannot open/lock '/nix/var/nix/gc.lock': Permission denied",
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'local-store.cc, openDB',
    "error: Nix database directory '/nix/var/nix/db' is not writable: Permission denied",
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'sqlite.cc',
    "error: cannot open SQLite database '/nix/var/nix/db/db.sqlite': unable to open database file",
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'util.cc, createDirs',
    "error: creating directory '/nix/var/nix/temproots': Permission denied",
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'local-store.cc, the store of builders',
    "error: changing ownership of path '/nix/store': Operation not permitted",
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'local-store.cc, 2.30 and newer',
    'error: The database lock cannot be opened. This command may have been run as non-root in a single-user Nix installation',
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'uds-remote-store.cc, EACCES',
    "error: cannot connect to socket at '/nix/var/nix/daemon-socket/socket': Permission denied",
    /may not use the Nix daemon/,
    /allowed-users/,
  ],
  [
    'daemon.cc, allowed-users',
    "error: user 'nobody' is not allowed to connect to the Nix daemon",
    /may not use the Nix daemon/,
    /allowed-users/,
  ],
  [
    'uds-remote-store.cc, ECONNREFUSED',
    "error: cannot connect to socket at '/nix/var/nix/daemon-socket/socket': Connection refused",
    /daemon does not answer/,
    /Start it/,
  ],
  [
    'uds-remote-store.cc, ENOENT',
    "error: cannot connect to socket at '/nix/var/nix/daemon-socket/socket': No such file or directory",
    /daemon does not answer/,
    /Start it/,
  ],
  [
    'remote-store.cc',
    'error: Nix daemon disconnected unexpectedly (maybe it crashed?)',
    /daemon ended in the middle/,
    /journal/,
  ],
  [
    'local-store.cc, getSchema',
    'error: current Nix store schema is version 11, but I only support 10',
    /newer Nix has changed the database/,
    /newer Nix/,
  ],
  [
    'local-store.cc, upgrade',
    'error: Your Nix store has a database in Berkeley DB format,',
    /older than this Nix can read/,
    /Convert/,
  ],
  [
    'sqlite.cc, SQLITE_BUSY',
    "error: SQLite database '/nix/var/nix/db/db.sqlite' is busy",
    /another Nix has locked/,
    /Wait/,
  ],
  [
    'sqlite.cc, SQLITE_LOCKED',
    "error: executing SQLite statement 'insert into ValidPaths': database is locked, database is locked (in '/nix/var/nix/db/db.sqlite')",
    /another Nix has locked/,
    /Wait/,
  ],
  [
    'sqlite.cc, SQLITE_CORRUPT',
    "error: querying path in database: database disk image is malformed (in '/nix/var/nix/db/db.sqlite')",
    /database of the store is damaged/,
    /disk first/,
  ],
  [
    'sqlite.cc, SQLITE_NOTADB',
    "error: executing SQLite statement 'pragma synchronous = normal': file is not a database, file is not a database (in '/nix/var/nix/db/db.sqlite')",
    /database of the store is damaged/,
    /disk first/,
  ],
  [
    'sqlite.cc, SQLITE_READONLY',
    "error: executing SQLite statement 'begin;': attempt to write a readonly database, attempt to write a readonly database (in '/nix/var/nix/db/db.sqlite')",
    /may not write to the Nix store/,
    /daemon/,
  ],
  [
    'sqlite.cc, the cache of an evaluation',
    "error: SQLite database '/home/u/.cache/nix/eval-cache-v5/0123.sqlite' is busy",
    /another Nix has locked a cache of this user/,
    /Wait/,
  ],
  [
    'sqlite.cc, the cache of what is fetched',
    "error: executing SQLite statement 'pragma main.journal_mode = wal': database disk image is malformed (in '/home/u/.cache/nix/fetcher-cache-v3.sqlite')",
    /a cache of Nix in this user's home is damaged/,
    /Remove the file/,
  ],
  [
    'sqlite.cc, a cache that is not writable',
    "error: cannot open SQLite database '/home/u/.cache/nix/fetcher-cache-v3.sqlite': unable to open database file",
    /user's own folders/,
    /HOME/,
  ],
  [
    'file-system.cc, createDirs, EROFS',
    "error: creating directory '/home/u/.cache/nix': Read-only file system",
    /user's own folders/,
    /HOME/,
  ],
  [
    'file-system.cc, readFile, of its own settings',
    "error: opening file '/home/u/.config/nix/nix.conf': Permission denied",
    /user's own folders/,
    /HOME/,
  ],
  [
    'remote-store.cc, a daemon that ends at once',
    "error: cannot open connection to remote store 'daemon': error: unexpected end-of-file",
    /daemon ended in the middle/,
    /journal/,
  ],
  [
    'the kernel, EROFS',
    "error: opening lock file '/nix/var/nix/db/big-lock': Read-only file system",
    /file system that is read-only/,
    /Mount it writable/,
  ],
  [
    'local-store.cc, makeStoreWritable',
    "error: remounting '/nix/store' writable: Operation not permitted",
    /file system that is read-only/,
    /Mount it writable/,
  ],
  [
    'store-api.cc, checkStoreNotSymlink',
    "error: the path '/nix' is a symlink; this is not allowed for the Nix store and its parent directories",
    /symbolic link/,
    /bind mount/,
  ],
  [
    'util.cc, a user without a home',
    "error: creating directory '/nonexistent': Permission denied",
    /user's own folders/,
    /HOME/,
  ],
  [
    'users.cc, getHome',
    "error: cannot determine user's home directory",
    /user's own folders/,
    /HOME/,
  ],
  [
    'flake.cc, parseFlakeInput, 2.8',
    "error: unexpected flake input attribute 'submodules', at /nix/store/jlimg9krx1cv1lbzgpzp6dp6n48p3d4l-source/flake.nix:1:3",
    /too old for what flake\.nix says/,
    /2\.27 or newer.*submodules=1/,
  ],
  [
    'transport.c of git, transport_check_allowed',
    "fatal: transport 'file' not allowed\nerror: program 'git' failed with exit code 128",
    /may not fetch a submodule from a folder/,
    /Allow it/,
  ],
  [
    'util.cc, runProgram2',
    "error: getting the HEAD of the Git tree '/fleet' failed with exit code 1:\n       error: executing 'git': No such file or directory",
    /the program git is not on PATH/,
    /Install git/,
  ],
  [
    'lock.cc, build users',
    "error: the group 'nixbld' specified in 'build-users-group' does not exist",
    /users that build/,
    /build-users-group/,
  ],
];

test.each(faults)('%s: %s', (_source, text, what, remedy) => {
  const cause = causeOf(text.split('\n'));
  expect(cause.class).toBe('build-machine');
  const [first] = remediesOf(cause, noScene);
  expect(first?.text).toMatch(remedy);
  expect(causeSentence(cause)).toMatch(what);
  const told = explain({
    code: 'evaluation-failed',
    host: null,
    cause: cause.message,
    tail: cause.tail,
    because: cause,
  });
  expect(told.what).toMatch(/^Nix could not evaluate the configuration because /);
  expect(told.what).toMatch(what);
  expect(adviceLine(told.next)).toMatch(remedy);
  const unwritten = explain({ code: 'lock-not-written', detail: cause.message });
  expect(unwritten.what).toMatch(what);
  expect(adviceLine(unwritten.next)).toMatch(remedy);
  expect(adviceLine(told.next)).not.toMatch(/[Cc]orrect the configuration/);
});

test.each([
  "error: opening file '/home/me/secret.nix': Permission denied",
  "error: opening file '/home/u/.config/sops/age/keys.txt': Permission denied",
  "error: opening file '/home/u/.local/share/keys/x': Permission denied",
  "error: creating directory '/homeless-shelter/.cache': Permission denied",
  "error: creating directory '/tmp/nix-build-x': Permission denied",
  'sqlite3.DatabaseError: file is not a database',
  'sqlite3.OperationalError: unable to open database file',
  'sqlite3.OperationalError: database is locked',
  "error: SQLite database '/home/u/app.sqlite' is busy",
  'error: unexpected end-of-file',
  "error: opening file '/mnt/usb/flake.nix': Read-only file system",
  "error: attribute 'daemon-socket' missing",
  'error: cannot coerce a set to a string',
  "error: path '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-source/x' does not exist",
])('is no fault of the machine: %s', (text) => {
  expect(machineFaultOf(text)).toBeNull();
});
