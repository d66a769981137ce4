import type { RunSummary } from './run.ts';

/**
 * The newest commit that a run of nixup made, as the history knows it.
 * - `none`: no run made one
 * - `made`: it stands
 * - `taken-back`: a later rollback took it back, by the commit `by`
 */
export type LastCommit =
  | { readonly kind: 'none' }
  | { readonly kind: 'made'; readonly revision: string }
  | { readonly kind: 'taken-back'; readonly revision: string; readonly by: string };

/**
 * One that was taken back gives no way to an older one: a second rollback leaves
 * hosts where the first brought them, and so the lock. Newest run first. Pure.
 */
export const lastCommitOf = (history: readonly RunSummary[]): LastCommit => {
  let by: string | null = null;
  for (const { goal, ending } of history) {
    const revision = ending?.result.commit ?? null;
    if (revision === null) continue;
    if (goal === 'rollback') by = revision;
    else return by === null ? { kind: 'made', revision } : { kind: 'taken-back', revision, by };
  }
  return { kind: 'none' };
};

/** Why no commit goes back with the hosts. */
export const noCommitWords = (last: Exclude<LastCommit, { readonly kind: 'made' }>): string =>
  last.kind === 'none'
    ? 'the history has no commit that nixup made here'
    : `commit ${last.revision.slice(0, 12)} was taken back already, by ${last.by.slice(0, 12)}`;
