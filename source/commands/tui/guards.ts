import { Console } from 'node:console';
import type { EventEmitter } from 'node:events';
import { appendFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { format } from 'node:util';
import { showInstant } from '../../model/words/format-time.ts';
import type { Endings } from './endings.ts';

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
    const file = writeLog('crash.log', `${showInstant(Date.now())}\n${what}\n\n`);
    return `nixup crashed: ${message}\nDetails are in ${file}. The next start says what is true on each host.\n`;
  } catch {
    return `nixup crashed: ${message}\n${what}\n`;
  }
};

/** What a library prints, kept in a file; nowhere to write to is not worth a crash. */
const keepPrinted = (text: string): void => {
  try {
    writeLog('console.log', `${showInstant(Date.now())} ${text}\n`);
  } catch {
    // The output is lost.
  }
};

/**
 * Sends what libraries print by any method of the console, and what Node warns of, to
 * a file: on the screen it would stand in the frame. Answers how to undo it.
 */
export const captureConsole = (): (() => void) => {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      keepPrinted(chunk.toString().trimEnd());
      done();
    },
  });
  const quiet = new Console({ stdout: sink, stderr: sink });
  const kept = Object.getOwnPropertyDescriptors(globalThis.console);
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(quiet)))
    if (typeof value === 'function' && name in kept)
      Object.defineProperty(globalThis.console, name, {
        ...kept[name as keyof typeof kept],
        value,
      });
  const warners = process.listeners('warning');
  const warn = ({ name, message }: Error): void => keepPrinted(`${name}: ${message}`);
  process.removeAllListeners('warning');
  process.on('warning', warn);
  return () => {
    Object.defineProperties(globalThis.console, kept);
    process.off('warning', warn);
    for (const warner of warners) process.on('warning', warner);
  };
};

interface Guards {
  /** Takes all handlers away again. */
  release(): void;
}

/** Without a handler Node opens its debugger at this signal, and says so in the middle of the frame. */
const ignore = (): void => undefined;

/** What a terminal that went away answers: its window was closed, its connection broke. */
const goneCodes: ReadonlySet<unknown> = new Set(['EIO', 'EPIPE', 'ENXIO']);

const isGone = (error: Error): boolean => 'code' in error && goneCodes.has(error.code);

const hungUp = 128 + os.constants.signals.SIGHUP;

interface GuardedBy {
  readonly crash: (error: unknown) => void;
  readonly stop: (exitCode: number) => void;
  /** Whether an editor or a pager has the terminal. */
  readonly isHandedOver: () => boolean;
  readonly terminal: readonly EventEmitter[];
  readonly endings: Endings;
}

/**
 * Every unplanned way out goes through `crash` or `stop`. Frames may meet the end
 * of a terminal before its signal arrives: that is no crash, and what runs is
 * stopped in order.
 */
export const guardProcess = ({
  crash,
  stop,
  isHandedOver,
  terminal,
  endings,
}: GuardedBy): Guards => {
  // Not taken away at the end: the last words find nobody either.
  for (const stream of terminal)
    stream.on('error', (error: Error) => {
      if (isGone(error)) stop(hungUp);
      else crash(error);
    });
  endings.tell((exitCode, isOfKeyboard) => {
    if (!(isOfKeyboard && isHandedOver())) stop(exitCode);
  });
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.on('SIGUSR1', ignore);
  return {
    release: () => {
      process.off('uncaughtException', crash);
      process.off('unhandledRejection', crash);
      endings.release();
      process.off('SIGUSR1', ignore);
      // The signal of a terminal whose end was noticed before: what runs is being stopped in order.
      process.off('SIGHUP', ignore);
      process.on('SIGHUP', ignore);
    },
  };
};

interface JobParts {
  /** Another process asks nixup to stop. */
  readonly onStop: () => void;
  /** nixup was stopped without being asked, and continues now. */
  readonly onContinue: () => void;
  /** The window has another size, or had one for a moment. */
  readonly onWindow: () => void;
  readonly isHandedOver: () => boolean;
}

/**
 * Has the size of the window read again. While another job had the terminal, a new size
 * was told to that one alone; by this signal Node asks, and tells of a change.
 */
export const askWindow = (): void => {
  process.kill(process.pid, 'SIGWINCH');
};

/** What a shell and a window tell a program that has the terminal. */
export const followJob = ({ onStop, onContinue, onWindow, isHandedOver }: JobParts): Guards => {
  const handlers: readonly (readonly [NodeJS.Signals, () => void])[] = [
    [
      'SIGTSTP',
      () => {
        // The editor that has the terminal is stopped by the same signal, and we with it.
        if (isHandedOver()) process.kill(process.pid, 'SIGSTOP');
        else onStop();
      },
    ],
    [
      'SIGCONT',
      () => {
        if (!isHandedOver()) onContinue();
      },
    ],
    [
      'SIGWINCH',
      () => {
        if (!isHandedOver()) onWindow();
      },
    ],
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    release: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
};
