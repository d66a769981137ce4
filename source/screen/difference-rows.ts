import type { LockChange } from '../model/lock/change.ts';
import { datesLine } from '../model/lock/lock-change-line.ts';
import { showRevision } from '../model/words/format.ts';
import { showDate } from '../model/words/format-time.ts';

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
  /** The node of the lock that it is in; absent where it is in none. */
  readonly node?: string;
  readonly lines: readonly DifferenceLine[];
}

/** What a stretch of changed lines is about. */
export interface DifferenceHeading {
  readonly kind: 'heading';
  /** The input that it belongs to; empty where it belongs to none. */
  readonly text: string;
  /** Its path alone: `home-manager`, of a node that no input leads to its name; empty where it belongs to none. */
  readonly input: string;
  /** Names of its alarms. */
  readonly alarms: readonly string[];
  /** `2026-11-20 → 2026-11-29`; empty where no date is known. */
  readonly dates: string;
  /** `line 104 → 104` */
  readonly lines: string;
}

/** What is known of the change of an input, beside its lines. */
export interface KnownChange {
  readonly dates: string;
  readonly alarms: readonly string[];
}

/** The dates and alarms of each changed input, by its path. */
export const knownChanges = (changes: readonly LockChange[]): ReadonlyMap<string, KnownChange> =>
  new Map(
    changes.map((change) => [
      change.path,
      { dates: datesLine(change) ?? '', alarms: change.alarms },
    ]),
  );

/**
 * One row of the difference as it is shown: a heading, or a line with its counterpart on the other
 * side.
 */
export type DifferenceRow =
  | DifferenceHeading
  /** What was folded, in few words. */
  | { readonly kind: 'folded'; readonly text: string }
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

/** The dates that the lines of a stretch have themselves. */
const datesOf = (lines: readonly DifferenceLine[]): string => {
  const dateOn = (side: 'added' | 'removed'): string | null =>
    lines.reduce<string | null>(
      (found, { kind, text }) => found ?? (kind === side ? dateInLine(text) : null),
      null,
    );
  const dates = [dateOn('removed'), dateOn('added')].filter((date) => date !== null);
  return [...new Set(dates)].join(' → ');
};

const inputOf = (node: string | undefined, paths: ReadonlyMap<string, string>): string => {
  if (node === undefined) return '';
  const path = paths.get(node);
  if (path === '') return 'the inputs of the flake';
  return path === undefined || path === node ? node : `${path} (node ${node})`;
};

/** The difference with old and new side by side. */
export const pairedRows = (
  hunks: readonly DifferenceHunk[],
  /** The input that a node is; a node that has none is told by its name. */
  paths: ReadonlyMap<string, string> = new Map(),
  known: ReadonlyMap<string, KnownChange> = new Map(),
): readonly DifferenceRow[] =>
  hunks.flatMap(({ node, oldStart, newStart, lines }): readonly DifferenceRow[] => {
    const change = known.get(paths.get(node ?? '') ?? node ?? '');
    return [
      {
        kind: 'heading',
        text: inputOf(node, paths),
        input: paths.get(node ?? '') ?? node ?? '',
        alarms: change?.alarms ?? [],
        dates: change?.dates || datesOf(lines),
        lines: `line ${oldStart} → ${newStart}`,
      },
      ...pairsOf(lines),
    ];
  });

/** Lines that follow from a moved revision, and say little by themselves. */
const noise = /^\s*"(?:narHash|rev|revCount|lastModified|dirtyRev|dirtyShortRev)":/;

const isNoise = (row: DifferenceRow): boolean =>
  row.kind === 'pair' &&
  [row.old, row.now].every((line) => line === null || noise.test(line.text)) &&
  (row.old ?? row.now)?.kind !== 'same';

const nameOfLine = (line: DifferenceLine | null): string =>
  /^\s*"(\w+)":/.exec(line?.text ?? '')?.[1] ?? '';

/** The value of a line, as a person reads it. */
const shortValue = (line: DifferenceLine | null): string => {
  const [, value = ''] = /:\s*"?([^",]*)"?,?\s*$/.exec(line?.text ?? '') ?? [];
  const date = line === null ? null : dateInLine(line.text);
  return date ?? (nameOfLine(line) === 'narHash' ? '' : showRevision(value));
};

const foldedWords = (rows: readonly DifferenceRow[]): string =>
  rows
    .flatMap((row) => {
      if (row.kind !== 'pair') return [];
      const name = nameOfLine(row.old ?? row.now);
      const values = [shortValue(row.old), shortValue(row.now)].filter((value) => value !== '');
      return [values.length === 0 ? name : `${name} ${values.join(' → ')}`];
    })
    .join(', ');

/** The rows with dates, revisions and hashes of each hunk in one row. */
export const foldedRows = (rows: readonly DifferenceRow[]): readonly DifferenceRow[] => {
  const folded: DifferenceRow[] = [];
  let run: DifferenceRow[] = [];
  const flush = (): void => {
    if (run.length > 0) folded.push({ kind: 'folded', text: foldedWords(run) });
    run = [];
  };
  for (const row of rows) {
    if (isNoise(row)) {
      run.push(row);
      continue;
    }
    flush();
    folded.push(row);
  }
  flush();
  return folded;
};

/** The day of a line with a date in seconds: `2026-11-24`; null of any other line. */
export const dateInLine = (text: string): string | null => {
  const seconds = /^\s*"lastModified":\s*(\d{1,12}),?\s*$/.exec(text)?.[1];
  return seconds === undefined ? null : showDate(Number(seconds) * 1_000);
};

/** A row of the difference in one column; `other` is the line that it replaces or is replaced by. */
export type UnifiedRow =
  | DifferenceHeading
  | { readonly kind: 'folded'; readonly text: string }
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
    if (row.kind !== 'pair') {
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

const isOfWord = (text: string, at: number): boolean => /[\w+/=.~-]/.test(text.charAt(at));

/** Where a line differs from its counterpart: the words between what both begin and end with. */
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
  let to = text.length - end;
  // A word that differs in a part is another word.
  while (from > 0 && isOfWord(text, from - 1) && isOfWord(text, from)) from -= 1;
  while (to < text.length && to > from && isOfWord(text, to) && isOfWord(text, to - 1)) to += 1;
  return { from, to };
};
