import type { FlakeLock, LockNode } from './lock.ts';
import { byBytes } from './lock-attributes.ts';

const writeValue = (value: unknown, indent: string): string => {
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return value.length === 0
      ? '[]'
      : `[\n${value.map((one) => inner + writeValue(one, inner)).join(',\n')}\n${indent}]`;
  if (typeof value === 'object' && value !== null)
    return writeEntries(Object.entries(value), indent);
  return JSON.stringify(value);
};

/** Keys are sorted here, as an object of JavaScript moves keys that look like numbers to its front. */
const writeEntries = (entries: readonly (readonly [string, unknown])[], indent: string): string => {
  if (entries.length === 0) return '{}';
  const inner = `${indent}  `;
  const lines = entries
    .toSorted(([left], [right]) => byBytes(left, right))
    .map(([name, value]) => `${inner}${JSON.stringify(name)}: ${writeValue(value, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
};

const hasInputs = (node: LockNode): boolean =>
  node.inputs !== undefined && Object.keys(node.inputs).length > 0;

/**
 * The text of a lock, byte for byte as Nix writes it: two spaces, sorted keys,
 * a newline at the end, no empty `inputs`. Version 5 becomes 7, as its `info`
 * was merged when it was read.
 */
export const writeFlakeLock = (lock: FlakeLock): string => {
  const nodes = [...lock.nodes].map(([key, node]): [string, string] => {
    const entries = Object.entries(node).filter(([name]) => name !== 'inputs' || hasInputs(node));
    return [key, writeEntries(entries, '    ')];
  });
  const written = nodes
    .sort(([left], [right]) => byBytes(left, right))
    .map(([key, text]) => `    ${JSON.stringify(key)}: ${text}`);
  const version = lock.version === 5 ? 7 : lock.version;
  return `{\n  "nodes": {\n${written.join(',\n')}\n  },\n  "root": ${JSON.stringify(lock.root)},\n  "version": ${version}\n}\n`;
};
