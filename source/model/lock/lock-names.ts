import type { FlakeLock, InputEdge, LockNode } from './lock.ts';
import { inputEdge, inputNames, nodeAt } from './lock-attributes.ts';

/**
 * Gives the nodes the keys that Nix would: depth first, inputs by name, the
 * name of the input, with `_2`, `_3` and so on where it is taken. Nodes that
 * nothing reaches are left out. After `LockFile::toJSON` of Nix.
 */
export const nameNodes = (lock: FlakeLock): FlakeLock => {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  const claim = (node: string, name: string): string => {
    let key = name;
    for (let number = 2; taken.has(key); number += 1) key = `${name}_${number}`;
    taken.add(key);
    keys.set(node, key);
    return key;
  };
  const root = claim(lock.root, 'root');
  const pending: { readonly key: string; readonly names: readonly string[]; next: number }[] = [];
  const open = (key: string): void => {
    pending.push({ key, names: inputNames(nodeAt(lock, key) ?? {}), next: 0 });
  };
  open(lock.root);
  for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
    const name = top.names[top.next];
    if (name === undefined) {
      pending.pop();
      continue;
    }
    top.next += 1;
    const edge = inputEdge(nodeAt(lock, top.key) ?? {}, name);
    if (typeof edge !== 'string' || keys.has(edge)) continue;
    claim(edge, name);
    open(edge);
  }
  const nodes = new Map<string, LockNode>();
  for (const [old, key] of keys) {
    const node = nodeAt(lock, old) ?? {};
    if (node.inputs === undefined) {
      nodes.set(key, node);
      continue;
    }
    const inputs: [string, InputEdge][] = Object.entries(node.inputs).map(([name, edge]) => [
      name,
      typeof edge === 'string' ? (keys.get(edge) ?? edge) : edge,
    ]);
    nodes.set(key, { ...node, inputs: Object.fromEntries(inputs) });
  }
  return { ...lock, root, nodes };
};
