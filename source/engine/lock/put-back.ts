import type { Failure } from '../../model/failure.ts';
import { failed, type Result } from '../../model/result.ts';
import { fingerprint } from '../past/lock-texts.ts';
import type { EngineContext } from '../run/context.ts';
import { keptLock, type LockAction, lockActions } from './history.ts';
import { readLock } from './observe.ts';

interface PutBack {
  /** Inputs that somebody put back since the last update, and did not take again. */
  readonly names: readonly string[];
  /** The first of these actions: before it the lock had all of them updated. */
  readonly first: LockAction;
}

/**
 * What was put back since, and is still so, from the newest actions; null when the lock is not the
 * one that they left.
 */
const foldPutBack = (actions: readonly LockAction[], current: string): PutBack | null => {
  const chain: LockAction[] = [];
  let expected = current;
  for (const action of actions.toReversed()) {
    if (action.after !== expected || action.work.kind === 'whole') break;
    chain.unshift(action);
    expected = action.before;
  }
  const [first] = chain;
  if (first === undefined) return null;
  const names = new Set<string>();
  for (const { work, before, after } of chain) {
    // Nix refused the lock, and the old one was written again.
    if (before === after || work.kind === 'whole') continue;
    for (const name of work.inputs) {
      if (work.kind === 'put-back') names.add(name);
      else names.delete(name);
    }
  }
  return { names: [...names].sort(), first };
};

export const readPutBack = async (context: EngineContext): Promise<PutBack | null> => {
  const current = await readLock(context);
  if (!current.ok || current.value === undefined) return null;
  return foldPutBack(await lockActions(context), fingerprint(current.value));
};

/** The lock as the update left it, for inputs that were put back since. */
export const updatedLock = async (
  context: EngineContext,
  inputs: readonly string[],
): Promise<Result<string, Failure>> => {
  const putBack = await readPutBack(context);
  const missing = inputs.find((name) => putBack?.names.includes(name) !== true);
  if (putBack === null || missing !== undefined)
    return failed({
      code: 'revert-refused',
      input: missing ?? inputs.join(', '),
      detail: 'it was not put back since the last update, so there is nothing to take again',
    });
  return keptLock(context, putBack.first);
};

/** Tells which inputs are as committed because somebody put them back. */
export const tellPutBack = async (context: EngineContext): Promise<void> => {
  const names = (await readPutBack(context))?.names ?? [];
  const known = context.state().putBack;
  if (names.join('\n') !== known.join('\n'))
    context.emitter.emit({ type: 'inputs-put-back', names });
};
