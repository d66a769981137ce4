export interface DifferenceLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** Counted from 1; null on the side that does not have the line. */
  readonly oldLine: number | null;
  readonly newLine: number | null;
}

export interface DifferenceHunk {
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly DifferenceLine[];
}

/**
 * One row of the difference as it is shown: a heading, or a line with its counterpart on the other
 * side.
 */
export type DifferenceRow =
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'pair';
      readonly old: DifferenceLine | null;
      readonly now: DifferenceLine | null;
    };

/** Removed and added lines that stand together belong together, in their order. */
const pairsOf = (lines: readonly DifferenceLine[]): readonly DifferenceRow[] => {
  const rows: DifferenceRow[] = [];
  let removed: DifferenceLine[] = [];
  let added: DifferenceLine[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1)
      rows.push({ kind: 'pair', old: removed[index] ?? null, now: added[index] ?? null });
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.kind === 'removed') removed.push(line);
    else if (line.kind === 'added') added.push(line);
    else {
      flush();
      rows.push({ kind: 'pair', old: line, now: line });
    }
  }
  flush();
  return rows;
};

/** The difference with old and new side by side. */
export const pairedRows = (hunks: readonly DifferenceHunk[]): readonly DifferenceRow[] =>
  hunks.flatMap((hunk): readonly DifferenceRow[] => [
    { kind: 'heading', text: `@@ line ${hunk.oldStart} → ${hunk.newStart} @@` },
    ...pairsOf(hunk.lines),
  ]);

/** A row of the difference in one column; `other` is the line that it replaces or is replaced by. */
export type UnifiedRow =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'line'; readonly line: DifferenceLine; readonly other: DifferenceLine | null };

/** The same one below the other: what was removed, then what came in its place. */
export const unifiedRows = (paired: readonly DifferenceRow[]): readonly UnifiedRow[] => {
  const rows: UnifiedRow[] = [];
  let later: UnifiedRow[] = [];
  const flush = (): void => {
    rows.push(...later);
    later = [];
  };
  for (const row of paired) {
    if (row.kind === 'heading') {
      flush();
      rows.push(row);
      continue;
    }
    const { old, now } = row;
    if (old?.kind === 'same') {
      flush();
      rows.push({ kind: 'line', line: old, other: null });
      continue;
    }
    if (old !== null) rows.push({ kind: 'line', line: old, other: now });
    if (now !== null) later.push({ kind: 'line', line: now, other: old });
  }
  flush();
  return rows;
};

/** Where a line differs from its counterpart: the middle between what both begin and end with. */
export const changedPart = (
  text: string,
  other: string,
): { readonly from: number; readonly to: number } => {
  const most = Math.min(text.length, other.length);
  let from = 0;
  while (from < most && text.charCodeAt(from) === other.charCodeAt(from)) from += 1;
  let end = 0;
  while (
    end < most - from &&
    text.charCodeAt(text.length - 1 - end) === other.charCodeAt(other.length - 1 - end)
  )
    end += 1;
  return { from, to: text.length - end };
};
