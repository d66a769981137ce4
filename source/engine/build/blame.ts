import type { TestCause } from '../../model/causes/test-causes.ts';
import type { NixCauseClass } from '../../model/nix/cause.ts';
import { openScratchFlake } from '../../services/nix/scratch-flake.ts';
import { scratchFolder } from '../../services/world/left-behind.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { readBisectLocks } from './bisect-records.ts';
import { mayBlame } from './bisect-verdict.ts';
import { isBuiltStill } from './build-place.ts';

/** Causes that a builder reports; all others are found by the evaluation. */
const byBuilder: ReadonlySet<NixCauseClass> = new Set(['builder-failed', 'hash-mismatch']);

/** An evaluation that failed in a file of the input itself needs no comparison. */
const isInItsFile = ({ class: kind, place }: TestCause, input: string): boolean =>
  !byBuilder.has(kind) && place?.input?.split('/')[0] === input;

/**
 * Whether the same host works with the previous lock: it evaluates, and its system is in the store,
 * built by builders that still work. Nothing large is built for this; a system that is not in the
 * store says nothing.
 */
const isWellBefore = async (
  context: EngineContext,
  session: RunSession,
  { class: kind, hosts: [host] }: TestCause,
  hasBuilt: boolean,
): Promise<boolean> => {
  const locks = readBisectLocks(context);
  const place = await context.git.place();
  const tree = await context.git.treeHash();
  if (host === undefined || !locks.ok || !place.ok || !tree.ok) return false;
  const folder = await scratchFolder(context.world, 'before');
  const scratch = await openScratchFlake(context.world, place.value, tree.value, folder);
  if (!scratch.ok) return false;
  try {
    const written = await scratch.value.writeLock(locks.value.oldText);
    if (!written.ok) return false;
    const { signal } = session;
    const evaluated = await context.nix.evaluateToplevel(scratch.value.reference, host, { signal });
    if (!evaluated.ok) return false;
    if (!byBuilder.has(kind)) return true;
    const { toplevel, derivation } = evaluated.value;
    const builtOn = context.records.origin(host, toplevel)?.builtOn;
    if (!(await isBuiltStill(context, toplevel, builtOn))) return false;
    return hasBuilt || (derivation !== null && (await context.nix.rebuilds(derivation, signal)));
  } finally {
    await scratch.value.remove();
  }
};

/**
 * Whether a failure may be remembered as that of an input's new revision. What
 * the machine, its disk, its network or its builders did is never a fault of a
 * revision: see `mayBlame`. `hasBuilt`: a builder ended well in the same test.
 */
export const isToBlame = async (
  context: EngineContext,
  session: RunSession,
  cause: TestCause,
  input: string,
  hasBuilt: boolean,
): Promise<boolean> =>
  mayBlame(cause) &&
  (isInItsFile(cause, input) || (await isWellBefore(context, session, cause, hasBuilt)));
