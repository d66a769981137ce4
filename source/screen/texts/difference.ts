import { diffArrays } from 'diff';
import type { DifferenceHunk, DifferenceLine } from '../difference-rows.ts';

/** Two blocks without anything in common are told as removed and added after this long, ms. */
const patienceMs = 500;

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** A node of a lock begins so; other texts have no such line and are one block. */
const blockStart = /^ {4}"(?:[^"\\]|\\.)*": \{$/;

interface TextBlock {
  readonly name: string;
  readonly lines: readonly string[];
}

/**
 * A lock of thousands of nodes cannot be compared line by line at once: where
 * many nodes moved that takes minutes. Its nodes are found by their keys, and
 * lines are compared within a node.
 */
const blocksOf = (lines: readonly string[]): readonly TextBlock[] => {
  const starts = lines.flatMap((line, index) => (blockStart.test(line) ? [index] : []));
  return [0, ...starts].map((start, index) => ({
    name: index === 0 ? '' : (lines[start] ?? ''),
    lines: lines.slice(start, starts[index] ?? lines.length),
  }));
};

type Part = readonly [kind: DifferenceLine['kind'], texts: readonly string[]];

const isSame = (old: readonly string[], now: readonly string[]): boolean =>
  old.length === now.length && old.every((line, index) => line === now[index]);

const compareLines = (old: readonly string[], now: readonly string[]): readonly Part[] => {
  if (isSame(old, now)) return [['same', old]];
  const parts = diffArrays([...old], [...now], { timeout: patienceMs });
  if (parts === undefined)
    return [
      ['removed', old],
      ['added', now],
    ];
  return parts.map(
    ({ added, removed, value }): Part => [added ? 'added' : removed ? 'removed' : 'same', value],
  );
};

const compareTexts = (old: readonly string[], now: readonly string[]): readonly Part[] => {
  const [before, after] = [blocksOf(old), blocksOf(now)];
  const names = compareLines(
    before.map(({ name }) => name),
    after.map(({ name }) => name),
  );
  const parts: Part[] = [];
  let [oldBlock, newBlock] = [0, 0];
  for (const [kind, texts] of names)
    for (const _ of texts) {
      const was = kind === 'added' ? [] : (before[oldBlock]?.lines ?? []);
      const is = kind === 'removed' ? [] : (after[newBlock]?.lines ?? []);
      if (kind !== 'added') oldBlock += 1;
      if (kind !== 'removed') newBlock += 1;
      if (kind === 'same') parts.push(...compareLines(was, is));
      else parts.push([kind, kind === 'added' ? is : was]);
    }
  return parts;
};

const numbered = (parts: readonly Part[]): readonly DifferenceLine[] => {
  let [oldLine, newLine] = [0, 0];
  return parts.flatMap(([kind, texts]) =>
    texts.map((text) => {
      if (kind !== 'added') oldLine += 1;
      if (kind !== 'removed') newLine += 1;
      return {
        kind,
        text,
        oldLine: kind === 'added' ? null : oldLine,
        newLine: kind === 'removed' ? null : newLine,
      };
    }),
  );
};

/** The node of a lock that its key names. */
const nodeOf = (line: string): string => {
  try {
    return String(JSON.parse(line.slice(line.indexOf('"'), line.lastIndexOf(':'))));
  } catch {
    return '';
  }
};

/** Where each block begins, and the node that it is; the first has none. */
const blocksIn = (
  lines: readonly DifferenceLine[],
): readonly { readonly start: number; readonly node: string | null }[] => [
  { start: 0, node: null },
  ...lines.flatMap(({ text }, start) =>
    blockStart.test(text) ? [{ start, node: nodeOf(text) }] : [],
  ),
];

/** Stretches around what changed; those of one node whose context touches are one. */
const hunksOf = (lines: readonly DifferenceLine[], context: number): readonly DifferenceHunk[] => {
  const stretches: { from: number; to: number; node: string | null }[] = [];
  const blocks = blocksIn(lines);
  let at = 0;
  for (const [index, { kind }] of lines.entries()) {
    while ((blocks[at + 1]?.start ?? lines.length) <= index) at += 1;
    if (kind === 'same') continue;
    const { start = 0, node = null } = blocks[at] ?? {};
    const from = Math.max(start, index - context);
    const to = Math.min(blocks[at + 1]?.start ?? lines.length, index + context + 1);
    const last = stretches.at(-1);
    if (last !== undefined && from <= last.to && last.node === node) last.to = to;
    else stretches.push({ from, to, node });
  }
  return stretches.map(({ from, to, node }) => {
    const shown = lines.slice(from, to);
    const first = (side: 'oldLine' | 'newLine'): number =>
      shown.find((line) => line[side] !== null)?.[side] ?? 1;
    const hunk = { oldStart: first('oldLine'), newStart: first('newLine'), lines: shown };
    return node === null ? hunk : { ...hunk, node };
  });
};

/**
 * The line difference of two texts, in hunks with `context` unchanged lines
 * around each. Empty when the lines are the same.
 */
export const rawDifference = (
  oldText: string,
  newText: string,
  context = 3,
): readonly DifferenceHunk[] =>
  hunksOf(numbered(compareTexts(linesOf(oldText), linesOf(newText))), context);

type Nodes = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Nodes =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};

/** The shortest path of inputs that leads to each node of a lock; empty for a text that is none. */
export const inputPaths = (text: string): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>();
  let lock: Nodes;
  try {
    lock = fieldsOf(JSON.parse(text));
  } catch {
    return paths;
  }
  const nodes = fieldsOf(lock['nodes']);
  const next: { readonly node: string; readonly path: string }[] = [
    { node: typeof lock['root'] === 'string' ? lock['root'] : 'root', path: '' },
  ];
  for (let one = next.shift(); one !== undefined; one = next.shift()) {
    if (paths.has(one.node)) continue;
    paths.set(one.node, one.path);
    // An input that follows another is a list, and has no node of its own.
    for (const [name, target] of Object.entries(fieldsOf(fieldsOf(nodes[one.node])['inputs'])))
      if (typeof target === 'string')
        next.push({ node: target, path: one.path === '' ? name : `${one.path}/${name}` });
  }
  return paths;
};
