import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { readJson } from '../../parsers/json.ts';
import { cleanLine } from '../../parsers/nix/clean-line.ts';
import type { World } from './world.ts';

/** What a lock says is shown to other users: one line, no control characters, not endless. */
const shown = z
  .string()
  .max(4096)
  .transform((text) => cleanLine(text).slice(0, 300));

/** Who holds a lock. The first five fields are those of every version of nixup. */
const ownerSchema = z.object({
  pid: z.number().int().positive(),
  machine: shown,
  user: shown,
  /** When the lock was taken, ms. */
  since: z.number(),
  /** Unique among all owners: it names the lock that follows a dead one. */
  run: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
  machineId: z.string().optional(),
  bootId: z.string().optional(),
  goal: shown.optional(),
  flake: shown.optional(),
});
export type LockOwner = z.infer<typeof ownerSchema>;

/**
 * - `alive`: its process runs on this machine
 * - `elsewhere`: another machine holds it, and nobody here can know whether it still works
 * - `unreadable`: the file names no owner
 */
export type LockHolder =
  | { readonly kind: 'alive' | 'elsewhere'; readonly path: string; readonly owner: LockOwner }
  | { readonly kind: 'unreadable'; readonly path: string };

export interface OwnedLock {
  /** The owner whose process had ended, whose lock this one replaced. */
  readonly replaced: LockOwner | null;
  release(): Promise<void>;
}

type LockWorld = Pick<
  World,
  'files' | 'hostName' | 'isProcessAlive' | 'processId' | 'userName' | 'clock'
>;

const readText = async (world: Pick<World, 'files'>, path: string): Promise<string | undefined> => {
  const read = await world.files.read(path);
  return read.ok ? read.value?.trim() || undefined : undefined;
};

/** This process as the owner of a lock. */
export const ownerHere = async (
  world: LockWorld,
  run: string,
  more: { readonly goal?: string; readonly flake?: string } = {},
): Promise<LockOwner> => {
  const machineId = await readText(world, '/etc/machine-id');
  const bootId = await readText(world, '/proc/sys/kernel/random/boot_id');
  return {
    pid: world.processId,
    machine: world.hostName,
    user: world.userName,
    since: world.clock.now(),
    run,
    ...(machineId === undefined ? {} : { machineId }),
    ...(bootId === undefined ? {} : { bootId }),
    ...more,
  };
};

/** Whether an owner works, as far as `here` can tell. Locks of earlier versions know only the name of the machine. */
const livenessOf = (
  world: LockWorld,
  owner: LockOwner,
  here: LockOwner,
): 'alive' | 'dead' | 'elsewhere' => {
  if (owner.run === here.run) return 'alive';
  if (owner.machine !== here.machine) return 'elsewhere';
  const isOther = (one: string | undefined, other: string | undefined): boolean =>
    one !== undefined && other !== undefined && one !== other;
  // Two machines of one name, or a container that has the name of its host.
  if (isOther(owner.machineId, here.machineId)) return 'elsewhere';
  // Process ids of before a restart say nothing.
  if (isOther(owner.bootId, here.bootId)) return 'dead';
  return world.isProcessAlive(owner.pid, owner.since) ? 'alive' : 'dead';
};

const readOwner = (text: string): LockOwner | undefined =>
  ownerSchema.safeParse(readJson(text)).data;

interface Free {
  readonly kind: 'free';
  /** The file in which the next owner writes its name. */
  readonly at: string;
  /** Locks of dead owners, the first one at the lock's own path. */
  readonly dead: readonly { readonly path: string; readonly owner: LockOwner }[];
}

/** Dead owners in one chain; each needs a crash between two restarts of the machine. */
const longestChain = 100;

const followed = (path: string, dead: LockOwner): string => `${path}.after-${dead.run}`;

/**
 * A dead owner is followed by whoever first makes the file named after it, and
 * so on: exactly one process can make each, which a removal of the old file and
 * a new one in its place could not promise. It also works where the dead
 * owner's file cannot be removed (another user's, in a sticky folder).
 */
const walk = async (
  world: LockWorld,
  path: string,
  here: LockOwner,
): Promise<Result<Free | LockHolder, Failure>> => {
  const dead: { path: string; owner: LockOwner }[] = [];
  let at = path;
  while (dead.length < longestChain) {
    const text = await world.files.read(at, { refuseLink: true });
    if (!text.ok) {
      if (text.failure.code === 'file-failed' && text.failure.isNoFile === true)
        return success({ kind: 'unreadable', path: at });
      return text;
    }
    if (text.value === undefined) return success({ kind: 'free', at, dead });
    const owner = readOwner(text.value);
    if (owner === undefined) return success({ kind: 'unreadable', path: at });
    const liveness = livenessOf(world, owner, here);
    if (liveness !== 'dead') return success({ kind: liveness, path: at, owner });
    dead.push({ path: at, owner });
    at = followed(path, owner);
  }
  return success({ kind: 'unreadable', path });
};

/** Who holds the lock; null when nobody does, or nobody may look. */
export const lockHolder = async (world: LockWorld, path: string): Promise<LockHolder | null> => {
  const found = await walk(world, path, await ownerHere(world, 'none'));
  return found.ok && found.value.kind !== 'free' ? found.value : null;
};

const releaseFile = async (world: LockWorld, at: string, mine: LockOwner): Promise<void> => {
  const text = await world.files.read(at, { refuseLink: true });
  if (text.ok && text.value !== undefined && readOwner(text.value)?.run === mine.run)
    await world.files.remove(at);
};

/**
 * Replaces the locks of dead owners where the folder allows it, so that none of their files is
 * left.
 */
const settle = async (world: LockWorld, path: string, { at, dead }: Free): Promise<string> => {
  if (at === path) return path;
  // Replaces the file of the first in one step; the chain is never without its end.
  const moved = await world.files.rename(at, path);
  if (!moved.ok) return at;
  for (const one of dead) if (one.path !== path) await world.files.remove(one.path);
  return path;
};

/**
 * Takes a lock that is a file with its owner in it. Held by somebody else: says
 * who. A dead owner on this machine is followed; one on another machine never.
 */
export const takeOwnedLock = async (
  world: LockWorld,
  path: string,
  mine: LockOwner,
): Promise<Result<OwnedLock, { readonly holder: LockHolder } | { readonly failure: Failure }>> => {
  for (;;) {
    const found = await walk(world, path, mine);
    if (!found.ok) return failed({ failure: found.failure });
    const place = found.value;
    if (place.kind !== 'free') return failed({ holder: place });
    const created = await world.files.create(place.at, `${JSON.stringify(mine)}\n`);
    if (!created.ok) return failed({ failure: created.failure });
    // Somebody was faster: read who that is.
    if (!created.value) continue;
    // The chain may have been settled since it was read: the end of it must be ours.
    const again = await walk(world, path, mine);
    if (!again.ok || again.value.kind !== 'alive' || again.value.owner.run !== mine.run) {
      await releaseFile(world, place.at, mine);
      if (!again.ok) return failed({ failure: again.failure });
      continue;
    }
    const at = await settle(world, path, place);
    return success({
      replaced: place.dead.at(-1)?.owner ?? null,
      release: () => releaseFile(world, at, mine),
    });
  }
};
