import type { ChangeKind } from './change.ts';
import type { Attributes, InputPath, LockNode } from './lock.ts';
import { dateOf, lockedOf, originalOf, sameValue, textOf } from './lock-attributes.ts';
import { sameOriginal } from './lock-original.ts';
import { repositoryOf, sameRepository, sameSource } from './source.ts';

export const isFlake = (node: LockNode): boolean => node.flake !== false;

const contents = new Set(['tarball', 'file', 'path']);

/** An input found by registry can move to another repository while `original` stays. */
const isElsewhere = (old: Attributes, now: Attributes): boolean => {
  if (contents.has(textOf(old, 'type') ?? '') && contents.has(textOf(now, 'type') ?? ''))
    return false;
  if (sameSource(old, now)) return false;
  const before = repositoryOf(old);
  const after = repositoryOf(now);
  return before !== null && after !== null && !sameRepository(before, after);
};

/**
 * Whether other content is fetched than before; compared by revision, else by hash, else by date.
 */
export const isMoved = (old: Attributes, now: Attributes): boolean => {
  const oldRevision = textOf(old, 'rev');
  const newRevision = textOf(now, 'rev');
  if (oldRevision !== undefined && newRevision !== undefined) return oldRevision !== newRevision;
  const oldHash = textOf(old, 'narHash');
  const newHash = textOf(now, 'narHash');
  if (oldHash !== undefined && newHash !== undefined) return oldHash !== newHash;
  if (oldRevision !== newRevision) return true;
  const oldDate = dateOf(old);
  const newDate = dateOf(now);
  if (oldDate !== undefined && newDate !== undefined) return oldDate !== newDate;
  // A type that is not known here, or a path: where it lies is all that there is.
  return oldRevision === undefined && oldHash === undefined && !sameOriginal(old, now);
};

/** The same revision, and yet another content hash. */
export const isRehashed = (old: Attributes, now: Attributes): boolean => {
  const oldHash = textOf(old, 'narHash');
  const newHash = textOf(now, 'narHash');
  const revision = textOf(old, 'rev');
  return (
    revision !== undefined &&
    revision === textOf(now, 'rev') &&
    oldHash !== undefined &&
    newHash !== undefined &&
    oldHash !== newHash
  );
};

/** `parent` as it reads in the new lock; an input above it may have been renamed. */
const translated = (
  parent: InputPath | undefined,
  from: InputPath,
  to: InputPath,
): InputPath | undefined =>
  parent !== undefined && from.every((name, index) => parent[index] === name)
    ? [...to, ...parent.slice(from.length)]
    : parent;

/** How the node at one path (before: `from`) differs from its old self; null when nothing but its key does. */
export const classifyNodes = (
  old: LockNode,
  now: LockNode,
  at: { readonly from: InputPath; readonly to: InputPath },
): ChangeKind | null => {
  const parentMoved =
    old.parent !== now.parent &&
    !sameValue(translated(old.parent, at.from.slice(0, -1), at.to.slice(0, -1)), now.parent);
  const flakeToggled = isFlake(old) !== isFlake(now);
  const oldLocked = lockedOf(old);
  const newLocked = lockedOf(now);
  const oldOriginal = originalOf(old);
  const newOriginal = originalOf(now);
  if (
    !parentMoved &&
    !flakeToggled &&
    sameValue(oldLocked, newLocked) &&
    sameValue(oldOriginal, newOriginal)
  )
    return null;
  if (parentMoved || flakeToggled || !sameOriginal(oldOriginal, newOriginal)) return 'repointed';
  if (isElsewhere(oldLocked, newLocked)) return 'repointed';
  if (isMoved(oldLocked, newLocked)) return 'updated';
  return isRehashed(oldLocked, newLocked) ? 'rehashed' : 'metadata';
};
