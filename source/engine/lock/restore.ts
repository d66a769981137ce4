import type { Failure } from '../../model/failure.ts';
import { isUnknownVersion } from '../../model/inputs/advice.ts';
import { diffLocks } from '../../model/lock/difference.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { inputList } from '../../model/words/sentences.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import { fingerprint } from '../past/lock-texts.ts';
import type { EngineContext } from '../run/context.ts';
import { endWith, type GoalBody } from '../run/ending.ts';
import { tellHistory } from '../run/history.ts';
import { supersedeInterrupted } from '../run/interrupted.ts';
import type { RunSession } from '../run/session.ts';
import {
  keepLock,
  keptLock,
  type LockAction,
  lockActions,
  noteLock,
  readLockIndex,
  undoneWork,
} from './history.ts';
import { lockTextOf } from './lock-of-run.ts';
import { lockPath, observeGit, observeLock, readCommittedLock, readLock } from './observe.ts';
import { outdate } from './update.ts';

/** `undo`: as before the last thing that nixup did to it; `committed`: as in HEAD; `run`: as that past run had it. */
export type LockWish = 'undo' | 'committed' | { readonly run: string };

/** Undoing an undo is doing it again. */
const undoing = (deed: string): string =>
  deed.startsWith('undo ')
    ? `redo ${deed.slice('undo '.length)}`
    : `undo ${deed.replace(/^redo /, '')}`;

interface LockToRestore extends Pick<LockAction, 'deed' | 'work'> {
  readonly text: string;
}

const beforeLastAction = async (
  context: EngineContext,
  current: string | undefined,
): Promise<Result<LockToRestore, Failure>> => {
  const refused = (detail: string): Result<LockToRestore, Failure> =>
    failed({ code: 'revert-refused', input: 'flake.lock', detail });
  const { actions, damage } = await readLockIndex(context);
  // An update that moved nothing is nothing to undo.
  const action = actions.findLast(({ before, after }) => before !== after);
  const lost = damage === null ? '' : `${damage}; the locks themselves are kept beside it`;
  if (action === undefined)
    return refused(damage === null ? 'nixup has not changed this lock yet' : lost);
  const now = current === undefined ? null : fingerprint(current);
  // A lost entry may be the newest: only the lock itself can prove that it is not.
  if (damage !== null && (action.after === null || now !== action.after)) return refused(lost);
  // An undo is safe only from the state that the action left; an action that was cut off left an
  // unknown one.
  if (action.after !== null && now !== action.after)
    return refused(
      `it was changed by something else after "${action.deed}"; to use the kept one anyway: git show refs/nixup/locks/${action.run}`,
    );
  const text = await keptLock(context, action);
  return text.ok
    ? success({ text: text.value, deed: undoing(action.deed), work: undoneWork(action.work) })
    : text;
};

const committed = async (context: EngineContext): Promise<Result<LockToRestore, Failure>> => {
  if (context.state().git === null && (await lockActions(context)).length > 0)
    return failed({
      code: 'revert-refused',
      input: 'flake.lock',
      detail:
        'git does not answer for this flake, so there is no committed lock. As before the last thing that nixup did to it: nixup revert --undo',
    });
  const shown = await context.git.show('HEAD', 'flake.lock');
  if (!shown.ok) return shown;
  if (shown.value === null)
    return failed({
      code: 'revert-refused',
      input: 'flake.lock',
      detail: 'HEAD has no flake.lock; there is nothing to go back to',
    });
  const parsed = readCommittedLock(shown.value);
  // A lock of another version of Nix can be restored even if it cannot be read here.
  if (!parsed.ok && !(parsed.failure.code === 'lock-invalid' && isUnknownVersion(parsed.failure)))
    return parsed;
  return success({
    text: shown.value,
    deed: 'restore the committed lock',
    work: { kind: 'whole' },
  });
};

