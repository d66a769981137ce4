import { readFile, runsRef } from '../../services/shared/run-ref.ts';
import type { RunSummary } from '../../state/run.ts';
import { fingerprint, readLockText } from '../past/lock-texts.ts';
import type { EngineContext } from '../run/context.ts';
import { keptLock, readLockIndex } from './history.ts';

/** As an earlier nixup kept it: before what was done to the lock next. */
const keptBefore = async (context: EngineContext, lock: string): Promise<string | null> => {
  const { actions } = await readLockIndex(context);
  const action = actions.find(({ before }) => before === lock);
  const text = action === undefined ? null : await keptLock(context, action);
  return text?.ok === true ? text.value : null;
};

/** As somebody else shared it. */
const sharedLock = async (
  { world, flake }: EngineContext,
  run: string,
  lock: string,
): Promise<string | null> => {
  const place = `runs/${run.slice(0, 4)}-${run.slice(4, 6)}/${run}.lock`;
  const text = await readFile(world, flake, `${runsRef}:${place}`);
  return text !== null && fingerprint(text) === lock ? text : null;
};

/** As the commit of the run has it. */
const committedWith = async (
  context: EngineContext,
  run: Pick<RunSummary, 'ending'>,
  lock: string,
): Promise<string | null> => {
  const commit = run.ending?.result.commit ?? null;
  const shown = commit === null ? null : await context.git.show(commit, 'flake.lock');
  return shown?.ok === true && shown.value !== null && fingerprint(shown.value) === lock
    ? shown.value
    : null;
};

/** The lock that a run had at its end; null where it is not kept any more. */
export const lockTextOf = async (
  context: EngineContext,
  run: Pick<RunSummary, 'id' | 'lock' | 'ending'>,
): Promise<string | null> => {
  const { lock } = run;
  if (lock == null) return null;
  return (
    (await readLockText(context, lock)) ??
    (await sharedLock(context, run.id, lock)) ??
    (await keptBefore(context, lock)) ??
    (await committedWith(context, run, lock))
  );
};
