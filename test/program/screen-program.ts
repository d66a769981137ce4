import { EventEmitter } from 'node:events';
import { writeSync } from 'node:fs';
import path from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import headless, { type IBuffer, type Terminal } from '@xterm/headless';

const program = path.join(import.meta.dirname, '../../dist/cli.js');

/** A limit only ends what hangs; nothing waits for it. */
const patienceMs = 150_000;

/** A key that came in the same read as a paste is part of that: the question is put again. */
const againMs = 500;

/** The screen before and after every cell was drawn again, of the same moment. */
export interface Repainted {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The same on a terminal that wraps lines, where one that is too long moves all others. */
  readonly wrappedBefore: readonly string[];
  readonly wrappedAfter: readonly string[];
  /** How many rows the new frame has: those of the window that it was drawn for. */
  readonly rows: number;
}

export interface ScreenProgram {
  readonly pty: IPty;
  readonly terminal: Terminal;
  readonly write: (data: string) => void;
  /** The window gets other columns and, always, other rows. */
  readonly resize: (columns: number, rows: number) => void;
  /** The rows now, without trailing blanks. */
  readonly rows: () => readonly string[];
  readonly text: () => string;
  /** Everything that was written since the start. */
  readonly output: () => string;
  readonly waitFor: (shown: string | RegExp) => Promise<string>;
  readonly until: (holds: (text: string) => boolean, what: string) => Promise<string>;
  /**
   * Draws every cell again, twice, and answers the screens of both; rejects when the program
   * ends. A frame for another window than the present one is waited over: where the window
   * changed, that is what a terminal shows until the program has heard of it.
   */
  readonly repaint: () => Promise<readonly Repainted[]>;
  /** Resolves when the program has drawn a whole frame of a new size by itself. */
  readonly drawn: () => Promise<void>;
  readonly ended: Promise<{ readonly exitCode: number; readonly signal?: number }>;
  readonly hasEnded: () => boolean;
  readonly close: () => Promise<void>;
}

export interface ProgramOptions {
  readonly words?: readonly string[];
  /** Run instead of the program; it gets the program's path as its last word. */
  readonly command?: readonly [string, ...string[]];
  readonly columns?: number;
  readonly rows?: number;
  /** Where its state goes. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Text and look of each cell, so that a stale colour is noticed as well. */
const cellsOf = (buffer: IBuffer, columns: number, rows: number): readonly string[] =>
  Array.from({ length: rows }, (_, row) => {
    const line = buffer.getLine(buffer.viewportY + row);
    const looks: string[] = [];
    for (let column = 0; column < columns; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined) break;
      const look = `${cell.getFgColorMode()}/${cell.getFgColor()}/${cell.getBgColor()}/${cell.isBold()}${cell.isDim()}${cell.isInverse()}${cell.isUnderline()}`;
      const blank = cell.getChars() === '' || cell.getChars() === ' ';
      // The colour of a letter does not show where none is.
      looks.push(
        blank ? (cell.isInverse() === 0 ? ' ' : '[inverse]') : `${cell.getChars()}<${look}>`,
      );
    }
    return looks.join('').trimEnd();
  });

const rowsOf = (terminal: Terminal): readonly string[] =>
  Array.from({ length: terminal.rows }, (_, row) =>
    (
      terminal.buffer.active
        .getLine(terminal.buffer.active.viewportY + row)
        ?.translateToString(true) ?? ''
    ).trimEnd(),
  );

/**
 * Types into a pseudo-terminal. The package's own `write` tries again and again while the queue of
 * keys is full, and reads nothing meanwhile: a program that waits for its own output to be read
 * then waits for ever, after a paste of a megabyte for instance.
 */
const createWriter = (pty: IPty, hasEnded: () => boolean): ((data: string) => void) => {
  const descriptor: unknown = Reflect.get(pty, 'fd');
  if (typeof descriptor !== 'number') throw new Error('the pseudo-terminal has no descriptor');
  const waiting: Buffer[] = [];
  const pump = (): void => {
    for (let chunk = waiting[0]; chunk !== undefined; chunk = waiting[0]) {
      if (hasEnded()) return;
      try {
        const written = writeSync(descriptor, chunk);
        if (written === chunk.length) waiting.shift();
        else waiting[0] = chunk.subarray(written);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
        setTimeout(pump, 1);
        return;
      }
    }
  };
  return (data) => {
    waiting.push(Buffer.from(data));
    if (waiting.length === 1) pump();
  };
};

/** Watches an emulator for repaints: a frame begins, all is erased, the frame ends. */
const watchRepaints = (
  terminal: Terminal,
  onRepaint: (before: readonly string[], after: readonly string[], rows: number) => void,
): void => {
  const look = (): readonly string[] =>
    cellsOf(terminal.buffer.active, terminal.cols, terminal.rows);
  let begun: readonly string[] = [];
  let before: readonly string[] | null = null;
  let lineFeeds = 0;
  terminal.onLineFeed(() => {
    lineFeeds += 1;
  });
  const isFrame = (parameters: readonly (number | number[])[]): boolean =>
    parameters.includes(2026);
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (parameters) => {
    if (isFrame(parameters)) begun = look();
    return false;
  });
  terminal.parser.registerCsiHandler({ final: 'J' }, (parameters) => {
    if (parameters[0] === 2) {
      before = begun;
      lineFeeds = 0;
    }
    return false;
  });
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (parameters) => {
    if (isFrame(parameters) && before !== null) {
      onRepaint(before, look(), lineFeeds + 1);
      before = null;
    }
    return false;
  });
};

