import { EventEmitter } from 'node:events';
import headless, { type IBufferCell } from '@xterm/headless';
import { type Rgb, rgbOfIndex } from '../../source/model/terminal/colour.ts';

/** A cell as the emulator shows it. */
export interface Cell {
  readonly text: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
  /** True when the cell has a colour of its own. */
  readonly coloured: boolean;
  /** As it was written; null for the terminal's own, a number for one of its sixteen. */
  readonly foreground: Rgb | number | null;
  readonly background: Rgb | number | null;
}

const rgb = (value: number): Rgb => [(value >> 16) & 255, (value >> 8) & 255, value & 255];

const colourOf = (isRgb: boolean, isPalette: boolean, value: number): Rgb | number | null => {
  if (isRgb) return rgb(value);
  if (!isPalette) return null;
  return value < 16 ? value : rgbOfIndex(value);
};

const cellOf = (found: IBufferCell | undefined): Cell => ({
  text: found?.getChars() ?? '',
  bold: found?.isBold() !== undefined && found.isBold() !== 0,
  dim: found?.isDim() !== undefined && found.isDim() !== 0,
  inverse: found?.isInverse() !== undefined && found.isInverse() !== 0,
  coloured: found !== undefined && !(found.isFgDefault() && found.isBgDefault()),
  foreground:
    found === undefined ? null : colourOf(found.isFgRGB(), found.isFgPalette(), found.getFgColor()),
  background:
    found === undefined ? null : colourOf(found.isBgRGB(), found.isBgPalette(), found.getBgColor()),
});

const partOf = (from: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined,
    from,
  );

/** The emulator keeps links, and tells nobody of them by its interface. */
const linkOf = (emulator: headless.Terminal, cell: IBufferCell | undefined): string | null => {
  const id = partOf(cell, 'extended', 'urlId');
  const links = partOf(emulator, '_core', '_oscLinkService', '_dataByLinkId');
  if (typeof id !== 'number' || !(links instanceof Map))
    throw new Error('no links in the emulator');
  const address = partOf(links.get(id), 'data', 'uri');
  return typeof address === 'string' ? address : null;
};

class Output extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #write: (data: string) => void;

  constructor(columns: number, rows: number, write: (data: string) => void) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#write = write;
  }

  write(data: string | Uint8Array, ...rest: readonly unknown[]): boolean {
    this.#write(typeof data === 'string' ? data : Buffer.from(data).toString('utf8'));
    const done = rest.findLast((one) => typeof one === 'function');
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  }

  getColorDepth(): number {
    return 24;
  }

  hasColors(): boolean {
    return true;
  }
}

class Input extends EventEmitter {
  readonly isTTY = true;
  readonly #waiting: string[] = [];

  setEncoding(): void {}
  setRawMode(): this {
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  read(): string | null {
    return this.#waiting.shift() ?? null;
  }
  /** As a stream of Node: who listens later is told of what came before. */
  override addListener(event: string, listener: (...args: unknown[]) => void): this {
    super.addListener(event, listener);
    if (event === 'readable' && this.#waiting.length > 0)
      queueMicrotask(() => this.emit('readable'));
    return this;
  }
  override on(event: string, listener: (...args: unknown[]) => void): this {
    return this.addListener(event, listener);
  }
  send(data: string): void {
    this.#waiting.push(data);
    this.emit('readable');
    this.emit('data', data);
  }
}

/** A terminal in memory: what a program writes becomes cells, what a test types becomes input. */
export interface TestTerminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  /** Everything that was written, as it came. */
  readonly written: () => string;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** The rows of the screen, without trailing blanks. */
  screen(): Promise<readonly string[]>;
  cell(row: number, column: number): Promise<Cell>;
  /** All of them, row by row. */
  cells(): Promise<readonly Cell[]>;
  /** The address behind a cell; null where there is none. */
  link(row: number, column: number): Promise<string | null>;
  /** Resolves when the screen fulfils a condition; rejects with the screen after a minute. */
  until(holds: (rows: readonly string[]) => boolean, what: string): Promise<readonly string[]>;
  isAlternate(): Promise<boolean>;
}

export const createTerminal = (columns: number, rows: number): TestTerminal => {
  const emulator = new headless.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    convertEol: true,
    scrollback: 0,
  });
  let text = '';
  const changes = new EventEmitter();
  const output = new Output(columns, rows, (data) => {
    text += data;
    emulator.write(data, () => changes.emit('changed'));
  });
  const input = new Input();
  const settled = (): Promise<void> => new Promise((resolve) => emulator.write('', resolve));
  const rowsNow = (): readonly string[] =>
    Array.from({ length: emulator.rows }, (_, row) =>
      (
        emulator.buffer.active
          .getLine(emulator.buffer.active.viewportY + row)
          ?.translateToString(true, 0, emulator.cols) ?? ''
      ).trimEnd(),
    );
  const screen = async (): Promise<readonly string[]> => {
    await settled();
    return rowsNow();
  };
  return {
    stdout: output as unknown as NodeJS.WriteStream,
    stdin: input as unknown as NodeJS.ReadStream,
    written: () => text,
    type: (keys) => input.send(keys),
    resize: (newColumns, newRows) => {
      emulator.resize(newColumns, newRows);
      output.columns = newColumns;
      output.rows = newRows;
      output.emit('resize');
    },
    screen,
    cell: async (row, column) => {
      await settled();
      return cellOf(emulator.buffer.active.getLine(row)?.getCell(column));
    },
    cells: async () => {
      await settled();
      return Array.from({ length: emulator.rows * emulator.cols }, (_, at) =>
        cellOf(
          emulator.buffer.active
            .getLine(Math.floor(at / emulator.cols))
            ?.getCell(at % emulator.cols),
        ),
      );
    },
    link: async (row, column) => {
      await settled();
      return linkOf(emulator, emulator.buffer.active.getLine(row)?.getCell(column));
    },
    until: (holds, what) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const now = rowsNow();
          if (!holds(now)) return;
          clearTimeout(limit);
          changes.off('changed', look);
          resolve(now);
        };
        const limit = setTimeout(() => {
          changes.off('changed', look);
          reject(new Error(`${what} did not come; the screen is:\n${rowsNow().join('\n')}`));
        }, 110_000);
        changes.on('changed', look);
        look();
      }),
    isAlternate: async () => {
      await settled();
      return emulator.buffer.active.type === 'alternate';
    },
  };
};
