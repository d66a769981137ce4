import { join } from 'node:path';
import { fingerprintOf } from '../model/lock-facts.ts';
import type { EngineContext } from './context.ts';

/**
 * Where an edited message is kept from the editor to the commit: beside the
 * state of the flake, by the lock that it tells of. Null where nothing is on a disk.
 */
export const keptMessageFile = (context: EngineContext): string | null => {
  const lock = fingerprintOf(context.state().lock);
  return context.world.isDemo || lock === null
    ? null
    : join(
        context.folder,
        'messages',
        lock.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 16),
        'COMMIT_EDITMSG',
      );
};

/** The message that somebody edited for this lock and that was not committed. */
export const readKeptMessage = async (
  context: EngineContext,
  file: string | null,
): Promise<string | null> => {
  if (file === null) return null;
  const read = await context.world.files.read(file);
  return read.ok && read.value !== undefined && read.value.trim() !== '' ? read.value : null;
};

/** Once it is committed it need not be kept; another one stays. */
export const dropKeptMessage = async (
  context: EngineContext,
  file: string | null,
  committed: string,
): Promise<void> => {
  const kept = await readKeptMessage(context, file);
  if (file !== null && kept !== null && kept.trim() === committed.trim())
    await context.world.files.remove(join(file, '..'));
};
