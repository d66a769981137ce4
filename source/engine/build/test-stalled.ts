import { stalledReason } from '../../model/build/stalled.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';

/** How often running builds are checked for silence, ms. */
const stalledEveryMs = 15_000;

/**
 * Names each build and transfer that was silent for too long, once. Answers a function that stops
 * this.
 */
export const watchStalled = (context: EngineContext, session: RunSession): (() => void) => {
  const { world } = context;
  const told = new Set<string>();
  const tellStalled = (): void => {
    for (const activity of context.state().runProgress?.activities ?? []) {
      const reason = stalledReason(activity, world.clock.now());
      const key = `${activity.kind} ${activity.name} ${activity.since}`;
      if (reason === null || told.has(key)) continue;
      told.add(key);
      session.log(null, reason);
      context.emitter.emit({ type: 'noticed', tone: 'warning', text: `${reason}.` });
    }
  };
  const watch = setInterval(tellStalled, stalledEveryMs);
  return () => clearInterval(watch);
};
