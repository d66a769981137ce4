import type { CommitFacts } from '../../model/commit/facts.ts';
import type { RequestFacts } from '../../model/forge/body.ts';
import { rangeOf } from '../../model/inputs/commits.ts';
import { ownOf } from '../../model/own-of.ts';
import type { EngineContext } from '../run/context.ts';
import { whileReading } from './message-facts.ts';

/**
 * The subjects of the commits that the changes bring. Whoever edits the request later has a lock
 * without changes: then they are read again, from what was kept on the disk where that is whole.
 * `wider`: inputs that move further here than in the lock of the tree.
 */
export const requestSubjects = async (
  context: EngineContext,
  { changes }: Pick<CommitFacts, 'changes'>,
  wider: ReadonlySet<string> = new Set(),
): Promise<RequestFacts['subjects']> => {
  const { commits: known } = context.state();
  const found = new Map<string, readonly string[]>();
  await whileReading(context, async (isOver) => {
    for (const { change } of changes) {
      const counted = wider.has(change.path) ? undefined : ownOf(known, change.path);
      const told = counted?.subjects ?? null;
      if (told !== null)
        found.set(
          change.path,
          told.map(({ subject }) => subject),
        );
      // What could not be read just now is not asked for a second time.
      const isAsked = told !== null || counted?.problem !== undefined;
      if (isAsked || isOver() || rangeOf(change) === null) continue;
      const read = await context.commits.subjects(change);
      if (read.ok && read.value !== null && !isOver())
        found.set(
          change.path,
          read.value.subjects.map(({ subject }) => subject),
        );
    }
  });
  return changes.flatMap(({ change }) => {
    const subjects = found.get(change.path) ?? [];
    return subjects.length === 0 ? [] : [{ input: change.path, subjects }];
  });
};
