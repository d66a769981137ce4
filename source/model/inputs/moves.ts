import { type LockChange, rootOfChange } from '../lock/change.ts';
import type { FlakeLock } from '../lock/lock.ts';
import { lockedOf, nodeAt } from '../lock/lock-attributes.ts';
import { listInputs, showPath } from '../lock/paths.ts';

/**
 * The flake's own inputs whose locked content changed, by name: these can be put back one by one. A
 * change below an input counts as that input's.
 */
export const movedInputs = (changes: readonly LockChange[]): readonly string[] => [
  ...new Set(
    changes
      .filter(({ kind }) => kind === 'updated' || kind === 'repointed' || kind === 'rehashed')
      .map(rootOfChange),
  ),
];

/** The path of the input whose locked content has this hash; null when none has. */
export const inputOfHash = (lock: FlakeLock, hash: string): string | null => {
  for (const { path, edge } of listInputs(lock)) {
    const node = typeof edge === 'string' ? nodeAt(lock, edge) : undefined;
    if (node !== undefined && lockedOf(node)['narHash'] === hash) return showPath(path);
  }
  return null;
};

/** What each of the flake's own inputs is locked to, by name: its revision, else the hash of its content. */
export const lockedInputs = (lock: FlakeLock): ReadonlyMap<string, string> => {
  const locked = new Map<string, string>();
  for (const { path, edge } of listInputs(lock)) {
    const node = path.length === 1 && typeof edge === 'string' ? nodeAt(lock, edge) : undefined;
    const { rev, narHash } = node === undefined ? {} : lockedOf(node);
    const identity = typeof rev === 'string' ? rev : narHash;
    if (typeof identity === 'string') locked.set(showPath(path), identity);
  }
  return locked;
};

/** The locked revision of each of the flake's own inputs, by name; inputs without one are left out. */
export const revisionsOf = (lock: FlakeLock): ReadonlyMap<string, string> => {
  const revisions = new Map<string, string>();
  for (const { path, edge } of listInputs(lock)) {
    const node = path.length === 1 && typeof edge === 'string' ? nodeAt(lock, edge) : undefined;
    const revision = node === undefined ? undefined : lockedOf(node)['rev'];
    if (typeof revision === 'string') revisions.set(showPath(path), revision);
  }
  return revisions;
};
