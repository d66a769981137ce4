import type { Advice } from '../words/advice.ts';

/** What a row of the check board asks about; rows are grouped by it, in this order. */
export const checkGroups = [
  'git',
  'lock',
  'tasks',
  'nix',
  'monitoring',
  'config',
  'hosts',
] as const;

export type CheckGroup = (typeof checkGroups)[number];

export type CheckState = 'green' | 'red' | 'warning' | 'not-set-up' | 'checking';

/** One question of the check board with its answer, the evidence, and what mends it. */
export interface CheckRow {
  /** Stable: `git.branch`, `hosts.p620`. */
  readonly id: string;
  readonly group: CheckGroup;
  readonly label: string;
  readonly state: CheckState;
  /** One line. */
  readonly evidence: string;
  readonly remedy: Advice | null;
  readonly detail: readonly string[];
  /** Nobody could be asked, so that it may be well; absent where there was an answer. */
  readonly isUnasked?: true;
  /** When it was answered, ms since the epoch; absent before the first answer. */
  readonly askedAt?: number;
}

interface RowStart {
  readonly id: string;
  readonly group: CheckGroup;
  readonly label: string;
}

type RowAnswer = readonly [
  state: CheckState,
  evidence: string,
  remedy?: Advice | null,
  detail?: readonly string[],
];

/**
 * Makes a whole row of its question and answer: `row({id, group, label}, 'red', 'evidence',
 * {text})`.
 */
export const row = (
  start: RowStart,
  ...[state, evidence, remedy = null, detail = []]: RowAnswer
): CheckRow => ({ ...start, state, evidence, remedy, detail });

/** Rows in the order of their groups, otherwise as they came. */
export const inGroups = (rows: readonly CheckRow[]): readonly CheckRow[] =>
  checkGroups.flatMap((group) => rows.filter((one) => one.group === group));

/** Whether no question is being asked. */
export const isAnswered = (rows: readonly CheckRow[]): boolean =>
  rows.every(({ state }) => state !== 'checking');

/** Younger answers tell no age: they are as good as of now. */
const agedFromMs = 60_000;

/** How old the answer of a row is, ms; null where it is fresh, or nobody answered yet. */
export const ageOfAnswer = ({ askedAt, state }: CheckRow, now: number): number | null =>
  askedAt === undefined || state === 'checking' || now - askedAt < agedFromMs
    ? null
    : now - askedAt;

const rankOf = (rows: readonly CheckRow[]): number => {
  if (rows.some(({ state }) => state === 'red')) return 0;
  return rows.some(({ state }) => state === 'warning') ? 1 : 2;
};

const rowRank: Readonly<Record<CheckState, number>> = {
  red: 0,
  warning: 1,
  checking: 2,
  green: 2,
  'not-set-up': 2,
};

/**
 * Groups with a red row first, then groups with a warning; the rows of each group in the same way;
 * otherwise as they came.
 */
export const troubleFirst = (rows: readonly CheckRow[]): readonly CheckRow[] =>
  checkGroups
    .map((group) => rows.filter((one) => one.group === group))
    .toSorted((one, other) => rankOf(one) - rankOf(other))
    .flatMap((group) => group.toSorted((one, other) => rowRank[one.state] - rowRank[other.state]));

/** Rows of a group together, the groups in the order in which they come first. */
export const asTheyStand = (rows: readonly CheckRow[]): readonly CheckRow[] => {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups.flatMap((group) => rows.filter((one) => one.group === group));
};

/** How many rows there are of each state. */
export const countStates = (rows: readonly CheckRow[]): Readonly<Record<CheckState, number>> => {
  const counts: Record<CheckState, number> = {
    red: 0,
    warning: 0,
    checking: 0,
    'not-set-up': 0,
    green: 0,
  };
  for (const { state } of rows) counts[state] += 1;
  return counts;
};
