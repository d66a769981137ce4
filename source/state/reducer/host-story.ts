import type { HostWork } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { AppEvent, RunEvent } from '../events.ts';
import { systemOfWork } from '../known-work.ts';
import type { StageState } from '../stage.ts';

type Journaled = AppEvent & RunEvent;

/** What journals say of a host and of one system of it. */
export interface HostStory {
  /** The last thing that was done with it. */
  readonly work: HostWork;
  /** Its health was compared with the baseline after that, and is as before. */
  readonly isHealthy: boolean;
  /** What it ran before it was taken to the system; null where no journal says so. */
  readonly from: StorePath | null;
}

/** What one run did with a host, as far as it concerns the system. */
interface Chapter {
  work: HostWork | null;
  /** Null where the run compared nothing after its work. */
  health: 'as before' | 'worse' | null;
  from: StorePath | null;
}

/** What a verification says of the health of each host; null while it runs. */
const healthBy = (state: StageState): ((host: string) => Chapter['health']) => {
  switch (state.kind) {
    case 'passed':
    case 'begun':
    case 'partly': {
      if (state.kind === 'partly' && state.ending === 'unhealthy') return () => 'worse';
      if (state.hosts === undefined) return () => (state.kind === 'passed' ? 'as before' : null);
      const hosts = new Set(state.hosts);
      return (host) => (hosts.has(host) ? 'as before' : null);
    }
    case 'failed':
      return () => 'worse';
    case 'todo':
    case 'running':
    case 'skipped':
    case 'outdated':
      return () => null;
  }
};

/** Whether what was done with the host concerns this system. `planned`: where this run was to take it. */
const concerns = (work: HostWork, toplevel: StorePath, planned: StorePath | null): boolean => {
  switch (work.kind) {
    case 'succeeded':
    case 'unchanged':
    case 'unhealthy':
      return systemOfWork(work) === toplevel;
    case 'rolledBack':
      return work.from === toplevel || planned === toplevel;
    case 'failed':
      return planned === toplevel && work.step !== 'evaluate' && work.step !== 'build';
    case 'canceled':
      return planned === toplevel;
    case 'pending':
    case 'skipped':
      // Such a host is in no plan: the run was for this system where it was for this tree.
      return planned === null || planned === toplevel;
    case 'idle':
    case 'built':
    case 'queued':
    case 'running':
    case 'waiting':
    case 'rollingBack':
      return false;
  }
};

/** A run, by host: each looks at its own events alone. */
interface RunByHost {
  readonly isOfTree: boolean;
  /** Events of each host, and of the verification of all, with their places in the run. */
  readonly hosts: ReadonlyMap<string, readonly Placed<HostEvent>[]>;
  readonly verified: readonly Placed<(host: string) => Chapter['health']>[];
}

type HostEvent = Extract<Journaled, { readonly type: 'planned' | 'host-worked' }>;

interface Placed<Value> {
  readonly place: number;
  readonly value: Value;
}

const indexOf = (events: readonly Journaled[], of: OfTree): RunByHost => {
  const hosts = new Map<string, Placed<HostEvent>[]>();
  const verified: RunByHost['verified'][number][] = [];
  for (const [place, event] of events.entries())
    if (event.type === 'planned' || event.type === 'host-worked') {
      const own = hosts.get(event.host);
      if (own === undefined) hosts.set(event.host, [{ place, value: event }]);
      else own.push({ place, value: event });
    } else if (event.type === 'stage-changed' && event.stage === 'verify')
      verified.push({ place, value: healthBy(event.state) });
  return { isOfTree: isOfTree(events, of), hosts, verified };
};

const chapterOf = (
  { isOfTree: isOf, hosts, verified }: RunByHost,
  host: string,
  toplevel: StorePath,
): Chapter => {
  const chapter: Chapter = { work: null, health: null, from: null };
  let planned: StorePath | null = null;
  // Where in the run the last thing was done: health that was compared before says nothing of it.
  let since = -1;
  for (const { place, value: event } of hosts.get(host) ?? [])
    if (event.type === 'planned') {
      planned = event.to;
      if (event.to === toplevel && event.mode !== 'rollback') chapter.from = event.from;
    } else {
      const isVague = event.work.kind === 'pending' || event.work.kind === 'skipped';
      if ((isVague && planned === null && !isOf) || !concerns(event.work, toplevel, planned))
        continue;
      chapter.work = event.work;
      since = place;
    }
  for (const { place, value: healthOf } of verified)
    if (place > since) chapter.health = healthOf(host) ?? chapter.health;
  return chapter;
};

const isDeployed = (work: HostWork): boolean =>
  work.kind === 'succeeded' && work.deed !== 'rollback';

/** Tells only that a run found the host so: an earlier run may have done more. */
const isFound = ({ kind }: HostWork): boolean =>
  kind === 'unchanged' || kind === 'pending' || kind === 'skipped' || kind === 'canceled';

/** What runs were for: the tree, and the lock of it. */
export interface OfTree {
  readonly tree: string | null;
  /** Its fingerprint; null where it is not known. */
  readonly lock: string | null;
}

/**
 * Whether a run was for this tree: it began with it, committed it, or brought the lock to that of it. A
 * run that updates the lock begins with another tree than the one that it tests.
 */
const isOfTree = (events: readonly Journaled[], { tree, lock }: OfTree): boolean => {
  const start = events.find((event) => event.type === 'run-started');
  if (start === undefined) return false;
  const moved = events.findLast((event) => event.type === 'inputs-moved');
  const end = moved?.lock ?? start.lock;
  if (end === start.lock && start.tree !== null && start.tree === tree) return true;
  if (events.some((event) => event.type === 'described' && event.tree === tree)) return true;
  return end !== start.lock && lock !== null && end === lock;
};

const storyIn = (
  runs: readonly RunByHost[],
  host: string,
  toplevel: StorePath,
): HostStory | null => {
  let found: Chapter | null = null;
  let health: Chapter['health'] = null;
  for (const run of runs) {
    const chapter = chapterOf(run, host, toplevel);
    health ??= chapter.health;
    const { work, from } = chapter;
    if (work === null) continue;
    if (isFound(work)) {
      found ??= chapter;
      continue;
    }
    const isOver = (work.kind === 'failed' || work.kind === 'rolledBack') && found !== null;
    if (isOver && found?.work?.kind === 'unchanged') break;
    return { work, isHealthy: health === 'as before' && isDeployed(work), from };
  }
  return found?.work == null
    ? null
    : {
        work: found.work,
        isHealthy: health === 'as before' && found.work.kind === 'unchanged',
        from: found.from,
      };
};

/**
 * What was done with each host for one system of it, by the journals of runs, the newest first. `of`: the
 * tree that gave the host that system. A run that only found the host so says nothing of an earlier one
 * that deployed it; what failed is over where a later run found the system running. Null where no run
 * did anything. The runs are looked through once, whatever the number of hosts. Pure.
 */
export const hostStories = (
  runs: readonly (readonly Journaled[])[],
  of: OfTree,
): ((host: string, toplevel: StorePath) => HostStory | null) => {
  const indexed = runs.map((events) => indexOf(events, of));
  return (host, toplevel) => storyIn(indexed, host, toplevel);
};
