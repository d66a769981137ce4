import type { Terminal } from '../actions/action.ts';
import type { Failure } from '../model/failure.ts';
import { type Result, success } from '../model/result.ts';
import type { Loaded } from './loaded.ts';
import { wrapOff, wrapOn } from './screen-modes.ts';

/** Ink's way to hand over the terminal: the screen is gone until the work has ended. */
export type Suspend = (work: () => Promise<void>) => Promise<void>;

export interface TerminalParts {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly suspend: Suspend;
  /** Undefined for the moment between the first frame and the loading of the engine. */
  readonly loaded: () => Loaded | undefined;
  readonly leave: (exitCode: number) => void;
}

/** Terminals refuse longer ones; as long as what k9s found to be safe. */
const longestCopy = 74_994;

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const waitForContinue = (): Promise<void> =>
  new Promise((resolve) => {
    // Handlers of signals do not hold the process: without a timer it would end on `fg`.
    const timer = setInterval(() => undefined, 1_000_000);
    process.once('SIGCONT', () => {
      clearInterval(timer);
      resolve();
    });
    process.kill(0, 'SIGTSTP');
  });

/** The terminal as actions use it. What only few keys need is loaded by the first of them. */
export const createTerminal = (parts: TerminalParts): Terminal => {
  const { stdin, stdout, loaded } = parts;

  const outside = async (work: () => Promise<void>): Promise<void> => {
    stdout.write(wrapOn);
    await parts.suspend(async () => {
      // Ink lets go of the keys, but Node reads on: a program would lose keys to us. Only a
      // stream that flows tells its handle to stop when it pauses.
      await nextTurn();
      stdin.resume();
      stdin.pause();
      await nextTurn();
      await work();
    });
    stdout.write(wrapOff);
  };

  return {
    leave: parts.leave,
    suspend: () => outside(waitForContinue),
    // Leaving the screen and coming back draws every cell.
    repaint: () => outside(async () => undefined),
    editFile: async (file, line = null) => {
      const { editFile } = await import('./edit-text.ts');
      let edited: Result<void, Failure> = success(undefined);
      await outside(async () => {
        edited = await editFile(file, process.env, line);
      });
      await loaded()?.engine.refresh();
      return edited;
    },
    editText: async (text) => {
      const { editText } = await import('./edit-text.ts');
      let edited: Result<string | null, Failure> = success(null);
      await outside(async () => {
        const saved = await editText(text, 'COMMIT_EDITMSG', process.env);
        edited = saved.ok && saved.value.trim() === '' ? success(null) : saved;
      });
      return edited;
    },
    readLines: async (lines, name, by) => {
      const { readText } = await import('./edit-text.ts');
      let read: Result<void, Failure> = success(undefined);
      await outside(async () => {
        read = await readText(`${lines.join('\n')}\n`, name, by, process.env);
      });
      return read;
    },
    openLink: async (url) => {
      const world = loaded()?.world;
      if (world === undefined) return 'nixup is still starting';
      const { openLink } = await import('../services/open-link.ts');
      const opened = await openLink(world, process.platform, url);
      return opened.ok ? null : opened.failure;
    },
    askSecret: async (question) => {
      let answer: string | null = null;
      await outside(async () => {
        const { askSecret } = await import('./ask-secret.ts');
        answer = await askSecret(question, { input: stdin, output: stdout });
      });
      return answer;
    },
    copy: (text) => {
      const encoded = Buffer.from(text).toString('base64').slice(0, longestCopy);
      stdout.write(`\u001b]52;c;${encoded}\u0007`);
    },
  };
};
