import { type ChangeKind, changeKinds, type LockChange } from '../lock/change.ts';
import { counted } from '../words/sentences.ts';

export type LockSummary = Readonly<Record<ChangeKind, number>>;

/** How many changes of each kind. */
export const summarize = (changes: readonly LockChange[]): LockSummary => {
  const summary: Record<ChangeKind, number> = {
    updated: 0,
    repointed: 0,
    rehashed: 0,
    follows: 0,
    metadata: 0,
    renamed: 0,
    added: 0,
    removed: 0,
  };
  for (const change of changes) summary[change.kind] += 1;
  return summary;
};

export const kindNames: Readonly<Record<ChangeKind, string>> = {
  updated: 'updated',
  repointed: 're-pointed',
  rehashed: 'rehashed',
  follows: 'follows',
  metadata: 'metadata only',
  renamed: 'renamed',
  added: 'added',
  removed: 'removed',
};

export const countAlarms = (changes: readonly LockChange[]): number =>
  changes.reduce((sum, change) => sum + change.alarms.length, 0);

/**
 * `5 inputs changed: 3 updated, 2 added`: the one count of a lock's changes, nested ones
 * among them, in the one wording that screen, commands and messages share.
 */
export const changedWords = (changes: readonly LockChange[]): string => {
  if (changes.length === 0) return 'no input changed';
  const summary = summarize(changes);
  const kinds = changeKinds
    .filter((kind) => summary[kind] > 0)
    .map((kind) => `${summary[kind]} ${kindNames[kind]}`);
  return `${counted(changes.length, 'input')} changed: ${kinds.join(', ')}`;
};

/** The same with its alarms: `5 inputs changed: 3 updated, 2 added · 1 alarm`. */
export const summaryLine = (changes: readonly LockChange[]): string => {
  const alarms = countAlarms(changes);
  const head = changedWords(changes);
  return alarms === 0 ? head : `${head} · ${counted(alarms, 'alarm')}`;
};

export interface ChangeRow {
  readonly change: LockChange;
  /** Changes below an input that was added or removed as a whole; a reader needs their number only. */
  readonly folded: number;
}

/** Changes for a reader: those with alarms first, and a subtree that came or went as one row. */
export const reviewRows = (changes: readonly LockChange[]): readonly ChangeRow[] => {
  const whole = new Map<string, number>();
  for (const { path, kind } of changes)
    if (kind === 'added' || kind === 'removed') whole.set(`${kind} ${path}`, 0);
  const topOf = (kind: ChangeKind, path: string): string | null => {
    let top: string | null = null;
    for (let cut = path.lastIndexOf('/'); cut !== -1; cut = path.lastIndexOf('/', cut - 1)) {
      const above = `${kind} ${path.slice(0, cut)}`;
      if (!whole.has(above)) break;
      top = above;
    }
    return top;
  };
  const shown = changes.filter((change) => {
    const top = topOf(change.kind, change.path);
    if (top === null) return true;
    whole.set(top, (whole.get(top) ?? 0) + 1);
    return change.alarms.length > 0;
  });
  const rows = shown.map((change) => ({
    change,
    folded: whole.get(`${change.kind} ${change.path}`) ?? 0,
  }));
  return [
    ...rows.filter(({ change }) => change.alarms.length > 0),
    ...rows.filter(({ change }) => change.alarms.length === 0),
  ];
};
