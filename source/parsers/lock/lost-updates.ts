import { type LockChange, lockedSide } from '../../model/lock/change.ts';
import { diffLocks } from '../../model/lock/difference.ts';
import { rootOf } from '../../model/lock/paths.ts';
import { parseFlakeLock } from './flake-lock.ts';

/** Seconds since the epoch; 0 where the lock does not say. */
const dateOf = (change: LockChange): number => lockedSide(change.new)?.lastModified ?? 0;

/**
 * The flake's inputs that `theirs` moved since `base`, and that `ours` has where they were, or has at an
 * older revision than `theirs`. Null where one of the texts is no lock. Pure.
 */
export const lostUpdates = (
  base: string,
  theirs: string,
  ours: string,
): readonly string[] | null => {
  const [before, other, own] = [base, theirs, ours].map((text) =>
    parseFlakeLock(text, 'flake.lock'),
  );
  if (before?.ok !== true || other?.ok !== true || own?.ok !== true) return null;
  const moved = diffLocks(before.value, own.value);
  const movedRoots = new Set(moved.map((change) => change.root ?? rootOf(change.path)));
  const lost = diffLocks(before.value, other.value).flatMap((change) => {
    if (change.kind === 'metadata') return [];
    const root = change.root ?? rootOf(change.path);
    if (!movedRoots.has(root)) return [root];
    const same = moved.find(({ path }) => path === change.path);
    return same !== undefined && dateOf(same) < dateOf(change) ? [change.path] : [];
  });
  return [...new Set(lost)];
};
