import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { type Command, quoteWord, quoteWords } from '../../model/command.ts';
import { readUntilMark } from '../../parsers/until-mark.ts';
import type { Opener, OpenShell } from './opener.ts';
import type { StarterEnding } from './starter.ts';

/**
 * The whole program of a launcher, with its mark and the path of its files: a small shell that says on both
 * streams that it is there, and then for each line of its standard input starts what the file at the path
 * says, waits for it, and says on both streams that it is over. (A shell reads lines by the letter and
 * files at once.) TERM and USR1 are passed on to what runs, as TERM and KILL; one that comes before its
 * process runs is not lost. ^c is for nixup to answer. Its files are still there at its end where nixup
 * was killed: it removes them, and outlives an answer that nobody reads.
 */
export const launcherProgram = `over() {
  printf '%s %s\\n' "$1" "$2" >&2
  printf '%s %s\\n' "$1" "$2"
}
launch() {
  trap 'stop=TERM; [ -z "$job" ] || kill -s TERM "$job"' TERM
  trap 'stop=KILL; [ -z "$job" ] || kill -s KILL "$job"' USR1
  trap '' INT
  trap : PIPE
  job= stop=
  over "$1" 0
  while read -r line; do
    . "$2" &
    job=$!
    [ -z "$stop" ] || kill -s "$stop" "$job"
    while :; do
      wait "$job"
      status=$?
      kill -s 0 "$job" 2>/dev/null || break
    done
    job=
    over "$1" "$status"
  done
  [ ! -e "$2" ] || { rm -f "$2" "$2".*; rmdir "\${2%/*}" 2>/dev/null; }
}`;

/** What is to be heard of a process. */
export interface Work {
  readonly onText: (text: string, from: 'stdout' | 'stderr') => void;
  /** Called once. */
  readonly onEnd: (ending: StarterEnding) => void;
}

/** A small shell that starts one process after the other. */
export interface Launcher {
  /** `file` of the command is a path. The event loop waits for its end. */
  start(command: Command, input: string, work: Work): void;
  /** Tells what runs to end. */
  stop(signal: NodeJS.Signals): void;
  /** It starts nothing more, and ends after what runs. */
  close(): void;
}

/** A file that is written again and again: in place, as a file that is made shorter may be flushed to the disk. */
interface Slate {
  readonly path: string;
  write(text: string): void;
  /** There is no such file any more. */
  remove(): void;
}

const openSlate = (path: string): Slate => {
  const file = openSync(path, 'wx', 0o600);
  let written = '';
  return {
    path,
    write: (text) => {
      if (text === written) return;
      const length = writeSync(file, text, 0);
      if (length < Buffer.byteLength(written)) ftruncateSync(file, length);
      written = text;
    },
    remove: () => {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
};

/** The command as a script that becomes it. Mostly of one length, so that its file stays as long as it is. */
const scriptOf = ({ file, args, env = {} }: Command, inputFile: string): string =>
  [
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quoteWord(value)}`),
    `exec ${quoteWords([file, ...args])} <${quoteWord(inputFile)}`,
  ]
    .join('\n')
    .padEnd(1_023)
    .concat('\n');

/**
 * What a shell says itself: no such program, one that may not run, one that a signal ended (sh(1), EXIT
 * STATUS). ssh passes on the same from the other side; 255 is its own.
 */
const isShellsWord = (status: number): boolean => status >= 126 && status !== 255;

/** Calls with the status of a process once it is over on both streams. */
const hearWork = (
  shell: OpenShell,
  mark: string,
  onText: (text: string, from: 'stdout' | 'stderr') => void,
  onOver: (status: number) => void,
): void => {
  const over = new Set<string>();
  for (const from of ['stdout', 'stderr'] as const) {
    const read = readUntilMark(
      mark,
      (text) => onText(text, from),
      (status) => {
        if (over.add(from).size < 2) return;
        over.clear();
        onOver(status);
      },
    );
    shell[from].setEncoding('utf8').on('data', read);
  }
};

/** It says within this that it is there, or never, ms. */
const longestStartMs = 5_000;

/** Resolves once it says that it is there. Rejects where it ends before. */
const openShell = async (
  opener: Opener,
  path: string,
  onText: Work['onText'],
  onOver: (status: number) => void,
): Promise<OpenShell> => {
  const mark = `nixup-over-${crypto.randomUUID()}`;
  const shell = await opener.open(mark, path);
  await new Promise<void>((resolve, reject) => {
    const lose = (): void => reject(new Error('the small shell did not start'));
    const late = setTimeout(() => {
      shell.kill('SIGTERM');
      lose();
    }, longestStartMs);
    let isThere = false;
    hearWork(shell, mark, onText, (status) => {
      if (isThere) return onOver(status);
      isThere = true;
      clearTimeout(late);
      resolve();
    });
    shell.onGone(() => {
      clearTimeout(late);
      lose();
    });
  });
  return shell;
};

// Over 60 lines: one shell from its start to its end.
/**
 * What it starts, and what that reads, stands in new files at this path and beside it. Rejects where no
 * shell can be started.
 */
export const openLauncher = async (opener: Opener, path: string): Promise<Launcher> => {
  const script = openSlate(path);
  const input = openSlate(`${path}.input`);
  let work: Work | null = null;
  let isStopped = false;
  let isGone = false;
  const shell = await openShell(
    opener,
    path,
    (text, from) => work?.onText(text, from),
    (status) => {
      if (isStopped) end({ kind: 'ended', exitCode: null, signal: 'SIGTERM' });
      else if (isShellsWord(status)) end({ kind: 'lost' });
      else end({ kind: 'ended', exitCode: status, signal: null });
    },
  ).catch((error: unknown) => {
    script.remove();
    input.remove();
    throw error;
  });
  shell.settle();
  const end = (ending: StarterEnding): void => {
    const ended = work;
    work = null;
    shell.setWaited(false);
    ended?.onEnd(ending);
  };
  shell.onGone(() => {
    isGone = true;
    shell.stdout.destroy();
    shell.stderr.destroy();
    end({ kind: 'lost' });
  });
  // One that is gone is told by its end.
  shell.stdin.on('error', () => undefined);
  return {
    start: (command, text, begun) => {
      if (isGone) return begun.onEnd({ kind: 'lost' });
      input.write(text);
      script.write(scriptOf(command, input.path));
      work = begun;
      shell.setWaited(true);
      shell.stdin.write('\n');
    },
    stop: (signal) => {
      isStopped = true;
      shell.kill(signal === 'SIGKILL' ? 'SIGUSR1' : 'SIGTERM');
    },
    close: () => {
      shell.stdin.end();
      shell.setWaited(false);
      script.remove();
      input.remove();
    },
  };
};
