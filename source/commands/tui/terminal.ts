import type { Terminal } from '../../actions/action.ts';
import type { Engine } from '../../engine/contract.ts';
import type { CommandEnd } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import type { LentTerminal } from '../../services/world/lent-terminal.ts';
import { terminalName } from '../arguments/terminal-name.ts';
import type { ScreenModes } from '../terminal/screen-modes.ts';
import type { ScreenInput } from './input.ts';
import type { Loaded } from './loaded.ts';
import { stopJob } from './stop-job.ts';

/** Ink's way to hand over the terminal: the screen is gone until the work has ended. */
export type Suspend = (work: () => Promise<void>) => Promise<void>;

interface TerminalParts {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly input: ScreenInput;
  readonly suspend: Suspend;
  readonly modes: ScreenModes;
  /** Resolves when no answer of the terminal is on its way. */
  readonly whenSettled: () => Promise<void>;
  readonly repaint: () => void;
  /** Has the size of the window read again, and every cell drawn. */
  readonly askWindow: () => void;
  /** Undefined for the moment between the first frame and the loading of the engine. */
  readonly loaded: () => Loaded | undefined;
  /** Undefined until the flake is open: its start reads every file then. */
  readonly openEngine: () => Engine | undefined;
  /** The flake's folder: git has its own editor for messages there. */
  readonly flake: () => string | null;
  readonly leave: (exitCode: number) => void;
}

/** The terminal as actions use it, and who has it. */
export interface ScreenTerminal extends Terminal, LentTerminal {
  /** Whether another program has it, or is about to get it. */
  readonly isHandedOver: boolean;
  /**
   * Ends the program that has the terminal; resolves when nixup has it again, or when that takes
   * too long.
   */
  takeBack(): Promise<void>;
  /** Resolves when nixup has it again. */
  whenBack(): Promise<void>;
}

/** Terminals refuse longer ones; as long as what k9s found to be safe. */
const longestCopy = 74_994;

/** So long may an editor take to end when it is told to, ms. */
const endingMs = 2_000;

const soon = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });

/**
 * Which program has the terminal: one after the other, each with the keyboard and the modes as they
 * were before nixup.
 */
const createHandOver = ({
  stdout,
  input,
  suspend,
  modes,
  whenSettled,
  askWindow,
}: Pick<TerminalParts, 'stdout' | 'input' | 'suspend' | 'modes' | 'whenSettled' | 'askWindow'>) => {
  let waiting = 0;
  let last = Promise.resolve();
  const handOver = async (work: () => Promise<void>): Promise<void> => {
    await whenSettled();
    await suspend(async () => {
      stdout.write(modes.leave());
      await input.stop();
      try {
        await work();
      } finally {
        // In the background the first of them stops us, and the other would draw over the shell.
        input.start();
        stdout.write(modes.enter());
        modes.announce();
      }
    });
  };
  return {
    outside: (work: () => Promise<void>): Promise<void> => {
      waiting += 1;
      const mine = last
        .then(() => handOver(work))
        .finally(() => {
          waiting -= 1;
          askWindow();
        });
      last = mine.catch(() => undefined);
      return mine;
    },
    isHandedOver: (): boolean => waiting > 0,
    whenBack: (): Promise<void> => last,
  };
};

const commandRunner =
  (outside: (work: () => Promise<void>) => Promise<void>): Terminal['runCommand'] =>
  async (command, line, isRead) => {
    let end: CommandEnd = { text: 'it was not run', isWell: false };
    await outside(async () => {
      const { runCommandHere } = await import('./editor.ts');
      end = await runCommandHere(command, line, isRead, process.env);
    });
    return end;
  };

// Over 60 lines: a way for each thing that actions ask of the terminal.
/** What only few keys need is loaded by the first of them. */
export const createTerminal = (parts: TerminalParts): ScreenTerminal => {
  const { stdin, stdout, loaded } = parts;
  const { outside, isHandedOver, whenBack } = createHandOver(parts);
  const left = new AbortController();

  return {
    get isHandedOver() {
      return isHandedOver();
    },
    whenBack,
    takeBack: async () => {
      left.abort();
      const { endTool } = await import('./editor.ts');
      endTool();
      await Promise.race([whenBack(), soon(endingMs)]);
    },
    name: terminalName(),
    lend: async <Value>(why: string, work: () => Promise<Value>): Promise<Value> => {
      const done: Value[] = [];
      await outside(async () => {
        stdout.write(`${why}\n`);
        done.push(await work());
      });
      const [value] = done;
      if (value === undefined) throw new Error('the terminal could not be lent');
      return value;
    },
    leave: parts.leave,
    suspend: async () => {
      let isStopped = false;
      await outside(async () => {
        isStopped = await stopJob();
      });
      return isStopped;
    },
    repaint: parts.repaint,
    editFile: async (file, line = null) => {
      let edited: Result<void, Failure> = success(undefined);
      await outside(async () => {
        const { editFile } = await import('./editor.ts');
        edited = await editFile(file, process.env, line);
      });
      await parts.openEngine()?.refresh();
      return edited;
    },
    editText: async (text, keptIn = null) => {
      let edited: Result<string | null, Failure> = success(null);
      await outside(async () => {
        const { editMessage } = await import('./editor.ts');
        const saved = await editMessage(text, keptIn, process.env, parts.flake());
        edited = saved.ok && saved.value.trim() === '' ? success(null) : saved;
      });
      return edited;
    },
    editNote: async (name, begun, about) => {
      let edited: Result<string | null, Failure> = success(null);
      await outside(async () => {
        const { editNote } = await import('./editor.ts');
        edited = await editNote(name, begun, about, process.env);
      });
      return edited;
    },
    readLines: async (lines, name, by) => {
      let read: Result<void, Failure> = success(undefined);
      await outside(async () => {
        const { readText } = await import('./editor.ts');
        read = await readText(`${lines.join('\n')}\n`, name, by, process.env);
      });
      return read;
    },
    pageFiles: async (paths) => {
      let read: Result<void, Failure> = success(undefined);
      await outside(async () => {
        const { pageFiles } = await import('./editor.ts');
        read = await pageFiles(paths, process.env);
      });
      return read;
    },
    runCommand: commandRunner(outside),
    openLink: async (url) => {
      const world = loaded()?.world;
      if (world === undefined) return 'nixup is still starting';
      const { openLink } = await import('../../services/world/open-link.ts');
      const opened = await openLink(world, process.platform, url);
      return opened.ok ? null : opened.failure;
    },
    askSecret: async (question) => {
      let answer: string | null = null;
      await outside(async () => {
        const { askSecret } = await import('../program/ask-secret.ts');
        answer = await askSecret(question, { input: stdin, output: stdout }, left.signal);
      });
      return answer;
    },
    copy: (text) => {
      const encoded = Buffer.from(text).toString('base64').slice(0, longestCopy);
      stdout.write(`\u001b]52;c;${encoded}\u0007`);
    },
  };
};
