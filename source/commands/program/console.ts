import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { LentTerminal } from '../../services/world/lent-terminal.ts';
import { terminalName } from '../arguments/terminal-name.ts';
import { isWrittenAtOnce, writeWhole } from './write-whole.ts';

/** Where a subcommand speaks: answers to stdout, progress and messages to stderr. */
export interface Console {
  /** Lines of text for people, made safe to show. */
  answer(text: string): void;
  /** Text that is safe already, or not for people. */
  answerRaw(text: string): void;
  /** One line of JSON. */
  answerJson(value: unknown): void;
  tell(text: string): void;
  /** Whether a person can be asked: both ends are a terminal. */
  readonly canAsk: boolean;
  /** Cells of a row of the terminal that answers go to; undefined where they go elsewhere. */
  readonly columns?: () => number | undefined;
  /** Messages are read later, as in the log of a CI or of a timer: each has its time, and silence is explained. */
  readonly isLog?: boolean;
  /** The answer of the person, trimmed; undefined when they left with ^c or ^d. */
  ask(question: string): Promise<string | undefined>;
  /** As `ask`, without showing what is typed. */
  askSecret(question: string): Promise<string | null>;
  /** The terminal for programs that ask for a passphrase or a login; null where nobody is there. */
  readonly terminal: LentTerminal | null;
  /** Fires when the person presses ^c, or the process is told to end. */
  readonly canceled: AbortSignal;
  /** The signal that fired it; null where none did. */
  readonly signal?: () => string | null;
  /** Fires when nobody reads the answers any more. */
  readonly unread: AbortSignal;
}

const cleanText = (text: string): string => text.split('\n').map(cleanLine).join('\n');

/** Exit status of a process that was told to stop. */
export const canceledExit = 130;

const isClosedPipe = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EPIPE';

export interface ProcessConsole extends Console {
  /** Releases signals and streams: another part of the program takes the terminal. */
  release(): void;
  /** Resolves when everything was handed to the system. */
  flush(): Promise<void>;
  /** The exit status: 1 instead of 0 where the answer could not be written, a closed pipe apart. After `flush`. */
  statusOf(status: number): number;
}

/** Answers on stdout, and whether one of them was lost. */
interface Answers {
  write(text: string): void;
  readonly unread: AbortSignal;
  isLost(): boolean;
  release(): void;
}

const createAnswers = (): Answers => {
  const unread = new AbortController();
  let isLost = false;
  const watch = (error: Error): void => {
    // A closed pager or a full disk ends no deploy: what runs is followed to its end.
    if (!unread.signal.aborted && !isClosedPipe(error)) {
      isLost = true;
      process.stderr.write(
        `The answer could not be written: ${error.message}. What was begun continues; the exit status says that the answer is missing.\n`,
      );
    }
    unread.abort();
  };
  process.stdout.on('error', watch);
  const isFile = process.stdout.isTTY !== true && isWrittenAtOnce(process.stdout.fd);
  return {
    write: (text) => {
      if (unread.signal.aborted) return;
      if (!isFile) {
        process.stdout.write(text);
        return;
      }
      try {
        writeWhole(process.stdout.fd, text);
      } catch (error) {
        watch(error instanceof Error ? error : new Error(String(error)));
      }
    },
    unread: unread.signal,
    isLost: () => isLost,
    release: () => process.stdout.off('error', watch),
  };
};

/** Follows the signals that end a process. ^c once cancels, twice leaves at once. */
const followSignals = (): Required<Pick<Console, 'canceled' | 'signal'>> & {
  release(): void;
} => {
  const cancel = new AbortController();
  let first: string | null = null;
  const hangUp = (signal: NodeJS.Signals): void => {
    first ??= signal;
    cancel.abort();
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (cancel.signal.aborted) process.exit(canceledExit);
    hangUp(signal);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', hangUp);
  return {
    canceled: cancel.signal,
    signal: () => first,
    release: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      process.off('SIGHUP', hangUp);
    },
  };
};

const askLine = async (question: string, canceled: AbortSignal): Promise<string | undefined> => {
  // Most commands ask nothing.
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const left = new AbortController();
  lines.on('SIGINT', () => left.abort());
  lines.on('close', () => left.abort());
  try {
    const signal = AbortSignal.any([left.signal, canceled]);
    return (await lines.question(`${question} `, { signal })).trim();
  } catch {
    process.stderr.write('\n');
    return undefined;
  } finally {
    lines.close();
  }
};

const drain = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });

/** The console of this process. */
export const createProcessConsole = (): ProcessConsole => {
  const answers = createAnswers();
  // An error of stderr cannot be told anywhere: the journal has what happened.
  const watchMessages = (): void => undefined;
  process.stderr.on('error', watchMessages);
  const { canceled, signal, release } = followSignals();
  const tell = (text: string): void => {
    process.stderr.write(`${cleanText(text)}\n`);
  };
  const canAsk = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const lend: LentTerminal['lend'] = async (why, work) => {
    tell(why);
    return await work();
  };
  return {
    terminal: canAsk ? { name: terminalName(), lend } : null,
    answer: (text) => answers.write(`${cleanText(text)}\n`),
    answerRaw: answers.write,
    answerJson: (value) => answers.write(`${JSON.stringify(value)}\n`),
    tell,
    canAsk,
    columns: () => (process.stdout.isTTY === true ? process.stdout.columns : undefined),
    isLog: process.stderr.isTTY !== true,
    ask: (question) => askLine(cleanText(question), canceled),
    askSecret: async (question) => {
      const { askSecret } = await import('./ask-secret.ts');
      const streams = { input: process.stdin, output: process.stderr };
      return await askSecret(cleanText(question), streams, canceled);
    },
    canceled,
    signal,
    unread: answers.unread,
    release: () => {
      answers.release();
      process.stderr.off('error', watchMessages);
      release();
    },
    flush: async () => {
      await Promise.all([drain(process.stdout), drain(process.stderr)]);
    },
    statusOf: (status) => (status === 0 && answers.isLost() ? 1 : status),
  };
};
