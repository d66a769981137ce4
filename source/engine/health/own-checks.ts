import type { HostEntry } from '../../model/host/host.ts';
import { hasOwnChecks } from '../../model/host/own-checks.ts';
import type { FailedScript } from '../../services/host/health-scripts.ts';
import type { EngineContext } from '../run/context.ts';

/** The host's own health scripts that fail now; none run before the person trusted the file that names them. */
export const failingChecks = async (
  context: EngineContext,
  entry: HostEntry,
): Promise<readonly FailedScript[]> =>
  hasOwnChecks(entry) && context.isTrusted ? context.hosts.healthScripts(entry, context.flake) : [];

/** Those that did not fail before the last deploy: a check that failed before is no news. */
export const newProblems = (
  context: EngineContext,
  host: string,
  failing: readonly FailedScript[],
): readonly string[] => {
  const before = new Set(context.records.baseline(host)?.failedChecks ?? []);
  return failing.filter(({ script }) => !before.has(script)).map(({ problem }) => problem);
};
