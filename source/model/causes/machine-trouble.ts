import { isOfBuilder, isStatement, machineFaultOf, type Said } from './machine-fault.ts';

/**
 * What Nix, the kernel and shells say where the machine that builds is not in
 * order, and no derivation is at fault. Texts of Nix 2.8, 2.26 and 2.34 and of
 * Lix: `libstore/build/local-derivation-goal.cc` (later `libstore/unix/build`),
 * `uds-remote-store.cc`, `remote-store.cc`, `sqlite.cc`, `lock.cc` (build users),
 * `build-remote.cc`; the rest are the words of `strerror(3)`.
 *
 * These stand in the log of a builder too: its own program could not be started,
 * its sandbox not be made, or a disk failed. Nothing that a test of a package may provoke by itself.
 */
const whereverSaid: readonly RegExp[] = [
  /while setting up the build environment|while waiting for the build environment/,
  /(?:^|error: |: )executing '[^']*': (?:No such file or directory|Permission denied|Exec format error|Operation not permitted|Text file busy)/,
  /\/bin\/sh: (?:bad interpreter|No such file or directory|Exec format error|not found)/,
  /cannot execute binary file: Exec format error|Exec format error$/,
  /kernel (?:does not support|namespaces)|namespaces (?:that are required for sandboxing|are not supported)|unable to (?:load|start) (?:the )?seccomp|unable to start build process|cloning builder process|unable to fork|cannot set (?:host|domain) ?name|(?:error: |^)(?:un)?mounting '|unable to make filesystem '/,
  /fork: (?:retry: )?Resource temporarily unavailable|Too many open files in system/,
  // What a builder writes into the store of its inputs is refused everywhere.
  /^(?!.*\/nix\/store\/).*Read-only file system/,
  /Input\/output error|Structure needs cleaning|Stale (?:NFS )?file handle|Transport endpoint is not connected|Remote I\/O error/,
];

/** Only in a statement of Nix: a builder says the same of its own files, processes and sandbox. */
const saidByNix: readonly RegExp[] = [
  /the group '[^']*' specified in 'build-users-group'|build users? (?:group '[^']*' has no members|are currently in use)|all build users are currently in use|cannot find (?:the )?user '?nixbld/,
  // The daemon and its database.
  /cannot connect to (?:daemon|socket)|(?:cannot|could not) (?:open|connect to) (?:the )?(?:nix )?daemon|Nix daemon disconnected unexpectedly|daemon is (?:not running|too old)|connecting to .*daemon-socket|error: (?:reading from|writing to) (?:file|a? ?socket)[^:]*: (?:Connection reset|Broken pipe)/,
  /SQLite database|executing SQLite (?:query|statement)/,
  /big-lock|build hook (?:died|failed)|bad (?:build )?hook/,
  // The machine.
  /Read-only file system|Too many open files|Too many processes|Resource temporarily unavailable|Bad message$/,
  /No child processes|Device or resource busy|error: creating (?:directory|file|symlink)[^:]*: Permission denied|error: opening lock file[^:]*: Permission denied/,
];

/** Whether a line of a builder's log says that the machine that builds is not in order. */
export const isTroubleInLog = (line: string): boolean =>
  whereverSaid.some((pattern) => pattern.test(line));

/** Whether a statement of Nix says that the machine that builds is not in order. */
export const isMachineTrouble = (line: string): boolean =>
  isStatement(line) &&
  (machineFaultOf(line) !== null ||
    isTroubleInLog(line) ||
    saidByNix.some((pattern) => pattern.test(line)));

/** The line that says why; where Nix only says that the builder failed, what the log has is the reason. */
export const troubleLine = (said: Said): string => {
  const isReason = isOfBuilder(said) ? isTroubleInLog : isMachineTrouble;
  const line = said.tail.findLast((one) => isReason(one))?.trim();
  return line === undefined || said.message.includes(line) ? said.message : line;
};
