import type { HostEntry } from '../../model/host/host.ts';
import { needsTrust, ownChecksOf } from '../../model/host/own-checks.ts';
import { createMonitoring } from '../../services/board/monitoring.ts';
import type { FailedCheck } from '../../services/checks/ask.ts';
import type { HostOutcome } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';

/** The host's own checks that fail now or could not be asked; none runs a program before the person trusted the file that names it. */
export const failingChecks = async (
  context: EngineContext,
  entry: HostEntry,
): Promise<readonly FailedCheck[]> => {
  const asked = ownChecksOf(entry).filter((check) => context.isTrusted || !needsTrust(check));
  if (asked.length === 0) return [];
  const monitoring = createMonitoring(context.world, context.config.monitoring);
  const failing = await context.hosts.ownChecks(entry, asked, {
    flake: context.flake,
    query: monitoring.prometheus?.query ?? null,
  });
  await monitoring.close();
  const before = new Set(context.records.baseline(entry.name)?.failedChecks ?? []);
  context.emitter.emit({
    type: 'checks-asked',
    host: entry.name,
    failing: failing.map((one) => ({
      ...one,
      isOld: one.isUnknown !== true && before.has(one.check),
    })),
  });
  return failing;
};

/** Those that did not fail before the last deploy: a check that failed before is no news. */
export const newProblems = (
  context: EngineContext,
  host: string,
  failing: readonly FailedCheck[],
): readonly string[] => {
  const before = new Set(context.records.baseline(host)?.failedChecks ?? []);
  return failing
    .filter(({ check, isUnknown }) => isUnknown !== true && !before.has(check))
    .map(({ problem }) => problem);
};

/** Of these nobody knows whether they fail: no trouble, and not well either. */
export const unaskedProblems = (failing: readonly FailedCheck[]): readonly string[] =>
  failing.filter(({ isUnknown }) => isUnknown === true).map(({ problem }) => problem);

/** The outcome of a host, with those of its checks that could not be asked last. */
export const withUnasked = (
  context: EngineContext,
  host: string,
  outcome: HostOutcome,
): HostOutcome => {
  const unasked = unaskedProblems(context.state().hosts[host]?.failingChecks ?? []);
  const isDone = outcome.status === 'succeeded' || outcome.status === 'unhealthy';
  return unasked.length === 0 || !isDone ? outcome : { ...outcome, unasked };
};
