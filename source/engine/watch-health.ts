import type { Failure } from '../model/failure.ts';
import { compareHealth } from '../model/health.ts';
import type { HostEntry, HostFacts } from '../model/host.ts';
import { type Result, success } from '../model/result.ts';
import type { EngineContext } from './context.ts';

/** Pause between two looks while a host settles, ms. */
const lookEveryMs = 1_000;

/**
 * Health against the baseline, watched until the settle time is over or
 * trouble shows. Answers the problems; none means healthy. Each look tells the
 * host's supervisor that it is not lost.
 */
export const watchHealth = async (
  context: EngineContext,
  entry: HostEntry,
  baseline: HostFacts,
  supervision: string | undefined,
): Promise<Result<readonly string[], Failure>> => {
  const { clock } = context.world;
  const until = clock.now() + context.settleMs;
  for (;;) {
    const now = await context.hosts.probe(entry, { supervision });
    if (!now.ok) return now;
    context.emitter.emit({ type: 'host-probed', host: entry.name, facts: now.value });
    const verdict = compareHealth(baseline, now.value, entry);
    if (verdict.kind === 'unhealthy') return success(verdict.problems);
    const left = until - clock.now();
    if (left <= 0) return success([]);
    await clock.sleep(Math.min(left, lookEveryMs));
  }
};