const asInRun = async (
  context: EngineContext,
  id: string,
): Promise<Result<LockToRestore, Failure>> => {
  const refused = (detail: string): Result<LockToRestore, Failure> =>
    failed({ code: 'revert-refused', input: 'flake.lock', detail });
  if (context.state().olderRuns !== 0) await tellHistory(context, 'all');
  const run = context.state().history.find((one) => one.id === id);
  if (run === undefined) return refused(`there is no run ${id}; see the runs with: nixup history`);
  if (run.lock == null) return refused(`the journal of the run ${id} names no lock`);
  const text = await lockTextOf(context, run);
  return text === null
    ? refused(
        `the lock of the run ${id} (${run.lock}) is not kept: neither nixup nor its commit has it`,
      )
    : success({ text, deed: `restore the lock of ${id}`, work: { kind: 'whole' } });
};

const wantedLock = (
  context: EngineContext,
  wish: LockWish,
  current: string | undefined,
): Promise<Result<LockToRestore, Failure>> => {
  if (wish === 'undo') return beforeLastAction(context, current);
  return wish === 'committed' ? committed(context) : asInRun(context, wish.run);
};

/** What was done to the whole lock, and the inputs whose revision it changed. */
interface RestoredLock {
  readonly deed: string;
  /** Null where one of the two locks cannot be read. */
  readonly inputs: readonly string[] | null;
}

const movedInputs = (before: string, after: string): readonly string[] | null => {
  const [old, now] = [before, after].map((text) => parseFlakeLock(text, 'flake.lock'));
  return old?.ok === true && now?.ok === true
    ? diffLocks(old.value, now.value).map(({ path }) => path)
    : null;
};

/**
 * Writes the whole lock as it was, byte for byte, whatever it is now: a lock
 * that cannot be read is put right by this too. Answers what was done; null
 * when the lock is that one already.
 */
export const runRestoreLock = async (
  context: EngineContext,
  session: RunSession,
  wish: LockWish,
): Promise<Result<RestoredLock | null, Failure>> => {
  const current = await readLock(context);
  if (!current.ok) return current;
  const wanted = await wantedLock(context, wish, current.value);
  if (!wanted.ok) return wanted;
  const { text, deed } = wanted.value;
  if (text === current.value) return success(null);
  const kept = await keepLock(context, session, wanted.value, current.value ?? '');
  if (!kept.ok) return kept;
  const written = await session.perform(
    { host: null, deed },
    () => context.world.files.write(lockPath(context), text),
    () => 'flake.lock was written',
  );
  if (!written.ok) return written;
  await noteLock(context, session, text);
  await observeGit(context);
  await observeLock(context);
  outdate(context, session, 'the lock moved');
  return success({ deed, inputs: movedInputs(current.value ?? '', text) });
};

const undone: Readonly<Record<string, string>> = { undo: 'Undone', redo: 'Done again' };

/**
 * What was done, with the inputs that it changed: the action names only those that were asked for.
 */
export const restoredWords = ({ deed, inputs }: RestoredLock): string => {
  const [, again = '', verb = ''] = /^(undo|redo) (\S+)/.exec(deed) ?? [];
  const moved = inputs === null || inputs.length === 0 ? null : inputList(inputs);
  const words = undone[again];
  const run = /^restore the lock of (\S+)$/.exec(deed)?.[1];
  if (run !== undefined)
    return `flake.lock is that of the run ${run} again${moved === null ? '' : `, which changed ${moved}`}.`;
  if (words === undefined)
    return moved === null
      ? 'flake.lock is the committed one again.'
      : `flake.lock is the committed one again, which changed ${moved} back.`;
  return `${words}: ${moved === null ? deed.replace(/^\S+ /, '') : `${verb} ${moved}`}.`;
};

export const restoreLockGoal =
  (context: EngineContext, wish: LockWish): GoalBody =>
  async (session) => {
    const restored = await runRestoreLock(context, session, wish);
    if (!restored.ok) return endWith(restored.failure);
    await supersedeInterrupted(context, session);
    return {
      summary:
        restored.value === null
          ? 'flake.lock is as it was already.'
          : `${restoredWords(restored.value)} To take that back: nixup revert --undo`,
    };
  };
