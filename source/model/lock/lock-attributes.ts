import type { Attributes, AttributeValue, FlakeLock, InputEdge, LockNode } from './lock.ts';

const empty: Attributes = {};

export const lockedOf = (node: LockNode): Attributes => node.locked ?? empty;

export const originalOf = (node: LockNode): Attributes => node.original ?? empty;

/** A text attribute; undefined when it is missing or no text. Own attributes only: locks are untrusted. */
export const textOf = (attributes: Attributes, name: string): string | undefined => {
  if (!Object.hasOwn(attributes, name)) return undefined;
  const value = attributes[name];
  return typeof value === 'string' ? value : undefined;
};

export const numberOf = (attributes: Attributes, name: string): number | undefined => {
  if (!Object.hasOwn(attributes, name)) return undefined;
  const value = attributes[name];
  return typeof value === 'number' ? value : undefined;
};

/**
 * `lastModified` in seconds since the epoch. Nix writes 0 or 1 where it knows
 * no date: undefined then.
 */
export const dateOf = (attributes: Attributes): number | undefined => {
  const seconds = numberOf(attributes, 'lastModified');
  return seconds === undefined || seconds <= 1 ? undefined : seconds;
};

export const nodeAt = (lock: FlakeLock, key: string): LockNode | undefined => lock.nodes.get(key);

export const inputEdge = (node: LockNode, name: string): InputEdge | undefined =>
  node.inputs !== undefined && Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined;

const hasHalves = /[\ud800-\udfff]/;

/** Files that Nix wrote are in order already, and plain comparison sees it where no code point has halves. */
const sortedNames = (names: string[]): readonly string[] => {
  let isSorted = true;
  for (let index = 0; index < names.length && isSorted; index += 1) {
    const name = names[index] ?? '';
    isSorted = (index === 0 || (names[index - 1] ?? '') < name) && !hasHalves.test(name);
  }
  return isSorted ? names : names.sort(byBytes);
};

/** Names of a node's inputs in the order in which Nix walks them. */
export const inputNames = (node: LockNode): readonly string[] =>
  node.inputs === undefined ? [] : sortedNames(Object.keys(node.inputs));

/** The order of bytes in UTF-8, in which Nix sorts; JavaScript's own differs beyond the basic plane. */
export const byBytes = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    const aIsHalf = a >= 0xd800 && a <= 0xdfff;
    const bIsHalf = b >= 0xd800 && b <= 0xdfff;
    if (aIsHalf !== bIsHalf) return aIsHalf ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
};

type Comparable = AttributeValue | undefined | readonly string[] | InputEdge | Attributes;

const isList = (value: Comparable): value is readonly AttributeValue[] => Array.isArray(value);

/** Whether two values of JSON are equal; the order of keys does not count. */
export const sameValue = (left: Comparable, right: Comparable): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return false;
  if (isList(left) || isList(right)) {
    if (!isList(left) || !isList(right) || left.length !== right.length) return false;
    return left.every((value, index) => sameValue(value, right[index]));
  }
  // Loops, as this runs for each attribute of each node of both locks.
  let names = 0;
  for (const name in left) {
    names += 1;
    const value = left[name];
    // No value of JSON is found on a prototype, so that equal values are own ones.
    if (value === right[name]) continue;
    if (!Object.hasOwn(right, name) || !sameValue(value, right[name])) return false;
  }
  for (const _ in right) names -= 1;
  return names === 0;
};
