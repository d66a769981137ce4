import { fleetEntries, type ListedHost } from '../../model/config/host-entries.ts';
import { hostSettings } from '../../model/config/settings.ts';
import type { HostEntry } from '../../model/host/host.ts';
import type { HostQuestion } from '../../services/nix/batch-expression.ts';
import type { ListHostsOptions } from '../../services/nix/list.ts';
import {
  createExpecting,
  currentTree,
  evaluationLimits,
  expecting,
  isEvaluated,
  isTreeStill,
  usesEvalJobs,
} from '../build/expectations.ts';
import { exploreMissingFile } from '../build/explore.ts';
import { gitRefusal } from '../lock/observe.ts';
import type { EngineContext } from '../run/context.ts';
import { createAsking, type HostAsking } from './asking.ts';
import { otherMachine } from './identity.ts';
import { keepListing, readListings } from './listings.ts';
import { tellUnlisted } from './unlisted.ts';

interface ReadFleetOptions {
  /** Which hosts are asked about; all of them without it. The others are listed by what is known. */
  readonly isAsked?: ((entry: HostEntry) => boolean) | undefined;
  /** What they should run is evaluated together with their facts, as far as it is not recorded. */
  readonly evaluates?: boolean | undefined;
  /** Called as soon as the names are known, and told. */
  readonly onNamed?: ((entries: readonly HostEntry[]) => void) | undefined;
  readonly asking?: HostAsking | undefined;
  /** Called with hosts about whose system Nix was asked. */
  readonly onEvaluated?: ((hosts: readonly string[]) => void) | undefined;
}

/**
 * A host is this machine when its name and its machine id are ours, the id as
 * far as it was ever asked. Neither is enough: names go stale, and machines
 * that were cloned share their id.
 */
const markThisMachine = (
  { records, world }: EngineContext,
  entries: readonly HostEntry[],
  ours: string,
): readonly HostEntry[] =>
  ours === ''
    ? entries
    : entries.map((entry) => {
        const known = records.machineId(entry.name);
        if (known === undefined) return entry;
        const isNamedSo = entry.here || entry.hostName === world.hostName;
        return { ...entry, here: isNamedSo && known === ours };
      });

/**
 * Entries that build images, and run: NixOS answered at their address now or
 * before. The flake alone cannot tell a medium from a host that was made from it. Who answered
 * before is a host whoever is asked now.
 */
const runningImages = async (
  context: EngineContext,
  entries: readonly HostEntry[],
  isAsked: (entry: HostEntry) => boolean,
  asking: HostAsking,
): Promise<ReadonlySet<string>> => {
  const { records } = context;
  const images = entries.filter(({ role }) => role.kind === 'left-out' && role.isImage === true);
  const answers = await Promise.all(
    images.map(async (entry) => {
      if (!isAsked(entry)) return [];
      const probed = await asking.answerOf(entry);
      if (!probed.ok || otherMachine(context, entry, probed.value) !== null) return [];
      if (probed.value.machineId !== null)
        await records.keepMachineId(entry.name, probed.value.machineId);
      return [entry.name];
    }),
  );
  return new Set(answers.flat());
};

/** Whether Nix said anything about it. */
const isDescribed = ({ system, hostName, isImage, failure }: ListedHost): boolean =>
  system !== null || hostName !== null || isImage || failure !== null;

const undescribed = (name: string): ListedHost => ({
  name,
  system: null,
  hostName: null,
  isImage: false,
  failure: null,
});

type Questions = Awaited<ReturnType<NonNullable<ListHostsOptions['onNames']>>>;

/** What is known of the hosts while they are read. */
interface KnownFleet {
  names: readonly string[];
  systems: readonly string[];
  /** For the tree as it is. */
  readonly facts: Map<string, ListedHost>;
  /** Whether the names are those of the tree as it is. */
  readonly isListed: boolean;
  /** The hosts with what the config says of them; images in `running` are hosts. */
  entries(running?: ReadonlySet<string>): readonly HostEntry[];
  /** Remembers it for the next start, where the tree is still the one that Nix was asked about. */
  keep(): Promise<void>;
}

const noHosts: ReadonlySet<string> = new Set();

const openKnown = async (context: EngineContext, tree: string | null): Promise<KnownFleet> => {
  const { config, records, world } = context;
  const [kept, machine] = await Promise.all([
    readListings(context),
    world.files.read('/etc/machine-id'),
  ]);
  const ours = machine.ok ? (machine.value?.trim() ?? '') : '';
  const same = tree === null ? undefined : kept.find((listing) => listing.tree === tree);
  const last = kept.at(-1);
  const known: KnownFleet = {
    names: same?.names ?? [],
    systems: last?.systems ?? [],
    facts: new Map(same?.facts),
    isListed: same !== undefined,
    entries: (running = noHosts) => {
      const listed = known.names.map((name) => {
        // What an earlier tree said holds until Nix says more.
        const host = known.facts.get(name) ?? last?.facts.get(name) ?? undescribed(name);
        const runs = running.has(name) || (host.isImage && records.machineId(name) !== undefined);
        return runs ? { ...host, isImage: false } : host;
      });
      const systems = new Set(known.systems);
      return markThisMachine(context, fleetEntries(listed, config, systems, world.hostName), ours);
    },
    keep: async () => {
      if (tree === null || !(await isTreeStill(context, tree))) return;
      const { names, systems, facts } = known;
      await keepListing(context, kept, { tree, names, systems, facts });
    },
  };
  return known;
};

