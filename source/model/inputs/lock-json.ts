import type { LockChange } from '../lock/change.ts';
import type { CommitCount } from '../lock/commit-count.ts';
import type { LockReview } from './lock-review.ts';
import { type LockSummary, summarize } from './report.ts';

interface LockDifferenceDocument {
  readonly version: 1;
  readonly old: string;
  readonly new: string;
  readonly changes: readonly LockChange[];
  readonly summary: LockSummary;
  /** With `--facts` only. */
  readonly breaking?: LockReview['breaking'];
  readonly copies?: LockReview['copies'];
  readonly subjects?: LockReview['subjects'];
}

const plainCommits = ({ count, exact, source }: CommitCount): CommitCount => ({
  count,
  exact,
  source,
});

/** Fields in a fixed order, so that the same locks give the same bytes. */
const plainChange = (change: LockChange): LockChange => ({
  path: change.path,
  kind: change.kind,
  ...(change.from === undefined ? {} : { from: change.from }),
  lockedChanged: change.lockedChanged,
  old: change.old,
  new: change.new,
  ...(change.original === undefined ? {} : { original: change.original }),
  days: change.days,
  compareUrl: change.compareUrl,
  ...(change.commits === undefined ? {} : { commits: plainCommits(change.commits) }),
  alarms: change.alarms,
  ...(change.chosen === undefined
    ? {}
    : {
        chosen: {
          revision: change.chosen.revision,
          wish: change.chosen.wish,
          date: change.chosen.date,
          branch: change.chosen.branch,
          onBranch: change.chosen.onBranch,
          tip: change.chosen.tip,
        },
      }),
  alsoMoves: change.alsoMoves,
});

/** The document of `nixup diff --json`. */
export const lockDifferenceJson = (
  oldLabel: string,
  newLabel: string,
  changes: readonly LockChange[],
  review: LockReview | null = null,
): LockDifferenceDocument => ({
  version: 1,
  old: oldLabel,
  new: newLabel,
  changes: changes.map(plainChange),
  summary: summarize(changes),
  ...(review === null
    ? {}
    : { breaking: review.breaking, copies: review.copies, subjects: review.subjects }),
});
