import { execa } from 'execa';
import { type Command, showCommand, showShortCommand } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { showSize } from '../../model/words/format.ts';
import { cleanLine, cleanLogLine } from '../../parsers/nix/clean-line.ts';
import { createShells, type Shells } from '../processes/shells.ts';
import {
  createStarter,
  type StartedByStarter,
  type Starter,
  signalGroup,
} from '../processes/starter.ts';
import { type Conversations, createConversations } from './process-conversation.ts';
import { createLines, readStreamText } from './stream-lines.ts';
import { createStartGate } from './timer.ts';
import type { Exec, ExecOptions, Output } from './world.ts';

/** Lines of a command's last words that a failure carries. */
const tailLines = 20;

/** They are looked for in so much at the end, UTF-16 units: there may be a hundred million lines. */
const tailLength = 1024 * 1024;

/** What each stream of a command may say where it is kept, UTF-16 units: more fits in no string. */
const mostKept = 256 * 1024 * 1024;

/** How long to wait for the last output of a stopped process, ms. */
const lingerMs = 500;

/** A stopped process gets this long to end by itself, ms: two seconds after a cancel nothing runs. */
const graceMs = 1_500;

const lastLines = (stderr: string, stdout: string): readonly string[] => {
  const text = stderr.trim() === '' ? stdout : stderr;
  return text
    .slice(-tailLength)
    .split('\n')
    .map((line) => cleanLine(line))
    .filter((line) => line.trim() !== '')
    .slice(-tailLines);
};

interface ProcessEnding {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly code?: string | undefined;
  /** How much it may say, where it was stopped because it said more. */
  readonly saidMoreThan?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly message: string;
}

const canceled = (command: Command): Result<never, Failure> =>
  failed({ code: 'canceled', what: showShortCommand(command) });

/** Tells the endings of a process apart. Pure. */
export const judgeEnding = (
  command: Command,
  options: ExecOptions,
  ending: ProcessEnding,
  tookMs: number,
): Result<Output, Failure> => {
  if (ending.isCanceled) return canceled(command);
  if (ending.saidMoreThan !== undefined)
    return failed({
      code: 'output-unreadable',
      command: showCommand(command),
      detail: `it is longer than ${showSize(ending.saidMoreThan)}, and the command was stopped`,
    });
  const isGood = ending.exitCode === 0 && !ending.timedOut && ending.signal === undefined;
  if (isGood) return success({ stdout: ending.stdout, stderr: ending.stderr, tookMs });
  const shown = showCommand(command);
  const tail = lastLines(ending.stderr, ending.stdout);
  if (ending.timedOut)
    return failed({
      code: 'command-timeout',
      command: shown,
      afterMs: options.timeoutMs ?? tookMs,
      tail,
    });
  // A working folder that is not there ends in ENOENT too.
  const isFolderMissing = command.cwd !== undefined && ending.message.includes('"cwd"');
  if ((ending.code === 'ENOENT' && !isFolderMissing) || ending.code === 'EACCES')
    return failed({ code: 'program-missing', program: command.file });
  if (ending.signal !== undefined)
    return failed({ code: 'command-killed', command: shown, signal: ending.signal, tail });
  if (ending.exitCode === undefined)
    return failed({
      code: 'command-failed',
      command: shown,
      exitCode: -1,
      tail: tail.length > 0 ? tail : [cleanLine(ending.message)],
    });
  return failed({ code: 'command-failed', command: shown, exitCode: ending.exitCode, tail });
};

/** A time limit that may be moved while the process runs. */
const limitTime = (
  { timeoutMs, moreTime }: ExecOptions,
  stop: () => void,
): { readonly isOver: () => boolean; readonly clear: () => void } => {
  if (timeoutMs === undefined || moreTime === undefined)
    return { isOver: () => false, clear: () => undefined };
  let isOver = false;
  const check = (): void => {
    const more = moreTime();
    if (more > 0) timer = setTimeout(check, more);
    else {
      isOver = true;
      stop();
    }
  };
  let timer = setTimeout(check, timeoutMs);
  return { isOver: () => isOver, clear: () => clearTimeout(timer) };
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * They would lead git, and the git that Nix starts, to another repository than the flake's: a hook
 * that calls nixup has them (`git rev-parse --local-env-vars`, without those of git's settings;
 * git(1)). Nix makes its caches with `git init --bare`, which with GIT_DIR takes the working tree
 * from that repository.
 */
const ofOneRepository: ReadonlySet<string> = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_GRAFT_FILE',
  'GIT_REPLACE_REF_BASE',
]);

