import type { PlanSummary } from '../../model/build/plan.ts';
import { ownOf } from '../../model/own-of.ts';
import type { AppEvent } from '../events.ts';
import { type AppState, fleetLog, fleetPlan, type HostState } from '../state.ts';
import { addLines, addToAll } from './logs.ts';
import { reduce } from './reducer.ts';
import { type KnownOfRun, withProgress } from './run.ts';

/** Events that change one host, and nothing of another one. */
const ofOneHost: ReadonlySet<AppEvent['type']> = new Set<AppEvent['type']>([
  'host-probing',
  'host-probed',
  'host-unprobed',
  'host-previewed',
  'host-expected',
  'position-judged',
  'system-committed',
  'host-worked',
  'planned',
  'progress',
]);

/** Events that touch neither hosts nor logs: they come between those of hosts, one for each. */
const besideHosts: ReadonlySet<AppEvent['type']> = new Set<AppEvent['type']>([
  'command-ran',
  'noticed',
  'builder-logged',
  'intended',
  'achieved',
  'missed',
  'rollout-moved',
  'pause-changed',
]);

const isBesideHosts = (event: AppEvent): boolean => besideHosts.has(event.type);

const hostOf = (event: AppEvent): string | null =>
  ofOneHost.has(event.type) && 'host' in event ? event.host : null;

/** What a batch changed so far, and is not part of the state yet. */
interface Pending {
  readonly hosts: Map<string, HostState>;
  readonly lines: Map<string, { readonly lines: string[]; readonly times: number[] }>;
  readonly all: Extract<AppEvent, { readonly type: 'logged' }>[];
  readonly plans: Map<string, PlanSummary>;
}

const settled = (state: AppState, { hosts, lines, all, plans }: Pending): AppState => {
  if (hosts.size === 0 && all.length === 0 && plans.size === 0) return state;
  const whole = {
    ...state,
    ...(hosts.size === 0 ? {} : { hosts: { ...state.hosts, ...Object.fromEntries(hosts) } }),
    ...(all.length === 0 ? {} : { allLines: addToAll(state.allLines, all) }),
    ...(lines.size === 0 ? {} : { logs: addLines(state.logs, lines) }),
    ...(plans.size === 0 ? {} : { plans: { ...state.plans, ...Object.fromEntries(plans) } }),
  };
  hosts.clear();
  lines.clear();
  all.length = 0;
  plans.clear();
  return whole;
};

/** Hosts and plans as they are with what waits. */
const knownIn = (state: AppState, { hosts, plans }: Pending): KnownOfRun => ({
  planOf: (name) => plans.get(name) ?? ownOf(state.plans, name),
  hostOf: (name) => hosts.get(name) ?? ownOf(state.hosts, name),
});

/** The state after an event of one host, whose change waits. */
const reduceOne = (state: AppState, event: AppEvent, name: string, pending: Pending): AppState => {
  const host = pending.hosts.get(name) ?? ownOf(state.hosts, name);
  if (host === undefined) return state;
  const plan = knownIn(state, pending).planOf(name);
  const plans = plan === undefined ? {} : { [name]: plan };
  const alone = reduce({ ...state, hosts: { [name]: host }, plans }, event);
  const changed = alone.hosts[name];
  if (changed !== undefined && changed !== host) pending.hosts.set(name, changed);
  return { ...alone, hosts: state.hosts, plans: state.plans };
};

/**
 * Folds many events into the state: the tables of hosts and logs are copied once for all of them,
 * since a thousand hosts say something at the same time. Pure, and the same as one after the other.
 */
export const reduceAll = (state: AppState, events: readonly AppEvent[]): AppState => {
  const [first, ...more] = events;
  if (first === undefined) return state;
  if (more.length === 0) return reduce(state, first);
  const pending: Pending = {
    hosts: new Map(),
    lines: new Map(),
    all: [],
    plans: new Map(),
  };
  let now = state;
  for (const event of events) {
    const host = hostOf(event);
    if (host !== null) now = reduceOne(now, event, host, pending);
    else if (event.type === 'progress') now = withProgress(now, event, knownIn(now, pending));
    else if (event.type === 'logged') {
      pending.all.push(event);
      if (event.isStep === true) continue;
      const key = event.host ?? fleetLog;
      const waiting = pending.lines.get(key) ?? { lines: [], times: [] };
      pending.lines.set(key, waiting);
      for (const line of event.lines) {
        waiting.lines.push(line);
        waiting.times.push(event.at);
      }
    } else if (event.type === 'build-planned')
      pending.plans.set(event.host ?? fleetPlan, event.plan);
    else now = reduce(isBesideHosts(event) ? now : settled(now, pending), event);
  }
  return settled(now, pending);
};
