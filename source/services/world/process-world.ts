import { readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { createFiles } from './files.ts';
import { createHttp } from './http.ts';
import { findFolders, readUserName } from './process-folders.ts';
import { after } from './timer.ts';
import type { Clock, Exec, World } from './world.ts';

/** USER_HZ, the unit of times in /proc; 100 on every architecture that NixOS supports. */
const ticksPerSecond = 100;

/**
 * When a process started, ms since the epoch, from /proc/PID/stat (field 22,
 * proc_pid_stat(5)) and `btime` of /proc/stat, both exact to a second or so.
 * Undefined where there is no /proc or no such process.
 */
const readProcessStart = (processId: number): number | undefined => {
  try {
    const line = readFileSync(`/proc/${processId}/stat`, 'latin1');
    // The second field is a name in brackets that may hold spaces and brackets.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[19]);
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
    const start = (Number(boot) + ticks / ticksPerSecond) * 1000;
    return Number.isFinite(start) ? start : undefined;
  } catch {
    return undefined;
  }
};

const idLetters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** By the global that loads its module at the first use: questions need no id. */
const randomId = (): string =>
  Array.from(
    crypto.getRandomValues(new Uint32Array(16)),
    (number) => idLetters[number % idLetters.length] ?? '',
  ).join('');

/** `btime` moves by a second when the clock is corrected. */
const startSlackMs = 2_000;

/** As `World.isProcessAlive`; one of somebody else is alive too. */
export const isProcessAlive = (processId: number, startedBefore: number): boolean => {
  try {
    process.kill(processId, 0);
  } catch (error) {
    // Somebody else's process lives as well.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const start = readProcessStart(processId);
  return start === undefined || start <= startedBefore + startSlackMs;
};

const clock: Clock = {
  after,
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    // Waking early is no error: the caller looks at its signal.
    await wait(milliseconds, undefined, { signal }).catch(() => undefined);
  },
};

/** Loads the package for child processes with the first command: many answers need none. */
const lazyExec = (environment: Readonly<Record<string, string | undefined>>): Exec => {
  let loading: Promise<Exec> | undefined;
  return async (command, options) => {
    loading ??= import('./exec.ts').then(({ createExec }) => createExec(environment, clock.now));
    const exec = await loading;
    return await exec(command, options);
  };
};

/** The real world: this machine's processes, files, network and clock. */
export const createProcessWorld = (): World => {
  const environment = { ...process.env };
  return {
    exec: lazyExec(environment),
    files: createFiles(),
    http: createHttp(clock.now, process.env),
    clock,
    folders: findFolders(),
    environment,
    workingFolder: process.cwd(),
    hostName: os.hostname(),
    processId: process.pid,
    processors: os.availableParallelism(),
    userName: readUserName(),
    randomId,
    isProcessAlive,
    isDemo: false,
  };
};
