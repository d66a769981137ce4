import type {
  AttributeValue,
  ChangeSide,
  FlakeLock,
  InputEdge,
  LockedReference,
  LockNode,
} from './lock.ts';
import { lockedOf, nodeAt, originalOf, textOf } from './lock-attributes.ts';
import { showPath } from './lock-paths.ts';

/** The order in which a reader looks for them; other attributes come after, by name. */
const firstAttributes = [
  'type',
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
];

const texts = new Set([
  'type',
  'host',
  'owner',
  'repo',
  'url',
  'path',
  'id',
  'dir',
  'rev',
  'ref',
  'dirtyRev',
  'narHash',
]);
const numbers = new Set(['lastModified', 'revCount']);

/** An attribute of another type than Nix gives it is left out rather than passed on as what it is not. */
const hasItsType = (name: string, value: AttributeValue): boolean =>
  texts.has(name)
    ? typeof value === 'string'
    : numbers.has(name)
      ? typeof value === 'number'
      : true;

const referenceOf = (node: LockNode): LockedReference => {
  const locked = lockedOf(node);
  const original = originalOf(node);
  const found = new Map<string, AttributeValue>(
    Object.entries(locked).filter(([name, value]) => hasItsType(name, value)),
  );
  const ref = textOf(locked, 'ref') ?? textOf(original, 'ref');
  if (ref !== undefined) found.set('ref', ref);
  if (node.flake === false) found.set('flake', false);
  const rest = [...found.keys()].filter((name) => !firstAttributes.includes(name)).sort();
  const reference: Record<string, AttributeValue> = {};
  for (const name of [...firstAttributes, ...rest]) {
    const value = found.get(name);
    if (value !== undefined) reference[name] = value;
  }
  return { ...reference, type: textOf(locked, 'type') ?? textOf(original, 'type') ?? 'unknown' };
};

/** What stands behind an edge, as a change shows it. */
export const sideOf = (lock: FlakeLock, edge: InputEdge): ChangeSide =>
  typeof edge === 'string' ? referenceOf(nodeAt(lock, edge) ?? {}) : { follows: showPath(edge) };
