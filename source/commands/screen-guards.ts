import type { EventEmitter } from 'node:events';
import { appendFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';

/** Where a crash is written when the world is not there to tell: the XDG state folder. */
const stateFolder = (): string =>
  path.join(process.env['XDG_STATE_HOME'] || path.join(os.homedir(), '.local/state'), 'nixup');

const writeLog = (name: string, text: string): string => {
  const file = path.join(stateFolder(), name);
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, text);
  return file;
};

/** Writes a crash down and answers what to tell. Synchronous: the program is about to end. */
export const recordCrash = (error: unknown): string => {
  const what = error instanceof Error ? (error.stack ?? error.message) : format(error);
  const message = error instanceof Error ? error.message : format(error);
  try {
    const file = writeLog('crash.log', `${new Date().toISOString()}\n${what}\n\n`);
    return `nixup crashed: ${message}\nThe whole story is in ${file}. The next start says what is true on each host.\n`;
  } catch {
    return `nixup crashed: ${message}\n${what}\n`;
  }
};

const consoleMethods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/** Sends what libraries print to a file: on the screen it would stand in the frame. Answers how to undo it. */
export const captureConsole = (): (() => void) => {
  const target: Partial<Record<string, unknown>> = globalThis.console as never;
  const kept = consoleMethods.map((name) => [name, target[name]] as const);
  for (const name of consoleMethods)
    target[name] = (...words: readonly unknown[]): void => {
      try {
        writeLog('console.log', `${new Date().toISOString()} ${format(...words)}\n`);
      } catch {
        // Nowhere to write to: what a library prints is not worth a crash.
      }
    };
  return () => {
    for (const [name, method] of kept) target[name] = method;
  };
};

export interface Guards {
  /** Takes all handlers away again. */
  release(): void;
}

/** Exit statuses of signals, as shells count them. */
const signals = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const;

/** Without a handler Node opens its debugger at this signal, and says so in the middle of the frame. */
const ignore = (): void => undefined;

/** What a terminal that went away answers: its window was closed, its connection broke. */
const goneCodes: ReadonlySet<unknown> = new Set(['EIO', 'EPIPE', 'ENXIO']);

const isGone = (error: Error): boolean => 'code' in error && goneCodes.has(error.code);

/**
 * Every unplanned way out goes through one of the two. Frames may meet the end
 * of a terminal before its signal arrives: that is no crash, and what runs is
 * stopped in order.
 */
export const guardProcess = (
  crash: (error: unknown) => void,
  stop: (exitCode: number) => void,
  terminal: readonly EventEmitter[],
): Guards => {
  // Not taken away at the end: the last words find nobody either.
  for (const stream of terminal)
    stream.on('error', (error: Error) => {
      if (isGone(error)) stop(signals.SIGHUP);
      else crash(error);
    });
  const handlers = Object.entries(signals).map(
    ([signal, exitCode]) => [signal, () => stop(exitCode)] as const,
  );
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  process.on('SIGUSR1', ignore);
  return {
    release: () => {
      process.off('uncaughtException', crash);
      process.off('unhandledRejection', crash);
      for (const [signal, handler] of handlers) process.off(signal, handler);
      process.off('SIGUSR1', ignore);
      // The signal of a terminal whose end was noticed before: what runs is being stopped in order.
      process.off('SIGHUP', ignore);
      process.on('SIGHUP', ignore);
    },
  };
};
