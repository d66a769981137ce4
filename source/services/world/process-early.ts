import type { ChildProcess } from 'node:child_process';
import type { Command } from '../../model/command.ts';
import { cleanLogLine } from '../../parsers/nix/clean-line.ts';
import type { Exec } from './world.ts';

interface EarlyEnding {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** `ENOENT` where there is no such program. */
  readonly code: string | undefined;
  /** How much it may say, where it was stopped because it said more. */
  readonly saidMoreThan: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly message: string;
}

/** A command that runs since before the program was loaded. */
export interface EarlyCommand {
  readonly command: Command;
  readonly startedAt: number;
  readonly ended: Promise<EarlyEnding>;
  stop(): void;
}

/** UTF-16 units of each stream; more is no list of names. */
const mostSaid = 64 * 1024 * 1024;

/** Hears a process to its end, and stops one that says too much. */
const hearEnding = (child: ChildProcess, mostKept: number): Promise<EarlyEnding> =>
  new Promise((resolve) => {
    const said = { stdout: '', stderr: '' };
    let saidMoreThan: number | undefined;
    const hear = (from: 'stdout' | 'stderr'): void => {
      child[from]?.setEncoding('utf8');
      child[from]?.on('data', (text: string) => {
        if (saidMoreThan !== undefined) return;
        if (said[from].length + text.length <= mostKept) {
          said[from] += text;
          return;
        }
        saidMoreThan = mostKept;
        child.kill();
        // Where it does not obey, what it says next ends it.
        child.stdout?.destroy();
        child.stderr?.destroy();
      });
    };
    hear('stdout');
    hear('stderr');
    const none = { exitCode: undefined, signal: undefined, code: undefined, message: '' };
    child.on('error', (error) => {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
      resolve({ ...none, ...said, saidMoreThan, code, message: error.message });
    });
    child.on('close', (exitCode, signal) => {
      resolve({
        ...none,
        ...said,
        saidMoreThan,
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
      });
    });
  });

/**
 * Starts a question at once, as `exec` would: the program is loaded while it is answered. The
 * package for child processes alone takes longer to load than a first frame may, and so does what
 * Node itself needs to start one: that is loaded when the frame stands.
 */
export const startEarly = (command: Command, mostKept = mostSaid): EarlyCommand => {
  let child: ChildProcess | null = null;
  let isStopped = false;
  const start = async (): Promise<EarlyEnding> => {
    // At once, and read only where a process is started: a first frame is drawn after this.
    const { spawn } = process.getBuiltinModule('node:child_process');
    child = spawn(command.file, [...command.args], {
      env: { GIT_TERMINAL_PROMPT: '0', ...process.env, ...command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    });
    const ended = hearEnding(child, mostKept);
    if (isStopped) child.kill();
    return await ended;
  };
  return {
    command,
    startedAt: Date.now(),
    ended: start(),
    stop: () => {
      isStopped = true;
      child?.kill();
    },
  };
};

const isSameCommand = (one: Command, other: Command): boolean =>
  one.file === other.file &&
  one.cwd === other.cwd &&
  one.env === undefined &&
  one.args.length === other.args.length &&
  one.args.every((word, index) => word === other.args[index]);

/** The same door, where the early command is asked for once more: its answer is that one. */
export const adoptEarly = (exec: Exec, early: EarlyCommand | null): Exec => {
  let waiting = early;
  return async (command, options = {}) => {
    if (waiting === null || !isSameCommand(command, waiting.command))
      return await exec(command, options);
    const { ended, stop, startedAt } = waiting;
    // It is true of the moment in which it was asked: the next question is put anew.
    waiting = null;
    const cancel = (): void => stop();
    if (options.signal?.aborted === true) stop();
    options.signal?.addEventListener('abort', cancel, { once: true });
    const ending = await ended;
    options.signal?.removeEventListener('abort', cancel);
    for (const from of ['stdout', 'stderr'] as const)
      for (const line of ending[from].split('\n').filter((one) => one !== ''))
        options.onLine?.(options.raw === true ? line : cleanLogLine(line), from);
    const { judgeEnding } = await import('./exec.ts');
    const isCanceled = options.signal?.aborted === true;
    return judgeEnding(
      command,
      options,
      { ...ending, timedOut: false, isCanceled },
      Date.now() - startedAt,
    );
  };
};
