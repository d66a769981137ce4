import { alarmsWithDirection } from '../lock/alarms.ts';
import { type ChangeSide, type LockChange, lockedSide } from '../lock/change.ts';
import {
  type CommitCount,
  type CommitSubject,
  type Direction,
  showCommitCount,
} from '../lock/commit-count.ts';
import type { LockFacts } from '../lock/facts.ts';
import { ownOf } from '../own-of.ts';
import { showCount } from '../words/format.ts';

/** What was found out about the commits of one changed input. */
export interface CountedCommits {
  readonly count: CommitCount | null;
  /** The newest first. */
  readonly subjects: readonly CommitSubject[] | null;
  /** Why older subjects are missing; absent or null when all are there. */
  readonly rest?: string | null;
  /** Absent or null where only the number is known. */
  readonly direction?: Direction | null;
  /** Why nothing could be found out, for a person; absent when all is well. */
  readonly problem?: string;
}

type CommitsByPath = Readonly<Record<string, CountedCommits>>;

const endOf = (side: ChangeSide | null): string => {
  const locked = lockedSide(side);
  return locked?.rev ?? locked?.narHash ?? locked?.url ?? '';
};

const rangeName = (change: LockChange): string => `${endOf(change.old)}..${endOf(change.new)}`;

const rangeNames = (lock: LockFacts): ReadonlyMap<string, string> =>
  new Map(
    lock.kind === 'read' ? lock.changes.map((change) => [change.path, rangeName(change)]) : [],
  );

/** What was found out about an input before it left the list of changes, by its path. */
export type CommitsSetAside = Readonly<
  Record<string, { readonly range: string; readonly commits: CountedCommits }>
>;

/** What is known of the commits of the inputs that changed, and of those that did before. */
interface KnownCommits {
  readonly commits: CommitsByPath;
  readonly setAside: CommitsSetAside;
}

/**
 * What is known of the paths of another lock: where the two revisions are still the same ones, or
 * are so again because an update was put back and then kept.
 */
export const survivingCommits = (
  { commits, setAside }: KnownCommits,
  before: LockFacts,
  now: LockFacts,
): KnownCommits => {
  const old = rangeNames(before);
  const current = rangeNames(now);
  const isKept = (path: string): boolean =>
    current.has(path) && current.get(path) === old.get(path);
  const left = Object.entries(commits).flatMap(([path, known]) => {
    const range = old.get(path);
    return isKept(path) || range === undefined ? [] : [[path, { range, commits: known }] as const];
  });
  const aside: CommitsSetAside =
    left.length === 0 ? setAside : { ...setAside, ...Object.fromEntries(left) };
  const back = [...current].flatMap(([path, range]) => {
    const earlier = ownOf(aside, path);
    const isBack = !isKept(path) && earlier?.range === range;
    return isBack ? [[path, earlier.commits] as const] : [];
  });
  const kept = Object.entries(commits).filter(([path]) => isKept(path));
  const isSame = back.length === 0 && kept.length === Object.keys(commits).length;
  return { commits: isSame ? commits : Object.fromEntries([...kept, ...back]), setAside: aside };
};

/** How many subjects were read, where that is not all; null where it is, and where none was asked for. */
export const partlyRead = (
  { count, subjects, rest }: CountedCommits,
  own: CommitCount | null = count,
): string | null => {
  if (subjects === null || rest == null) return null;
  const all = own === null ? '' : ` of ${showCommitCount(own)}`;
  return `the newest ${showCount(subjects.length)}${all} subjects were read; ${rest}`;
};

/** The lock with the alarms that its commits revealed: behind is a downgrade, diverged is said. */
export const withDirections = (lock: LockFacts, commits: CommitsByPath): LockFacts => {
  if (lock.kind !== 'read') return lock;
  let isSame = true;
  const changes = lock.changes.map((change) => {
    const alarms = alarmsWithDirection(
      change.alarms,
      ownOf(commits, change.path)?.direction ?? null,
    );
    if (alarms.length === change.alarms.length) return change;
    isSame = false;
    return { ...change, alarms };
  });
  return isSame ? lock : { ...lock, changes };
};
