import { isAnswered } from '../model/board/board.ts';
import { runningGeneration, runningKernel } from '../model/host/generation.ts';
import type { HostPosition } from '../model/host/host.ts';
import { memoByObject, memoLast } from '../model/memo.ts';
import { whatChanges } from '../model/packages/what-changes.ts';
import {
  mostHosts,
  type RememberedBoard,
  type RememberedFleet,
} from '../model/remembered/fleet.ts';
import type {
  RememberedAnswer,
  RememberedHost,
  RememberedStanding,
} from '../model/remembered/host.ts';
import {
  comparedNow,
  criticalDown,
  positionOf,
  runningRevision,
  shownUnits,
  troubledUnits,
  troubleOf,
} from './hosts.ts';
import type { AppState, HostState } from './state.ts';
import type { Trouble } from './trouble.ts';

/** A host as the fleet shows it. Only the one that was observed can be planned with. */
export type FleetHost = HostState | RememberedHost;

export const isRemembered = (host: FleetHost): host is RememberedHost => 'known' in host;

/** What a row of the fleet is about, whether the host was asked or not. */
export const nameOf = (host: FleetHost): string =>
  isRemembered(host) ? host.name : host.entry.name;

export interface ShownFleet {
  readonly names: readonly string[];
  readonly hosts: Readonly<Record<string, FleetHost>>;
}

/** Before the hosts are listed: those that are remembered. */
const beforeListed = memoLast(
  (hosts: readonly RememberedHost[]): ShownFleet => ({
    names: hosts.map(({ name }) => name),
    hosts: Object.fromEntries(hosts.map((host) => [host.name, host])),
  }),
);

const asListed = memoLast(
  (names: AppState['hostNames'], hosts: AppState['hosts']): ShownFleet => ({ names, hosts }),
);

const noHosts: readonly RememberedHost[] = [];

/** The hosts that the fleet shows: as they are listed, else as they are remembered. */
export const shownFleet = (app: AppState): ShownFleet =>
  (app.fleet.kind === 'unknown' || app.fleet.kind === 'listing') && app.hostNames.length === 0
    ? beforeListed(app.remembered?.hosts ?? noHosts)
    : asListed(app.hostNames, app.hosts);

/** The rows of the check board that an earlier start found, until some are asked now; else null. */
export const earlierBoard = ({ board, remembered }: AppState): RememberedBoard | null =>
  board.length === 0 ? (remembered?.board ?? null) : null;

export const shownBoard = (app: AppState): AppState['board'] =>
  earlierBoard(app)?.rows ?? app.board;

const troubleOfPosition = (position: HostPosition): Trouble => {
  switch (position.kind) {
    case 'unreachable':
      return position.why === 'asleep' ? 'asleep' : 'unreachable';
    case 'ahead':
      return 'newer than the flake';
    case 'stale':
    case 'diverged':
    case 'drifted':
    case 'backward':
    case 'notPersistent':
      return 'behind';
    case 'rebootNeeded':
      return 'reboot needed';
    case 'current':
      return 'current';
    case 'unknown':
      return 'unknown';
  }
};

const rememberedTrouble = (
  { answer }: RememberedHost,
  { position }: RememberedStanding,
): Trouble => {
  const trouble = troubleOfPosition(position);
  if (trouble === 'asleep' || trouble === 'unreachable') return trouble;
  return answer !== null && answer.down.length > 0 ? 'unhealthy' : trouble;
};

/** What the host said earlier, shown until it answers. */
export const shownAnswer = (host: FleetHost): RememberedAnswer | null => {
  if (isRemembered(host)) return host.answer;
  return host.facts === null ? (host.remembered?.answer ?? null) : null;
};

/** Where the host stood earlier, shown until it has answered and is evaluated. */
export const shownStanding = (host: FleetHost): RememberedStanding | null => {
  if (isRemembered(host)) return host.standing;
  const { remembered, expectation, entry } = host;
  if (remembered === undefined || entry.role.kind !== 'deployable') return null;
  return expectation.kind !== 'failed' && positionOf(host).kind === 'unknown'
    ? remembered.standing
    : null;
};

/** The group under which the fleet shows a host: where it stood, until that is known again. */
export const shownTrouble: (host: FleetHost) => Trouble = memoByObject((host) => {
  const standing = shownStanding(host);
  if (isRemembered(host)) {
    if (host.role === 'refused' || host.role === 'left-out') return 'left out';
    return standing === null ? 'unknown' : rememberedTrouble(host, standing);
  }
  const trouble = troubleOf(host);
  return trouble !== 'unknown' || standing === null || host.remembered === undefined
    ? trouble
    : rememberedTrouble(host.remembered, standing);
});

