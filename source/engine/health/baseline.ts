import type { Failure } from '../../model/failure.ts';
import { stoppedCritical } from '../../model/host/health.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import type { Result } from '../../model/result.ts';
import type { EngineContext } from '../run/context.ts';
import { failingChecks } from './own-checks.ts';

/** A switch resets all failed units: what failed before must not look repaired. */
export const keepBaseline = async (
  context: EngineContext,
  entry: HostEntry,
  facts: HostFacts,
): Promise<Result<void, Failure>> => {
  // A check that could not be asked may be well: its next failure must not look old.
  const failing = (await failingChecks(context, entry)).filter(
    ({ isUnknown }) => isUnknown !== true,
  );
  const stopped = stoppedCritical(entry, facts);
  return context.records.keepBaseline({
    host: entry.name,
    at: facts.at,
    failedUnits: [...facts.failedUnits],
    activeUnits: [...facts.activeUnits],
    ...(stopped.length === 0 ? {} : { stoppedUnits: [...stopped] }),
    ...(failing.length === 0 ? {} : { failedChecks: failing.map(({ check }) => check) }),
    ...(facts.restarts === undefined ? {} : { restarts: facts.restarts }),
    ...(facts.listens === undefined ? {} : { listens: [...facts.listens] }),
    bootId: facts.bootId,
  });
};
