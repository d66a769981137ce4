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

/** Every host that the flake lists, as it is remembered. */
const fleetOf = ({ records, state }: IdentityContext): readonly OtherHost[] =>
  Object.values(state().hosts).map(({ entry: { name, hostName } }) => ({
    name,
    hostName,
    machineId: records.machineId(name) ?? null,
  }));

const knownAs = (context: IdentityContext, { name }: HostEntry, found: Found): string | null =>
  knownMachine(
    context.records.machineId(name) ?? null,
    context.hosts.moved.expectedMachine(name),
    found.machineId,
  );

/** The failure where a machine answers for a host that is known as another host of the fleet; else null. */
const otherHost = (context: IdentityContext, entry: HostEntry, found: Found): Failure | null =>
  judgeOtherHost(entry, knownAs(context, entry, found), found, fleetOf(context));

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
): readonly string[] => sharersOf(entry, found.machineId, fleetOf(context));
