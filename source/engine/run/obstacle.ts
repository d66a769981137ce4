import type { Failure } from '../../model/failure.ts';
import { unreadableLock } from '../../model/inputs/advice.ts';
import type { EngineContext } from './context.ts';

/** With a broken config the policies would be guesses. */
export const configObstacle = ({ configFailures }: EngineContext): Failure | undefined =>
  configFailures[0];

/**
 * A broken config or lock file refuses every change: policies and revisions in it would be guesses.
 */
export const inputObstacle = (context: EngineContext): Failure | undefined => {
  const { lock } = context.state();
  return configObstacle(context) ?? (lock.kind === 'unreadable' ? unreadableLock(lock) : undefined);
};
