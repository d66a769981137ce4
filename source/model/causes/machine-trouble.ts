import { machineFaultOf } from './machine-fault.ts';

/**
 * What Nix, the kernel and shells say where the machine that builds is not in
 * order, and no derivation is at fault. Texts of Nix 2.8, 2.26 and 2.34 and of
 * Lix: `libstore/build/local-derivation-goal.cc` (later `libstore/unix/build`),
 * `uds-remote-store.cc`, `remote-store.cc`, `sqlite.cc`, `lock.cc` (build users),
 * `build-remote.cc`; the rest are the words of `strerror(3)`.
 */
const troubles: readonly RegExp[] = [
  // The builder could not be started, or its sandbox not be made.
  /while setting up the build environment|while waiting for the build environment/,
  /(?:^|error: |: )executing '[^']*': (?:No such file or directory|Permission denied|Exec format error|Operation not permitted|Text file busy)/,
  /\/bin\/sh: (?:bad interpreter|No such file or directory|Exec format error|not found)/,
  /cannot execute binary file: Exec format error|Exec format error$/,
  /kernel (?:does not support|namespaces)|namespaces (?:that are required for sandboxing|are not supported)|unable to (?:load|start) (?:the )?seccomp|unable to start build process|cloning builder process|unable to fork|cannot set (?:host|domain) ?name|(?:error: |^)(?:un)?mounting '|unable to make filesystem '/,
  /the group '[^']*' specified in 'build-users-group'|build users? (?:group '[^']*' has no members|are currently in use)|all build users are currently in use|cannot find (?:the )?user '?nixbld/,
  // The daemon and its database.
  /cannot connect to (?:daemon|socket)|(?:cannot|could not) (?:open|connect to) (?:the )?(?:nix )?daemon|Nix daemon disconnected unexpectedly|daemon is (?:not running|too old)|connecting to .*daemon-socket|error: unexpected (?:end-of-file|EOF)|error: (?:reading from|writing to) (?:file|a? ?socket)[^:]*: (?:Connection reset|Broken pipe)/,
  /SQLite database|executing SQLite (?:query|statement)|database disk image is malformed|database is (?:locked|busy)|disk I\/O error/,
  /big-lock|build hook (?:died|failed)|bad (?:build )?hook/,
  // The machine.
  /Read-only file system|Too many open files|Too many processes|Resource temporarily unavailable|Input\/output error|Structure needs cleaning|Stale (?:NFS )?file handle|Transport endpoint is not connected|Bad message$/,
  /No child processes|Device or resource busy|Remote I\/O error|error: creating (?:directory|file|symlink)[^:]*: Permission denied|error: opening lock file[^:]*: Permission denied/,
];

/** Whether a line says that the machine that builds is not in order. */
export const isMachineTrouble = (line: string): boolean =>
  machineFaultOf(line) !== null || troubles.some((pattern) => pattern.test(line));
