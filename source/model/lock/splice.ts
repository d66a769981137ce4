import type { Failure } from '../failure.ts';
import { failed, type Result, success } from '../result.ts';
import { isFlake } from './classify.ts';
import { describeAttributes } from './describe.ts';
import { diffLocks } from './difference.ts';
import type { Attributes, FlakeLock, InputEdge, InputPath, LockNode } from './lock.ts';
import { inputEdge, inputNames, nodeAt, originalOf, sameValue } from './lock-attributes.ts';
import { nameNodes } from './lock-names.ts';
import { listInputs, pathIn, resolvePath, showPath } from './paths.ts';

const refused = (
  input: string,
  detail: string,
): { readonly ok: false; readonly failure: Failure } =>
  failed({ code: 'revert-refused', input, detail });

interface NodePlace {
  readonly key: string;
  readonly node: LockNode;
}

/** The node at a path itself, no follows taken. */
const placeAt = (
  lock: FlakeLock,
  path: InputPath,
): NodePlace | { readonly follows: string } | null => {
  let key = lock.root;
  for (const [index, name] of path.entries()) {
    const edge: InputEdge | undefined = inputEdge(nodeAt(lock, key) ?? {}, name);
    if (edge === undefined) return null;
    if (typeof edge !== 'string') return { follows: showPath([...edge, ...path.slice(index + 1)]) };
    key = edge;
  }
  const node = nodeAt(lock, key);
  return node === undefined ? null : { key, node };
};

/** Why the old node cannot take the place of the new one; null when it can. */
const obstacle = (old: LockNode, now: LockNode, above: InputPath): string | null => {
  const whose = above.length === 0 ? 'flake.nix' : `the flake.nix of ${showPath(above)}`;
  if (isFlake(old) !== isFlake(now))
    return `the lock before read it ${isFlake(old) ? 'as a flake' : 'as plain files'}, ${whose} now asks for the other`;
  if (!sameValue(originalOf(old), originalOf(now)))
    return `${whose} asks for ${describeAttributes(originalOf(now))}, the lock before was made for ${describeAttributes(originalOf(old))}`;
  return sameValue(old.parent, now.parent)
    ? null
    : 'the path is relative to another input than before';
};

/** Follows inside a node's inputs that lead out of it: those come from a flake above it. */
const outerFollows = (
  lock: FlakeLock,
  key: string,
  top: InputPath,
): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const { path, edge } of listInputs(lock, { key, path: top, through: [] })) {
    const leadsOut = typeof edge !== 'string' && !top.every((name, index) => edge[index] === name);
    found.set(showPath(path), leadsOut ? showPath(edge) : '\n');
  }
  return found;
};

