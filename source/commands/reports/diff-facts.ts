import pLimit from 'p-limit';
import { whyUncounted } from '../../model/explain/why-uncounted.ts';
import { breakingChanges } from '../../model/inputs/breaking.ts';
import { rangeOf } from '../../model/inputs/commits.ts';
import { type CountedCommits, partlyRead } from '../../model/inputs/lock-commits.ts';
import type { LockReview } from '../../model/inputs/lock-review.ts';
import type { ReleaseNote } from '../../model/inputs/release-note.ts';
import { alarmsWithDirection } from '../../model/lock/alarms.ts';
import type { LockChange } from '../../model/lock/change.ts';
import type { CommitSubject } from '../../model/lock/commit-count.ts';
import { inputCopies } from '../../model/lock/copies.ts';
import { inputFacts } from '../../model/lock/facts.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { createCommits } from '../../services/inputs/commits.ts';
import { readReleaseNotes } from '../../services/inputs/release-notes.ts';
import type { World } from '../../services/world/world.ts';

const questionsAtOnce = 4;

interface ReviewedChanges {
  readonly changes: readonly LockChange[];
  readonly review: LockReview;
  /** What could not be found out, a sentence each. */
  readonly problems: readonly string[];
}

/** What the locks alone say of breaking changes: no process, no network. */
export const reviewOfLock = (changes: readonly LockChange[], lock: FlakeLock): LockReview => ({
  breaking: breakingChanges(changes, {}, inputFacts(lock)),
  copies: [],
  subjects: {},
});

/** A difference names commits; what their messages say at length is for those who read one. */
const withoutBody = ({ body: _body, ...commit }: CommitSubject): CommitSubject => commit;

/** What was found, told of the changes. */
const reviewedChanges = (
  changes: readonly LockChange[],
  lock: FlakeLock,
  found: ReadonlyMap<string, CountedCommits>,
  notes: ReadonlyMap<string, readonly ReleaseNote[]>,
): Omit<ReviewedChanges, 'problems'> => {
  const reviewed = changes.map((change): LockChange => {
    const counted = found.get(change.path);
    const count = counted?.count ?? change.commits;
    return {
      ...change,
      ...(count === undefined || count === null ? {} : { commits: count }),
      alarms: alarmsWithDirection(change.alarms, counted?.direction ?? null),
    };
  });
  const subjects = Object.fromEntries(
    [...found].flatMap(([path, counted]) =>
      counted.subjects === null || counted.subjects.length === 0
        ? []
        : [[path, counted.subjects.map(withoutBody)]],
    ),
  );
  return {
    changes: reviewed,
    review: {
      breaking: breakingChanges(
        reviewed,
        Object.fromEntries(found),
        inputFacts(lock),
        Object.fromEntries(notes),
      ),
      copies: inputCopies(lock),
      subjects,
    },
  };
};

/**
 * The changes with their commits, counted by git and forges, and with what
 * subjects and release notes say of breaking changes. One range that stands at
 * many paths is asked for once.
 */
export const askForFacts = async (
  world: World,
  changes: readonly LockChange[],
  lock: FlakeLock,
): Promise<ReviewedChanges> => {
  const commits = createCommits(world);
  const limit = pLimit(questionsAtOnce);
  const found = new Map<string, CountedCommits>();
  const notes = new Map<string, readonly ReleaseNote[]>();
  const problems: string[] = [];

  const ask = async (change: LockChange): Promise<CountedCommits> => {
    const counted = await commits.count(change);
    const subjects = counted.ok ? await commits.subjects(change) : counted;
    const failure = counted.ok ? (subjects.ok ? null : subjects.failure) : counted.failure;
    if (failure !== null)
      problems.push(`${change.path}: its commits could not be read: ${whyUncounted(failure)}`);
    const told = counted.ok ? counted.value : null;
    const listed = subjects.ok ? subjects.value : null;
    if (listed?.rest != null) {
      const partly = { count: told, subjects: listed.subjects, rest: whyUncounted(listed.rest) };
      problems.push(`${change.path}: ${partlyRead(partly) ?? ''}`);
    }
    return {
      count: told === null ? null : { count: told.count, exact: told.exact, source: told.source },
      direction: told?.direction ?? null,
      subjects: listed?.subjects ?? null,
    };
  };

  const asked = new Map<string, Promise<CountedCommits>>();
  const look = async (change: LockChange): Promise<void> => {
    const range = rangeOf(change);
    if (range === null) return;
    const name = `${range.url} ${range.old} ${range.new}`;
    const answer = asked.get(name) ?? limit(() => ask(change));
    const isFirst = !asked.has(name);
    asked.set(name, answer);
    const counted = await answer;
    // Subjects are told once, for the path that asked first: the shortest.
    found.set(change.path, isFirst ? counted : { ...counted, subjects: null });
    const read = isFirst ? await readReleaseNotes(world, change) : null;
    if (read !== null && read.length > 0) notes.set(change.path, read);
  };
  const byDepth = changes.toSorted(
    (one, other) => one.path.split('/').length - other.path.split('/').length,
  );
  await Promise.all(byDepth.map(look));

  return { ...reviewedChanges(changes, lock, found, notes), problems: problems.sort() };
};
