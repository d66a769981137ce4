import { join } from 'node:path';
import type { CheckRow } from '../../model/board/board.ts';
import type { GitFacts } from '../../model/commit/git.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { WaitingRequest } from '../../model/forge/waiting.ts';
import { isUnknownVersion } from '../../model/inputs/advice.ts';
import { withChosen } from '../../model/inputs/chosen-revision.ts';
import { inputCopies } from '../../model/lock/copies.ts';
import { diffLocks } from '../../model/lock/difference.ts';
import { headlineInput, inputFacts, type LockFacts } from '../../model/lock/facts.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { advise, advised } from '../../model/words/advice.ts';
import { hasNoInputs } from '../../parsers/lock/flake-inputs.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { judgeBranch, judgeDirty, judgeUpstream } from '../../services/board/git-rows.ts';
import { lockCheckRows } from '../../services/board/lock-rows.ts';
import { isNoRepository, reasonOf } from '../../services/git/command.ts';
import type { RepositoryState } from '../../services/git/observe.ts';
import { pushCommand, pushTarget } from '../../services/git/push.ts';
import { tellHolds } from '../inputs/standings.ts';
import { fingerprint } from '../past/lock-texts.ts';
import type { ChosenRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';
import { lockBeforeUpdate } from './history.ts';

/** With the command that a push of its branch is. */
const withPush = (seen: RepositoryState): GitFacts =>
  seen.branch === null
    ? seen
    : { ...seen, push: pushCommand(seen.root, pushTarget(seen, seen.branch)) };

/** Answers rows of the board again, where they were answered: a fact that moved leaves no old answer. */
const answerAgain = (
  { state, emitter }: EngineContext,
  group: 'git' | 'lock',
  judge: () => readonly CheckRow[],
): void => {
  const rows = state().board.filter((row) => row.group === group);
  // Before the first check there are none; outside of a repository there is one row of git, and it stays.
  if (rows.length <= 1) return;
  const answers = judge();
  const fresh = rows.map((row) =>
    row.state === 'checking' ? row : (answers.find(({ id }) => id === row.id) ?? row),
  );
  emitter.emit({ type: 'board-observed', rows: fresh });
};

/** Which open requests of nixup's own have a commit that the branch does not have. */
const observeRequests = async (
  { git, records, emitter, state }: EngineContext,
  { branch, head }: Pick<GitFacts, 'branch' | 'head'>,
): Promise<void> => {
  const waiting: WaitingRequest[] = [];
  for (const { url, revision, into } of records.requests()) {
    if (into !== branch || head === null) continue;
    const has = await git.isAncestor(revision, head);
    // Where git does not know the commit, HEAD does not have it.
    if (!has.ok || !has.value) waiting.push({ url, revision, into });
  }
  if (waiting.length > 0 || state().waitingRequests.length > 0)
    emitter.emit({ type: 'requests-observed', waiting });
};

/** Reads git: branch, dirty files, and the hash of the tree that Nix sees. */
export const observeGit = async (context: EngineContext): Promise<void> => {
  const observed = await context.git.observe();
  context.emitter.emit(
    observed.ok
      ? { type: 'git-observed', git: withPush(observed.value), why: null }
      : { type: 'git-observed', git: null, why: explain(observed.failure).what },
  );
  if (!observed.ok) return;
  await observeRequests(context, observed.value);
  // The rows that this look answers; the others of git ask remotes, hooks and files.
  const { value } = observed;
  answerAgain(context, 'git', () => [judgeBranch(value), judgeDirty(value), judgeUpstream(value)]);
};

/** Why git reads nothing of this checkout, so that Nix cannot either; null where there is none. */
export const gitRefusal = async ({ git }: EngineContext): Promise<Failure | null> => {
  const seen = await git.observe();
  return !seen.ok && seen.failure.code === 'git-refused' && !isNoRepository(seen.failure.detail)
    ? seen.failure
    : null;
};

export const lockPath = (context: EngineContext): string => join(context.flake, 'flake.lock');

/** Text of the working tree's lock; undefined when there is none. */
export const readLock = (context: EngineContext): Promise<Result<string | undefined, Failure>> =>
  context.world.files.read(lockPath(context));

/** Of a lock that was never committed every input is new. */
export const noInputs: FlakeLock = { version: 7, root: 'root', nodes: new Map([['root', {}]]) };

/**
 * Compares HEAD's lock with the working tree's, by input path. Null where HEAD
 * has none; undefined where nobody knows: then nothing is said to have moved.
 */
const compareLocks = (
  oldText: string | null | undefined,
  newText: string,
  isInGit: boolean,
  chosen: readonly ChosenRecord[],
  whyUnknown: string,
): LockFacts => {
  const newLock = parseFlakeLock(newText, 'flake.lock');
  const base = oldText === null ? '' : (oldText ?? newText);
  const oldLock = oldText === null ? success(noInputs) : parseFlakeLock(base, 'HEAD:flake.lock');
  if (!newLock.ok) {
    const { failure } = newLock;
    return {
      kind: 'unreadable',
      detail: failure.code === 'lock-invalid' ? failure.detail : explain(failure).what,
      line: failure.code === 'lock-invalid' ? failure.line : null,
      raw: newText,
      isCommitted: isInGit && typeof oldText === 'string' && oldLock.ok,
      ...(typeof oldText === 'string' ? { oldText } : {}),
    };
  }
  // An unreadable lock in HEAD is history; what counts is the one that will be built.
  const changes = oldLock.ok ? withChosen(diffLocks(oldLock.value, newLock.value), chosen) : [];
  return {
    kind: 'read',
    fingerprint: fingerprint(newText),
    ...(oldText === undefined
      ? { uncompared: whyUnknown }
      : oldLock.ok
        ? {}
        : { uncompared: explain(oldLock.failure).what }),
    changes,
    inputs: inputFacts(newLock.value),
    copies: inputCopies(newLock.value),
    headline: headlineInput(newLock.value),
    oldText: base,
    newText,
  };
};

/** What the lock is compared with; a text that is undefined is not known, and `why` says so. */
interface BaseLock {
  readonly text: string | null | undefined;
  readonly why: string;
}

/** HEAD's lock; where no git answers, the one from before the last update, which nixup kept itself. */
const baseLock = async (context: EngineContext, current: string): Promise<BaseLock> => {
  const committed = await context.git.show('HEAD', 'flake.lock');
  if (committed.ok) return { text: committed.value, why: '' };
  const why = isNoRepository(reasonOf(committed.failure))
    ? 'there is no committed lock'
    : 'git does not read the committed lock';
  if (context.state().git !== null) return { text: undefined, why };
  const kept = await lockBeforeUpdate(context, current);
  return { text: kept.ok ? kept.value : undefined, why };
};

/** Reads and compares the locks; answers the facts, or why there are none. */
export const observeLock = async (context: EngineContext): Promise<Result<LockFacts, Failure>> => {
  const text = await readLock(context);
  if (!text.ok) return failed(text.failure);
  if (text.value === undefined) {
    const flake = await context.world.files.read(join(context.flake, 'flake.nix'));
    const needsNone = flake.ok && flake.value !== undefined && hasNoInputs(flake.value);
    const lock: LockFacts = { kind: 'absent', ...(needsNone ? { needsNone } : {}) };
    context.emitter.emit({ type: 'lock-observed', lock });
    return success(lock);
  }
  const base = await baseLock(context, text.value);
  const lock = compareLocks(
    base.text,
    text.value,
    context.state().git !== null,
    context.records.chosen(),
    base.why,
  );
  context.emitter.emit({ type: 'lock-observed', lock });
  const { review } = context.state().stages;
  answerAgain(context, 'lock', () =>
    lockCheckRows(lock, context.world.clock.now(), review.kind === 'passed'),
  );
  // The standings of the inputs were those of the previous lock; holds come from nixup.toml.
  tellHolds(context);
  return success(lock);
};

/** HEAD's lock, to go back to; a broken one is refused with what can be done instead. */
export const readCommittedLock = (text: string): Result<FlakeLock, Failure> => {
  const parsed = parseFlakeLock(text, 'HEAD:flake.lock');
  if (parsed.ok || parsed.failure.code !== 'lock-invalid' || isUnknownVersion(parsed.failure))
    return parsed;
  return failed({
    ...parsed.failure,
    ...advised(
      advise(
        'There is nothing to go back to. Commit a lock that can be read, or take an earlier one',
        'git restore --source=REVISION flake.lock',
      ),
    ),
  });
};
