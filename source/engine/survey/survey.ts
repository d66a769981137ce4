import pLimit from 'p-limit';
import { besideOthers } from '../../model/causes/known-causes.ts';
import type { HostCause } from '../../model/causes/test-causes.ts';
import { fleetEntries } from '../../model/config/host-entries.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { entriesOf } from '../../state/hosts.ts';
import { causeOfFailure, findCauses, syntaxCause } from '../build/causes.ts';
import { evaluateHosts, expectFromRecords } from '../build/expectations.ts';
import { exploreMissingFile } from '../build/explore.ts';
import { gitRefusal } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { rememberFleet } from '../run/remember.ts';
import { answerFlakeAgain } from './answer-again.ts';
import { otherMachine, otherMachineSeen, sharesMachineWith } from './identity.ts';
import { judgeFleet } from './judge-fleet.ts';

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

/**
 * Entries that build images, and run: NixOS answered at their address now or
 * before. The flake alone cannot tell a medium from a host that was made from it. Who answered
 * before is a host whoever is asked now.
 */
const runningImages = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  isAsked: (entry: HostEntry) => boolean,
): Promise<ReadonlySet<string>> => {
  const { records } = context;
  const limit = pLimit(probesAtOnce);
  const images = entries.filter(({ role }) => role.kind === 'left-out' && role.isImage === true);
  const answers = await Promise.all(
    images.map(async (entry) => {
      if (records.machineId(entry.name) !== undefined) return [entry.name];
      if (!isAsked(entry)) return [];
      const probed = await limit(() => context.hosts.probe(entry));
      if (!probed.ok || otherMachine(context, entry, probed.value) !== null) return [];
      if (probed.value.machineId !== null)
        await records.keepMachineId(entry.name, probed.value.machineId);
      return [entry.name];
    }),
  );
  return new Set(answers.flat());
};

/** Reads the hosts of the flake and what the config says of them. */
export const readFleet = async (
  context: EngineContext,
  among: (entry: HostEntry) => boolean = () => true,
): Promise<readonly HostEntry[] | undefined> => {
  const { emitter, nix, config, world } = context;
  emitter.emit({ type: 'fleet-listing' });
  const listed = await nix.listHosts(context.flake);
  if (!listed.ok) {
    // Nix only says that git failed.
    const failure =
      (await gitRefusal(context)) ?? (await exploreMissingFile(context, listed.failure, new Set()));
    emitter.emit({ type: 'fleet-unlisted', failure });
    await tellUnlisted(context, failure);
    return undefined;
  }
  const settings = await nix.settings();
  const buildable = new Set(settings.ok ? settings.value.buildableSystems : []);
  const named = fleetEntries(listed.value, config, buildable, world.hostName);
  const hosts = await markThisMachine(context, named);
  emitter.emit({ type: 'fleet-listed', hosts });
  const running = await runningImages(context, hosts, among);
  if (running.size === 0) return hosts;
  const asHosts = listed.value.map((host) =>
    running.has(host.name) ? { ...host, isImage: false } : host,
  );
  const all = await markThisMachine(
    context,
    fleetEntries(asHosts, config, buildable, world.hostName),
  );
  emitter.emit({ type: 'fleet-listed', hosts: all });
  return all;
};

const isContacted = (entry: HostEntry): boolean => entry.role.kind === 'deployable';

/**
 * Answers of a machine that the host is not known by, or that is another host of the fleet, do not
 * count as the host's.
 */
const asMeant = (
  context: EngineContext,
  entry: HostEntry,
  facts: HostFacts,
): Result<HostFacts, Failure> => {
  const mismatch = otherMachineSeen(context, entry, facts);
  if (mismatch !== null) return failed(mismatch);
  const sharers = sharesMachineWith(context, entry, facts);
  return success(sharers.length === 0 ? facts : { ...facts, sharesMachineWith: sharers });
};

/** Asks one host, and tells what it answered. */
const probeHost = async (
  context: EngineContext,
  entry: HostEntry,
): Promise<Result<HostFacts, Failure>> => {
  const { emitter, hosts } = context;
  emitter.emit({ type: 'host-probing', host: entry.name });
  const [answer] = await Promise.all([hosts.probe(entry), hosts.routes.learn(entry)]);
  const probed = answer.ok ? asMeant(context, entry, answer.value) : answer;
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

/** What is asked about a fleet. */
export interface SurveyScope {
  readonly probe: boolean;
  readonly evaluate: boolean;
  /** Names of those that are asked, once the hosts are listed: nobody logs in to another. All of them without it. */
  readonly among?: (() => readonly string[]) | undefined;
}

/** Lists the hosts of the flake and, as wanted, asks them and Nix; then judges where each stands. */
export const surveyFleet = async (context: EngineContext, wanted: SurveyScope): Promise<void> => {
  const isMeant = ({ name }: HostEntry): boolean => wanted.among?.().includes(name) ?? true;
  const listed = await readFleet(context, isMeant);
  answerFlakeAgain(context);
  if (listed === undefined) return;
  const hosts = listed.filter(isMeant);
  await Promise.all([
    wanted.probe ? probeHosts(context, hosts) : undefined,
    wanted.evaluate ? evaluateHosts(context, hosts) : undefined,
    // What was built of the others is known without them, and counts for the whole fleet.
    wanted.evaluate
      ? expectFromRecords(
          context,
          listed.filter((entry) => !isMeant(entry)),
        )
      : undefined,
  ]);
  await judgeFleet(context, entriesOf(context.state(), context.state().hostNames));
  await rememberFleet(context);
};

/**
 * The reason why no host can be listed is shown like a cause of a failed test: with its place in
 * the flake, and what can be done. Where files do not parse, every such file.
 */
const tellUnlisted = async (context: EngineContext, failure: Failure): Promise<void> => {
  if (failure.code !== 'evaluation-failed') return;
  const syntax = await context.nix.checkFlakeSyntax(context.flake);
  const { files, problems } = syntax.ok ? syntax.value : { files: [], problems: [] };
  const named = failure.because?.class === 'syntax' ? problems.map(syntaxCause) : [];
  const causes = named.length > 0 ? named : [causeOfFailure(failure)];
  const found = findCauses(
    context,
    causes.map((cause): HostCause => ({ host: null, step: 'evaluate', cause })),
    new Set(files),
  );
  const ofHosts = context.state().causes.filter(({ hosts }) => hosts.length > 0);
  context.emitter.emit({ type: 'causes-found', causes: besideOthers(found, ofHosts) });
};
