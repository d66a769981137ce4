import type { Failure } from '../../model/failure.ts';
import { unreadableLock } from '../../model/inputs/advice.ts';
import type { EngineContext } from './context.ts';

/** Policies in a broken config would be a guess. */
export const configObstacle = ({ configFailures }: EngineContext): Failure | undefined =>
  configFailures[0];

/** A broken config or lock file stops every deed: policies and revisions in it would be a guess. */
export const inputObstacle = (context: EngineContext): Failure | undefined => {
  const { lock } = context.state();
  return configObstacle(context) ?? (lock.kind === 'unreadable' ? unreadableLock(lock) : undefined);
};
