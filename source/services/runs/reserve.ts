import { randomBytes } from 'node:crypto';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { AppendUntil, World } from '../world/world.ts';

/** Bytes that are kept for the end of a run, and for each of its hosts. */
const bytesAlways = 32 * 1024;
const bytesForHost = 1024;
const bytesAtMost = 4 * 1024 * 1024;

/** How much room a run of so many hosts keeps, bytes. */
export const reservedBytes = (hosts: number): number =>
  Math.min(bytesAtMost, bytesAlways + hosts * bytesForHost);

/** Chance, as a file system that compresses would keep no room for spaces. */
const filler = (bytes: number): string => {
  const head = 'Room for the end of this run, should the disk become full.\n';
  return `${head}${randomBytes(Math.ceil(bytes * 0.75)).toString('base64')}\n`;
};

/** What of a run may be written once the disk is full: its own end may, and nothing that is new. */
export type Urgency = 'end' | 'new';

/** A file that only takes room, and gives it to the end of a run where the disk has no other. */
export interface Reserve {
  /** Takes the room: less where the disk has less, and none where it has none. */
  keep(path: string, bytes: number): Promise<void>;
  /** Appends a text to a file; where there is no room for it, and it is an end, in the room that was kept. */
  append(
    path: string,
    text: string,
    until: AppendUntil,
    urgency: Urgency,
  ): Promise<Result<void, Failure>>;
  /** Gives the room back: the end is written. */
  drop(): Promise<void>;
}

const isFull = (done: Result<void, Failure>): boolean =>
  !done.ok && done.failure.code === 'file-failed' && done.failure.isDiskFull === true;

/** File systems give room in blocks of this size: less is no room, bytes. */
const block = 4096;

export const createReserve = ({ files }: Pick<World, 'files'>): Reserve => {
  let room: { readonly path: string; readonly bytes: number } | null = null;

  const keep = async (path: string, bytes: number): Promise<void> => {
    room = null;
    for (let size = bytes; size >= block; size /= 2) {
      const done = await files.append(path, filler(Math.floor(size)), 'on-disk');
      if (done.ok) {
        room = { path, bytes: size };
        return;
      }
      await files.remove(path);
      if (!isFull(done)) return;
    }
  };

  return {
    keep,
    append: async (path, text, until, urgency) => {
      const done = await files.append(path, text, until);
      if (!isFull(done) || urgency === 'new' || room === null) return done;
      const { path: kept, bytes } = room;
      room = null;
      if (!(await files.remove(kept)).ok) return done;
      const written = await files.append(path, text, until);
      // At once, before logs and records take what is left of it: more may come to an end.
      await keep(kept, bytes - Buffer.byteLength(text) - block);
      return written;
    },
    drop: async () => {
      if (room !== null) await files.remove(room.path);
      room = null;
    },
  };
};
