import type { ChangeSide } from './change.ts';
import type {
  Attributes,
  AttributeValue,
  FlakeLock,
  InputEdge,
  LockedReference,
  LockNode,
} from './lock.ts';
import { lockedOf, nodeAt, originalOf, textOf } from './lock-attributes.ts';
import { showPath } from './paths.ts';

/** Attributes in the order in which a reader looks for them, after the type; others come after, by name. */
const firstAttributes = [
  'host',
  'owner',
  'repo',
  'url',
  'path',
  'id',
  'dir',
  'rev',
  'ref',
  'lastModified',
  'narHash',
] as const;

const known: ReadonlySet<string> = new Set(['type', ...firstAttributes]);

const numbers: ReadonlySet<string> = new Set(['lastModified', 'revCount']);

const isText = (name: string): boolean =>
  name === 'dirtyRev' || (known.has(name) && !numbers.has(name));

/** An attribute of another type than Nix gives it is left out rather than passed on as what it is not. */
const hasItsType = (name: string, value: AttributeValue): boolean => {
  if (numbers.has(name)) return typeof value === 'number';
  return !isText(name) || typeof value === 'string';
};

/** An own attribute that has its type; locks are untrusted. */
const ownValue = (attributes: Attributes, name: string): AttributeValue | undefined => {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return value !== undefined && hasItsType(name, value) ? value : undefined;
};

/** Runs for both sides of each change, of which a lock may have thousands. */
const referenceOf = (node: LockNode): LockedReference => {
  const locked = lockedOf(node);
  const original = originalOf(node);
  const reference: Record<string, AttributeValue> & { type: string } = {
    type: textOf(locked, 'type') ?? textOf(original, 'type') ?? 'unknown',
  };
  for (const name of firstAttributes) {
    const value = ownValue(locked, name) ?? (name === 'ref' ? textOf(original, name) : undefined);
    if (value !== undefined) reference[name] = value;
  }
  const rest = Object.keys(locked).filter((name) => !known.has(name));
  if (node.flake === false && !rest.includes('flake')) rest.push('flake');
  for (const name of rest.sort()) {
    const value = name === 'flake' && node.flake === false ? false : ownValue(locked, name);
    if (value !== undefined) reference[name] = value;
  }
  return reference;
};

/** What stands behind an edge, as a change shows it. */
export const sideOf = (lock: FlakeLock, edge: InputEdge): ChangeSide =>
  typeof edge === 'string' ? referenceOf(nodeAt(lock, edge) ?? {}) : { follows: showPath(edge) };
