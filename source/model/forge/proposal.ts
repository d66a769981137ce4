/** What became of a pull request. `merging`: the forge merges it once its own checks pass. */
export type ProposalState = 'opened' | 'edited' | 'merging' | 'merged' | 'closed';

/** A pull request of nixup's own, as journals and results tell it. */
export interface Proposal {
  readonly url: string;
  readonly state: ProposalState;
  /** The branch that carries the commit. */
  readonly branch: string;
  /** The branch that it is merged into. */
  readonly into: string;
  /** The commit that it is for. */
  readonly revision: string;
  /** Why it was closed; null where it was not. */
  readonly reason: string | null;
}
