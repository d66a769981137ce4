import type { LockChange } from './lock.ts';
import type { InputFact, LockFacts } from './lock-facts.ts';
import { memoLast } from './memo.ts';

export type LockRow =
  | { readonly kind: 'change'; readonly id: string; readonly change: LockChange }
  | { readonly kind: 'input'; readonly id: string; readonly input: InputFact };

const weight = (change: LockChange): number =>
  change.alarms.length > 0 ? 0 : change.kind === 'metadata' ? 2 : 1;

/** Changed inputs, alarms first, then the unchanged inputs of the root; each can be marked. */
export const lockRows = memoLast((lock: LockFacts, filter: string): readonly LockRow[] => {
  if (lock.kind !== 'read') return [];
  const wanted = filter.toLowerCase();
  const changed = lock.changes
    .toSorted((one, other) => weight(one) - weight(other))
    .map((change): LockRow => ({ kind: 'change', id: change.path, change }));
  const moved = new Set(lock.changes.map((change) => change.path));
  const unchanged = lock.inputs
    .filter((input) => !moved.has(input.name))
    .map((input): LockRow => ({ kind: 'input', id: input.name, input }));
  return [...changed, ...unchanged].filter((row) => row.id.toLowerCase().includes(wanted));
});

export interface LockCounts {
  readonly changed: number;
  readonly alarms: number;
  readonly unchanged: number;
}

export const lockCounts = memoLast((lock: LockFacts): LockCounts => {
  if (lock.kind !== 'read') return { changed: 0, alarms: 0, unchanged: 0 };
  const moved = new Set(lock.changes.map((change) => change.path));
  return {
    changed: lock.changes.length,
    alarms: lock.changes.reduce((sum, change) => sum + change.alarms.length, 0),
    unchanged: lock.inputs.filter((input) => !moved.has(input.name)).length,
  };
});
