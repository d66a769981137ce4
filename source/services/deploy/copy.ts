import { foldNixEvent } from '../../model/build/fold.ts';
import { newNixProcess } from '../../model/build/process.ts';
import { quoteWord } from '../../model/command.ts';
import type { BootRoom } from '../../model/deploy/boot-room.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { activatedPath } from '../../model/host/specialisation.ts';
import { isStorePath, type StorePath, storePathName } from '../../model/nix/store-path.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { UnitImpact } from '../../model/units/impact.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { readNixLogLine } from '../../parsers/nix/log.ts';
import { bootRoomScript, readBootRoom } from '../host/boot-room.ts';
import { copyCommand, remoteProgramFor, rootFolder } from '../host/commands.ts';
import type { LastFacts } from '../host/probe.ts';
import { hasSpecialisation } from '../host/specialisation.ts';
import type { RunOnHost } from '../ssh/run.ts';
import { type SshSettings, sshOptions } from '../ssh/ssh.ts';
import type { World } from '../world/world.ts';
import { explainCopyFailure } from './copy-failure.ts';
import { dryImpact } from './preview.ts';
import { dryRunScript, dryRunSeconds } from './preview-script.ts';
import { withTrustedDaemon } from './trusted-daemon.ts';

/** A closure may be large and a link slow; a dead link is found by ssh's keep-alive, ms. */
const copyTimeoutMs = 4 * 60 * 60 * 1000;

const askTimeoutMs = 60_000;

export interface CopyProgress {
  /** Store paths. */
  readonly done: number;
  readonly expected: number;
  readonly bytes: number;
}

interface Presence {
  readonly isValid: boolean;
  readonly bootRoom: BootRoom | null;
  readonly impact: UnitImpact | null;
  readonly lacksSpecialisation: boolean;
}

export interface CopyOptions {
  /** The specialisation that runs on the host: the same one of the new system is what is activated. */
  readonly specialisation?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What Nix says, for people. */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  /** The most bytes that have to be copied; absent where that is not known. */
  readonly newSize?: number | undefined;
  /** Also asks the system's own `dry-activate`, as soon as it is there; called when that begins. */
  readonly onForesee?: (() => void) | undefined;
}

export interface Copied {
  /** False where the host had the path already. */
  readonly isNew: boolean;
  readonly tookMs: number;
  /** What the boot loader would need for it, and for the system that runs; null where it is not known. */
  readonly bootRoom: BootRoom | null;
  /** What its `dry-activate` says; null where that was not asked, or says nothing. */
  readonly impact: UnitImpact | null;
  /** Whether it has no specialisation of the name of the one that runs. */
  readonly lacksSpecialisation: boolean;
}

/** Nix is asked last: a file that does not exist needs no such question. */
const validity = (path: StorePath): string => {
  const word = quoteWord(path);
  return `[ -x ${word}/bin/switch-to-configuration ] && nix-store --check-validity ${word} 2>/dev/null`;
};

/** The dry run is one of the system that would be activated. */
const dryRunOf = (path: StorePath, specialisation: string | undefined, isAsked: boolean): string =>
  specialisation === undefined
    ? isAsked
      ? dryRunScript(path)
      : ''
    : `
if ${hasSpecialisation(path, specialisation)}; then
:
${isAsked ? dryRunScript(activatedPath(path, specialisation)) : ''}
else
echo lacks-specialisation
${isAsked ? dryRunScript(path) : ''}
fi`;

/**
 * Once the system is on the host: what its boot loader would need for it and for a rollback, and
 * its dry run.
 */
const presenceScript = (
  path: StorePath,
  running: StorePath | null,
  { onForesee, specialisation }: CopyOptions,
): string => `
if ${validity(path)}; then
echo valid
${bootRoomScript(running === null ? [path] : [path, running])}
${dryRunOf(path, specialisation, onForesee !== undefined)}
else echo absent; fi
`;

const prepareScript = (
  path: StorePath,
  running: StorePath | null,
  options: CopyOptions,
): string => `
[ -d ${rootFolder} ] || mkdir -p ${rootFolder} || exit 1
ln -sfn ${quoteWord(path)} ${rootFolder}/${quoteWord(storePathName(path))} || exit 1
${presenceScript(path, running, options)}
`;

/** What Nix says of a copy without counting its bytes (`copyPaths` of store-api.cc). */
const readCopied = (line: string): 'path' | { readonly expected: number } | null => {
  const expected = /^copying (\d+) paths\.\.\.$/.exec(line)?.[1];
  if (expected !== undefined) return { expected: Number(expected) };
  return /^copying path '[^']+' (?:to|from) '[^']+'\.\.\.$/.test(line) ? 'path' : null;
};

