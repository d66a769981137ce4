import { join } from 'node:path';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { ActiveRun } from '../../model/run/active-run.ts';
import { showMoment } from '../../model/words/format-time.ts';
import { gitPlaceOf } from '../../services/git/folder.ts';
import {
  type LockHolder,
  type LockOwner,
  lockHolder,
  type OwnedLock,
  ownerHere,
  takeOwnedLock,
} from '../../services/world/owned-lock.ts';
import type { World } from '../../services/world/world.ts';
import type { Goal } from '../../state/run.ts';

export interface RunLock {
  /** The owner of a lock that was left by a process that had ended. */
  readonly replaced: LockOwner | null;
  release(): Promise<void>;
}

/**
 * Where the lock of a run is; in a place that is not `needed` this user may have no right to write.
 */
interface LockPlace {
  readonly path: string;
  readonly needed: boolean;
}

/** Folders of this machine in which every user may write, and nobody may remove what others wrote. */
const sharedFolders = ['/run/lock', '/dev/shm', '/tmp'] as const;

const openToAll = 0o1777;

/**
 * The first one is the same for root and for a person. Where `/run/lock` is
 * root's alone (NixOS) nobody uses it. The flake is named by device and inode,
 * so that a bind mount or another path to it meets the same lock.
 */
const sharedPlace = async (world: World, flake: string): Promise<LockPlace | null> => {
  const at = await world.files.look(flake);
  if (at === undefined) return null;
  for (const folder of sharedFolders) {
    const facts = await world.files.look(folder);
    if (facts?.owner === 0 && (facts.mode & openToAll) === openToAll)
      return { path: join(folder, `nixup-run-${at.device}-${at.inode}.lock`), needed: false };
  }
  return null;
};

/** In the git folder of this very checkout: other machines see it where the repository is shared. */
const gitPlace = async (world: World, flake: string): Promise<LockPlace | null> => {
  const git = await gitPlaceOf(world, flake);
  return git && { path: join(git.folder, `nixup-run${git.mark}.lock`), needed: false };
};

/**
 * One run per flake, whoever starts it: a lock in the state folder (this user
 * on every machine, and earlier versions), one for all users of this machine,
 * one for all who share the repository.
 */
const lockPlaces = async (
  world: World,
  flake: string,
  folder: string,
): Promise<readonly LockPlace[]> => {
  const others = await Promise.all([sharedPlace(world, flake), gitPlace(world, flake)]);
  const own = { path: join(folder, 'run.lock'), needed: true };
  return [own, ...others.filter((place) => place !== null)];
};

const activeRun = (holder: LockHolder): ActiveRun =>
  holder.kind === 'unreadable'
    ? { kind: 'unreadable', lock: holder.path }
    : {
        kind: holder.kind === 'alive' ? 'here' : 'elsewhere',
        id: holder.owner.run,
        goal: holder.owner.goal ?? null,
        user: holder.owner.user,
        machine: holder.owner.machine,
        pid: holder.owner.pid,
        since: holder.owner.since,
        flake: holder.owner.flake ?? null,
        lock: holder.path,
      };

/** Said when a lock of a dead process was found. */
export const replacedWords = ({ user, machine, pid, since }: LockOwner): string =>
  `${user}@${machine} (process ${pid}) held the lock of this flake since ${showMoment(since)} UTC. That process has ended, so its lock was removed.`;

/**
 * Takes every lock of the flake, or none. Where another run holds one: who that is, what it does
 * and since when.
 */
export const takeRunLock = async (
  world: World,
  { flake, folder, run, goal }: { flake: string; folder: string; run: string; goal: Goal },
): Promise<Result<RunLock, Failure>> => {
  const made = await world.files.makeFolder(folder);
  if (!made.ok) return made;
  const mine = await ownerHere(world, run, { goal, flake });
  const taken: OwnedLock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of taken.toReversed()) await lock.release();
  };
  for (const { path, needed } of await lockPlaces(world, flake, folder)) {
    const lock = await takeOwnedLock(world, path, mine);
    if (lock.ok) {
      taken.push(lock.value);
      continue;
    }
    // A repository of another user: nothing can be written there, and nobody holds its lock.
    if ('failure' in lock.failure && !needed) continue;
    await release();
    return failed(
      'failure' in lock.failure
        ? lock.failure.failure
        : { code: 'run-active', run: activeRun(lock.failure.holder) },
    );
  }
  return success({
    replaced: taken.find(({ replaced }) => replaced !== null)?.replaced ?? null,
    release,
  });
};

/** Files that come and go with the runs of others on this flake. */
export const runLockFiles = async (
  world: World,
  flake: string,
  folder: string,
): Promise<readonly string[]> => (await lockPlaces(world, flake, folder)).map(({ path }) => path);

/** Runs whose lock somebody holds: this process, another one, another machine. None of them was cut off. */
export const heldRuns = async (
  world: World,
  flake: string,
  folder: string,
): Promise<ReadonlySet<string>> => {
  const places = await lockPlaces(world, flake, folder);
  const holders = await Promise.all(places.map(({ path }) => lockHolder(world, path)));
  return new Set(
    holders.flatMap((holder) =>
      holder === null || holder.kind === 'unreadable' ? [] : [holder.owner.run],
    ),
  );
};

/** The run that another nixup is in the middle of; null when nobody is, or this process itself. */
export const liveRun = async (
  world: World,
  flake: string,
  folder: string,
): Promise<ActiveRun | null> => {
  for (const { path } of await lockPlaces(world, flake, folder)) {
    const holder = await lockHolder(world, path);
    if (holder === null) continue;
    if (holder.kind === 'alive' && holder.owner.pid === world.processId) continue;
    return activeRun(holder);
  }
  return null;
};