const withoutRepository = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !ofOneRepository.has(name)));

const forPrograms = (environment: Environment): Environment => ({
  GIT_TERMINAL_PROMPT: '0',
  ...withoutRepository(environment),
});

const startProcess = (environment: Environment, command: Command, options: ExecOptions) =>
  execa(command.file, [...command.args], {
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    env: { ...forPrograms(environment), ...command.env },
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(options.timeoutMs === undefined || options.moreTime !== undefined
      ? {}
      : { timeout: options.timeoutMs }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.group === true ? { detached: true } : {}),
    forceKillAfterDelay: graceMs,
    // What is kept is heard below: execa keeps it as several times as much.
    buffer: false,
  });

type Subprocess = ReturnType<typeof startProcess>;

/** Shared by all worlds of this process: it has one event loop. */
const startTurn = createStartGate();

/** Hears both streams until they end. A broken one is told by the end of the process. */
const hearStreams = async (subprocess: Subprocess, { hear }: Hearing): Promise<void> => {
  const watch = async (from: 'stdout' | 'stderr'): Promise<void> =>
    await readStreamText(subprocess[from], (text) => hear(text, from));
  await Promise.all([watch('stdout'), watch('stderr')]).catch(() => undefined);
};

/** What a process says: heard by lines, and kept as far as that is wanted. */
const createHearing = (options: ExecOptions, mostOutput: number, onTooMuch: () => void) => {
  const isHeardByLines = options.onLine !== undefined || options.discardOutput === true;
  const said = { stdout: '', stderr: '' };
  const lastSaid: string[] = [];
  let saidMoreThan: number | undefined;
  const linesOf = (from: 'stdout' | 'stderr') =>
    createLines((line) => {
      options.onLine?.(options.raw === true ? line : cleanLogLine(line), from);
      if (options.discardOutput !== true || options.isForeignLine?.(line) === true) return;
      lastSaid.push(line);
      if (lastSaid.length > tailLines) lastSaid.shift();
    });
  const lines = { stdout: linesOf('stdout'), stderr: linesOf('stderr') };
  return {
    hear: (text: string, from: 'stdout' | 'stderr'): void => {
      // What it says until it ends is for nobody.
      if (saidMoreThan !== undefined) return;
      if (options.discardOutput !== true) {
        if (said[from].length + text.length > mostOutput) {
          saidMoreThan = mostOutput;
          onTooMuch();
          return;
        }
        said[from] += text;
      }
      if (isHeardByLines) lines[from].add(text);
    },
    saidTooMuch: (): boolean => saidMoreThan !== undefined,
    end: () => {
      lines.stdout.end();
      lines.stderr.end();
      if (options.discardOutput === true) said.stderr = lastSaid.join('\n');
      return { ...said, saidMoreThan };
    },
  };
};

type Hearing = ReturnType<typeof createHearing>;

/** Follows what somebody else started to its end; null where nobody knows what became of it. */
const followAsked = async (
  ask: (onText: (text: string, from: 'stdout' | 'stderr') => void) => StartedByStarter,
  command: Command,
  options: ExecOptions,
  now: () => number,
  mostOutput: number,
): Promise<Result<Output, Failure> | null> => {
  const isCanceled = (): boolean => options.signal?.aborted === true;
  if (isCanceled()) return canceled(command);
  const started = now();
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(killing);
    asked.kill('SIGTERM');
    killing = setTimeout(() => asked.kill('SIGKILL'), graceMs);
  };
  const hearing = createHearing(options, mostOutput, stop);
  const asked = ask(hearing.hear);
  const limit = limitTime({ ...options, moreTime: options.moreTime ?? (() => 0) }, stop);
  options.signal?.addEventListener('abort', stop, { once: true });
  const ending = await asked.ended;
  clearTimeout(killing);
  limit.clear();
  options.signal?.removeEventListener('abort', stop);
  const said = hearing.end();
  const timedOut = limit.isOver();
  const isStopped = isCanceled() || timedOut || said.saidMoreThan !== undefined;
  if (ending.kind === 'lost' && !isStopped) return null;
  return judgeEnding(
    command,
    options,
    {
      exitCode: ending.kind === 'ended' ? (ending.exitCode ?? undefined) : undefined,
      signal: ending.kind === 'ended' ? (ending.signal ?? undefined) : undefined,
      timedOut,
      isCanceled: isCanceled(),
      code: ending.kind === 'failed' ? ending.code : undefined,
      ...said,
      message: ending.kind === 'failed' ? ending.message : '',
    },
    now() - started,
  );
};