const follow = (options: CopyOptions, now: () => number): ((line: string) => void) => {
  const state = newNixProcess();
  let begun = 0;
  let expected = 0;
  return (line) => {
    const copied = readCopied(line);
    if (copied !== null) {
      if (copied === 'path') begun += 1;
      else expected = copied.expected;
      // The path that it names is on its way.
      options.onProgress?.({ done: Math.max(0, begun - 1), expected, bytes: 0 });
      return;
    }
    const event = readNixLogLine(line);
    if (event === null) return;
    foldNixEvent(state, event, now());
    if (event.action === 'message') {
      for (const text of event.text.split('\n')) options.onLine?.(text);
      return;
    }
    // Anything else may have moved the counts.
    const { copyPaths } = state.totals;
    const running = [...state.activities.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    options.onProgress?.({
      done: copyPaths.done,
      expected: copyPaths.expected,
      bytes: state.copies.bytes + running,
    });
  };
};

/** Asks the host with a script that ends in what `presenceScript` prints. */
const askPresence = async (
  run: RunOnHost,
  entry: HostEntry,
  script: string,
  options: CopyOptions,
): Promise<Result<Presence, Failure>> => {
  const answer = await run(entry, script, {
    timeoutMs: askTimeoutMs + (options.onForesee === undefined ? 0 : dryRunSeconds * 1000),
    privilege: 'needed',
    signal: options.signal,
    quiet: true,
    onLine: (line) => {
      if (line === 'valid') options.onForesee?.();
    },
  });
  if (!answer.ok) {
    const { failure } = answer;
    if (failure.code !== 'command-failed') return answer;
    return failure.tail.some((line) => /No space left/i.test(line))
      ? failed({ code: 'space-short', host: entry.name, detail: 'its disk is full' })
      : failed({
          code: 'copy-failed',
          host: entry.name,
          detail: failure.tail.at(-1) ?? 'its store could not be prepared',
          remedy: null,
          tail: failure.tail,
        });
  }
  const { stdout } = answer.value;
  return success({
    isValid: /^valid$/m.test(stdout),
    bootRoom: readBootRoom(stdout),
    impact: dryImpact(stdout),
    lacksSpecialisation: /^lacks-specialisation$/m.test(stdout),
  });
};

/** `nix copy` of a closure, followed line by line. */
const copyPath = async (
  world: World,
  settings: SshSettings,
  entry: HostEntry,
  path: StorePath,
  remoteProgram: string | null,
  options: CopyOptions,
): Promise<Result<void, Failure>> => {
  const command = copyCommand(entry, path, {
    remoteProgram,
    sshOptions: sshOptions(settings, false),
    newSize: options.newSize,
  });
  const copied = await world.exec(command, {
    timeoutMs: copyTimeoutMs,
    signal: options.signal,
    raw: true,
    discardOutput: true,
    onLine: follow(options, () => world.clock.now()),
  });
  return copied.ok ? success(undefined) : failed(explainCopyFailure(entry, copied.failure));
};

const missingAfterCopy = (entry: HostEntry, path: StorePath): Failure => ({
  code: 'copy-failed',
  host: entry.name,
  detail: entry.here
    ? 'the system is not in the store of this machine'
    : `${path} is not valid there after the copy, or is no complete system`,
  ...advised(advise('Build it again with', `nixup test ${entry.name}`)),
  tail: [],
});

export const createCopy = (
  world: World,
  run: RunOnHost,
  settings: SshSettings,
  lastFacts: LastFacts,
) => {
  /**
   * Brings a system into the host's store, held by a root of its own, and
   * proves that it is valid there. A path that is there already is not copied.
   */
  return async (
    entry: HostEntry,
    path: StorePath,
    options: CopyOptions = {},
  ): Promise<Result<Copied, Failure>> => {
    const began = world.clock.now();
    if (!isStorePath(path))
      return failed({
        code: 'copy-failed',
        host: entry.name,
        detail: `${path} is no store path`,
        remedy: null,
        tail: [],
      });
    const arrived = (isNew: boolean, { isValid, ...found }: Presence): Result<Copied, Failure> =>
      success({ isNew, tookMs: world.clock.now() - began, ...found });
    const running = lastFacts(entry.name)?.current ?? null;
    const present = await askPresence(run, entry, prepareScript(path, running, options), options);
    if (!present.ok) return present;
    if (present.value.isValid) return arrived(false, present.value);
    const missing = missingAfterCopy(entry, path);
    if (entry.here) return failed(missing);
    const copyBy = (remoteProgram: string | null) =>
      copyPath(world, settings, entry, path, remoteProgram, options);
    const remoteProgram = remoteProgramFor(lastFacts(entry.name));
    const copied =
      remoteProgram !== null && settings.passwordOf?.(entry.name) != null
        ? await withTrustedDaemon(run, entry, options.signal, copyBy)
        : await copyBy(remoteProgram);
    if (!copied.ok) return copied;
    const proven = await askPresence(run, entry, presenceScript(path, running, options), options);
    if (!proven.ok) return proven;
    return proven.value.isValid ? arrived(true, proven.value) : failed(missing);
  };
};
