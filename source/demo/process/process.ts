import { type Command, showCommand } from '../../model/command.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, success } from '../../model/result.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { Clock, Exec, ExecOptions } from '../../services/world/world.ts';

/** One run of an embedded program. */
export interface Call {
  readonly command: Command;
  readonly args: readonly string[];
  /** What came on standard input. */
  readonly input: string;
  /** Adds to standard output. */
  print(text: string): void;
  /** Adds one line to standard error. */
  say(line: string): void;
  /** Ms since the epoch. */
  now(): number;
  /** Lets time pass; ends the program when it was canceled or ran out of its time. */
  sleep(milliseconds: number): Promise<void>;
}

/** Answers with the exit status. */
export type DemoProgram = (call: Call) => Promise<number> | number;

/** Thrown by `sleep`, and only there. */
class Stopped extends Error {
  readonly why: 'canceled' | 'timeout';
  constructor(why: 'canceled' | 'timeout') {
    super(why);
    this.why = why;
  }
}

/** Lines of last words that a failure carries. */
const tailLines = 20;

/** One output of a program: collected, and handed on by lines. */
const createStream = (onLine: ((line: string) => void) | undefined) => {
  let text = '';
  let rest = '';
  return {
    add: (more: string): void => {
      text += more;
      if (onLine === undefined) return;
      const lines = (rest + more).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    end: (): string => {
      if (onLine !== undefined && rest !== '') onLine(rest);
      return text;
    },
  };
};

const listenerOf = (
  { onLine, raw }: ExecOptions,
  from: 'stdout' | 'stderr',
): ((line: string) => void) | undefined =>
  onLine === undefined ? undefined : (line) => onLine(raw === true ? line : cleanLine(line), from);

/** Runs embedded programs by the name of their file; any other program is missing. */
export const createDemoExec =
  (clock: Clock, programs: ReadonlyMap<string, DemoProgram>): Exec =>
  async (command, options = {}) => {
    const shown = showCommand(command);
    const started = clock.now();
    const program = programs.get(command.file);
    if (program === undefined) return failed({ code: 'program-missing', program: command.file });
    const stdout = createStream(listenerOf(options, 'stdout'));
    const stderr = createStream(listenerOf(options, 'stderr'));
    const deadline = started + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
    const { signal } = options;
    const sleep = async (milliseconds: number): Promise<void> => {
      if (signal?.aborted !== true) {
        const left = deadline - clock.now();
        await clock.sleep(Math.min(milliseconds, Math.max(0, left)), signal);
        if (milliseconds > left) throw new Stopped('timeout');
      }
      if (signal?.aborted === true) throw new Stopped('canceled');
    };
    const call: Call = {
      command,
      args: command.args,
      input: options.input ?? '',
      print: (text) => stdout.add(text),
      say: (line) => stderr.add(`${line}\n`),
      now: clock.now,
      sleep,
    };
    const run = async (): Promise<number | Failure> => {
      try {
        await sleep(0);
        return await program(call);
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
        return error.why === 'canceled'
          ? { code: 'canceled', what: shown }
          : { code: 'command-timeout', command: shown, afterMs: options.timeoutMs ?? 0, tail: [] };
      }
    };
    const ending = await run();
    const output = { stdout: stdout.end(), stderr: stderr.end() };
    if (typeof ending !== 'number') return failed(ending);
    if (ending === 0)
      return success({
        stdout: options.discardOutput === true ? '' : output.stdout,
        stderr: output.stderr,
        tookMs: clock.now() - started,
      });
    const tail = (output.stderr.trim() === '' ? output.stdout : output.stderr)
      .split('\n')
      .map((line) => cleanLine(line))
      .filter((line) => line.trim() !== '')
      .slice(-tailLines);
    return failed({ code: 'command-failed', command: shown, exitCode: ending, tail });
  };