/** Where each host of the fleet stands now. */
export const presentPlaces = ({ hosts }: AppState): Readonly<Record<string, Trouble>> =>
  Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, shownTrouble(host)]));

/** Places without those that are only for a while: a host that works or is not known yet takes its own later. */
export const settledPlaces = memoLast(
  (places: Readonly<Record<string, Trouble>>): Readonly<Record<string, Trouble>> =>
    Object.fromEntries(
      Object.entries(places).filter(
        ([, trouble]) => trouble !== 'unknown' && trouble !== 'working',
      ),
    ),
);

export const shownPosition = (host: FleetHost): HostPosition =>
  shownStanding(host)?.position ?? (isRemembered(host) ? { kind: 'unknown' } : positionOf(host));

/** How many hosts are shown where they stood earlier, and since when the oldest of them. */
export const countRemembered = memoLast(
  (hosts: ShownFleet['hosts']): { readonly count: number; readonly oldest: number | null } => {
    let count = 0;
    let oldest: number | null = null;
    for (const host of Object.values(hosts)) {
      const standing = shownStanding(host);
      if (standing === null) continue;
      count += 1;
      oldest = Math.min(oldest ?? standing.at, standing.at);
    }
    return { count, oldest };
  },
);

/** Of units only the first few are kept: the row names one. */
const fewUnits = 8;

const answerOf = (host: HostState): RememberedAnswer | null => {
  const { facts, entry } = host;
  if (facts === null) return host.remembered?.answer ?? null;
  const generation = runningGeneration(facts);
  const failed = troubledUnits(host);
  const down = criticalDown(host).filter((unit) => !failed.includes(unit));
  return {
    at: facts.at,
    generation: generation === undefined ? null : { number: generation.number, at: generation.at },
    revision: runningRevision(host),
    nixosVersion: facts.nixosVersion,
    kernel: runningKernel(facts),
    failed: shownUnits(failed.slice(0, fewUnits)),
    down: shownUnits(down.slice(0, fewUnits)),
    critical: entry.critical.length,
  };
};

const waitsFor = ({ work }: HostState): string | null =>
  work.kind === 'pending' || work.kind === 'waiting' ? work.why : null;

/** The rows as they were answered last; null while some of them are asked. */
const boardOf = ({ board, stages }: AppState, at: number): RememberedBoard | null => {
  if (board.length === 0 || !isAnswered(board)) return null;
  const { check } = stages;
  return { at: 'at' in check ? check.at : at, rows: board };
};

const standingOf = (host: HostState, packages: AppState['packages']): RememberedStanding | null => {
  const position = positionOf(host);
  const { probe, facts, entry } = host;
  const at = probe.kind === 'failed' ? probe.at : (facts?.at ?? null);
  if (position.kind === 'unknown' || at === null) return host.remembered?.standing ?? null;
  return {
    at,
    position,
    changes: whatChanges(comparedNow(host, packages[entry.name])).short,
    waits: waitsFor(host),
  };
};

/**
 * What is kept of the present state for the next start; null where the hosts are not listed. Pure.
 * `head` names what is checked out.
 */
export const toRemember = (
  state: AppState,
  {
    flake,
    head,
    at,
  }: { readonly flake: string; readonly head: string | null; readonly at: number },
): RememberedFleet | null => {
  if (state.fleet.kind !== 'listed') return null;
  const { lock } = state;
  return {
    flake,
    head,
    listedAt: at,
    hosts: state.hostNames.slice(0, mostHosts).flatMap((name): readonly RememberedHost[] => {
      const host = state.hosts[name];
      if (host === undefined) return [];
      const { address, here, tags, policy, role } = host.entry;
      return [
        {
          known: 'remembered',
          name,
          address,
          here,
          tags,
          policy,
          role: role.kind,
          answer: answerOf(host),
          standing: standingOf(host, state.packages),
        },
      ];
    }),
    lock:
      lock.kind === 'read'
        ? {
            at,
            changed: lock.changes.length,
            alarms: lock.changes.reduce((sum, { alarms }) => sum + alarms.length, 0),
            headline: lock.headline,
          }
        : null,
    board: boardOf(state, at),
  };
};
