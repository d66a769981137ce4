import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../model/failure.ts';
import { failed, type Result, success } from '../model/result.ts';
import type { World } from '../services/world.ts';

const owner = z.object({
  pid: z.number(),
  machine: z.string(),
  user: z.string(),
  since: z.number(),
  run: z.string(),
});
type Owner = z.infer<typeof owner>;

export interface RunLock {
  release(): Promise<void>;
}

const readOwner = (text: string | undefined): Owner | undefined => {
  if (text === undefined) return undefined;
  try {
    const parsed = owner.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

/**
 * One run per flake at a time. The lock is a file that names its owner; a
 * dead owner on this machine gives way. A live one, or one on another machine
 * (a shared home), refuses with who and since when.
 */
export const takeRunLock = async (
  world: World,
  folder: string,
  run: string,
): Promise<Result<RunLock, Failure>> => {
  const path = join(folder, 'run.lock');
  const mine: Owner = {
    pid: world.processId,
    machine: world.hostName,
    user: world.userName,
    since: world.clock.now(),
    run,
  };
  const made = await world.files.makeFolder(folder);
  if (!made.ok) return made;
  for (const _attempt of [1, 2, 3]) {
    const created = await world.files.create(path, `${JSON.stringify(mine)}\n`);
    if (!created.ok) return created;
    if (created.value) {
      return success({
        release: async () => {
          const text = await world.files.read(path);
          if (text.ok && readOwner(text.value)?.run === run) await world.files.remove(path);
        },
      });
    }
    const text = await world.files.read(path);
    if (!text.ok) return text;
    const other = readOwner(text.value);
    if (
      other !== undefined &&
      (other.machine !== world.hostName || world.isProcessAlive(other.pid, other.since))
    ) {
      return failed({
        code: 'run-active',
        owner: `${other.user}@${other.machine}, process ${other.pid}`,
        since: other.since,
      });
    }
    await world.files.remove(path);
  }
  return failed({ code: 'run-active', owner: 'another nixup', since: mine.since });
};

/** The run that a living nixup is in the middle of; null when nobody is. */
export const liveRun = async (world: World, folder: string): Promise<string | null> => {
  const text = await world.files.read(join(folder, 'run.lock'));
  const other = text.ok ? readOwner(text.value) : undefined;
  if (other === undefined) return null;
  const isAlive = other.machine !== world.hostName || world.isProcessAlive(other.pid, other.since);
  return isAlive ? other.run : null;
};