/**
 * The only door to child processes. No local shell, standard input closed
 * unless given, prompts of git switched off: a question that nobody sees would hang.
 */
export const createExec = (
  environment: Environment,
  now: () => number,
  mostOutput = mostKept,
): Exec => {
  let starter: Starter | null = null;
  let shells: Shells | null = null;
  let conversations: Conversations | null = null;
  const run = createRun(environment, now, mostOutput);
  const inherited = forPrograms(environment);
  const startOf = ({ byShell, isAmongMany }: ExecOptions): Starter['start'] | null => {
    if (byShell === true) {
      shells ??= createShells({ environment: inherited, turn: startTurn });
      return shells.start;
    }
    if (isAmongMany !== true) return null;
    starter ??= createStarter(inherited);
    return starter.start;
  };
  /** Null where it is to be started from here. */
  const elsewhere = async (
    command: Command,
    options: ExecOptions,
  ): Promise<Result<Output, Failure> | null> => {
    const { conversation } = options;
    if (conversation !== undefined) {
      if (conversation.kind === 'opens') await startTurn();
      // Finding somebody may start a process.
      if (options.signal?.aborted === true) return canceled(command);
      conversations ??= createConversations(inherited);
      const ask = conversations.find(command, conversation);
      return ask === null ? null : await followAsked(ask, command, options, now, mostOutput);
    }
    const start = startOf(options);
    if (start === null) return null;
    return await followAsked(
      (onText) => start(command, options.input ?? '', onText),
      command,
      options,
      now,
      mostOutput,
    );
  };
  return async (command, options = {}) =>
    // Questions that others start are about no folder.
    (command.cwd === undefined ? await elsewhere(command, options) : null) ??
    (await run(command, options));
};

/**
 * A process that was stopped may leave its streams to another (ssh hands them to the master of a
 * shared connection): nobody waits for those. `wasStopped`: a program may catch the signal and end
 * with a status of its own, as ssh does.
 */
const letStreamsGo = (
  subprocess: Subprocess,
  wasStopped: (code: number | null) => boolean,
): void => {
  subprocess.nodeChildProcess.once('exit', (code, signal) => {
    if (signal === null && !wasStopped(code)) return;
    setTimeout(() => {
      subprocess.stdout?.destroy();
      subprocess.stderr?.destroy();
    }, lingerMs).unref();
  });
};

/** Starts it from this process. */
const createRun =
  (environment: Environment, now: () => number, mostOutput: number): Exec =>
  async (command, options = {}) => {
    const turn = startTurn();
    if (turn !== undefined) await turn;
    const started = now();
    const subprocess = startProcess(environment, command, options);
    if (subprocess.pid !== undefined) options.onStart?.(subprocess.pid);
    const limit = limitTime(options, () => subprocess.kill());
    letStreamsGo(
      subprocess,
      (code) =>
        options.untilExit === true ||
        options.signal?.aborted === true ||
        limit.isOver() ||
        hearing.saidTooMuch() ||
        // ssh that failed may leave them to a process that its ProxyCommand started.
        (options.moreTime !== undefined && code !== 0) ||
        (options.moreTime === undefined &&
          now() - started >= (options.timeoutMs ?? Number.POSITIVE_INFINITY)),
    );
    const leader = options.group === true ? subprocess.pid : undefined;
    const stopGroup = (): void => {
      if (leader === undefined) return;
      signalGroup(leader, 'SIGTERM');
      setTimeout(() => signalGroup(leader, 'SIGKILL'), graceMs).unref();
    };
    options.signal?.addEventListener('abort', stopGroup, { once: true });
    const hearing = createHearing(options, mostOutput, () => {
      subprocess.kill();
      stopGroup();
    });
    await hearStreams(subprocess, hearing);
    const ending = await subprocess;
    const said = hearing.end();
    limit.clear();
    const timedOut = ending.timedOut || limit.isOver();
    options.signal?.removeEventListener('abort', stopGroup);
    // Its first process has ended, and had time to tell the others: those that are left ignore
    // signals, or got none.
    if (leader !== undefined && (ending.isCanceled || timedOut || ending.signal !== undefined))
      signalGroup(leader, 'SIGKILL');
    return judgeEnding(
      command,
      options,
      {
        exitCode: ending.exitCode,
        signal: ending.signal,
        timedOut,
        isCanceled: ending.isCanceled,
        code: ending.code,
        ...said,
        message: ending.shortMessage ?? '',
      },
      now() - started,
    );
  };
