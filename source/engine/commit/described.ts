import type { CommitFacts } from '../../model/commit/facts.ts';
import { showCommit } from '../../model/words/format.ts';
import type { OfTree } from '../../state/reducer/host-story.ts';
import type { JournaledRun } from './message-facts.ts';

/** A commit, and what its run wrote into its journal. */
export interface Described {
  readonly run: string | null;
  readonly facts: CommitFacts;
  readonly message: string;
  /** What it is a commit of. */
  readonly of: OfTree;
  readonly at: number;
}

/** What the journal of the run that made a commit says of it; null where no journal here does. */
export const describedCommit = (
  runs: readonly JournaledRun[],
  revision: string,
): Described | null => {
  for (const events of runs) {
    const told = events.findLast((event) => event.type === 'described');
    const made = events.some(
      (event) =>
        (event.type === 'result' && event.commit === revision) ||
        (event.type === 'achieved' &&
          event.host === null &&
          event.deed === 'commit' &&
          event.evidence.startsWith(showCommit(revision))),
    );
    if (!made || told?.type !== 'described') continue;
    const start = events.find((event) => event.type === 'run-started');
    return {
      run: start?.type === 'run-started' ? start.run : null,
      facts: told.facts,
      message: told.message,
      of: { tree: told.tree, lock: told.lock },
      at: told.at,
    };
  }
  return null;
};
