import { rangeOf } from '../../model/inputs/commits.ts';
import { ownOf } from '../../model/own-of.ts';
import { readReleaseNotes } from '../../services/inputs/release-notes.ts';
import type { EngineContext } from '../run/context.ts';
import { countAllCommits } from './commits.ts';
import { tellStandings } from './standings.ts';

interface CommitCountsOptions {
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

/** Tells what the release notes of changed inputs gained, where the store has both source trees. */
export const tellReleaseNotes = async (
  context: EngineContext,
  isOver: () => boolean,
): Promise<void> => {
  const { lock, releaseNotes } = context.state();
  if (lock.kind !== 'read') return;
  const seen = new Set<string>();
  for (const change of lock.changes) {
    const range = rangeOf(change);
    if (range === null || ownOf(releaseNotes, change.path) !== undefined) continue;
    // One range may stand at many paths; what it says is told once.
    const name = `${range.old} ${range.new}`;
    if (seen.has(name) || isOver()) continue;
    seen.add(name);
    const notes = await readReleaseNotes(context.world, change);
    if (notes !== null && notes.length > 0)
      context.emitter.emit({ type: 'release-notes-read', path: change.path, notes });
  }
};

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
