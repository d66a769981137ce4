import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export type Result = {
  /** 124 when the time limit ended it, 127 when it could not be started, 128 + n for signal n. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type CommandOptions = {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Called with each line of both outputs, as it arrives. */
  readonly onLine?: (line: string) => void;
};

/** Runs a command of the machine itself and waits; never throws for what the command does. */
export function runLocally(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(file, [...args], {
      // A group of its own, so that a time limit ends the children as well.
      detached: true,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let timedOut = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            endGroup(child.pid);
          }, options.timeoutMs);
    let pieces = 0;
    const count = (): void => {
      pieces += 1;
    };
    const stdout = gather(child.stdout, count, options.onLine);
    const stderr = gather(child.stderr, count, options.onLine);
    // Until nothing came any more: what is in the pipes is read first, however slow this process is.
    const leavePipes = (): void => {
      const before = pieces;
      setTimeout(
        () =>
          setImmediate(() => {
            if (pieces > before) return leavePipes();
            child.stdout?.destroy();
            child.stderr?.destroy();
          }),
        300,
      );
    };
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ exitCode: 127, stdout: '', stderr: String(error) });
    });
    // 'exit', not 'close': a daemon that the command leaves behind may hold the pipes open for ever.
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      leavePipes();
      void Promise.all([stdout, stderr]).then(([out, err]) => {
        resolve({
          exitCode: timedOut ? 124 : (code ?? 128 + signalNumber(signal)),
          stdout: out,
          stderr: err,
        });
      });
    });
    child.stdin?.on('error', () => {
      /* the command did not read all of it: its own exit status says enough */
    });
    if (options.input !== undefined) child.stdin?.end(options.input);
  });
}

/** As runLocally, for steps whose failure is a defect of the lab: throws with the output. */
export async function mustRun(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await runLocally(file, args, options);
  if (result.exitCode !== 0) {
    const tail = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
    throw new Error(
      `${file} ${args.join(' ').slice(0, 300)} ended with ${result.exitCode}:\n${tail}`,
    );
  }
  return result.stdout;
}

export function mustRunShell(script: string, options: CommandOptions = {}): Promise<string> {
  return mustRun('/bin/bash', ['-euo', 'pipefail', '-c', script], options);
}

function gather(
  stream: Readable | null,
  onData: () => void,
  onLine?: (line: string) => void,
): Promise<string> {
  return new Promise((resolve) => {
    if (stream === null) return resolve('');
    let text = '';
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      text += chunk;
      onData();
      if (onLine === undefined) return;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
    stream.on('close', () => resolve(text));
    stream.on('error', () => resolve(text));
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    /* it ended by itself in the meantime */
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal as string] ?? 0;
}
