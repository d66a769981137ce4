import { lockedInputs, movedInputs } from '../../model/inputs/moves.ts';
import { diffLocks } from '../../model/lock/difference.ts';
import type { FlakeLock } from '../../model/lock/lock.ts';
import { parseFlakeLock } from '../../parsers/lock/flake-lock.ts';
import type { SetbackRecord } from '../records/schemas.ts';
import type { EngineContext } from './context.ts';

/** What may be the cause when a system fails. */
type Making = Pick<SetbackRecord, 'sources' | 'inputs'>;

const readable = (text: string | null | undefined): FlakeLock | null => {
  const parsed = text == null ? null : parseFlakeLock(text, 'flake.lock');
  return parsed?.ok === true ? parsed.value : null;
};

/** What the flake's own inputs are locked to, in the lock as it is. */
export const lockedNow = (context: EngineContext): ReadonlyMap<string, string> => {
  const { lock } = context.state();
  const now = lock.kind === 'read' ? readable(lock.newText) : null;
  return now === null ? new Map() : lockedInputs(now);
};

/**
 * The inputs that changed since the committed lock; all inputs where none did, because then the
 * flake's own files changed.
 */
const suspects = (committed: FlakeLock | null, lock: FlakeLock): Making['inputs'] => {
  const revisions = lockedInputs(lock);
  const moved = committed === null ? [] : movedInputs(diffLocks(committed, lock));
  const found = moved.flatMap((name) => {
    const revision = revisions.get(name);
    return revision === undefined ? [] : [[name, revision] as const];
  });
  return Object.fromEntries(found.length === 0 ? revisions : found);
};

/** What the systems of a tree are made of; null when git does not have that tree any more. */
export const makingOf = async (context: EngineContext, tree: string): Promise<Making | null> => {
  const { git, lock } = context.state();
  const committed = lock.kind === 'read' ? readable(lock.oldText) : null;
  const isNow = git?.tree === tree;
  const shown = isNow ? null : await context.git.show(tree, 'flake.lock');
  const now = lock.kind === 'read' ? lock.newText : null;
  const locked = readable(shown === null ? now : shown.ok ? shown.value : null);
  const sources = isNow ? git.sources : await context.git.sourcesOf(tree);
  return locked === null ? null : { sources, inputs: suspects(committed, locked) };
};
