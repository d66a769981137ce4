import { describe, expect, test } from 'vitest';
import { isSearchable, mayBlame } from '../../../source/engine/build/bisect-verdict.ts';
import { shareCauses } from '../../../source/model/causes/test-causes.ts';
import { causeOf } from '../../../source/parsers/nix/error.ts';

const drv = '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-widget-2.drv';

/** As Nix to 2.28 says it. */
const builder = (...log: readonly string[]): readonly string[] => [
  `error: builder for '${drv}' failed with exit code 1;`,
  `       last ${log.length} log lines:`,
  ...log.map((line) => `       > ${line}`),
];

/** As Nix from 2.29 says it. */
const reason = (why: string, ...log: readonly string[]): readonly string[] => [
  `error: Cannot build '${drv}'.`,
  `       Reason: ${why}.`,
  '       Output paths:',
  '         /nix/store/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-widget-2',
  ...(log.length === 0 ? [] : [`       Last ${log.length} log lines:`]),
  ...log.map((line) => `       > ${line}`),
];

/** The class, what Nix says, and where that stands in its source. */
const infrastructure: readonly (readonly [string, string, readonly string[]])[] = [
  ['disk-full', 'the kernel, by SysError', ['error: writing to file: No space left on device']],
  ['disk-full', 'a builder', builder('ld: final link failed: No space left on device')],
  [
    'disk-full',
    'libstore/sqlite.cc',
    ["error: executing SQLite statement 'insert into ValidPaths': database or disk is full"],
  ],
  ['disk-full', 'the kernel', builder('tar: Disk quota exceeded')],
  [
    'network',
    'libstore/filetransfer.cc',
    [
      "error: unable to download 'https://cache.nixos.org/nar/x.nar.xz': Couldn't resolve host name (6)",
    ],
  ],
  ['network', 'curl in a fetcher', builder('curl: (6) Could not resolve host: example.org')],
  [
    'fetch',
    'libfetchers/git.cc',
    ["error: Failed to fetch git repository 'https://example.org/x'"],
  ],
  [
    'no-builder',
    'libstore/build/derivation-goal.cc',
    [
      `error: a 'aarch64-linux' with features {} is required to build '${drv}', but I am a 'x86_64-linux' with features {}`,
    ],
  ],
  [
    'no-builder',
    'derivation-building-goal.cc, 2.29',
    reason('required system or feature not available'),
  ],
  [
    'no-builder',
    'libstore/build/worker.cc',
    ["error: unable to start any build; either increase '--max-jobs' or enable remote builds."],
  ],
  [
    'out-of-memory',
    'build-result, signal',
    [`error: builder for '${drv}' failed due to signal 9 (Killed)`],
  ],
  ['out-of-memory', 'build-result, 2.29', reason('builder failed due to signal 9 (Killed)')],
  ['out-of-memory', 'a compiler', builder('virtual memory exhausted: Cannot allocate memory')],
  ['out-of-memory', 'the evaluator', ['error: std::bad_alloc']],
  [
    'build-stopped',
    'libstore/build/worker.cc',
    [`error: building of '${drv}^*' timed out after 7200 seconds`],
  ],
  [
    'build-stopped',
    'libstore/build/worker.cc',
    [`error: building of '${drv}' timed out after 3600 seconds of silence`],
  ],
  [
    'build-stopped',
    'a signal',
    [`error: builder for '${drv}' failed due to signal 11 (Segmentation fault)`],
  ],
  ['build-stopped', 'a signal, 2.29', reason('builder failed due to signal 15 (Terminated)')],
  [
    'build-stopped',
    'a shell: 128 and the signal',
    [`error: builder for '${drv}' failed with exit code 143`],
  ],
  [
    'build-machine',
    'local-derivation-goal.cc, no /bin/sh',
    builder("ErrorErrorDexecuting '/bin/sh': No such file or directory"),
  ],
  [
    'build-machine',
    'local-derivation-goal.cc, 2.26',
    builder("error: executing '/bin/sh': No such file or directory"),
  ],
  ['build-machine', 'Lix, launch-builder.cc', builder("executing '/bin/sh': Permission denied")],
  [
    'build-machine',
    'a script without /bin/sh',
    builder('./configure: /bin/sh: bad interpreter: No such file or directory'),
  ],
  [
    'build-machine',
    'derivation-builder.cc',
    [
      'error:',
      '       … while setting up the build environment',
      '',
      '       error: unable to load seccomp BPF program: Invalid argument',
    ],
  ],
  [
    'build-machine',
    'Nix 2.8, one line',
    ['error: while setting up the build environment: mounting /proc: Operation not permitted'],
  ],
  [
    'build-machine',
    'user-lock.cc',
    ["error: the group 'nixbld' specified in 'build-users-group' does not exist"],
  ],
  [
    'build-machine',
    'user-lock.cc',
    [
      "error: all build users are currently in use; consider creating additional users and adding them to the 'nixbld' group",
    ],
  ],
  [
    'build-machine',
    'local-derivation-goal.cc',
    [
      "error: this system does not support the kernel namespaces that are required for sandboxing; use '--no-sandbox' to disable sandboxing",
    ],
  ],
  [
    'build-machine',
    'remote-store.cc',
    [
      "error: cannot open connection to remote store 'daemon': error: reading from file: Connection reset by peer",
    ],
  ],
  [
    'build-machine',
    'uds-remote-store.cc',
    ["error: cannot connect to socket at '/nix/var/nix/daemon-socket/socket': Connection refused"],
  ],
  [
    'build-machine',
    'uds-remote-store.cc',
    [
      "error: cannot connect to socket at '/nix/var/nix/daemon-socket/socket': No such file or directory",
    ],
  ],
  [
    'build-machine',
    'remote-store.cc',
    ['error: Nix daemon disconnected unexpectedly (maybe it crashed?)'],
  ],
  [
    'build-machine',
    'sqlite.cc',
    ["error: opening SQLite database '/nix/var/nix/db/db.sqlite': disk I/O error"],
  ],
  [
    'build-machine',
    'the kernel',
    ["error: creating directory '/nix/store/x': Read-only file system"],
  ],
  ['build-machine', 'the kernel, in a log', builder('cp: error reading x: Input/output error')],
  ['build-machine', 'the kernel', ['error: unable to fork: Resource temporarily unavailable']],
  ['build-machine', 'the kernel', ["error: opening file '/nix/store/x': Too many open files"]],
  ['canceled', 'Ctrl-C', ['error: interrupted by the user']],
  [
    'untrusted-settings',
    'local-store.cc',
    ["error: cannot add path '/nix/store/x' because it lacks a signature by a trusted key"],
  ],
];

