import { EventEmitter } from 'node:events';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { enterArguments } from './enter.ts';
import { childrenOf, kill } from './processes.ts';
import { flakeFolder, programWords } from './program.ts';
import { asUser, type User } from './users.ts';

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly folder?: string;
  /** Who sits before it; root when not said. */
  readonly user?: User;
  readonly env?: Readonly<Record<string, string>>;
}

/** The built program on the workstation under a pseudo-terminal. */
export interface Screen {
  /** Types keys as a person would, each as a read of its own. */
  press: (...keys: readonly string[]) => void;
  /** The rows of the screen now, joined by line breaks, without trailing blanks. */
  text: () => string;
  /** Resolves with the screen that shows this; rejects with the screen it had when the time was over (two minutes). */
  waitFor: (shown: string | RegExp, limitMs?: number) => Promise<string>;
  /** Resolves when this text stands there highlighted: a dialog then takes keys. */
  waitForFocus: (shown: string) => Promise<string>;
  resize: (columns: number, rows: number) => void;
  readonly ended: Promise<{ readonly exitCode: number }>;
  /** Ends it if it still runs. */
  close: () => void;
}

/** Names of keys that are not one character. */
export const keys = {
  enter: '\r',
  /** As kitty's protocol has it: a bare one and the key after it, in one read, are Alt and that key. */
  escape: '\u001b[27u',
  tab: '\t',
  space: ' ',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pageDown: '\u001b[6~',
  backspace: '\u007f',
  cancel: '\u0003',
} as const;

/** A limit only ends what hangs; nothing waits for it. */
const patienceMs = 120_000;

/** Opens nixup on the workstation, with words after its name. */
export function openScreen(words: readonly string[] = [], options: ScreenOptions = {}): Screen {
  const { columns = 120, rows = 36, folder = flakeFolder, user = 'root', env = {} } = options;
  const { file, args } = enterArguments(
    'workstation',
    asUser(user, ['/usr/bin/env', '-C', folder, ...programWords(words)]),
    { TERM: 'xterm-256color', COLORTERM: 'truecolor', ...env },
  );
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    scrollback: 0,
  });
  const changes = new EventEmitter();
  const program = spawn(file, [...args], { cols: columns, rows, name: 'xterm-256color' });
  program.onData((data) => terminal.write(data, () => changes.emit('changed')));
  const ended = new Promise<{ readonly exitCode: number }>((resolve) => {
    program.onExit(({ exitCode }) => resolve({ exitCode }));
  });
  const text = (): string =>
    Array.from(
      { length: terminal.rows },
      (_, row) =>
        terminal.buffer.active
          .getLine(terminal.buffer.active.viewportY + row)
          ?.translateToString(true)
          .trimEnd() ?? '',
    ).join('\n');
  const isFocused = (shown: string): boolean =>
    text()
      .split('\n')
      .some((line, row) => {
        const column = line.indexOf(shown);
        const cell = terminal.buffer.active
          .getLine(terminal.buffer.active.viewportY + row)
          ?.getCell(column);
        return column !== -1 && cell !== undefined && cell.isInverse() !== 0;
      });
  const waitUntil = (
    holds: (now: string) => boolean,
    what: string,
    limitMs: number,
  ): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        // Between the marks of a synchronised update half a frame stands on the screen.
        if (terminal.modes.synchronizedOutputMode) return;
        const now = text();
        if (!holds(now)) return;
        clearTimeout(limit);
        changes.off('changed', look);
        resolve(now);
      };
      const limit = setTimeout(() => {
        changes.off('changed', look);
        reject(new Error(`${what} did not come; the screen is:\n${text()}`));
      }, limitMs);
      changes.on('changed', look);
      look();
    });
  return {
    press: (...pressed) => {
      for (const key of pressed) program.write(key);
    },
    text,
    waitFor: (shown, limitMs = patienceMs) =>
      waitUntil(
        (now) => (typeof shown === 'string' ? now.includes(shown) : shown.test(now)),
        String(shown),
        limitMs,
      ),
    waitForFocus: (shown) =>
      waitUntil(() => isFocused(shown), `${shown}, highlighted,`, patienceMs),
    resize: (newColumns, newRows) => {
      terminal.resize(newColumns, newRows);
      program.resize(newColumns, newRows);
    },
    ended,
    close: () => {
      // nsenter forked: its child is the program.
      for (const pid of childrenOf(program.pid)) kill(pid);
    },
  };
}
