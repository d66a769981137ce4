import pLimit from 'p-limit';
import type { CommitFacts, NotedPackage } from '../../model/commit/facts.ts';
import { nixBlock } from '../../model/commit/nix-block.ts';
import { heldInputs } from '../../model/config/settings.ts';
import type { HostWork } from '../../model/host/host.ts';
import { breakingChanges } from '../../model/inputs/breaking.ts';
import { rangeOf } from '../../model/inputs/commits.ts';
import { isOwnInput, type LockChange } from '../../model/lock/change.ts';
import { fingerprintOf } from '../../model/lock/facts.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { ownOf } from '../../model/own-of.ts';
import { comparePackages, type PackageDifference } from '../../model/packages/packages.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { notedChanges } from '../../model/packages/review.ts';
import { showDate } from '../../model/words/format-time.ts';
import { type Closures, createClosures } from '../../services/nix/store.ts';
import type { AppEvent, RunEvent } from '../../state/events.ts';
import { deployableHosts } from '../../state/hosts.ts';
import { knownWork } from '../../state/known-work.ts';
import { type HostStory, hostStories } from '../../state/reducer/host-story.ts';
import type { HostState } from '../../state/state.ts';
import { tellReleaseNotes } from '../inputs/commit-counts.ts';
import { loadAllCommits } from '../inputs/commits.ts';
import type { EngineContext } from '../run/context.ts';

/** The events of one run, as its journal has them. */
export type JournaledRun = readonly (AppEvent & RunEvent)[];

/** Runs whose journals are read at most, for what was done for one tree. */
const mostRuns = 100;

/** Commits and release notes are read so long at most, ms. */
const longestReadMs = 20_000;

/** Systems whose packages are compared at most; hosts with the same systems count once. */
const mostComparisons = 24;

/** A fleet logs much more than what is told of it here: the rest is not kept while other journals are read. */
const toldTypes: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  'run-started',
  'inputs-moved',
  'planned',
  'host-worked',
  'stage-changed',
  'achieved',
  'described',
  'result',
]);

/** Commits of nixup's own that are looked at, the newest first. */
const mostOwnCommits = 20;

/**
 * When nixup made the last commit that HEAD has, ms since the epoch; null where none is known. The dates of
 * other people's commits say nothing of the runs here.
 */
const lastOwnCommit = async ({ records, git }: EngineContext): Promise<number | null> => {
  for (const { revision, at } of records.commits().toReversed().slice(0, mostOwnCommits)) {
    const isThere = await git.isAncestor(revision, 'HEAD');
    if (isThere.ok && isThere.value) return at;
  }
  return null;
};

/**
 * The journals of the runs that can have done something for this tree, the newest first: those that
 * ended after the last commit was made. What was done before belongs to that one.
 */
const runsSince = async (
  { journal }: EngineContext,
  since: number | null,
): Promise<readonly JournaledRun[]> => {
  // What this run did so far may still wait for its turn on the disk.
  await journal.settled();
  const ids = (await journal.runs()).toReversed().slice(0, mostRuns);
  const runs: JournaledRun[] = [];
  for (const id of ids) {
    const events = await journal.read(id);
    const end = events.at(-1)?.at;
    if (since !== null && end !== undefined && end < since) break;
    runs.push(events.filter(({ type }) => toldTypes.has(type)));
  }
  return runs;
};

/** What an earlier try of a commit of this lock wrote into its journal: the packages are those of its tree. */
const describedBefore = (
  runs: readonly JournaledRun[],
  lock: string | null,
  tree: string | null,
): CommitFacts | null => {
  if (lock === null) return null;
  for (const events of runs) {
    const told = events.findLast((event) => event.type === 'described' && event.lock === lock);
    if (told?.type !== 'described') continue;
    const { packages: _packages, ...inputs } = told.facts;
    return told.tree === tree ? told.facts : inputs;
  }
  return null;
};

const toplevelOf = ({ expectation }: HostState): StorePath | null =>
  expectation.kind === 'known' ? expectation.toplevel : null;

