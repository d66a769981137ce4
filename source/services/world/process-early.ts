import { spawn } from 'node:child_process';
import type { Command } from '../../model/command.ts';
import { cleanLogLine } from '../../parsers/nix/clean-line.ts';
import type { Exec } from './world.ts';

interface EarlyEnding {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** `ENOENT` where there is no such program. */
  readonly code: string | undefined;
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

/** More is no list of names. */
const mostBytes = 64 * 1024 * 1024;

/**
 * Starts a question at once, as `exec` would: the program is loaded while it is answered. The
 * package for child processes alone takes longer to load than a first frame may.
 */
export const startEarly = (command: Command): EarlyCommand => {
  const child = spawn(command.file, [...command.args], {
    env: { GIT_TERMINAL_PROMPT: '0', ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  });
  const said = { stdout: '', stderr: '' };
  const hear = (from: 'stdout' | 'stderr'): void => {
    child[from].setEncoding('utf8');
    child[from].on('data', (text: string) => {
      if (said[from].length < mostBytes) said[from] += text;
    });
  };
  hear('stdout');
  hear('stderr');
  const ended = new Promise<EarlyEnding>((resolve) => {
    child.on('error', (error) => {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
      resolve({ ...said, exitCode: undefined, signal: undefined, code, message: error.message });
    });
    child.on('close', (exitCode, signal) => {
      resolve({
        ...said,
        exitCode: exitCode ?? undefined,
        signal: signal ?? undefined,
        code: undefined,
        message: '',
      });
    });
  });
  return { command, startedAt: Date.now(), ended, stop: () => child.kill() };
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
