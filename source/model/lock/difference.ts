import type { LockAlarm } from './alarm-texts.ts';
import { alarmsOfAdded, alarmsOfChange, alarmsOfUnfollowed } from './alarms.ts';
import { type ChangeSide, type LockChange, lockedSide } from './change.ts';
import { classifyNodes } from './classify.ts';
import { lockedCommitCount } from './commit-count.ts';
import { compareUrl } from './compare-url.ts';
import type { Attributes, FlakeLock, InputEdge, LockNode } from './lock.ts';
import { dateOf, lockedOf, nodeAt, originalOf, sameValue } from './lock-attributes.ts';
import { followersOf } from './lock-followers.ts';
import { sideOf } from './lock-reference.ts';
import { type InputPair, pairInputs } from './pairs.ts';
import { resolvePath, showPath } from './paths.ts';

const secondsOfDay = 86_400;

const daysBetween = (old: LockNode, now: LockNode): number | null => {
  const before = dateOf(lockedOf(old));
  const after = dateOf(lockedOf(now));
  return before === undefined || after === undefined
    ? null
    : Math.round((after - before) / secondsOfDay);
};

/** The node that an edge leads to, follows included; null for a follows that leads nowhere. */
const nodeBehind = (lock: FlakeLock, edge: InputEdge): LockNode | null => {
  if (typeof edge === 'string') return nodeAt(lock, edge) ?? null;
  const resolved = resolvePath(lock, edge);
  return resolved === null ? null : (nodeAt(lock, resolved.key) ?? null);
};

const originals = (old: Attributes | null, now: Attributes | null): Pick<LockChange, 'original'> =>
  old !== null && now !== null && sameValue(old, now) ? {} : { original: { old, new: now } };

const factsOfPair = (
  old: ChangeSide,
  now: ChangeSide,
  alarms: readonly LockAlarm[],
): Pick<LockChange, 'compareUrl' | 'commits'> => {
  const before = lockedSide(old);
  const after = lockedSide(now);
  if (before === null || after === null) return { compareUrl: null };
  const counted = lockedCommitCount(before, after);
  const link = compareUrl(before, after);
  if (counted === null) return { compareUrl: link };
  // Between two branches the difference of their totals is not the number of new commits.
  const exact = counted.exact && !alarms.includes('branch-changed');
  return { compareUrl: link, commits: { ...counted, exact } };
};

interface Sides {
  readonly oldLock: FlakeLock;
  readonly newLock: FlakeLock;
}

const aloneChange = (
  path: string,
  pair: InputPair,
  { oldLock, newLock }: Sides,
): LockChange | null => {
  const nothing = { path, lockedChanged: true, days: null, compareUrl: null, alsoMoves: [] };
  if (pair.now !== null) {
    const node = typeof pair.now === 'string' ? nodeAt(newLock, pair.now) : undefined;
    const alarms = node === undefined ? [] : alarmsOfAdded(node);
    return { ...nothing, kind: 'added', old: null, new: sideOf(newLock, pair.now), alarms };
  }
  if (pair.old === null) return null;
  return { ...nothing, kind: 'removed', old: sideOf(oldLock, pair.old), new: null, alarms: [] };
};

/** One side follows, or both do. */
const followsChange = (
  path: string,
  old: InputEdge,
  now: InputEdge,
  { oldLock, newLock }: Sides,
): LockChange => {
  const before = nodeBehind(oldLock, old);
  const after = nodeBehind(newLock, now);
  const ownAgain = typeof now === 'string' && after !== null;
  return {
    path,
    kind: 'follows',
    lockedChanged: !sameValue(before?.locked, after?.locked),
    old: sideOf(oldLock, old),
    new: sideOf(newLock, now),
    days: before === null || after === null ? null : daysBetween(before, after),
    compareUrl: null,
    alarms: ownAgain ? alarmsOfUnfollowed(after) : [],
    alsoMoves: [],
  };
};

const nodesChange = (
  pair: InputPair,
  old: string,
  now: string,
  sides: Sides,
): LockChange | null => {
  const before = nodeAt(sides.oldLock, old) ?? {};
  const after = nodeAt(sides.newLock, now) ?? {};
  const differs = classifyNodes(before, after, { from: pair.from, to: pair.path });
  const kind = pair.isRenamed ? 'renamed' : differs;
  if (kind === null) return null;
  const alarms = alarmsOfChange(before, after, differs ?? 'metadata');
  const oldSide = sideOf(sides.oldLock, old);
  const newSide = sideOf(sides.newLock, now);
  return {
    path: showPath(pair.path),
    kind,
    ...(pair.isRenamed ? { from: showPath(pair.from) } : {}),
    lockedChanged: !sameValue(before.locked, after.locked),
    old: oldSide,
    new: newSide,
    ...originals(originalOf(before), originalOf(after)),
    days: daysBetween(before, after),
    ...factsOfPair(oldSide, newSide, alarms),
    alarms,
    alsoMoves: [],
  };
};

const changeAlong = (pair: InputPair, sides: Sides): LockChange | null => {
  const { old, now } = pair;
  if (typeof old === 'string' && typeof now === 'string') return nodesChange(pair, old, now, sides);
  if (old === null || now === null) return aloneChange(showPath(pair.path), pair, sides);
  return sameValue(old, now) ? null : followsChange(showPath(pair.path), old, now, sides);
};

const changeOf = (pair: InputPair, sides: Sides): LockChange | null => {
  const change = changeAlong(pair, sides);
  const [root = ''] = pair.path;
  return change === null || !root.includes('/') ? change : { ...change, root };
};

const moves = (change: LockChange): boolean =>
  change.lockedChanged &&
  change.kind !== 'metadata' &&
  change.kind !== 'removed' &&
  change.kind !== 'added';

const withFollowers = (changes: readonly LockChange[], lock: FlakeLock): readonly LockChange[] => {
  const ownEntry = new Set(changes.map((change) => change.path));
  const followers = followersOf(lock, new Set(changes.filter(moves).map((change) => change.path)));
  return changes.map((change) => {
    if (!moves(change)) return change;
    const alsoMoves = followers(change.path).filter((path) => !ownEntry.has(path));
    return alsoMoves.length === 0 ? change : { ...change, alsoMoves };
  });
};

const byPath = (left: LockChange, right: LockChange): number =>
  left.path < right.path ? -1 : left.path > right.path ? 1 : 0;

/**
 * What differs between two locks: one entry per input path from the root, sorted
 * by path. Keys of nodes do not count, so renumbered nodes are no change.
 */
export const diffLocks = (old: FlakeLock, now: FlakeLock): readonly LockChange[] => {
  const sides = { oldLock: old, newLock: now };
  const changes = pairInputs(old, now)
    .map((pair) => changeOf(pair, sides))
    .filter((change) => change !== null)
    .sort(byPath);
  return changes.some(moves) ? withFollowers(changes, now) : changes;
};
