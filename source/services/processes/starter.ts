import { type ChildProcess, spawn } from 'node:child_process';
import type { Command } from '../../model/command.ts';
import { giveWay } from './priority.ts';

/** What the small process is told. */
type ToStarter =
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly file: string;
      readonly args: readonly string[];
      readonly env?: Readonly<Record<string, string>> | undefined;
      readonly input: string;
    }
  | { readonly kind: 'kill'; readonly id: number; readonly signal: NodeJS.Signals };

/** What it tells. */
type FromStarter =
  | {
      readonly kind: 'said';
      readonly id: number;
      readonly from: 'stdout' | 'stderr';
      /** More is added while it waits to be sent. */
      text: string;
    }
  | {
      readonly kind: 'ended';
      readonly id: number;
      readonly exitCode: number | null;
      readonly signal: string | null;
    }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly code: string;
      readonly message: string;
    };

/**
 * The whole program of the small process: its text is handed to Node, so that nothing from outside of
 * it may be used. It ends, and with it all that it started, when the connection to nixup does.
 */
// Over 60 lines: all of it is one text.
const serve = (): void => {
  const { spawn: start } = process.getBuiltinModule('node:child_process');
  /** What processes say waits so long for others, ms: a message costs more than what it carries, and so do many. */
  const togetherMs = (): number => (running.size > 100 ? 200 : 50);
  /** UTF-16 units under way at most: what speaks faster than nixup reads waits, as at a pipe. */
  const mostUnderWay = 4_000_000;
  const running = new Map<number, ChildProcess>();
  let waiting: FromStarter[] = [];
  let said = new Map<string, Extract<FromStarter, { kind: 'said' }>>();
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;
  const eachStream = (act: (stream: NonNullable<ChildProcess['stdout']>) => void): void => {
    for (const { stdout, stderr } of running.values())
      for (const stream of [stdout, stderr]) if (stream !== null) act(stream);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const messages = waiting;
    waiting = [];
    said = new Map();
    let units = 0;
    for (const message of messages) if (message.kind === 'said') units += message.text.length;
    const wasFull = underWay > mostUnderWay;
    underWay += units;
    if (!wasFull && underWay > mostUnderWay) eachStream((stream) => stream.pause());
    process.send?.(messages, undefined, undefined, () => {
      const isFull = underWay > mostUnderWay;
      underWay -= units;
      if (isFull && underWay <= mostUnderWay) eachStream((stream) => stream.resume());
    });
  };
  const hear = (id: number, from: 'stdout' | 'stderr', text: string): void => {
    const known = said.get(`${id} ${from}`);
    if (known !== undefined) known.text += text;
    else {
      const message = { kind: 'said' as const, id, from, text };
      said.set(`${id} ${from}`, message);
      waiting.push(message);
    }
    timer ??= setTimeout(flush, togetherMs());
  };
  const end = (message: FromStarter): void => {
    running.delete(message.id);
    waiting.push(message);
    flush();
  };
  const begin = (message: Extract<ToStarter, { kind: 'start' }>): void => {
    const { id, file, args, env, input } = message;
    const child = start(file, [...args], {
      stdio: 'pipe',
      ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    });
    running.set(id, child);
    let isOver = false;
    const close = (): void => {
      if (isOver) return;
      isOver = true;
      child.stdout.destroy();
      child.stderr.destroy();
      end({ kind: 'ended', id, exitCode: child.exitCode, signal: child.signalCode });
    };
    for (const from of ['stdout', 'stderr'] as const) {
      child[from].setEncoding('utf8').on('data', (text: string) => hear(id, from, text));
      if (underWay > mostUnderWay) child[from].pause();
    }
    // Who does not read its input has its reasons.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return;
      isOver = true;
      end({ kind: 'failed', id, code: error.code ?? '', message: error.message });
    });
    child.on('close', close);
    // What was stopped, or failed, may leave its streams to another process: nobody waits for those.
    child.on('exit', (code) => {
      if (code !== 0) setTimeout(close, 500);
    });
  };
  process.on('message', (message: ToStarter) => {
    if (message.kind === 'start') begin(message);
    else running.get(message.id)?.kill(message.signal);
  });
  // ^c is for nixup to answer.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => {
    // A build that is told tidies up.
    for (const child of running.values()) child.kill('SIGTERM');
    setTimeout(() => {
      for (const child of running.values()) child.kill('SIGKILL');
      process.exit();
    }, 1_500);
    setInterval(() => {
      if (running.size === 0) process.exit();
    }, 20);
  });
};

