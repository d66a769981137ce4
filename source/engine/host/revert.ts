import type { DeployTarget } from '../../model/deploy/plan.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { HostOutcome } from '../../state/run.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import { supervisionTerms } from './supervision-terms.ts';
import { goWayBack } from './way-back.ts';

/** Takes a host that was confirmed back to what it ran before this run: path, profile and boot entry. */
export const revertHost = (
  context: EngineContext,
  session: RunSession,
  target: DeployTarget,
  entry: HostEntry,
  reason: string,
): Promise<HostOutcome> => {
  const { host, from, to: left } = target;
  return goWayBack(context, session, { entry, left, old: from, reason }, (old) =>
    context.hosts.rollback(entry, {
      id: `${session.id}-${host}-back`,
      to: old,
      terms: supervisionTerms(
        context,
        entry,
        context.records.baseline(host) ?? { failedUnits: [] },
      ),
      onLine: (line) => session.log(host, line),
    }),
  );
};
