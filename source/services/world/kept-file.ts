import { createHash } from 'node:crypto';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { adviceLine } from '../../model/words/advice.ts';
import { timeInName } from '../../model/words/format-time.ts';
import { type LockHolder, ownerHere, takeOwnedLock } from './owned-lock.ts';
import type { World } from './world.ts';

/** Said once when something of a kept file cannot be used; `what` is a sentence. */
export type TellDamage = (path: string, what: string) => void;

/**
 * What stands in a file of nixup's own:
 * - `absent`, `text`
 * - `other`: something else is in its place (a folder, a pipe), or far too much
 * - `closed`: it may be whole, and cannot be read now (permissions, the disk)
 */
type KeptText =
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'other'; readonly detail: string }
  | { readonly kind: 'closed'; readonly failure: Failure };

export const readKept = async (world: Pick<World, 'files'>, path: string): Promise<KeptText> => {
  const read = await world.files.read(path);
  if (read.ok)
    return read.value === undefined ? { kind: 'absent' } : { kind: 'text', text: read.value };
  const { failure } = read;
  return failure.code === 'file-failed' && failure.isNoFile === true
    ? { kind: 'other', detail: failure.detail }
    : { kind: 'closed', failure };
};

/** The text as JSON, or why it is none. */
export const parseKept = (text: string): Result<unknown, string> => {
  try {
    const value: unknown = JSON.parse(text);
    return success(value);
  } catch {
    return failed(text.trim() === '' ? 'it is empty' : 'it is not JSON');
  }
};

/** A name beside a file for what could not be used of it. */
export const damagedName = (path: string, at: number): string =>
  `${path}.damaged-${timeInName(at)}`;

type LockWorld = Parameters<typeof takeOwnedLock>[0] & Pick<World, 'randomId'>;

/** Others hold it for as long as it takes to read and write a small file, ms. */
const patienceMs = 10_000;

/** A lock that names no owner is none that a nixup holds: it is written whole. Another file system may be late, ms. */
const patienceWithoutOwnerMs = 2_000;

const betweenTriesMs = 15;

const busy = (holder: LockHolder): Failure => ({
  code: 'file-failed',
  operation: 'lock',
  // What is to be looked at.
  path: holder.path,
  detail:
    holder.kind === 'unreadable'
      ? `${holder.path} names no owner; when no nixup runs, remove it`
      : `${holder.owner.user}@${holder.owner.machine} (process ${holder.owner.pid}) holds ${holder.path}; when that process is gone, remove it`,
});

/**
 * Does the work while no other nixup changes this file. Own code instead of a package: the known
 * packages judge by the age of a lock, so that a process that was stopped for a moment loses it,
 * and one that died blocks the others.
 */
export const whileLocked = async <Value>(
  world: LockWorld,
  path: string,
  work: () => Promise<Result<Value, Failure>>,
  waitMs = patienceMs,
): Promise<Result<Value, Failure>> => {
  const lockPath = `${path}.lock`;
  const made = await world.files.makeFolder(path.replace(/\/[^/]*$/, '') || '/');
  if (!made.ok) return made;
  const began = world.clock.now();
  const mine = await ownerHere(world, world.randomId());
  for (;;) {
    const lock = await takeOwnedLock(world, lockPath, mine);
    if (lock.ok)
      try {
        return await work();
      } finally {
        await lock.value.release();
      }
    if ('failure' in lock.failure) return failed(lock.failure.failure);
    const { holder } = lock.failure;
    const patience =
      holder.kind === 'unreadable' ? Math.min(waitMs, patienceWithoutOwnerMs) : waitMs;
    if (world.clock.now() - began >= patience) return failed(busy(holder));
    await world.clock.sleep(betweenTriesMs);
  }
};

/** How a file is read into a value and written again. */
export interface KeptFormat<Value> {
  readonly empty: Value;
  /** The value, and what of the text did not fit, in words; null where nothing of it can be used. */
  parse(text: string): { readonly value: Value; readonly misfits: string | null } | null;
  write(value: Value): string;
}

/** A small file of nixup's own that several processes change. */
export interface KeptFile<Value> {
  /** As it was read or written last. */
  value(): Value;
  /** Reads it again: another nixup may have changed it. */
  reload(): Promise<void>;
  /**
   * Changes it: at once in memory, and on the disk after it was read again, so that what others
   * wrote meanwhile stays. Parts that could not be read are kept beside it. A change that cannot be
   * written is told, and tried again with the next one.
   */
  change(update: (before: Value) => Value): Promise<Result<void, Failure>>;
  /** Writes what could not be written so far. */
  settle(): Promise<Result<void, Failure>>;
}

/**
 * A file that is as it was when it was read or written last is not parsed again: that of a thousand
 * hosts is read before each change.
 */
const textsOf = <Value>(
  { files }: Pick<World, 'files'>,
  path: string,
  format: KeptFormat<Value>,
) => {
  const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64');
  let last: { readonly digest: string; readonly parsed: ReturnType<typeof format.parse> } | null =
    null;
  return {
    parse: (text: string): ReturnType<typeof format.parse> => {
      const digest = digestOf(text);
      if (last?.digest !== digest) last = { digest, parsed: format.parse(text) };
      return last.parsed;
    },
    write: async (value: Value): Promise<Result<void, Failure>> => {
      const text = format.write(value);
      const written = await files.write(path, text);
      // Each text that holds such a record is told by itself.
      if (written.ok)
        last =
          last?.parsed?.misfits === null
            ? { digest: digestOf(text), parsed: { value, misfits: null } }
            : null;
      return written;
    },
  };
};

