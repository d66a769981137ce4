import { quoteWords } from '../command.ts';
import { showCommit } from '../words/format.ts';

/** A commit that was to be pushed, and is not on the remote. */
export interface OwedPush {
  readonly branch: string;
  readonly revision: string;
  readonly at: number;
  /** Why it failed, and what helps, in a line. */
  readonly reason: string;
}

/** Said of a run that ends while a commit is still to be pushed; `branch` is where HEAD is. */
export const owedWords = (owed: OwedPush, branch: string | null): string => {
  const commit = `Commit ${showCommit(owed.revision)} of the branch ${owed.branch} is still not pushed`;
  return owed.branch === branch
    ? `${commit}: ${owed.reason} Try again: nixup commit --push`
    : `${commit}, and ${branch === null ? 'HEAD is detached' : `HEAD is on ${branch}`}, so it was left. Push it from there: ${quoteWords(['git', 'switch', owed.branch])} && nixup commit --push`;
};
