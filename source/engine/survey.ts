import pLimit from 'p-limit';
import type { Failure } from '../model/failure.ts';
import { fleetEntries } from '../model/fleet-entries.ts';
import type { HostEntry, HostFacts } from '../model/host.ts';
import type { Result } from '../model/result.ts';
import { entriesOf } from '../model/selectors-targets.ts';
import type { EngineContext } from './context.ts';
import { evaluateHosts } from './expectations.ts';
import { exploreMissingFile } from './goals/test-files.ts';
import { judgeFleet } from './judge-fleet.ts';
import { tellUnlisted } from './unlisted-fleet.ts';

/** Connections opened at a time. */
const probesAtOnce = 16;

/**
 * A host is this machine when its name and its machine id are ours, the id as
 * far as it was ever asked. Neither is enough: names go stale, and machines
 * that were cloned share their id.
 */
const markThisMachine = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<readonly HostEntry[]> => {
  const read = await context.world.files.read('/etc/machine-id');
  const ours = read.ok ? (read.value?.trim() ?? '') : '';
  if (ours === '') return entries;
  return entries.map((entry) => {
    const known = context.records.machineId(entry.name);
    if (known === undefined) return entry;
    const isNamedSo = entry.here || entry.hostName === context.world.hostName;
    return { ...entry, here: isNamedSo && known === ours };
  });
};

/** Reads the hosts of the flake and what the config says of them. */
export const listFleet = async (
  context: EngineContext,
): Promise<readonly HostEntry[] | undefined> => {
  const { emitter, nix, config, world } = context;
  emitter.emit({ type: 'fleet-listing' });
  const listed = await nix.listHosts(context.flake);
  if (!listed.ok) {
    const failure = await exploreMissingFile(context, listed.failure, new Set());
    emitter.emit({ type: 'fleet-unlisted', failure });
    await tellUnlisted(context, failure);
    return undefined;
  }
  const settings = await nix.settings();
  const buildable = new Set(settings.ok ? settings.value.buildableSystems : []);
  const named = fleetEntries(listed.value, config, buildable, world.hostName);
  const hosts = await markThisMachine(context, named);
  emitter.emit({ type: 'fleet-listed', hosts });
  return hosts;
};

const isContacted = (entry: HostEntry): boolean => entry.role.kind === 'deployable';

/** Asks one host, and tells what it answered. */
const probeHost = async (
  context: EngineContext,
  entry: HostEntry,
): Promise<Result<HostFacts, Failure>> => {
  const { emitter, hosts } = context;
  emitter.emit({ type: 'host-probing', host: entry.name });
  const [probed] = await Promise.all([hosts.probe(entry), hosts.routes.learn(entry)]);
  emitter.emit(
    probed.ok
      ? { type: 'host-probed', host: entry.name, facts: probed.value }
      : { type: 'host-unprobed', host: entry.name, failure: probed.failure },
  );
  return probed;
};

export interface AskedHost {
  readonly entry: HostEntry;
  readonly probe: Promise<Result<HostFacts, Failure>>;
}

/** Asks every deployable host once, all at once with a limit. */
export const askHosts = (
  context: EngineContext,
  entries: readonly HostEntry[],
): readonly AskedHost[] => {
  const limit = pLimit(probesAtOnce);
  return entries
    .filter(isContacted)
    .map((entry) => ({ entry, probe: limit(() => probeHost(context, entry)) }));
};

/** Resolves when every deployable host answered, or is known not to. */
export const probeHosts = async (
  context: EngineContext,
  entries: readonly HostEntry[],
): Promise<void> => {
  await Promise.all(askHosts(context, entries).map(({ probe }) => probe));
};

/** Lists the hosts of the flake and, as wanted, asks them and Nix; then judges where each stands. */
export const surveyFleet = async (
  context: EngineContext,
  wanted: { readonly probe: boolean; readonly evaluate: boolean },
): Promise<void> => {
  const hosts = await listFleet(context);
  if (hosts === undefined) return;
  await Promise.all([
    wanted.probe ? probeHosts(context, hosts) : undefined,
    wanted.evaluate ? evaluateHosts(context, hosts) : undefined,
  ]);
  await judgeFleet(context, entriesOf(context.state(), context.state().hostNames));
};