/** How a process ended that was started by the small one. */
export type StarterEnding =
  | { readonly kind: 'ended'; readonly exitCode: number | null; readonly signal: string | null }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** The small process is gone: what became of it is not known. */
  | { readonly kind: 'lost' };

export interface StartedByStarter {
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<StarterEnding>;
}

export interface Starter {
  start(
    command: Command,
    input: string,
    onText: (text: string, from: 'stdout' | 'stderr') => void,
  ): StartedByStarter;
}

interface OpenProcess {
  readonly onText: (text: string, from: 'stdout' | 'stderr') => void;
  readonly end: (ending: StarterEnding) => void;
}

/** Without work for so long it ends, ms. */
const idleMs = 1_000;

/**
 * Starts processes by way of a small one. A process is started by copying the one that starts it and
 * waiting until the copy runs: of nixup, with all that it knows of a fleet, that takes milliseconds
 * in which no key is answered.
 */
// Over 60 lines: the small process lives as long as there is something open.
export const createStarter = (
  environment: Readonly<Record<string, string | undefined>>,
): Starter => {
  const open = new Map<number, OpenProcess>();
  let small: ChildProcess | null = null;
  let idle: NodeJS.Timeout | undefined;
  let ids = 0;

  const close = (id: number, ending: StarterEnding): void => {
    const one = open.get(id);
    open.delete(id);
    one?.end(ending);
    if (open.size > 0 || small === null) return;
    const resting = small;
    resting.unref();
    resting.channel?.unref();
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (small === resting) small = null;
      resting.disconnect();
    }, idleMs);
    idle.unref();
  };

  const hear = (message: FromStarter): void => {
    const { id } = message;
    switch (message.kind) {
      case 'said':
        open.get(id)?.onText(message.text, message.from);
        return;
      case 'ended':
        close(id, { kind: 'ended', exitCode: message.exitCode, signal: message.signal });
        return;
      case 'failed':
        close(id, { kind: 'failed', code: message.code, message: message.message });
        return;
    }
  };

  const connect = (): ChildProcess => {
    const child = spawn(process.execPath, ['-e', `(${serve.toString()})()`], {
      env: { ...environment },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    giveWay(child.pid);
    const lose = (): void => {
      if (small !== child) return;
      small = null;
      for (const id of [...open.keys()]) close(id, { kind: 'lost' });
    };
    child.on('message', (messages: readonly FromStarter[]) => {
      for (const message of messages) hear(message);
    });
    child.on('error', lose);
    child.on('exit', lose);
    return child;
  };

  const tell = (message: ToStarter): void => {
    // A message that is not taken is told by the end of the process.
    if (small?.connected === true) small.send(message, () => undefined);
  };

  return {
    start: ({ file, args, env }, input, onText) => {
      clearTimeout(idle);
      small ??= connect();
      small.ref();
      small.channel?.ref();
      ids += 1;
      const id = ids;
      const ended = new Promise<StarterEnding>((resolve) => {
        open.set(id, { onText, end: resolve });
      });
      tell({ kind: 'start', id, file, args, env, input });
      return { ended, kill: (signal) => tell({ kind: 'kill', id, signal }) };
    },
  };
};

/** Tells a process and all that it started; who is gone already is no error. */
export const signalGroup = (leader: number, signal: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(-leader, signal);
  } catch {
    // No process is left.
  }
};