/** What was done with a host: by the journals; where they say nothing, by records and the host itself. */
const workOf = (
  { records }: EngineContext,
  host: HostState,
  story: HostStory | null,
  head: string | null,
): HostWork => {
  const { name } = host.entry;
  const toplevel = toplevelOf(host);
  const isCommitted = toplevel !== null && records.evaluation(name, head)?.toplevel === toplevel;
  if (story !== null) {
    const { work } = story;
    // What the last commit gave the host already was deployed for that commit, not for this tree.
    return isCommitted && work.kind === 'succeeded' && work.deed !== 'rollback'
      ? { kind: 'unchanged', toplevel, at: work.at }
      : work;
  }
  return knownWork(
    { ...host, work: host.work.kind === 'built' ? host.work : { kind: 'idle' } },
    {
      deployed: records.lastDeploy(name),
      waiting: records.pending().find((one) => one.host === name)?.toplevel ?? null,
      committed: records.evaluation(name, head)?.toplevel ?? null,
    },
  );
};

/** Does the work as long as commits are read at most; it looks itself whether that is over. */
export const whileReading = async (
  { world }: Pick<EngineContext, 'world'>,
  work: (isOver: () => boolean) => Promise<void>,
): Promise<void> => {
  let isOver = false;
  let stopTimer: (() => void) | undefined;
  const late = new Promise<void>((resolve) => {
    stopTimer = world.clock.after(longestReadMs, resolve);
  });
  await Promise.race([work(() => isOver), late]);
  stopTimer?.();
  isOver = true;
};

/** Reads what commits and release notes say, for so long at most; what is missing then is told as not known. */
const readInputs = async (context: EngineContext): Promise<void> => {
  await whileReading(context, async (isOver) => {
    await loadAllCommits(context, isOver);
    await tellReleaseNotes(context, isOver);
  });
  context.emitter.flush();
};

/** Own inputs whose commits nobody could read in full. */
const unreadInputs = (context: EngineContext, changes: readonly LockChange[]): readonly string[] =>
  changes.flatMap((change) => {
    if (!isOwnInput(change) || rangeOf(change) === null) return [];
    const known = ownOf(context.state().commits, change.path);
    return known?.subjects == null || known.rest != null ? [change.path] : [];
  });

const changedInputs = async (
  context: EngineContext,
  before: CommitFacts | null,
): Promise<Pick<CommitFacts, 'changes' | 'breaking' | 'unread'>> => {
  const { lock } = context.state();
  if (lock.kind !== 'read' || lock.changes.length === 0) return { changes: [] };
  if (before !== null) {
    const { changes, breaking, unread } = before;
    return {
      changes,
      ...(breaking === undefined ? {} : { breaking }),
      ...(unread === undefined ? {} : { unread }),
    };
  }
  await readInputs(context);
  const { commits, releaseNotes } = context.state();
  const { changes, inputs } = lock;
  const unread = unreadInputs(context, changes);
  return {
    changes: changes.map((change) => ({
      change,
      count: ownOf(commits, change.path)?.count ?? change.commits ?? null,
    })),
    // Two commits of one subject are told once in a message.
    breaking: [
      ...new Set(
        breakingChanges(changes, commits, inputs, releaseNotes).map(
          ({ input, text }) => `${input}: ${text}`,
        ),
      ),
    ],
    ...(unread.length === 0 ? {} : { unread }),
  };
};

/** Both systems of a host, and who has their packages. */
interface Compared {
  readonly host: HostState;
  readonly from: StorePath;
  readonly to: StorePath;
}

const differenceOf = async (
  closures: Closures,
  { host, from, to }: Compared,
  known: HostPackages | undefined,
): Promise<PackageDifference | null> => {
  const { entry, probe } = host;
  if (known?.kind === 'compared' && known.difference.old === from && known.difference.new === to)
    return known.difference;
  const read = async (path: StorePath) => {
    const here = await closures.here(path);
    if (here.ok && here.value !== null) return here.value;
    if (probe.kind === 'failed') return null;
    const there = await closures.on(entry, path);
    return there.ok ? there.value : null;
  };
  const [old, now] = [await read(from), await read(to)];
  return old === null || now === null ? null : comparePackages(old, now);
};

