import type { TestCause } from '../../model/causes/test-causes.ts';
import type { HostEntry, HostWork } from '../../model/host/host.ts';
import type { AppState, HostState } from '../state.ts';

const finalKinds: ReadonlySet<HostWork['kind']> = new Set<HostWork['kind']>([
  'succeeded',
  'unchanged',
  'unhealthy',
  'failed',
  'rolledBack',
  'canceled',
]);

/** Final states ignore late events; a new run starts with `queued`. */
const isFinalWork = (work: HostWork): boolean => finalKinds.has(work.kind);

export const mayFollow = (before: HostWork, after: HostWork): boolean =>
  !isFinalWork(before) ||
  after.kind === 'queued' ||
  after.kind === 'idle' ||
  after.kind === 'rollingBack' ||
  (before.kind === 'unhealthy' && after.kind === 'rolledBack');

const newHost = (entry: HostEntry): HostState => ({
  entry,
  probe: { kind: 'never' },
  facts: null,
  expectation: { kind: 'unknown' },
  ancestry: { kind: 'unjudged' },
  work: { kind: 'idle' },
  progress: null,
});

/** The state with one host changed; itself where the fleet has no such host, or nothing changed. */
export const changeHost = (
  state: AppState,
  name: string,
  change: (host: HostState) => HostState,
): AppState => {
  const host = state.hosts[name];
  if (host === undefined) return state;
  const changed = change(host);
  return changed === host ? state : { ...state, hosts: { ...state.hosts, [name]: changed } };
};

/** What kept the hosts from being listed. */
const isOfListing = ({ step, hosts }: TestCause): boolean =>
  step === 'evaluate' && hosts.length === 0;

/** The hosts of the flake, in its order; what is known of one that was there stays. */
export const listFleet = (state: AppState, entries: readonly HostEntry[]): AppState => ({
  ...state,
  fleet: { kind: 'listed' },
  causes: state.causes.some(isOfListing)
    ? state.causes.filter((cause) => !isOfListing(cause))
    : state.causes,
  hostNames: entries.map((entry) => entry.name),
  hosts: Object.fromEntries(
    entries.map((entry) => {
      const known = Object.hasOwn(state.hosts, entry.name) ? state.hosts[entry.name] : undefined;
      return [entry.name, known === undefined ? newHost(entry) : { ...known, entry }];
    }),
  ),
});
