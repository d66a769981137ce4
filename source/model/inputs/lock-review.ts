import type { CommitSubject } from '../lock/commit-count.ts';
import type { InputCopies } from '../lock/copies.ts';
import type { BreakingChange } from './breaking.ts';

/** What a reviewer reads besides the changes themselves. */
export interface LockReview {
  readonly breaking: readonly BreakingChange[];
  readonly copies: readonly InputCopies[];
  /** Newest first, by input path, as far as they were read. */
  readonly subjects: Readonly<Record<string, readonly CommitSubject[]>>;
}

export const emptyReview: LockReview = { breaking: [], copies: [], subjects: {} };