/** A follows that a flake above declares must be the same before and now, or Nix fetches the input again. */
const followsObstacle = (
  old: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string | null => {
  for (const [path, target] of now) {
    const before = old.get(path);
    if (before === undefined || before === target) continue;
    return target === '\n'
      ? `the lock before has ${path} follow ${before || 'the flake itself'}, which flake.nix no longer asks for`
      : `flake.nix now has ${path} follow ${target || 'the flake itself'}, in the lock before it did not`;
  }
  return null;
};

type Nodes = Map<string, LockNode>;

/** Keys with a line break cannot collide with those of a lock that Nix wrote; they are renamed at the end. */
const freeKey = (nodes: Nodes): string => {
  let number = nodes.size;
  while (nodes.has(`\n${number}`)) number += 1;
  return `\n${number}`;
};

/** Copies what a node of the old lock reaches, shared nodes once; answers the copy's key. */
const copySubgraph = (from: FlakeLock, key: string, nodes: Nodes): string => {
  const copies = new Map<string, string>();
  const pending: string[] = [];
  const copyOf = (old: string): string => {
    const known = copies.get(old);
    if (known !== undefined) return known;
    const copy = freeKey(nodes);
    nodes.set(copy, nodeAt(from, old) ?? {});
    copies.set(old, copy);
    pending.push(old);
    return copy;
  };
  const top = copyOf(key);
  for (let old = pending.pop(); old !== undefined; old = pending.pop()) {
    const node = nodeAt(from, old);
    const copy = copies.get(old);
    if (node?.inputs === undefined || copy === undefined) continue;
    const inputs = inputNames(node).map((name): [string, InputEdge] => {
      const edge = inputEdge(node, name) ?? [];
      return [name, typeof edge === 'string' ? copyOf(edge) : edge];
    });
    nodes.set(copy, { ...node, inputs: Object.fromEntries(inputs) });
  }
  return top;
};

/** Puts a node at a path. The nodes above it are copied first: another path may share them. */
const graft = (lock: FlakeLock, path: InputPath, nodes: Nodes, key: string): string => {
  const root = freeKey(nodes);
  nodes.set(root, nodeAt(lock, lock.root) ?? {});
  let above = root;
  for (const [index, name] of path.entries()) {
    const node = nodes.get(above) ?? {};
    const edge = inputEdge(node, name);
    let next = key;
    if (index < path.length - 1) {
      next = freeKey(nodes);
      nodes.set(next, (typeof edge === 'string' ? nodes.get(edge) : undefined) ?? {});
    }
    nodes.set(above, { ...node, inputs: { ...node.inputs, [name]: next } });
    above = next;
  }
  return root;
};

const revertInput = (
  oldLock: FlakeLock,
  lock: FlakeLock,
  path: string,
): Result<FlakeLock, Failure> => {
  const names = pathIn(lock, path);
  const now = placeAt(lock, names);
  if (names.length === 0 || now === null) return refused(path, 'the lock has no such input now');
  if ('follows' in now)
    return refused(
      path,
      `it follows ${now.follows || 'the flake itself'}; revert that input instead`,
    );
  const old = placeAt(oldLock, names);
  if (old === null) return refused(path, 'it was added; the lock before does not have it');
  if ('follows' in old)
    return refused(
      path,
      `the lock before had it follow ${old.follows || 'the flake itself'}, which flake.nix no longer asks for`,
    );
  const why =
    obstacle(old.node, now.node, names.slice(0, -1)) ??
    followsObstacle(outerFollows(oldLock, old.key, names), outerFollows(lock, now.key, names));
  if (why !== null) return refused(path, why);
  const nodes: Nodes = new Map(lock.nodes);
  const key = copySubgraph(oldLock, old.key, nodes);
  return success(nameNodes({ ...lock, nodes, root: graft(lock, names, nodes, key) }));
};

/**
 * A follows that had a target and has none now, which Nix would refuse; null when there is none.
 */
const brokenFollows = (before: FlakeLock, after: FlakeLock): string | null => {
  for (const { path, edge } of listInputs(after)) {
    if (typeof edge === 'string' || resolvePath(after, edge) !== null) continue;
    if (resolvePath(before, edge) !== null)
      return `${showPath(path)} follows ${showPath(edge)}, which that revision does not have`;
  }
  return null;
};

/**
 * The new lock with the update of these inputs alone: every other input is as in the old lock, but
 * for those that are new and those for which flake.nix asks something else than before.
 */
export const keepUpdatesOf = (
  oldLock: FlakeLock,
  newLock: FlakeLock,
  paths: readonly string[],
): Result<FlakeLock, Failure> => {
  let lock = newLock;
  for (const name of inputNames(nodeAt(newLock, newLock.root) ?? {})) {
    if (paths.includes(name)) continue;
    const reverted = revertInput(oldLock, lock, name);
    if (reverted.ok) lock = reverted.value;
  }
  for (const path of paths) {
    const [root = path] = pathIn(newLock, path);
    if (root === path || paths.includes(root)) continue;
    const taken = revertInput(newLock, lock, path);
    if (!taken.ok) return taken;
    lock = taken.value;
  }
  if (diffLocks(oldLock, lock).length === 0) return success(oldLock);
  const broken = brokenFollows(newLock, lock);
  return broken === null ? success(lock) : refused(paths.join(', '), broken);
};

/**
 * An input that another input brings goes back together with that: the nearest one above it that
 * can go back.
 */
const withParent = (
  failure: Failure,
  oldLock: FlakeLock,
  lock: FlakeLock,
  path: string,
): Result<never, Failure> => {
  const names = pathIn(lock, path);
  const above = names
    .slice(1)
    .map((_, index) => showPath(names.slice(0, names.length - 1 - index)))
    .find((parent) => revertInput(oldLock, lock, parent).ok);
  return failed(
    above === undefined || failure.code !== 'revert-refused'
      ? failure
      : { ...failure, instead: above },
  );
};

/**
 * Puts single inputs, with all below them, back to what the old lock says; the
 * rest stays. Offline. When nothing of the update is left, the answer is the
 * old lock, so that writing it restores the file byte for byte. Refused with
 * `revert-refused` where `flake.nix` asks for something else than it did then.
 */
export const revertInputs = (
  oldLock: FlakeLock,
  newLock: FlakeLock,
  paths: readonly string[],
): Result<FlakeLock, Failure> => {
  let lock = newLock;
  for (const path of paths) {
    const reverted = revertInput(oldLock, lock, path);
    if (!reverted.ok) return withParent(reverted.failure, oldLock, lock, path);
    lock = reverted.value;
  }
  if (diffLocks(oldLock, lock).length === 0) return success(oldLock);
  const broken = brokenFollows(newLock, lock);
  return broken === null ? success(lock) : refused(paths.join(', '), broken);
};

/** The lock with what flake.nix asks of an input as it was: Nix then takes the entry for the one that it wrote. */
export const keepOriginal = (
  lock: FlakeLock,
  name: string,
  original: Attributes,
): Result<FlakeLock, Failure> => {
  const place = placeAt(lock, [name]);
  if (place === null || 'follows' in place)
    return refused(name, 'the lock that Nix wrote has no entry for it');
  if (sameValue(originalOf(place.node), original)) return success(lock);
  const nodes: Nodes = new Map(lock.nodes);
  const key = freeKey(nodes);
  nodes.set(key, { ...place.node, original });
  return success(nameNodes({ ...lock, nodes, root: graft(lock, [name], nodes, key) }));
};

/** The edges below a node with those that lead inside of it under another name. */
const renamedEdges = (node: LockNode, from: string, to: string): LockNode =>
  node.inputs === undefined
    ? node
    : {
        ...node,
        inputs: Object.fromEntries(
          inputNames(node).map((name): [string, InputEdge] => {
            const edge = inputEdge(node, name) ?? [];
            return [
              name,
              typeof edge === 'string' || edge[0] !== from ? edge : [to, ...edge.slice(1)],
            ];
          }),
        ),
      };

/**
 * The lock with an input taken from the only one of another lock. What the input
 * is asked for, and which of its inputs follow others, stays as it was.
 */
export const graftInput = (
  from: FlakeLock,
  lock: FlakeLock,
  name: string,
): Result<FlakeLock, Failure> => {
  const [only] = inputNames(nodeAt(from, from.root) ?? {});
  const now = placeAt(lock, [name]);
  const taken = only === undefined ? null : placeAt(from, [only]);
  if (
    only === undefined ||
    taken === null ||
    now === null ||
    'follows' in now ||
    'follows' in taken
  )
    return refused(name, 'the lock that Nix wrote has no entry for it');
  const nodes: Nodes = new Map(lock.nodes);
  const source: FlakeLock = {
    ...from,
    nodes: new Map([...from.nodes].map(([key, node]) => [key, renamedEdges(node, only, name)])),
  };
  const key = copySubgraph(source, taken.key, nodes);
  const top = nodes.get(key) ?? {};
  const follows = inputNames(now.node).flatMap((inner): [string, InputEdge][] => {
    const edge = inputEdge(now.node, inner);
    return edge !== undefined && typeof edge !== 'string' && edge[0] !== name
      ? [[inner, edge]]
      : [];
  });
  const kept = follows.filter(([inner]) => inputEdge(top, inner) !== undefined);
  nodes.set(key, {
    ...top,
    ...(top.inputs === undefined ? {} : { inputs: { ...top.inputs, ...Object.fromEntries(kept) } }),
    ...(now.node.original === undefined ? {} : { original: now.node.original }),
  });
  return success(nameNodes({ ...lock, nodes, root: graft(lock, [name], nodes, key) }));
};
