import type { Failure } from '../../model/failure.ts';
import { keepUpdatesOf } from '../../model/lock/splice.ts';
import { writeFlakeLock } from '../../model/lock/write.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import type { EngineContext } from '../run/context.ts';
import { writeAcceptedLock } from './accepted-lock.ts';
import { lockPath, readLock } from './observe.ts';

/**
 * Updates inputs of which Nix's command line cannot name some: everything is updated, then the
 * other inputs get back the revisions that they had. Where Nix does not accept that, the lock is as
 * before.
 */
export const updateAround = async (
  context: EngineContext,
  wanted: readonly string[],
  updateAll: () => Promise<Result<unknown, Failure>>,
): Promise<Result<unknown, Failure>> => {
  const { files } = context.world;
  const path = lockPath(context);
  const before = await readLock(context);
  if (!before.ok) return before;
  const updated = await updateAll();
  // Without a lock before it every input is new.
  if (!updated.ok || before.value === undefined) return updated;
  const after = await readLock(context);
  if (!after.ok) return after;
  if (after.value === undefined)
    return failed({ code: 'lock-not-written', detail: 'there is no flake.lock after the update' });
  const giveUp = async (detail: string): Promise<Result<unknown, Failure>> => {
    const restored = await files.write(path, before.value ?? '');
    // The lock is wrong, and not an input that could not be fetched.
    return restored.ok
      ? failed({ code: 'lock-invalid', file: path, line: null, detail })
      : restored;
  };
  const [old, now] = [parseFlakeLock(before.value, path), parseFlakeLock(after.value, path)];
  if (!old.ok) return old;
  if (!now.ok) return now;
  const kept = keepUpdatesOf(old.value, now.value, wanted);
  if (!kept.ok)
    return await giveUp(
      kept.failure.code === 'revert-refused'
        ? `${kept.failure.input}: ${kept.failure.detail}`
        : 'the other inputs could not be put back',
    );
  const text = kept.value === old.value ? before.value : writeFlakeLock(kept.value);
  if (text === after.value) return success(undefined);
  const written = await writeAcceptedLock(context, text, before.value);
  if (!written.ok) return written;
  switch (written.value.kind) {
    case 'accepted':
      return success(undefined);
    case 'rejected':
      return await giveUp(
        `Nix does not accept the lock with only these updated: ${written.value.reason}`,
      );
    case 'unknown':
      return failed(written.value.failure);
  }
};