/** Without rows that may scroll away the emulator loses some of a screen that is said in lines when it is resized, and fails. */
const scrolledAway = 1_000;

const emulator = (columns: number, rows: number): Terminal =>
  new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: scrolledAway });

/** The built program in a pseudo-terminal, drawn by two emulators: one as people have it, one that wraps in spite of all. */
export const openProgram = ({
  words = ['demo'],
  command = [process.execPath],
  columns = 100,
  rows = 30,
  folder,
  env = {},
}: ProgramOptions): ScreenProgram => {
  const terminal = emulator(columns, rows);
  const wrapping = emulator(columns, rows);
  wrapping.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (parameters) =>
    parameters.includes(7),
  );
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  // The wrapping one is ahead of the other.
  const wrapped: (readonly [readonly string[], readonly string[]])[] = [];
  watchRepaints(wrapping, (before, after) => {
    wrapped.push([before, after]);
  });
  let latest: Repainted | null = null;
  watchRepaints(terminal, (before, after, drawnRows) => {
    const [wrappedBefore, wrappedAfter] = wrapped.shift() ?? [[], []];
    if (drawnRows === terminal.rows)
      latest = { before, after, wrappedBefore, wrappedAfter, rows: drawnRows };
  });
  const [file, ...args] = command;
  const pty = spawn(file, [...args, program, ...words], {
    cols: columns,
    rows,
    name: 'xterm-256color',
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      EDITOR: 'true',
      PAGER: 'true',
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      XDG_STATE_HOME: path.join(folder, 'state'),
      ...env,
    },
  });
  let output = '';
  pty.onData((data) => {
    output += data;
    if (output.length > 4_000_000) output = output.slice(-1_000_000);
    wrapping.write(data, () => terminal.write(data, () => changes.emit('changed')));
  });
  let exit: { readonly exitCode: number; readonly signal?: number } | null = null;
  const ended = new Promise<{ readonly exitCode: number; readonly signal?: number }>((resolve) => {
    pty.onExit((one) => {
      exit = one;
      // Its last words may still be on their way through the emulators.
      setTimeout(() => {
        changes.emit('changed');
        resolve(one);
      }, 20);
    });
  });
  const write = createWriter(pty, () => exit !== null);
  const text = (): string => rowsOf(terminal).join('\n');
  const until = (holds: (now: string) => boolean, what: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(limit);
        changes.off('changed', look);
      };
      const look = (): void => {
        if (!terminal.modes.synchronizedOutputMode && holds(text())) {
          stop();
          resolve(text());
        } else if (exit !== null) {
          stop();
          reject(new Error(`${what} did not come: it ended with ${exit.exitCode}\n${text()}`));
        }
      };
      const limit = setTimeout(() => {
        stop();
        reject(new Error(`${what} did not come; the screen is:\n${text()}`));
      }, patienceMs);
      changes.on('changed', look);
      look();
    });
  let isResized = false;
  const repaintOnce = async (): Promise<Repainted> => {
    latest = null;
    const ask = (): void => {
      if (exit === null) write('\u000c');
    };
    const again = setInterval(ask, againMs);
    try {
      ask();
      await until(() => latest !== null, 'a whole new frame');
    } finally {
      clearInterval(again);
    }
    const found = latest;
    if (found === null) throw new Error('no frame was drawn');
    return found;
  };
  const repaint = async (): Promise<readonly Repainted[]> => {
    // What stood before the first frame of a new size was drawn for the old one.
    if (isResized) await repaintOnce();
    isResized = false;
    return [await repaintOnce(), await repaintOnce()];
  };
  return {
    pty,
    terminal,
    write,
    resize: (newColumns, newRows) => {
      // By its rows a frame tells for which window it was drawn.
      if (newRows === terminal.rows) throw new Error('a new size must have other rows');
      isResized = true;
      latest = null;
      terminal.resize(newColumns, newRows);
      wrapping.resize(newColumns, newRows);
      if (exit === null) pty.resize(newColumns, newRows);
    },
    rows: () => rowsOf(terminal),
    text,
    output: () => output,
    waitFor: (shown) =>
      until(
        (now) => (typeof shown === 'string' ? now.includes(shown) : shown.test(now)),
        String(shown),
      ),
    until,
    repaint,
    drawn: async () => {
      await until(() => !isResized || latest !== null, 'a whole frame of the new size');
      isResized = false;
    },
    ended,
    hasEnded: () => exit !== null,
    close: async () => {
      if (exit === null) pty.kill('SIGKILL');
      await ended;
    },
  };
};

/** A dialog is highlighted once it takes keys; the focus is on its first choice. */
export const takesKeys = (screen: ScreenProgram, first: string): Promise<string> =>
  screen.until(
    () =>
      screen.rows().some((line, row) => {
        const { active } = screen.terminal.buffer;
        const cell = active.getLine(active.viewportY + row)?.getCell(line.indexOf('▶'));
        return line.includes(`▶ ${first}`) && (cell?.isInverse() ?? 0) !== 0;
      }),
    'a dialog that takes keys',
  );