/** Kernel, systemd and major versions, by what hosts ran before and run for this tree. */
const notedPackages = async (
  context: EngineContext,
  compared: readonly Compared[],
): Promise<readonly NotedPackage[]> => {
  const closures = createClosures(context.world, context.hosts.run);
  const { packages: known } = context.state();
  const pairs = new Map<string, Compared[]>();
  for (const one of compared) {
    const key = `${one.from} ${one.to}`;
    pairs.set(key, [...(pairs.get(key) ?? []), one]);
  }
  const limit = pLimit(4);
  const differences = await Promise.all(
    [...pairs.values()].slice(0, mostComparisons).map((group) =>
      limit(async () => {
        const [first] = group;
        return {
          hosts: group.map(({ host }) => host.entry.name),
          difference:
            first === undefined
              ? null
              : await differenceOf(closures, first, known[first.host.entry.name]),
        };
      }),
    ),
  );
  const noted = new Map<string, NotedPackage>();
  for (const { hosts, difference } of differences)
    for (const { name, old, new: now } of notedChanges(difference?.changes ?? [])) {
      const key = [name, ...old, '→', ...now].join(' ');
      noted.set(key, { name, old, new: now, hosts: [...(noted.get(key)?.hosts ?? []), ...hosts] });
    }
  return [...noted.values()];
};

const storiesOf = (
  context: EngineContext,
  runs: readonly JournaledRun[],
): ReadonlyMap<string, HostStory | null> => {
  const { hosts, git, lock } = context.state();
  const storyOf = hostStories(runs, { tree: git?.tree ?? null, lock: fingerprintOf(lock) });
  return new Map(
    Object.values(hosts).map((host) => {
      const toplevel = toplevelOf(host);
      const { name } = host.entry;
      return [name, toplevel === null ? null : storyOf(name, toplevel)] as const;
    }),
  );
};

/** The journals of the last runs, the newest first. */
export const recentRuns = (context: EngineContext): Promise<readonly JournaledRun[]> =>
  runsSince(context, null);

/**
 * What the message of a commit is made of: the lock, and the journals of the runs for this tree. The
 * same runs give the same facts, whenever they are asked for.
 */
export const messageFacts = async (
  context: EngineContext,
  files: readonly string[],
): Promise<CommitFacts> => {
  const { records, config } = context;
  const { hosts, git, lock } = context.state();
  const all = Object.values(hosts);
  const runs = await runsSince(context, await lastOwnCommit(context));
  const before = describedBefore(runs, fingerprintOf(lock), git?.tree ?? null);
  const inputs = await changedInputs(context, before);
  const stories = storiesOf(context, runs);
  const compared = all.flatMap((host): readonly Compared[] => {
    const to = toplevelOf(host);
    const from = stories.get(host.entry.name)?.from ?? host.facts?.current ?? null;
    return to === null || from === null || from === to ? [] : [{ host, from, to }];
  });
  const packages = before?.packages ?? (await notedPackages(context, compared));
  const block = config.commit.nixBlock
    ? nixBlock(inputs.changes.map(({ change }) => change))
    : undefined;
  const head = await context.git.treeAt('HEAD');
  const today = showDate(context.world.clock.now());
  const healthy = all.flatMap(({ entry }) =>
    stories.get(entry.name)?.isHealthy === true ? [entry.name] : [],
  );
  return {
    ...inputs,
    style: config.commit.style,
    built: all.flatMap(({ entry, expectation }) =>
      expectation.kind === 'known' && expectation.builtAt !== null ? [entry.name] : [],
    ),
    tests: [
      ...new Set(
        all.flatMap(({ entry }) => records.evaluation(entry.name, git?.tree ?? null)?.tests ?? []),
      ),
    ],
    hosts: all.map((host) => ({
      name: host.entry.name,
      work: workOf(context, host, stories.get(host.entry.name) ?? null, head),
    })),
    deployable: deployableHosts(context.state()),
    held: [...heldInputs(config, today)].map(([input, { reason, until }]) => ({
      input,
      reason: until === null ? reason : `${reason} (until ${until})`,
    })),
    files,
    ...(packages.length === 0 ? {} : { packages }),
    ...(healthy.length === 0 ? {} : { healthy }),
    ...(block === undefined ? {} : { nixBlock: block }),
  };
};
