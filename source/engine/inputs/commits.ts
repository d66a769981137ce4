import pLimit from 'p-limit';
import { whyUncounted } from '../../model/explain/why-uncounted.ts';
import { rangeOf } from '../../model/inputs/commits.ts';
import type { LockChange } from '../../model/lock/change.ts';
import { ownOf } from '../../model/own-of.ts';
import { withoutControls } from '../../model/words/without-controls.ts';
import type { EngineContext } from '../run/context.ts';

/** Forges and clones that are asked at a time. */
const questionsAtOnce = 3;

const depth = ({ path }: LockChange): number => path.split('/').length;

/** Says what forges still allow, where that changed. */
const tellLimits = ({ commits, emitter, state }: EngineContext): void => {
  const limits = commits.limits();
  const known = state().forgeLimits;
  const isNew = limits.some(({ host, remaining, until }) => {
    const one = known.find((other) => other.host === host);
    return one?.remaining !== remaining || one.until !== until;
  });
  if (isNew) emitter.emitSoon({ type: 'forge-limited', limits });
};

/** The count of one changed input, told as it is found; why there is none, too. */
const countOne = async (context: EngineContext, change: LockChange): Promise<void> => {
  const { emitter, commits } = context;
  const { path } = change;
  const counted = await commits.count(change);
  tellLimits(context);
  if (!counted.ok) {
    emitter.emitSoon({ type: 'commits-uncounted', path, why: whyUncounted(counted.failure) });
    return;
  }
  if (counted.value === null) return;
  const { direction, ...count } = counted.value;
  emitter.emitSoon({ type: 'commits-counted', path, count, direction });
};

/**
 * Counts the commits of every changed input, the flake's own first, because a forge allows only so
 * many requests. Ends early when `isOver`.
 */
export const countAllCommits = async (
  context: EngineContext,
  isOver: () => boolean,
): Promise<void> => {
  const { lock, commits } = context.state();
  if (lock.kind !== 'read') return;
  const wanted = lock.changes
    .filter(
      (change) => rangeOf(change) !== null && ownOf(commits, change.path)?.direction === undefined,
    )
    .toSorted((one, other) => depth(one) - depth(other));
  // One range may stand at many paths; the second time the disk knows the answer.
  const limit = pLimit(questionsAtOnce);
  await Promise.all(
    wanted.map((change) => limit(() => (isOver() ? undefined : countOne(context, change)))),
  );
};

/**
 * Reads the subjects of every changed input that are not known yet, to find breaking changes in
 * them. Short lists first: they are complete before the longest one has used up what a forge
 * allows.
 */
export const loadAllCommits = async (
  context: EngineContext,
  isOver: () => boolean,
): Promise<void> => {
  const { lock, commits } = context.state();
  if (lock.kind !== 'read') return;
  const lengthOf = (change: LockChange): number =>
    (ownOf(commits, change.path)?.count ?? change.commits)?.count ?? 0;
  const limit = pLimit(questionsAtOnce);
  const seen = new Set<string>();
  const wanted = lock.changes
    .toSorted((one, other) => depth(one) - depth(other))
    .filter((change) => {
      const range = rangeOf(change);
      if (range === null || seen.has(`${range.old} ${range.new}`)) return false;
      seen.add(`${range.old} ${range.new}`);
      return true;
    })
    .toSorted((one, other) => lengthOf(one) - lengthOf(other));
  await Promise.all(
    wanted.map(({ path }) => limit(() => (isOver() ? undefined : loadCommitsOf(context, path)))),
  );
};

/**
 * Count and all subjects of one changed input, for the person who looks at it.
 * Told as they come; what a limit of the forge left out is asked for again.
 */
export const loadCommitsOf = async (
  context: EngineContext,
  path: string,
  onPart: () => void = () => undefined,
): Promise<void> => {
  const { lock, commits } = context.state();
  const known = ownOf(commits, path);
  if (lock.kind !== 'read' || (known?.subjects != null && known.rest == null)) return;
  const change = lock.changes.find((other) => other.path === path);
  if (change === undefined) return;
  const { emitter } = context;
  await countOne(context, change);
  const listed = await context.commits.subjects(change, (subjects) => {
    tellLimits(context);
    const rest = 'the older ones are being read';
    emitter.emit({ type: 'subjects-listed', path, subjects, rest });
    onPart();
  });
  tellLimits(context);
  if (!listed.ok)
    emitter.emit({ type: 'commits-uncounted', path, why: whyUncounted(listed.failure) });
  else if (listed.value !== null) {
    const { subjects, rest } = listed.value;
    emitter.emit({
      type: 'subjects-listed',
      path,
      subjects,
      rest: rest === null ? null : whyUncounted(rest),
    });
  }
};

/** The whole message of a commit of a changed input; why it is not known, as a sentence. */
export const readCommitMessage = async (
  { state, commits }: Pick<EngineContext, 'state' | 'commits'>,
  path: string,
  revision: string,
): Promise<{ readonly text: string } | { readonly why: string }> => {
  const { lock } = state();
  const change =
    lock.kind === 'read' ? lock.changes.find((other) => other.path === path) : undefined;
  if (change === undefined) return { why: 'the input did not change any more' };
  const read = await commits.message(change, revision);
  if (!read.ok) return { why: whyUncounted(read.failure) };
  return read.value === null
    ? { why: 'no repository on this machine has the commit' }
    : { text: read.value.split('\n').map(withoutControls).join('\n') };
};
