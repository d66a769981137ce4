import { isOwnInput, type LockChange, rootOfChange } from '../../model/lock/change.ts';
import type { InputFact, LockFacts } from '../../model/lock/facts.ts';
import { linkOfChange } from '../../model/lock/pages.ts';
import { memoLast } from '../../model/memo.ts';
import type { AppState } from '../../state/state.ts';
import type { Ui } from '../ui.ts';

/** Nested changes of an input: how many there are, and whether the rows below show them. */
export interface NestedChanges {
  readonly count: number;
  readonly isOpen: boolean;
}

export type LockRow =
  | {
      readonly kind: 'change';
      readonly id: string;
      readonly change: LockChange;
      readonly nested: NestedChanges;
      /** Shown below the input that it belongs to. */
      readonly isBelow: boolean;
    }
  | {
      readonly kind: 'input';
      readonly id: string;
      readonly input: InputFact;
      readonly nested: NestedChanges;
    };

const weight = (change: LockChange): number =>
  change.alarms.length > 0 ? 0 : change.kind === 'metadata' ? 2 : 1;

const noNested: NestedChanges = { count: 0, isOpen: false };

const rowOf = (change: LockChange, nested = noNested, isBelow = false): LockRow => ({
  kind: 'change',
  id: change.path,
  change,
  nested,
  isBelow,
});

interface ChangeTree {
  /** Changes that stand by themselves: those with alarms, and those of the flake's own inputs. */
  readonly tops: readonly LockChange[];
  /** Quiet nested changes by the flake's own input that they belong to. */
  readonly below: ReadonlyMap<string, readonly LockChange[]>;
}

const treeOf = (changes: readonly LockChange[]): ChangeTree => {
  const below = new Map<string, LockChange[]>();
  const tops = changes.filter((change) => {
    const root = rootOfChange(change);
    if (root === change.path || change.alarms.length > 0) return true;
    const others = below.get(root);
    if (others === undefined) below.set(root, [change]);
    else others.push(change);
    return false;
  });
  return { tops, below };
};

/** Rows that stand together, and where. */
interface PlacedRows {
  readonly path: string;
  readonly weight: number;
  readonly rows: readonly LockRow[];
}

const inPlace = (one: PlacedRows, other: PlacedRows): number =>
  one.weight - other.weight || (one.path < other.path ? -1 : one.path > other.path ? 1 : 0);

const nobody: readonly string[] = [];

/** Place of the first input that stayed as it was, by itself; -1 where there is none. */
export const firstUnchanged = (rows: readonly LockRow[], putBack: readonly string[]): number =>
  rows.findIndex(
    (row) => row.kind === 'input' && row.nested.count === 0 && !putBack.includes(row.id),
  );

/**
 * Changed inputs, alarms first, nested changes folded below the flake's own
 * input, then the unchanged inputs of the root; each can be marked. A filter
 * looks at all of them, folded ones too.
 */
export const lockRows = memoLast(
  (
    lock: LockFacts,
    filter: string,
    unfolded: readonly string[],
    putBack: readonly string[] = nobody,
    alarmed: readonly string[] = nobody,
  ): readonly LockRow[] => {
    if (lock.kind !== 'read') return [];
    const moved = new Set(lock.changes.map((change) => change.path));
    const rest = lock.inputs.filter((input) => !moved.has(input.name));
    if (filter !== '') {
      const wanted = filter.toLowerCase();
      const found = lock.changes.toSorted((one, other) => weight(one) - weight(other));
      return [
        ...found.map((change) => rowOf(change)),
        ...rest.map(
          (input): LockRow => ({ kind: 'input', id: input.name, input, nested: noNested }),
        ),
      ].filter((row) => row.id.toLowerCase().includes(wanted));
    }
    const { tops, below } = treeOf(lock.changes);
    const nestedOf = (root: string): NestedChanges => ({
      count: below.get(root)?.length ?? 0,
      isOpen: unfolded.includes(root),
    });
    const shownBelow = (root: string): readonly LockRow[] =>
      unfolded.includes(root)
        ? (below.get(root) ?? []).map((change) => rowOf(change, noNested, true))
        : [];
    const inputRow = (input: InputFact): LockRow => ({
      kind: 'input',
      id: input.name,
      input,
      nested: nestedOf(input.name),
    });
    // An input that was put back stands where its change stood, and so does one below which something changed.
    const isAmong = ({ name }: InputFact): boolean => below.has(name) || putBack.includes(name);
    const changed: readonly PlacedRows[] = tops.map((change) => ({
      path: change.path,
      weight: weight(change),
      rows: isOwnInput(change)
        ? [rowOf(change, nestedOf(change.path)), ...shownBelow(change.path)]
        : [rowOf(change)],
    }));
    const stayed: readonly PlacedRows[] = rest.filter(isAmong).map((input) => ({
      path: input.name,
      weight: !putBack.includes(input.name) ? 3 : alarmed.includes(input.name) ? 0 : 1,
      rows: [inputRow(input), ...shownBelow(input.name)],
    }));
    return [
      ...[...changed, ...stayed].toSorted(inPlace).flatMap(({ rows }) => rows),
      ...rest.filter((input) => !isAmong(input)).map(inputRow),
    ];
  },
);

/** The rows that the screen shows. */
export const lockRowsOf = (
  { lock, putBack, alarmed }: AppState,
  { lists, unfolded }: Ui,
): readonly LockRow[] => lockRows(lock, lists.lock.filter, unfolded, putBack, alarmed);

/** The page that `o` opens. */
export const linkOfRow = (row: LockRow): string | null =>
  row.kind === 'change' ? linkOfChange(row.change) : row.input.link;

interface LockCounts {
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
