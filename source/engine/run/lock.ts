import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { ActiveRun } from '../../model/run/active-run.ts';
import { showMoment } from '../../model/words/format-time.ts';
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
import { lockPlaces } from '../past/lock-places.ts';

export interface RunLock {
  /** The owner of a lock that was left by a process that had ended. */
  readonly replaced: LockOwner | null;
  release(): Promise<void>;
}

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
