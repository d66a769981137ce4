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

/** Stretches around what changed; those whose context touches are one. */
const hunksOf = (lines: readonly DifferenceLine[], context: number): readonly DifferenceHunk[] => {
  const stretches: { from: number; to: number }[] = [];
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    const from = Math.max(0, index - context);
    const to = Math.min(lines.length, index + context + 1);
    const last = stretches.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else stretches.push({ from, to });
  }
  return stretches.map(({ from, to }) => {
    const shown = lines.slice(from, to);
    const first = (side: 'oldLine' | 'newLine'): number =>
      shown.find((line) => line[side] !== null)?.[side] ?? 1;
    return { oldStart: first('oldLine'), newStart: first('newLine'), lines: shown };
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
