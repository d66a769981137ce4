import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Command } from '../../model/command.ts';
import { type Launcher, launcherProgram, openLauncher, type Work } from './launcher.ts';
import { createOpener } from './opener.ts';
import type { StartedByStarter, StarterEnding } from './starter.ts';

export interface Shells {
  start(command: Command, input: string, onText: Work['onText']): StartedByStarter;
}

interface ShellsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whose turn it is to start a process from nixup itself. */
  readonly turn: () => Promise<void> | undefined;
}

/** A process, from when it is asked for. */
interface Job {
  readonly end: (ending: StarterEnding) => void;
  launcher: Launcher | null;
  isStopped: boolean;
}

/** Without work for so long launchers end, ms. */
const idleMs = 1_000;

/** The file of a program; null where there is none. */
const findProgram = (name: string, searched: string): string | null => {
  if (name.includes('/')) return name;
  const isProgram = (path: string): boolean => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  };
  const paths = searched.split(delimiter).map((folder) => join(folder, name));
  return paths.find((path) => path.startsWith('/') && isProgram(path)) ?? null;
};

/** A folder that nobody else can look into, from the first time that it is needed. */
const createFolder = (onExit: () => void) => {
  let folder: string | null = null;
  const remove = (): void => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    folder = null;
    process.off('exit', leave);
  };
  const leave = (): void => {
    onExit();
    remove();
  };
  return {
    path: (): string => {
      if (folder !== null) return folder;
      process.on('exit', leave);
      folder = mkdtempSync(join(tmpdir(), 'nixup-asks-'));
      return folder;
    },
    remove,
  };
};

/**
 * Starts processes by small shells, each of which starts one after the other. A process is started by
 * copying the one that starts it and waiting until the copy runs: of nixup, with all that it knows of
 * a fleet, that takes milliseconds in which no key is answered; of a shell a fraction of one. For long
 * streams, which are better read by another process, there is the starter.
 */
// Over 60 lines: launchers live as long as there is something open.
export const createShells = ({ environment, turn }: ShellsOptions): Shells => {
  const programs = new Map<string, string | null>();
  const busy = new Set<Launcher>();
  const idle: Launcher[] = [];
  const opener = createOpener({ environment, program: launcherProgram, turn });
  let opened = 0;
  let opening = 0;
  let resting: NodeJS.Timeout | undefined;
  const folder = createFolder(() => {
    for (const launcher of busy) launcher.stop('SIGTERM');
  });

  const find = (name: string): string | null => {
    const known = programs.get(name);
    if (known !== undefined) return known;
    const found = findProgram(name, environment['PATH'] ?? '');
    programs.set(name, found);
    return found;
  };

  const closeIdle = (): void => {
    for (const launcher of idle.splice(0)) launcher.close();
    if (busy.size > 0 || opening > 0) return;
    opener.rest();
    folder.remove();
  };

  const open = async (): Promise<Launcher> => {
    opened += 1;
    opening += 1;
    try {
      return await openLauncher(opener, join(folder.path(), String(opened)));
    } finally {
      opening -= 1;
    }
  };

  const finish = (launcher: Launcher, job: Job, ending: StarterEnding): void => {
    busy.delete(launcher);
    job.launcher = null;
    // What failed, or was stopped, may leave its streams to another process: nobody else gets those.
    if (ending.kind === 'ended' && ending.exitCode === 0 && !job.isStopped) idle.push(launcher);
    else launcher.close();
    clearTimeout(resting);
    resting = setTimeout(closeIdle, idleMs);
    resting.unref();
    job.end(ending);
  };

  const begin = async (
    command: Command,
    input: string,
    onText: Work['onText'],
    job: Job,
  ): Promise<void> => {
    const program = find(command.file);
    // Who is asked next tells why it cannot be started.
    if (program === null) return job.end({ kind: 'lost' });
    // Waking a shell costs as much as starting one, where the machine gives it the processor at once:
    // sixteen that end together must not be sixteen starts between two keys.
    await turn();
    if (job.isStopped) return job.end({ kind: 'ended', exitCode: null, signal: 'SIGTERM' });
    const taken = idle.pop() ?? (await open());
    busy.add(taken);
    job.launcher = taken;
    if (job.isStopped)
      return finish(taken, job, { kind: 'ended', exitCode: null, signal: 'SIGTERM' });
    taken.start({ ...command, file: program }, input, {
      onText,
      onEnd: (ending) => finish(taken, job, ending),
    });
  };

  return {
    start: (command, input, onText) => {
      const { promise: ended, resolve: end } = Promise.withResolvers<StarterEnding>();
      const job: Job = { end, launcher: null, isStopped: false };
      begin(command, input, onText, job).catch(() => {
        // Where no shell can be started, or no file be written, another way may be open.
        if (job.launcher !== null) finish(job.launcher, job, { kind: 'lost' });
        else end({ kind: 'lost' });
      });
      return {
        ended,
        kill: (signal) => {
          job.isStopped = true;
          job.launcher?.stop(signal);
        },
      };
    },
  };
};
