import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import type { EngineContext } from '../run/context.ts';
import { lockPath } from './observe.ts';

/**
 * What Nix says of a lock that nixup put together:
 * - `accepted`: it stands there now
 * - `rejected`, `unknown`: it does not, or Nix could not be asked; the lock is what it was
 */
type Acceptance =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly failure: Failure };

/**
 * Writes a lock and asks Nix whether it takes it; writes `back` again where it
 * does not say so. A machine without Nix has nobody to ask.
 */
export const writeAcceptedLock = async (
  context: EngineContext,
  text: string,
  back: string,
): Promise<Result<Acceptance, Failure>> => {
  const { files } = context.world;
  const path = lockPath(context);
  const written = await files.write(path, text);
  if (!written.ok) return written;
  const asked = await context.nix.metadataAccepts(context.flake);
  const accepted: Acceptance =
    asked.ok || asked.failure.code === 'program-missing'
      ? asked.ok && asked.value.kind === 'rejected'
        ? asked.value
        : { kind: 'accepted' }
      : { kind: 'unknown', failure: asked.failure };
  if (accepted.kind === 'accepted') return success(accepted);
  const restored = await files.write(path, back);
  return restored.ok ? success(accepted) : restored;
};

/** For the journal: the result of writing the lock. */
export const acceptanceWords = ({ kind }: Acceptance): string =>
  kind === 'accepted'
    ? 'flake.lock was written'
    : 'flake.lock is what it was, because Nix did not accept another';
