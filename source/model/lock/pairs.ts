import type { FlakeLock, InputEdge, InputPath, LockNode } from './lock.ts';
import {
  inputEdge,
  inputNames,
  lockedOf,
  nodeAt,
  originalOf,
  sameValue,
  textOf,
} from './lock-attributes.ts';
import { mostPaths } from './paths.ts';

/** What stands at one input path before and now; null where it does not exist. */
export interface InputPair {
  /** In the new lock; in the old one where the new has none. */
  readonly path: InputPath;
  /** In the old lock; differs from `path` below and at a renamed input. */
  readonly from: InputPath;
  readonly isRenamed: boolean;
  readonly old: InputEdge | null;
  readonly now: InputEdge | null;
}

interface Opened {
  readonly old: string | null;
  readonly now: string | null;
  readonly name: string;
  readonly oldName: string;
  readonly isBelowRename: boolean;
  readonly above: Opened | null;
}

const isAbove = (opened: Opened, old: string | null, now: string | null): boolean => {
  for (let one: Opened | null = opened; one !== null; one = one.above)
    if (one.old === old && one.now === now) return true;
  return false;
};

type Alike = (old: LockNode, now: LockNode) => boolean;

/** Surest first. A repository that was renamed along still has revision and hash. */
const likenesses: readonly Alike[] = [
  (old, now) =>
    old.locked !== undefined &&
    sameValue(old.locked, now.locked) &&
    sameValue(originalOf(old), originalOf(now)) &&
    old.flake === now.flake,
  (old, now) => {
    const hash = textOf(lockedOf(old), 'narHash');
    const revision = textOf(lockedOf(old), 'rev');
    return (
      hash !== undefined &&
      revision !== undefined &&
      hash === textOf(lockedOf(now), 'narHash') &&
      revision === textOf(lockedOf(now), 'rev')
    );
  },
];

/** New names of inputs that were only renamed, by their new name. */
const findRenamed = (
  oldNodes: ReadonlyMap<string, LockNode>,
  newNodes: ReadonlyMap<string, LockNode>,
): ReadonlyMap<string, string> => {
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  for (const alike of likenesses)
    for (const [oldName, oldNode] of oldNodes) {
      if (taken.has(oldName)) continue;
      for (const [newName, newNode] of newNodes) {
        if (renamed.has(newName) || !alike(oldNode, newNode)) continue;
        renamed.set(newName, oldName);
        taken.add(oldName);
        break;
      }
    }
  return renamed;
};

const ownNodes = (
  lock: FlakeLock,
  node: LockNode,
  names: readonly string[],
): ReadonlyMap<string, LockNode> => {
  const found = new Map<string, LockNode>();
  for (const name of names) {
    const edge = inputEdge(node, name);
    const child = typeof edge === 'string' ? nodeAt(lock, edge) : undefined;
    if (child !== undefined) found.set(name, child);
  }
  return found;
};

const noNode: LockNode = {};

interface NameMatch {
  readonly name: string;
  readonly oldName: string;
}

const matchNames = (
  oldLock: FlakeLock,
  oldNode: LockNode,
  newLock: FlakeLock,
  newNode: LockNode,
): readonly NameMatch[] => {
  const newNames = inputNames(newNode);
  const oldNames = inputNames(oldNode);
  // Most nodes have the same inputs before and now.
  if (
    oldNames.length === newNames.length &&
    oldNames.every((name, index) => name === newNames[index])
  )
    return newNames.map((name) => ({ name, oldName: name }));
  const lost = oldNames.filter((name) => inputEdge(newNode, name) === undefined);
  const gained = newNames.filter((name) => inputEdge(oldNode, name) === undefined);
  const renamed = findRenamed(ownNodes(oldLock, oldNode, lost), ownNodes(newLock, newNode, gained));
  const gone = new Set(renamed.values());
  return [
    ...newNames.map((name) => ({ name, oldName: renamed.get(name) ?? name })),
    ...lost.filter((name) => !gone.has(name)).map((name) => ({ name, oldName: name })),
  ];
};

/** Whether two edges, the names above being the same, stand for the same input as before. */
const isUnchanged = (
  oldLock: FlakeLock,
  old: InputEdge | null,
  newLock: FlakeLock,
  now: InputEdge | null,
): boolean => {
  if (old === null || now === null) return false;
  if (typeof old !== 'string' || typeof now !== 'string')
    return typeof old === 'object' && typeof now === 'object' && sameValue(old, now);
  const before = nodeAt(oldLock, old) ?? noNode;
  const after = nodeAt(newLock, now) ?? noNode;
  return (
    sameValue(before.locked, after.locked) &&
    sameValue(before.original, after.original) &&
    sameValue(before.parent, after.parent) &&
    before.flake === after.flake
  );
};

/** Paths are put together only where something changed: most of a large lock stays. */
const pathOf = (opened: Opened, name: string, side: 'name' | 'oldName'): InputPath => {
  const names = [name];
  for (let one = opened; one.above !== null; one = one.above) names.push(one[side]);
  return names.reverse();
};

/**
 * The input paths of either lock at which something may have changed. Both are
 * walked side by side, circles entered once.
 */
export const pairInputs = (oldLock: FlakeLock, newLock: FlakeLock): readonly InputPair[] => {
  const pairs: InputPair[] = [];
  const again = new Set<string>();
  let looked = 0;
  const stack: Opened[] = [
    {
      old: oldLock.root,
      now: newLock.root,
      name: '',
      oldName: '',
      isBelowRename: false,
      above: null,
    },
  ];
  for (let opened = stack.pop(); opened !== undefined; opened = stack.pop()) {
    if (looked > mostPaths) {
      const mark = JSON.stringify([opened.old, opened.now]);
      if (again.has(mark)) continue;
      again.add(mark);
    }
    const oldNode = (opened.old === null ? undefined : nodeAt(oldLock, opened.old)) ?? noNode;
    const newNode = (opened.now === null ? undefined : nodeAt(newLock, opened.now)) ?? noNode;
    for (const { name, oldName } of matchNames(oldLock, oldNode, newLock, newNode)) {
      looked += 1;
      const old = inputEdge(oldNode, oldName) ?? null;
      const now = inputEdge(newNode, name) ?? null;
      const isRenamed = name !== oldName;
      const isBelowRename = opened.isBelowRename || isRenamed;
      if (isRenamed || !isUnchanged(oldLock, old, newLock, now)) {
        const path = pathOf(opened, name, 'name');
        const from = isBelowRename ? pathOf(opened, oldName, 'oldName') : path;
        pairs.push({ path, from, isRenamed, old, now });
      }
      const oldKey = typeof old === 'string' ? old : null;
      const newKey = typeof now === 'string' ? now : null;
      if ((oldKey !== null || newKey !== null) && !isAbove(opened, oldKey, newKey))
        stack.push({ old: oldKey, now: newKey, name, oldName, isBelowRename, above: opened });
    }
  }
  return pairs;
};
