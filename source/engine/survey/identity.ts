import {
  judgeIdentity,
  judgeOtherHost,
  knownMachine,
  type OtherHost,
  sharersOf,
} from '../../model/deploy/evidence.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import type { EngineContext } from '../run/context.ts';

type Found = Pick<HostFacts, 'hostName' | 'machineId'>;

type IdentityContext = Pick<EngineContext, 'records' | 'hosts' | 'state'>;

const labelOf = (name: string): string => name.split('.')[0] ?? name;

/** The hosts of the fleet, as they are remembered, by machine id and by the first label of their names. */
const indexHosts = (all: readonly OtherHost[]) => {
  const labels = all.flatMap((host) =>
    [...new Set([host.name, host.hostName ?? host.name].map(labelOf))].map((label) => ({
      label,
      host,
    })),
  );
  return {
    byMachine: Map.groupBy(all, ({ machineId }) => machineId),
    byLabel: Map.groupBy(labels, ({ label }) => label),
  };
};

/** For a list of hosts: a thousand answers are compared with a thousand hosts. */
const indexes = new WeakMap<
  readonly string[],
  {
    readonly machines: ReadonlyMap<string, string>;
    readonly index: ReturnType<typeof indexHosts>;
  }
>();

/** Entries change with the list of hosts only, and not with what a host answers. */
const indexOf = ({ records, state }: IdentityContext): ReturnType<typeof indexHosts> => {
  const { hostNames, hosts } = state();
  const machines = records.machineIds();
  const kept = indexes.get(hostNames);
  if (kept?.machines === machines) return kept.index;
  const index = indexHosts(
    Object.values(hosts).map(({ entry: { name, hostName } }) => ({
      name,
      hostName,
      machineId: machines.get(name) ?? null,
    })),
  );
  indexes.set(hostNames, { machines, index });
  return index;
};

/** Hosts that the flake lists, and that what answered may be: by its machine id, or by its name. */
const fleetOf = (
  context: IdentityContext,
  { hostName, machineId }: Found,
): readonly OtherHost[] => {
  const { byMachine, byLabel } = indexOf(context);
  const named = hostName === null ? [] : (byLabel.get(labelOf(hostName)) ?? []);
  return [
    ...new Set([
      ...(machineId === null ? [] : (byMachine.get(machineId) ?? [])),
      ...named.map(({ host }) => host),
    ]),
  ];
};

const knownAs = (context: IdentityContext, { name }: HostEntry, found: Found): string | null =>
  knownMachine(
    context.records.machineId(name) ?? null,
    context.hosts.moved.expectedMachine(name),
    found.machineId,
  );

/** The failure where a machine answers for a host that is known as another host of the fleet; else null. */
const otherHost = (context: IdentityContext, entry: HostEntry, found: Found): Failure | null =>
  judgeOtherHost(entry, knownAs(context, entry, found), found, fleetOf(context, found));

/** A person named this machine: then its name does not count, since it may be the one before. */
const isNamedMachine = (
  { hosts }: IdentityContext,
  { name }: HostEntry,
  { machineId }: Found,
): boolean => machineId !== null && hosts.moved.expectedMachine(name) === machineId;

/** The failure where another machine than the one that is meant answers for a host; else null. */
export const otherMachine = (
  context: IdentityContext,
  entry: HostEntry,
  found: Found,
): Failure | null =>
  otherHost(context, entry, found) ??
  judgeIdentity(
    entry,
    {
      hostName: isNamedMachine(context, entry, found) ? null : entry.hostName,
      machineId: knownAs(context, entry, found),
    },
    found,
  );

/**
 * As `otherMachine`, where an answer is only looked at: a name that is no other host's does not
 * count. It is a finding about the host, and keeps nobody from its facts.
 */
export const otherMachineSeen = (
  context: IdentityContext,
  entry: HostEntry,
  found: Found,
): Failure | null =>
  otherHost(context, entry, found) ?? otherMachine(context, { ...entry, hostName: null }, found);

/** Other hosts of the fleet that are remembered by the id of this machine. */
export const sharesMachineWith = (
  context: IdentityContext,
  entry: HostEntry,
  found: Found,
): readonly string[] => sharersOf(entry, found.machineId, fleetOf(context, found));
