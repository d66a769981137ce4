import type { Files } from '../../services/world/world.ts';
import type { DemoLocks, Versions } from '../data/lock-data.ts';
import type { Call } from '../process/process.ts';

/** The flake of the demo, with the readers of its lock. */
export interface DemoFlake {
  readonly flake: string;
  readonly files: Files;
  readonly locks: DemoLocks;
}

/** What the lock of a folder holds; null where it cannot be read. */
export const lockedVersions = async (
  { files, locks }: DemoFlake,
  folder: string,
): Promise<Versions | null> => {
  const text = await files.read(`${folder}/flake.lock`);
  return text.ok && text.value !== undefined ? locks.read(text.value) : null;
};

export const lockFileOf = ({ flake }: DemoFlake): string => `${flake}/flake.lock`;

export const fail = (call: Call, ...lines: readonly string[]): number => {
  for (const line of lines) call.say(line);
  return 1;
};

export const badLock = (call: Call, flake: DemoFlake): number =>
  fail(call, `error: '${lockFileOf(flake)}' is not a lock file that can be read`);
