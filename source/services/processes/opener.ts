import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { giveWay } from './priority.ts';

/** A small shell that runs `launch`, with its three streams. */
export interface OpenShell {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  kill(signal: NodeJS.Signals): void;
  /** It is there: what was needed until now is removed. */
  settle(): void;
  /** Calls once it says nothing more. */
  onGone(call: () => void): void;
  /** Whether the event loop waits for what it says. */
  setWaited(isWaited: boolean): void;
}

export interface Opener {
  /** Starts `launch MARK PATH` of the program. Rejects where no shell can be started. */
  open(mark: string, path: string): Promise<OpenShell>;
  /** Nothing is opened for now: what was kept for it ends. */
  rest(): void;
}

interface OpenerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A text for sh(1) that defines the function `launch`. */
  readonly program: string;
  /** Whose turn it is to start a process from nixup itself. */
  readonly turn: () => Promise<void> | undefined;
}

const setAllWaited = (pipes: readonly unknown[], isWaited: boolean): void => {
  for (const pipe of pipes)
    if (pipe instanceof Socket) {
      if (isWaited) pipe.ref();
      else pipe.unref();
    }
};

/** Started by nixup itself: one that it waits for until it runs. */
const spawnShell = (
  { environment, program }: OpenerOptions,
  mark: string,
  path: string,
): OpenShell => {
  const child = spawn('sh', ['-c', `${program}\nlaunch "$0" "$1"`, mark, path], {
    env: environment,
    stdio: 'pipe',
  });
  giveWay(child.pid);
  const { stdin, stdout, stderr } = child;
  return {
    stdin,
    stdout,
    stderr,
    kill: (signal) => {
      child.kill(signal);
    },
    settle: () => undefined,
    onGone: (call) => {
      child.on('error', call);
      child.on('exit', call);
    },
    setWaited: (isWaited) => {
      if (isWaited) child.ref();
      else child.unref();
      setAllWaited([stdin, stdout, stderr], isWaited);
    },
  };
};

/**
 * The shell that starts the others, each with named pipes for its streams. What it is told is a line
 * `MARK NUMBER`, with numbers that grow; it answers `NUMBER PID`, or `NUMBER -` where the pipes cannot be
 * made in the folder of its first argument. They are made for sixteen numbers at a time. `launch` runs in a
 * copy of it, which costs less than another start of sh. Once nixup is gone, or has no use for the folder,
 * it removes what is left in there, and whoever still waits for nixup's ends of its pipes is told to end. It
 * outlives an answer that nobody reads. ^c is for nixup to answer.
 */
const motherProgram = `make() {
  first=$2 folder=$1 left=16
  set --
  while [ "$left" -gt 0 ]; do
    at=$folder/$((first + left - 1))
    set -- "$@" "$at.in" "$at.out" "$at.err"
    left=$((left - 1))
  done
  mkfifo -m 600 "$@" 2>/dev/null
}
trap '' INT PIPE
opened=
while read -r mark name; do
  at=$1/$name
  if [ -p "$at.err" ] || make "$1" "$name"; then
    { trap - PIPE; launch "$mark" "$at"; } <"$at.in" >"$at.out" 2>"$at.err" &
    printf '%s %s\\n' "$name" "$!"
    opened="$opened $name:$!"
  else
    printf '%s -\\n' "$name"
  fi
done
for one in $opened; do
  at=$1/\${one%%:*}
  [ ! -p "$at.in" ] || kill "\${one#*:}"
done 2>/dev/null
rm -f "$1"/*
rmdir "$1" 2>/dev/null`;

type Mother = ChildProcessByStdio<Writable, Readable, null>;

const socketAt = (path: string, flags: number, isReadable: boolean): Socket =>
  new Socket({
    fd: openSync(path, flags | constants.O_NONBLOCK),
    readable: isReadable,
    writable: !isReadable,
  });

/** Input, output and errors of a shell. */
const pipeNames = ['in', 'out', 'err'] as const;

/** A process that may be gone already. */
const killProcess = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};

