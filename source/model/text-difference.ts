import { structuredPatch } from 'diff';
import type { DifferenceHunk, DifferenceLine } from './difference-rows.ts';

const kinds: Readonly<Record<string, DifferenceLine['kind']>> = {
  ' ': 'same',
  '+': 'added',
  '-': 'removed',
};

const numbered = (
  lines: readonly string[],
  oldStart: number,
  newStart: number,
): readonly DifferenceLine[] => {
  let oldLine = oldStart;
  let newLine = newStart;
  const found: DifferenceLine[] = [];
  for (const line of lines) {
    const kind = kinds[line.charAt(0)];
    // The rest is the mark for a missing newline at the end.
    if (kind === undefined) continue;
    found.push({
      kind,
      text: line.slice(1),
      oldLine: kind === 'added' ? null : oldLine,
      newLine: kind === 'removed' ? null : newLine,
    });
    if (kind !== 'added') oldLine += 1;
    if (kind !== 'removed') newLine += 1;
  }
  return found;
};

/**
 * The line difference of two texts, in hunks with `context` unchanged lines
 * around each. Empty when the texts are the same.
 */
export const rawDifference = (
  oldText: string,
  newText: string,
  context = 3,
): readonly DifferenceHunk[] =>
  structuredPatch('', '', oldText, newText, '', '', { context }).hunks.map((hunk) => ({
    oldStart: hunk.oldStart,
    newStart: hunk.newStart,
    lines: numbered(hunk.lines, hunk.oldStart, hunk.newStart),
  }));
