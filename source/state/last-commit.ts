import { showCommit } from '../model/words/format.ts';
import type { RunSummary } from './run.ts';

/** A commit that a run of nixup made, whoever ran it: of a new lock, or one that takes such a commit back. */
export interface MadeCommit {
  readonly revision: string;
  readonly deed: 'commit' | 'revert';
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The newest commit that a run of nixup made, as this user's history and what the
 * users of a checkout share know it.
 * - `none`: no run made one
 * - `made`: it stands
 * - `taken-back`: a later rollback took it back, by the commit `by`
 */
export type LastCommit =
  | { readonly kind: 'none' }
  | { readonly kind: 'made'; readonly revision: string }
  | { readonly kind: 'taken-back'; readonly revision: string; readonly by: string };

/** Newest first, each once: the history has commits from before there was a record. */
const newestFirst = (
  history: readonly RunSummary[],
  shared: readonly MadeCommit[],
): readonly MadeCommit[] => {
  const known = new Set(shared.map(({ revision }) => revision));
  const own = history.flatMap(({ goal, startedAt, ending }): readonly MadeCommit[] => {
    const revision = ending?.result.commit ?? null;
    if (revision === null || known.has(revision)) return [];
    return [{ revision, deed: goal === 'rollback' ? 'revert' : 'commit', at: startedAt }];
  });
  return [...own, ...shared].toSorted((one, other) => other.at - one.at);
};

/**
 * A commit that was taken back does not lead to an older one: a second rollback leaves hosts where
 * the first brought them, and the lock as well. Pure.
 */
export const lastCommitOf = ({
  history,
  madeCommits,
}: {
  readonly history: readonly RunSummary[];
  readonly madeCommits: readonly MadeCommit[];
}): LastCommit => {
  let by: string | null = null;
  for (const { revision, deed } of newestFirst(history, madeCommits)) {
    if (deed === 'revert') by = revision;
    else return by === null ? { kind: 'made', revision } : { kind: 'taken-back', revision, by };
  }
  return { kind: 'none' };
};

/** Why no commit goes back with the hosts. */
export const noCommitWords = (last: Exclude<LastCommit, { readonly kind: 'made' }>): string =>
  last.kind === 'none'
    ? 'no commit is known that nixup made here'
    : `commit ${showCommit(last.revision)} was reverted already, by ${showCommit(last.by)}`;
