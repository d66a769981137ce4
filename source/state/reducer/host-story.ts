import type { HostWork } from '../../model/host/host.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import type { AppEvent, RunEvent } from '../events.ts';
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

/** What a verification says of the health of a host; null while it runs. */
const healthBy = (state: StageState, host: string): Chapter['health'] => {
  switch (state.kind) {
    case 'passed':
      return state.hosts === undefined || state.hosts.includes(host) ? 'as before' : null;
    case 'partly':
      if (state.ending === 'unhealthy') return 'worse';
      return state.hosts?.includes(host) === true ? 'as before' : null;
    case 'begun':
      return state.hosts.includes(host) ? 'as before' : null;
    case 'failed':
      return 'worse';
    case 'todo':
    case 'running':
    case 'skipped':
    case 'outdated':
      return null;
  }
};

/** Whether what was done with the host concerns this system. `planned`: where this run was to take it. */
const concerns = (work: HostWork, toplevel: StorePath, planned: StorePath | null): boolean => {
  switch (work.kind) {
    case 'succeeded':
      return work.deed === 'rollback' ? work.from === toplevel : work.to === toplevel;
    case 'unchanged':
      return work.toplevel === toplevel;
    case 'unhealthy':
      return work.to === toplevel;
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

const chapterOf = (
  events: readonly Journaled[],
  host: string,
  toplevel: StorePath,
  isOfTree: boolean,
): Chapter => {
  const chapter: Chapter = { work: null, health: null, from: null };
  let planned: StorePath | null = null;
  for (const event of events) {
    if (event.type === 'planned' && event.host === host) {
      planned = event.to;
      if (event.to === toplevel && event.mode !== 'rollback') chapter.from = event.from;
    } else if (event.type === 'host-worked' && event.host === host) {
      const isVague = event.work.kind === 'pending' || event.work.kind === 'skipped';
      if ((isVague && planned === null && !isOfTree) || !concerns(event.work, toplevel, planned))
        continue;
      chapter.work = event.work;
      chapter.health = null;
    } else if (event.type === 'stage-changed' && event.stage === 'verify') {
      chapter.health = healthBy(event.state, host) ?? chapter.health;
    }
  }
  return chapter;
};

const isDeployed = (work: HostWork): boolean =>
  work.kind === 'succeeded' && work.deed !== 'rollback';

/** Tells only that a run found the host so: an earlier run may have done more. */
const isFound = ({ kind }: HostWork): boolean =>
  kind === 'unchanged' || kind === 'pending' || kind === 'skipped' || kind === 'canceled';

/**
 * What was done with a host for one system of it, by the journals of runs, the newest first. `tree`:
 * the one that gave the host that system. A run that only found the host so says nothing of an
 * earlier one that deployed it; what failed is over where a later run found the system running.
 * Null where no run did anything. Pure.
 */
export const hostStory = (
  runs: readonly (readonly Journaled[])[],
  host: string,
  toplevel: StorePath,
  tree: string | null,
): HostStory | null => {
  let found: Chapter | null = null;
  let health: Chapter['health'] = null;
  for (const events of runs) {
    const start = events.find((event) => event.type === 'run-started');
    const chapter = chapterOf(events, host, toplevel, isTreeOf(events, start?.tree ?? null, tree));
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

/** A run that updates the lock begins with another tree than the one that it tests. */
const isTreeOf = (
  events: readonly Journaled[],
  begun: string | null,
  tree: string | null,
): boolean =>
  (begun !== null && begun === tree) ||
  events.some((event) => event.type === 'run-started' && event.goal === 'run');