interface ReadValue<Value> {
  readonly value: Value;
  /** Whether the file must be kept aside before another takes its place. */
  readonly isDamaged: boolean;
}

const readValue = async <Value>(
  world: LockWorld,
  path: string,
  format: Pick<KeptFormat<Value>, 'empty' | 'parse'>,
  tell: (what: string) => void,
): Promise<Result<ReadValue<Value>, Failure>> => {
  const kept = await readKept(world, path);
  switch (kept.kind) {
    case 'absent':
      return success({ value: format.empty, isDamaged: false });
    case 'closed':
      tell(`${explain(kept.failure).what}. What it holds is not known now.`);
      return failed(kept.failure);
    case 'other':
      tell(
        `${path} cannot be used: ${kept.detail}. It counts as empty; nixup renames it before it writes a new one.`,
      );
      return success({ value: format.empty, isDamaged: true });
    case 'text': {
      const parsed = format.parse(kept.text);
      if (parsed === null) {
        tell(
          `${path} is damaged, or of a newer nixup. It counts as empty; nixup renames it before it writes a new one.`,
        );
        return success({ value: format.empty, isDamaged: true });
      }
      if (parsed.misfits !== null)
        tell(`${parsed.misfits} of ${path} cannot be read, and is not used. It stays in the file.`);
      return success({ value: parsed.value, isDamaged: false });
    }
  }
};

const tellOnce = (path: string, tellDamage: TellDamage): ((what: string) => void) => {
  const told = new Set<string>();
  return (what) => {
    if (told.has(what)) return;
    told.add(what);
    tellDamage(path, what);
  };
};

/** Whoever held it to the end of the patience holds it for long: each further change looks, and does not wait. */
const lockedPatiently = (world: LockWorld, path: string) => {
  let waitMs = patienceMs;
  return async (work: () => Promise<Result<void, Failure>>): Promise<Result<void, Failure>> => {
    const done = await whileLocked(world, path, work, waitMs);
    const isHeld =
      !done.ok && done.failure.code === 'file-failed' && done.failure.operation === 'lock';
    waitMs = isHeld ? 0 : patienceMs;
    return done;
  };
};

// Over 60 lines: all of it works on one value and the changes that wait for the disk.
export const openKeptFile = async <Value>(
  world: LockWorld,
  path: string,
  format: KeptFormat<Value>,
  tellDamage: TellDamage,
): Promise<KeptFile<Value>> => {
  const tell = tellOnce(path, tellDamage);
  const texts = textsOf(world, path, format);
  const read = () => readValue(world, path, { empty: format.empty, parse: texts.parse }, tell);
  let value = format.empty;
  let waiting: ((before: Value) => Value)[] = [];
  const afterWaiting = (from: Value): Value =>
    waiting.reduce((before, update) => update(before), from);

  // Whether none of the changes that wait changed anything here. Then it is likely, and only that,
  // that they change nothing on the disk either.
  let areIdle = true;

  /** Most things that are forgotten after a deploy were never recorded: a look is enough then. */
  const changesNothing = async (): Promise<boolean> => {
    const found = await read();
    if (!found.ok || found.value.isDamaged) return false;
    const before = found.value.value;
    if (afterWaiting(before) !== before) return false;
    waiting = [];
    value = before;
    return true;
  };

  const locked = lockedPatiently(world, path);
  const writeAll = async (): Promise<Result<void, Failure>> => {
    if (areIdle && (await changesNothing())) return success(undefined);
    areIdle = true;
    const write = async (): Promise<Result<void, Failure>> => {
      const found = await read();
      if (!found.ok) return found;
      const taken = waiting.length;
      const before = found.value.value;
      const next = afterWaiting(before);
      const isChanged = next !== before || found.value.isDamaged;
      if (found.value.isDamaged) {
        const aside = await world.files.rename(path, damagedName(path, world.clock.now()));
        if (!aside.ok) return aside;
      }
      const written = isChanged ? await texts.write(next) : success(undefined);
      // What is not on the disk waits for the next write.
      if (written.ok) waiting = waiting.slice(taken);
      value = afterWaiting(written.ok ? next : before);
      return written;
    };
    return await locked(write);
  };

  const writeOrTell = async (): Promise<Result<void, Failure>> => {
    const written = await writeAll();
    if (!written.ok) {
      const { what, next } = explain(written.failure);
      tell(`${what}. What it should remember now is lost when nixup ends. ${adviceLine(next)}`);
    }
    return written;
  };

  let chain: Promise<unknown> = Promise.resolve();
  let next: Promise<Result<void, Failure>> | undefined;
  const readAgain = async (): Promise<void> => {
    const found = await read();
    if (found.ok) value = afterWaiting(found.value.value);
  };
  // What is asked for while one is written is written together: a fleet of a
  // thousand hosts does not write a thousand files.
  const writeSoon = (): Promise<Result<void, Failure>> => {
    next ??= chain.then(async () => {
      next = undefined;
      return writeOrTell();
    });
    chain = next.catch(() => undefined);
    return next;
  };
  await readAgain();
  return {
    value: () => value,
    reload: () => {
      const reloaded = chain.then(readAgain);
      chain = reloaded.catch(() => undefined);
      return reloaded;
    },
    change: (update) => {
      const after = update(value);
      if (after !== value) areIdle = false;
      value = after;
      waiting.push(update);
      return writeSoon();
    },
    settle: () => (waiting.length === 0 ? Promise.resolve(success(undefined)) : writeSoon()),
  };
};
