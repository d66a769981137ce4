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

/** What is known of paths whose two revisions are still the same ones. */
export const survivingCommits = (
  commits: CommitsByPath,
  before: LockFacts,
  now: LockFacts,
): CommitsByPath => {
  const old = rangeNames(before);
  const current = rangeNames(now);
  const kept = Object.entries(commits).filter(
    ([path]) => current.has(path) && current.get(path) === old.get(path),
  );
  return kept.length === Object.keys(commits).length ? commits : Object.fromEntries(kept);
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