describe('what the machine, its disk, its network or its builders did', () => {
  test.each(infrastructure)('is %s (%s)', (kind, _source, lines) => {
    const cause = causeOf(lines);
    expect(cause.class).toBe(kind);
    const [shared] = shareCauses([{ host: 'p620', step: 'build', cause }]);
    // A cancellation is no cause at all.
    if (shared === undefined) return;
    expect(mayBlame(shared)).toBe(false);
    expect(isSearchable(shared)).toBe(kind === 'fetch');
    expect(shared.what).not.toMatch(/ErrorError/);
  });
});

const ofTheRevision: readonly (readonly [string, readonly string[]])[] = [
  ['builder-failed', builder('widget.c:3:1: error: unknown type name')],
  ['builder-failed', reason('builder failed with exit code 2', 'make: *** [all] Error 2')],
  [
    'hash-mismatch',
    [
      `error: hash mismatch in fixed-output derivation '${drv}':`,
      '         specified: sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      '            got:    sha256-BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=',
    ],
  ],
  [
    'missing-attribute',
    [
      "error: attribute 'widget' missing",
      '       at /nix/store/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-source/default.nix:3:5:',
    ],
  ],
  ['evaluation', ['error: cannot coerce a set to a string']],
  // The texts are the program's own, or of the sandbox: nothing of them speaks of this machine's store.
  ['builder-failed', builder('sqlite3.DatabaseError: file is not a database')],
  ['builder-failed', builder('sqlite3.OperationalError: unable to open database file')],
  ['builder-failed', builder('sqlite3.OperationalError: database is locked', 'FAILED (errors=1)')],
  ['builder-failed', builder('sqlite3.OperationalError: attempt to write a readonly database')],
  [
    'builder-failed',
    builder("error: creating directory '/homeless-shelter/.cache': Permission denied"),
  ],
  ['builder-failed', builder("creating directory '/homeless-shelter/.cache': Permission denied")],
  ['builder-failed', builder("cp: cannot create '/nix/store/aaaa-x/y': Read-only file system")],
  ['builder-failed', builder('OSError: [Errno 24] Too many open files')],
  ['builder-failed', builder('error: unexpected end-of-file')],
  ['builder-failed', reason('builder failed with exit code 1', 'database is locked')],
  [
    'builder-failed',
    builder("error: cannot connect to socket at '/build/daemon-socket/socket': Connection refused"),
  ],
  ['evaluation', ["error: opening file '/home/u/.config/sops/age/keys.txt': Permission denied"]],
];

test.each([
  ['error: unexpected end-of-file'],
  ['error: unexpected EOF'],
  ['error: database is locked'],
  ['error: database disk image is malformed'],
])('%s names no place: nothing is known of its cause but the line', (line) => {
  const cause = causeOf([line]);
  expect(cause.class).toBe('unknown');
  const [shared] = shareCauses([{ host: 'p620', step: 'build', cause }]);
  expect(shared?.what).toBe(line.replace('error: ', ''));
  expect(shared !== undefined && mayBlame(shared)).toBe(false);
  expect(JSON.stringify(shared?.remedies)).not.toMatch(/daemon|sqlite3|pgrep/);
});

test('a log that says both names the machine, and only the line of it', () => {
  const cause = causeOf(
    builder('sqlite3.OperationalError: database is locked', 'cp: reading x: Input/output error'),
  );
  expect(cause.class).toBe('build-machine');
  const [shared] = shareCauses([{ host: 'p620', step: 'build', cause }]);
  expect(shared?.what).toBe(
    'The machine that builds is not in order: cp: reading x: Input/output error',
  );
  expect(JSON.stringify(shared?.remedies)).not.toMatch(/pgrep/);
});

describe('what the configuration or the builder of a package did', () => {
  test.each(ofTheRevision)('is %s, and may be remembered once it is proven', (kind, lines) => {
    const cause = causeOf(lines);
    expect(cause.class).toBe(kind);
    const [shared] = shareCauses([{ host: 'p620', step: 'build', cause }]);
    expect(shared !== undefined && mayBlame(shared)).toBe(true);
  });
});

test('code that is shown beside an evaluation error does not make it the fault of a machine', () => {
  expect(
    causeOf([
      "error: attribute 'x' missing",
      '       at /etc/nixos/a.nix:2:3:',
      '            1| # Read-only file system',
      '            2|   x = lib.x;',
    ]).class,
  ).toBe('missing-attribute');
});
