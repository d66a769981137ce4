import pLimit from 'p-limit';
import { rangeOf } from '../model/commit-range.ts';
import { explain } from '../model/explain.ts';
import type { LockChange } from '../model/lock.ts';
import type { EngineContext } from './context.ts';

/** Forges and clones that are asked at a time. */
const questionsAtOnce = 3;

/** How many subjects are asked for; there can be ten thousand. */
const mostSubjects = 200;

const depth = ({ path }: LockChange): number => path.split('/').length;

/** The count of one changed input, told as it is found; why there is none, too. */
const countOne = async (context: EngineContext, change: LockChange): Promise<void> => {
  const { emitter, commits } = context;
  const { path } = change;
  const counted = await commits.count(change);
  if (!counted.ok) {
    emitter.emitSoon({ type: 'commits-uncounted', path, why: explain(counted.failure).what });
    return;
  }
  if (counted.value === null) return;
  const { direction, ...count } = counted.value;
  emitter.emitSoon({ type: 'commits-counted', path, count, direction });
};

/**
 * Counts the commits of every changed input, the flake's own first: the
 * requests that a forge allows are spent on them. Ends early when `isOver`.
 */
export const countAllCommits = async (
  context: EngineContext,
  isOver: () => boolean,
): Promise<void> => {
  const { lock, commits } = context.state();
  if (lock.kind !== 'read') return;
  const wanted = lock.changes
    .filter((change) => rangeOf(change) !== null && commits[change.path]?.direction === undefined)
    .toSorted((one, other) => depth(one) - depth(other));
  // One range may stand at many paths; the second time the disk knows the answer.
  const limit = pLimit(questionsAtOnce);
  await Promise.all(
    wanted.map((change) => limit(() => (isOver() ? undefined : countOne(context, change)))),
  );
};

/** Count and newest subjects of one changed input, for the person who looks at it. */
export const loadCommitsOf = async (context: EngineContext, path: string): Promise<void> => {
  const { lock, commits } = context.state();
  if (lock.kind !== 'read' || commits[path]?.subjects != null) return;
  const change = lock.changes.find((other) => other.path === path);
  if (change === undefined) return;
  await countOne(context, change);
  const subjects = await context.commits.subjects(change, mostSubjects);
  if (subjects.ok && subjects.value !== null)
    context.emitter.emit({ type: 'subjects-listed', path, subjects: subjects.value });
  else if (!subjects.ok)
    context.emitter.emit({
      type: 'commits-uncounted',
      path,
      why: explain(subjects.failure).what,
    });
};