/** Our ends of its pipes: input, output and errors. Throws where there is no room for more open files. */
const openEnds = (path: string, pid: number): readonly [Socket, Socket, Socket] => {
  const opened: Socket[] = [];
  const end = (name: string, flags: number, isReadable: boolean): Socket => {
    const socket = socketAt(`${path}.${name}`, flags, isReadable);
    opened.push(socket);
    return socket;
  };
  try {
    return [
      // Open for reading too, as nobody may have opened it on the other side yet (fifo(7)).
      end('in', constants.O_RDWR, false),
      end('out', constants.O_RDONLY, true),
      end('err', constants.O_RDONLY, true),
    ];
  } catch (error) {
    for (const socket of opened) socket.destroy();
    killProcess(pid, 'SIGTERM');
    throw error;
  }
};

/** The streams of a shell that the mother started. */
const connect = (path: string, pid: number): OpenShell => {
  const [stdin, stdout, stderr] = openEnds(path, pid);
  const gone: (() => void)[] = [];
  const tell = (): void => {
    for (const call of gone.splice(0)) call();
  };
  for (const pipe of [stdout, stderr]) pipe.on('close', tell);
  for (const pipe of [stdin, stdout, stderr]) pipe.on('error', tell);
  return {
    stdin,
    stdout,
    stderr,
    kill: (signal) => {
      if (!killProcess(pid, signal)) tell();
    },
    settle: () => {
      for (const name of pipeNames) rmSync(`${path}.${name}`, { force: true });
    },
    onGone: (call) => {
      gone.push(call);
    },
    setWaited: (isWaited) => setAllWaited([stdin, stdout, stderr], isWaited),
  };
};

interface MotherShell {
  /** The process id of the shell; null where its pipes cannot be made. */
  ask(mark: string, path: string): Promise<number | null>;
  end(): void;
}

const startMother = ({ environment, program }: OpenerOptions, folder: string): MotherShell => {
  const child: Mother = spawn('sh', ['-c', `${program}\n${motherProgram}`, 'sh', folder], {
    env: environment,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  giveWay(child.pid);
  const asked = new Map<string, (pid: number | null) => void>();
  const setWaited = (isWaited: boolean): void => {
    if (isWaited) child.ref();
    else child.unref();
    setAllWaited([child.stdin, child.stdout], isWaited);
  };
  const answer = (name: string, pid: number | null): void => {
    const tell = asked.get(name);
    asked.delete(name);
    if (asked.size === 0) setWaited(false);
    tell?.(pid);
  };
  const lose = (): void => {
    for (const name of asked.keys()) answer(name, null);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [name = '', pid = ''] = line.split(' ');
    answer(name, /^\d+$/.test(pid) ? Number(pid) : null);
  });
  for (const event of ['error', 'exit'] as const) child.on(event, lose);
  child.stdin.on('error', lose);
  setWaited(false);
  return {
    ask: (mark, path) =>
      new Promise((resolve) => {
        const isGone = child.exitCode !== null || child.signalCode !== null || !child.pid;
        if (isGone) return resolve(null);
        const name = basename(path);
        asked.set(name, resolve);
        setWaited(true);
        child.stdin.write(`${mark} ${name}\n`);
      }),
    end: () => {
      child.stdin.end();
    },
  };
};

/**
 * Opens small shells: the first one starts the others, as a start of a process by nixup, with all that
 * it knows of a fleet, takes milliseconds in which no key is answered. Where that cannot be (a system
 * whose named pipes behave otherwise, a folder that takes none) nixup starts each itself.
 */
export const createOpener = (options: OpenerOptions): Opener => {
  let mother: MotherShell | null = null;
  let cannot = process.platform !== 'linux';

  const byMother = async (mark: string, path: string): Promise<OpenShell | null> => {
    if (cannot) return null;
    mother ??= startMother(options, dirname(path));
    const pid = await mother.ask(mark, path);
    if (pid === null) cannot = true;
    return pid === null ? null : connect(path, pid);
  };

  return {
    open: async (mark, path) => {
      const opened = await byMother(mark, path);
      if (opened !== null) return opened;
      await options.turn();
      return spawnShell(options, mark, path);
    },
    rest: () => {
      mother?.end();
      mother = null;
    },
  };
};
