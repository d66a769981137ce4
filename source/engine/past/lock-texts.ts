import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type InputMove, movesBetween } from '../../model/past/input-moves.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { dropBlobs, keepBlob, keptBlobs, readBlob } from '../../services/git/git-blob.ts';
import { readFiles } from '../../services/shared/run-ref.ts';
import type { World } from '../../services/world/world.ts';

/** Where the past of a flake is kept. */
interface PastPlace {
  readonly world: World;
  readonly flake: string;
  /** The state of this flake. */
  readonly folder: string;
}

/** Hash of the lock's text; what tests and deploys belong to. */
export const fingerprint = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * Locks are kept under the name of who keeps them: users and worktrees of one repository share its refs,
 * and nobody lets go of what another one's history needs.
 */
const keeperOf = ({ world, folder }: PastPlace): string =>
  `of-${fingerprint(`${world.hostName} ${world.userName} ${folder}`)}`;

const blobOf = (place: PastPlace, lock: string) => ({
  group: 'locks',
  name: `${keeperOf(place)}/${lock}`,
});

const textFile = ({ folder }: PastPlace, lock: string): string =>
  join(folder, 'locks', `text-${lock}.lock`);

/** The lock of which this file of the folder is the text; null where it is another file. */
const lockOfFile = (name: string): string | null => /^text-(.*)\.lock$/.exec(name)?.[1] ?? null;

/** Whether a file of the folder is the lock of a run, whoever changed it. */
export const isKeptText = (name: string): boolean => lockOfFile(name) !== null;

/** The lock that was noted last, for what differs in the next one. */
const lastFile = ({ folder }: PastPlace): string => join(folder, 'locks', 'last-noted');

/** Keeps a lock by its fingerprint, as a git object; without a repository as a file. */
const keepLockText = async (place: PastPlace, text: string): Promise<void> => {
  const { world, flake } = place;
  const lock = fingerprint(text);
  await keepBlob(world, flake, blobOf(place, lock), text);
  const kept = await readBlob(world, flake, blobOf(place, lock));
  if (kept !== text) await world.files.write(textFile(place, lock), text);
};

/** The lock of this fingerprint; null where it is not kept. */
export const readLockText = async (place: PastPlace, lock: string): Promise<string | null> => {
  const isIt = (text: string | null | undefined): text is string =>
    text != null && fingerprint(text) === lock;
  const file = await place.world.files.read(textFile(place, lock));
  if (file.ok && isIt(file.value)) return file.value;
  const blob = await readBlob(place.world, place.flake, blobOf(place, lock));
  return isIt(blob) ? blob : null;
};

/** No lock of a flake is longer. */
const mostBytes = 16_000_000;

/** Those of these locks that are kept, by fingerprint: a few processes, however many they are. */
export const readLockTexts = async (
  place: PastPlace,
  locks: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const { world, flake } = place;
  const texts = new Map<string, string>();
  const take = (lock: string, text: string | undefined): void => {
    if (text !== undefined && fingerprint(text) === lock) texts.set(lock, text);
  };
  for (const lock of locks) {
    const file = await world.files.read(textFile(place, lock));
    take(lock, file.ok ? file.value : undefined);
  }
  const left = locks.filter((lock) => !texts.has(lock));
  const kept =
    left.length === 0 ? new Map<string, string>() : await keptBlobs(world, flake, 'locks');
  const blobs = new Map(
    left.flatMap((lock) => {
      const blob = kept.get(blobOf(place, lock).name);
      return blob === undefined ? [] : [[lock, blob] as const];
    }),
  );
  const read = await readFiles(world, flake, [...new Set(blobs.values())], mostBytes);
  for (const [lock, blob] of blobs) take(lock, read.get(blob));
  return texts;
};

const movesOf = (before: string, now: string): readonly InputMove[] => {
  const [old, next] = [before, now].map((text) => parseFlakeLock(text, 'flake.lock'));
  return old?.ok === true && next?.ok === true ? movesBetween(old.value, next.value) : [];
};

/**
 * Keeps the lock that a run has, and tells what moved in it since the lock that was noted before,
 * whoever changed it. A run is not kept from its work where that cannot be written.
 */
export const noteLockText = async (
  place: PastPlace,
  text: string,
  say: (event: { type: 'inputs-moved'; lock: string; inputs: readonly InputMove[] }) => void,
): Promise<void> => {
  const { files } = place.world;
  const read = await files.read(lastFile(place));
  const before = read.ok ? read.value : undefined;
  if (before === text) return;
  const made = await files.makeFolder(join(place.folder, 'locks'));
  if (!made.ok) return;
  await keepLockText(place, text);
  // Told before it is noted: where nixup is killed between the two, it is told twice.
  if (before !== undefined)
    say({ type: 'inputs-moved', lock: fingerprint(text), inputs: movesOf(before, text) });
  await files.write(lastFile(place), text);
};

/** What is needed of the locks that are kept. */
interface NeededLocks {
  /** By fingerprint. */
  readonly locks: ReadonlySet<string>;
  /** Runs of this history, and those of them that are kept: locks of earlier versions have names of runs. */
  readonly isGone: (run: string) => boolean;
}

/** Lets go of locks that nothing needs any more, of this keeper alone. */
export const dropLockTexts = async (place: PastPlace, needed: NeededLocks): Promise<void> => {
  const { world, flake, folder } = place;
  const own = `${keeperOf(place)}/`;
  const names = [...(await keptBlobs(world, flake, 'locks')).keys()];
  const gone = names.filter((name) =>
    name.startsWith(own)
      ? !needed.locks.has(name.slice(own.length))
      : !name.includes('/') && needed.isGone(name),
  );
  await dropBlobs(world, flake, 'locks', gone);
  const listed = await world.files.list(join(folder, 'locks'));
  for (const file of listed.ok ? listed.value : []) {
    const text = lockOfFile(file);
    const run = text === null ? /^(.*)\.lock$/.exec(file)?.[1] : undefined;
    const isOver =
      text === null ? run !== undefined && needed.isGone(run) : !needed.locks.has(text);
    if (isOver) await world.files.remove(join(folder, 'locks', file));
  }
};
