import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import type { Result } from '../../model/result.ts';
import { unwellUnits } from '../../state/hosts.ts';
import type { EngineContext } from './context.ts';

/** Units that fail or do not run by what a probe found just now. */
export const unwellNow = (
  context: EngineContext,
  entry: HostEntry,
  facts: HostFacts,
): readonly string[] => {
  const host = context.state().hosts[entry.name];
  return host === undefined ? [] : unwellUnits({ ...host, facts });
};

export const acceptedOf = ({ records }: EngineContext, host: string): readonly string[] =>
  records.accepted().find((one) => one.host === host)?.units ?? [];

/** What is accepted, as the state has it. */
export const acceptedListed = ({ records }: EngineContext) => ({
  type: 'accepted-listed' as const,
  units: Object.fromEntries(records.accepted().map(({ host, units }) => [host, units])),
});

/** What nixup brought each host to last, as the state has it. */
export const deploysListed = ({ records }: EngineContext) => ({
  type: 'deploys-listed' as const,
  systems: Object.fromEntries(records.lastDeploys().map(({ host, toplevel }) => [host, toplevel])),
});

/** Remembers what somebody accepted on a host. */
export const keepAccepted = async (
  context: EngineContext,
  host: string,
  units: readonly string[],
): Promise<Result<void, Failure>> => {
  const { records, emitter, world } = context;
  const kept = await records.keepAccepted({ host, units: [...units], at: world.clock.now() });
  emitter.emit(acceptedListed(context));
  return kept;
};

/** A unit that is well again is accepted no more: when it fails next, that is told. */
export const forgetRecovered = async (
  context: EngineContext,
  entry: HostEntry,
  facts: HostFacts,
): Promise<void> => {
  const accepted = acceptedOf(context, entry.name);
  const unwell = unwellNow(context, entry, facts);
  const left = accepted.filter((unit) => unwell.includes(unit));
  if (left.length < accepted.length) await keepAccepted(context, entry.name, left);
};
