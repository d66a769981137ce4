import { rangeOf } from '../../model/inputs/commits.ts';
import { ownOf } from '../../model/own-of.ts';
import { readReleaseNotes } from '../../services/inputs/release-notes.ts';
import type { EngineContext } from '../run/context.ts';

/** Tells what the release notes of changed inputs gained, where the store has both source trees. */
export const tellReleaseNotes = async (
  context: EngineContext,
  isOver: () => boolean,
): Promise<void> => {
  const { lock, releaseNotes } = context.state();
  if (lock.kind !== 'read') return;
  const seen = new Set<string>();
  for (const change of lock.changes) {
    const range = rangeOf(change);
    if (range === null || ownOf(releaseNotes, change.path) !== undefined) continue;
    // One range may stand at many paths; what it says is told once.
    const name = `${range.old} ${range.new}`;
    if (seen.has(name) || isOver()) continue;
    seen.add(name);
    const notes = await readReleaseNotes(context.world, change);
    if (notes !== null && notes.length > 0)
      context.emitter.emit({ type: 'release-notes-read', path: change.path, notes });
  }
};
