import type { EngineContext } from '../run/context.ts';
import { countAllCommits } from './commits.ts';
import { tellReleaseNotes } from './release-notes.ts';
import { tellStandings } from './standings.ts';

export interface CommitCountsOptions {
  /** Undefined as long as no flake is open. */
  readonly context: () => EngineContext | undefined;
  readonly isClosed: () => boolean;
  readonly onTrouble: (text: string) => void;
}

export interface CommitCounts {
  /** From now on, and at once, for a screen that shows them. */
  readonly follow: () => void;
  /** The lock may have changed. */
  readonly countAgain: () => void;
}

/**
 * Commits, release notes and newer revisions, asked from forges and clones in the background.
 * Nobody waits for them, not even `close`: answers that come later are lost.
 */
export const createCommitCounts = (options: CommitCountsOptions): CommitCounts => {
  const { isClosed, onTrouble } = options;
  let isFollowed = false;

  const tellAll = async (context: EngineContext): Promise<void> => {
    await countAllCommits(context, isClosed);
    if (!isClosed()) await tellReleaseNotes(context, isClosed);
    if (!isClosed()) await tellStandings(context);
  };

  const countAgain = (): void => {
    const context = options.context();
    if (!isFollowed || context === undefined) return;
    void tellAll(context).catch((error: unknown) => onTrouble(String(error)));
  };

  return {
    follow: () => {
      isFollowed = true;
      countAgain();
    },
    countAgain,
  };
};
