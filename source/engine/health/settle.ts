import type { Failure } from '../../model/failure.ts';
import { compareHealth, type HealthVerdict } from '../../model/host/health.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import type { EngineContext } from '../run/context.ts';
import { failingChecks, newProblems } from './own-checks.ts';

/** Pause between two looks while a host settles, ms. */
const lookEveryMs = 1_000;

interface SettleOptions {
  /** The activation whose supervisor learns with each check that the host is in contact. */
  readonly supervision?: string | undefined;
  /** The first check, where the connection of the contact brought it along. */
  readonly first?: HostFacts | null;
}

/**
 * Health against the baseline. A check in a deploy leaves out what starts units, which can only
 * excuse one that does not run: it is asked where the verdict depends on that.
 */
export const judgeHealth = async (
  context: EngineContext,
  entry: HostEntry,
  baseline: HostFacts,
  look: HostFacts,
  supervision?: string,
): Promise<Result<HealthVerdict, Failure>> => {
  const first = compareHealth(baseline, look, entry);
  if (first.kind === 'healthy' || look.waitingUnits !== undefined) return success(first);
  const asked = await context.hosts.probe(entry, { supervision });
  if (!asked.ok) return asked;
  const { waitingUnits = [] } = asked.value;
  return success(compareHealth(baseline, { ...look, waitingUnits }, entry));
};

/**
 * A host that somebody shuts down or restarts stops its services first, and looks unhealthy for a
 * moment. A new connection a moment later to the same boot proves that it was not shut down.
 */
const proveStaying = async (
  context: EngineContext,
  entry: HostEntry,
  look: HostFacts,
  supervision: string | undefined,
): Promise<Result<void, Failure>> => {
  await context.world.clock.sleep(lookEveryMs);
  const again = await context.hosts.probe(entry, { supervision, scope: 'health', fresh: true });
  if (!again.ok) return again;
  return again.value.bootId === look.bootId
    ? success(undefined)
    : failed({ code: 'host-unreachable', host: entry.name, detail: 'it was restarted' });
};

/**
 * Health against the baseline, watched until the settle time is over or
 * trouble shows; the host's own checks at its end. Answers the problems; none
 * means healthy.
 */
export const settleHealth = async (
  context: EngineContext,
  entry: HostEntry,
  baseline: HostFacts,
  { supervision, first = null }: SettleOptions = {},
): Promise<Result<readonly string[], Failure>> => {
  const { clock } = context.world;
  const until = clock.now() + context.settleMs;
  let look = first;
  let checking: ReturnType<typeof failingChecks> | undefined;
  for (;;) {
    if (look === null) {
      const asked = await context.hosts.probe(entry, { supervision, scope: 'health' });
      if (!asked.ok) return asked;
      look = asked.value;
    }
    context.emitter.emit({ type: 'host-probed', host: entry.name, facts: look });
    const judged = await judgeHealth(context, entry, baseline, look, supervision);
    if (!judged.ok) return judged;
    const verdict = judged.value;
    if (verdict.kind === 'unhealthy') {
      const stays = await proveStaying(context, entry, look, supervision);
      return stays.ok ? success(verdict.problems) : stays;
    }
    const left = until - clock.now();
    if (left <= 0) {
      // By now the services that the host's own checks ask have started; meanwhile the host is
      // watched as before.
      checking ??= failingChecks(context, entry);
      const failing = await Promise.race([
        checking,
        clock.sleep(lookEveryMs).then(() => undefined),
      ]);
      if (failing !== undefined) return success(newProblems(context, entry.name, failing));
    } else await clock.sleep(Math.min(left, lookEveryMs));
    look = null;
  }
};