/** What is asked about a host; null where all of it is known. */
const questionOf = (
  context: EngineContext,
  known: KnownFleet,
  host: string,
  evaluates: boolean,
): HostQuestion | null => {
  const { build, buildOn, deploy } = hostSettings(context.config, host);
  const describes = !known.facts.has(host);
  const isRecorded = context.records.evaluation(host, currentTree(context)) !== undefined;
  const toplevel =
    !evaluates || isRecorded || build === false
      ? 'no'
      : deploy === true || buildOn !== 'local' || context.records.machineId(host) !== undefined
        ? 'always'
        : 'where-it-runs';
  return describes || toplevel !== 'no' ? { host, describes, toplevel } : null;
};

/** Reads the hosts of the flake and what the config says of them; undefined where nobody can list them. */
// Over 60 lines: what is known grows with each answer, and each is told as the fleet.
export const readFleet = async (
  context: EngineContext,
  options: ReadFleetOptions = {},
): Promise<readonly HostEntry[] | undefined> => {
  const { emitter, nix } = context;
  const { isAsked = () => true, evaluates = false, onNamed } = options;
  const asking = options.asking ?? createAsking(context);
  emitter.emit({ type: 'fleet-listing' });
  const tree = currentTree(context);
  const settings = nix.settings();
  const known = await openKnown(context, tree);
  const tellFleet = (entries: readonly HostEntry[]): readonly HostEntry[] => {
    emitter.emit({ type: 'fleet-listed', hosts: entries });
    return entries;
  };

  const expected = createExpecting(context, tree);
  const evaluating = new Set<string>();
  const questions = async (names: readonly string[]): Promise<Questions> => {
    known.names = names;
    const entries = tellFleet(known.entries());
    onNamed?.(entries);
    const asked = entries
      .filter((entry) => entry.role.kind !== 'refused' && isAsked(entry))
      .flatMap(({ name }) => questionOf(context, known, name, evaluates) ?? []);
    const toplevels = asked.filter(({ toplevel }) => toplevel !== 'no');
    const isByJobs = await usesEvalJobs(context, toplevels);
    const found = await settings;
    if (found.ok) known.systems = found.value.buildableSystems;
    if (!isByJobs) for (const { host } of toplevels) evaluating.add(host);
    return {
      systems: known.systems,
      questions: isByJobs
        ? asked.flatMap((one) => (one.describes ? { ...one, toplevel: 'no' as const } : []))
        : asked,
    };
  };

  let wasAsked = !known.isListed;
  const listed = await nix.listHosts(context.flake, {
    ...evaluationLimits(context),
    names: known.isListed ? known.names : undefined,
    onNames: questions,
    onAsk: (hosts) => {
      wasAsked = true;
      emitter.emit(
        ...expecting(
          hosts.filter((host) => evaluating.has(host)),
          'evaluating',
        ),
      );
    },
    onBatch: async ({ described, evaluated }) => {
      for (const host of described) known.facts.set(host.name, host);
      const entries = described.length === 0 ? known.entries() : tellFleet(known.entries());
      const counted = new Set(entries.filter(isEvaluated).map(({ name }) => name));
      const told = evaluated.filter(([host]) => counted.has(host));
      for (const [host] of told) evaluating.delete(host);
      options.onEvaluated?.(told.map(([host]) => host));
      await expected.add(told);
    },
  });
  if (!listed.ok) {
    // Nix only says that git failed.
    const failure =
      (await gitRefusal(context)) ?? (await exploreMissingFile(context, listed.failure, new Set()));
    emitter.emit({ type: 'fleet-unlisted', failure });
    await tellUnlisted(context, failure);
    return undefined;
  }
  await expected.settle();
  // No system that runs here, as its facts say.
  emitter.emit(...expecting([...evaluating], 'unknown'));
  known.names = listed.value.map(({ name }) => name);
  for (const host of listed.value) if (isDescribed(host)) known.facts.set(host.name, host);
  const found = await settings;
  if (found.ok) known.systems = found.value.buildableSystems;
  if (wasAsked) await known.keep();
  const hosts = tellFleet(known.entries());
  const running = await runningImages(context, hosts, isAsked, asking);
  return running.size === 0 ? hosts : tellFleet(known.entries(running));
};
