import type { LockChange } from './lock.ts';
import type { InputCopies } from './lock-copies.ts';

/** `exact: false` is shown with `~`. */
export interface CommitCount {
  readonly count: number;
  readonly exact: boolean;
  readonly source: 'revCount' | 'channel' | 'compare' | 'git' | 'cache';
}

/** Where a count of commits comes from, for people; JSON has the source itself. */
export const commitSources: Readonly<Record<CommitCount['source'], string>> = {
  revCount: 'counted by the lock itself',
  channel: 'by the number of the channel',
  compare: 'counted by its forge',
  git: 'counted in a clone',
  cache: 'from the cache',
};

export interface CommitSubject {
  readonly revision: string;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly subject: string;
  /** The message has a footer `BREAKING CHANGE:`; absent where it has none. */
  readonly isBreaking?: true;
}

/** A root input as the lock view lists it, changed or not. */
export interface InputFact {
  readonly name: string;
  readonly type: string;
  /** Seconds since the epoch; null where the lock has none. */
  readonly lastModified: number | null;
  readonly revision: string | null;
  readonly branch: string | null;
  /** What `flake.nix` asks for, in one line. */
  readonly source: string;
  /** Web page of its repository; null where none is known. */
  readonly link: string | null;
  readonly pinned: boolean;
  readonly follows: string | null;
}

/** What is known of the lock file: HEAD's against the working tree's. */
export type LockFacts =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'unreadable';
      readonly detail: string;
      readonly line: number | null;
      readonly raw: string;
      readonly oldText?: string;
      /** HEAD has a lock that can be read: it can be put back. */
      readonly isCommitted: boolean;
    }
  | {
      readonly kind: 'read';
      /** Hash of the working tree's lock file. */
      readonly fingerprint: string;
      /** Why it was compared with no other, so that `changes` say nothing; absent where it was. */
      readonly uncompared?: string;
      readonly changes: readonly LockChange[];
      readonly inputs: readonly InputFact[];
      /** Repositories that the new lock holds more than once. */
      readonly copies: readonly InputCopies[];
      readonly headline: {
        readonly name: string;
        readonly branch: string | null;
        readonly lastModified: number | null;
      } | null;
      readonly oldText: string;
      readonly newText: string;
    };

/** The lock that tests, deploys and what waits belong to; null where there is none that can be read. */
export const fingerprintOf = (lock: LockFacts): string | null =>
  lock.kind === 'read' ? lock.fingerprint : null;
