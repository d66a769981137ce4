import type { TestCause } from '../../model/causes/test-causes.ts';
import { type HostEntry, type HostWork, hasEnded } from '../../model/host/host.ts';
import type { RememberedHost } from '../../model/remembered/host.ts';
import type { FleetFact } from '../events.ts';
import type { AppState, HostState } from '../state.ts';
import { workForExpectation, workForFacts } from './work.ts';

/** Final states ignore late events; a new run starts with `queued`. */
export const mayFollow = (before: HostWork, after: HostWork): boolean =>
  !hasEnded(before) ||
  after.kind === 'queued' ||
  after.kind === 'idle' ||
  after.kind === 'rollingBack' ||
  (before.kind === 'unhealthy' && after.kind === 'rolledBack');

const newHost = (entry: HostEntry, remembered: RememberedHost | undefined): HostState => ({
  entry,
  probe: { kind: 'never' },
  facts: null,
  expectation: { kind: 'unknown' },
  ancestry: { kind: 'unjudged' },
  work: { kind: 'idle' },
  progress: null,
  ...(remembered === undefined ? {} : { remembered }),
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

const rememberedByName = ({ remembered }: AppState): ReadonlyMap<string, RememberedHost> =>
  new Map(remembered?.hosts.map((host) => [host.name, host]));

/** An entry that turned out to be no host: what was asked at its address says nothing about it. */
const withEntry = (known: HostState, entry: HostEntry): HostState =>
  entry.role.kind !== 'deployable' && known.entry.role.kind === 'deployable'
    ? { ...known, entry, probe: { kind: 'never' } }
    : { ...known, entry };

/** The hosts of the flake, in its order; what is known of one that was there stays. */
const listFleet = (
  state: AppState,
  entries: readonly HostEntry[],
  remembered = rememberedByName(state),
): AppState => ({
  ...state,
  fleet: { kind: 'listed' },
  // From here on each host has its own.
  remembered: state.remembered === null ? null : { ...state.remembered, hosts: [] },
  causes: state.causes.some(isOfListing)
    ? state.causes.filter((cause) => !isOfListing(cause))
    : state.causes,
  hostNames: entries.map((entry) => entry.name),
  hosts: Object.fromEntries(
    entries.map((entry) => {
      const known = Object.hasOwn(state.hosts, entry.name) ? state.hosts[entry.name] : undefined;
      return [
        entry.name,
        known === undefined ? newHost(entry, remembered.get(entry.name)) : withEntry(known, entry),
      ];
    }),
  ),
});

/** What nixup brought a host to last, where that is known. */
const deployedOf = ({ deployed }: AppState, host: string): Pick<HostState, 'deployed'> => {
  const system = deployed[host];
  return system === undefined ? {} : { deployed: system };
};

export const withDeploys = (state: AppState, deployed: AppState['deployed']): AppState => ({
  ...state,
  deployed,
  hosts: Object.fromEntries(
    Object.entries(state.hosts).map(([name, host]) => {
      const system = deployed[name];
      return [
        name,
        system === undefined || host.deployed === system ? host : { ...host, deployed: system },
      ];
    }),
  ),
});

/** Folds what was found out about the hosts into the state. Pure. */
export const reduceFleetFact = (
  state: AppState,
  event: FleetFact & { readonly at: number },
): AppState => {
  switch (event.type) {
    case 'packages-compared':
      return { ...state, packages: { ...state.packages, [event.host]: event.packages } };
    case 'fleet-listing':
      return state.fleet.kind === 'listed' ? state : { ...state, fleet: { kind: 'listing' } };
    case 'fleet-listed':
      return listFleet(state, event.hosts);
    case 'fleet-unlisted':
      return { ...state, fleet: { kind: 'failed', failure: event.failure } };
    case 'host-probing':
      return changeHost(state, event.host, (host) => ({ ...host, probe: { kind: 'probing' } }));
    case 'host-probed':
      return changeHost(state, event.host, (host) => ({
        ...host,
        probe: { kind: 'answered' },
        facts: event.facts,
        ...deployedOf(state, event.host),
        work: workForFacts(host, event.facts),
        ...(host.facts !== null && host.facts.current !== event.facts.current
          ? { movedAt: event.at }
          : {}),
        ancestry:
          host.facts?.current === event.facts.current ? host.ancestry : { kind: 'unjudged' },
      }));
    case 'checks-asked':
      return changeHost(state, event.host, (host) => ({ ...host, failingChecks: event.failing }));
    case 'host-previewed':
      return changeHost(state, event.host, (host) => ({
        ...host,
        preview: { to: event.to, at: event.at, preview: event.preview },
      }));
    case 'host-sampled':
      return changeHost(state, event.host, (host) => ({ ...host, sampled: event.window }));
    case 'host-unprobed':
      return changeHost(state, event.host, (host) => ({
        ...host,
        probe: { kind: 'failed', failure: event.failure, at: event.at },
      }));
    case 'host-expected':
      return changeHost(state, event.host, (host) => ({
        ...host,
        expectation: event.expectation,
        work: workForExpectation(host, event.expectation),
      }));
    case 'position-judged':
      return changeHost(state, event.host, (host) => ({ ...host, ancestry: event.ancestry }));
    case 'system-committed': {
      const { system, revision } = event;
      return changeHost(state, event.host, (host) =>
        host.committed?.system === system && host.committed.revision === revision
          ? host
          : { ...host, committed: { system, revision } },
      );
    }
  }
};
