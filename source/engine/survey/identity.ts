import { judgeIdentity, knownMachine } from '../../model/deploy/evidence.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import type { EngineContext } from '../run/context.ts';

type Found = Pick<HostFacts, 'hostName' | 'machineId'>;

/** The failure where another machine than the one that is meant answers for a host; else null. */
export const otherMachine = (
  { records, hosts }: Pick<EngineContext, 'records' | 'hosts'>,
  entry: HostEntry,
  found: Found,
): Failure | null =>
  judgeIdentity(
    entry,
    {
      hostName: entry.hostName,
      machineId: knownMachine(
        records.machineId(entry.name) ?? null,
        hosts.moved.expectedMachine(entry.name),
        found.machineId,
      ),
    },
    found,
  );
