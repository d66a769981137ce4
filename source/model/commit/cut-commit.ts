import { quoteWords } from '../command.ts';
import { showCommit } from '../words/format.ts';

/** The commit that a run was about to make: HEAD before it, and the tree that it was to hold. */
export interface WantedCommit {
  readonly from: string;
  readonly tree: string;
}

/** What git says of the commit of a run that was cut off. `kept`: folders with index and files from before it. */
export type CutCommit =
  /** Git's lock is held: git still works on the commit, or died as well. */
  | { readonly kind: 'busy'; readonly lock: string }
  | { readonly kind: 'none'; readonly kept: readonly string[] }
  /** It holds exactly what was tested. */
  | { readonly kind: 'made'; readonly revision: string; readonly kept: readonly string[] }
  /** A commit on top of the earlier HEAD that holds something else. */
  | { readonly kind: 'other'; readonly revision: string; readonly kept: readonly string[] };

const keptWords = (kept: readonly string[]): readonly string[] =>
  kept.length === 0
    ? []
    : [
        `Index and files from before the commit are kept in ${kept.join(', ')}. When nothing of them is missing: ${quoteWords(['rm', '-r', '--', ...kept])}`,
      ];

/** What is true of the commit, in sentences. Pure. */
export const cutCommitWords = (cut: CutCommit): readonly string[] => {
  switch (cut.kind) {
    case 'busy':
      return [
        `Git may still be making its commit, or died as well: its lock is there (${cut.lock}).`,
      ];
    case 'none':
      return ['Its commit was not made.', ...keptWords(cut.kept)];
    case 'made':
      return [
        `Its commit was made: ${showCommit(cut.revision)} holds exactly what was tested. To push it: nixup commit --push`,
      ];
    case 'other':
      return [
        `The commit ${showCommit(cut.revision)} was made after it began, and does not hold what was tested. See it: ${quoteWords(['git', 'show', '--stat', showCommit(cut.revision)])}`,
        ...keptWords(cut.kept),
      ];
  }
};
