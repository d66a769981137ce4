import type { StorePath } from '../../model/nix/store-path.ts';
import type { InputMove } from '../../model/past/input-moves.ts';
import type { PackageMove } from '../../model/past/package-moves.ts';
import type { AppEvent, RunEvent } from '../events.ts';
import type { HostOutcome, HostOutcomeStatus, RunSummary } from '../run.ts';

/** What one run did with a host, for the comparison with another run. */
interface HostSide {
  readonly status: HostOutcomeStatus;
  readonly system: StorePath | null;
  /** What was wrong with it then, and why it ended as it did. */
  readonly problems: readonly string[];
  /** Units that the activation was to stop or restart; null where the journal does not say. */
  readonly units: readonly string[] | null;
}

export interface HostCompared {
  readonly host: string;
  readonly older: HostSide | null;
  readonly newer: HostSide | null;
  /** Packages from the system of the one to that of the other; null where a run between them did not record its packages. */
  readonly packages: readonly PackageMove[] | null;
}

export interface RunsCompared {
  readonly older: RunSummary;
  readonly newer: RunSummary;
  /** Null where one of the locks is not kept any more. */
  readonly inputs: readonly InputMove[] | null;
  readonly hosts: readonly HostCompared[];
}

type Events = readonly (AppEvent & RunEvent)[];

/** A run as it is compared: its line in the history, and what its journal says. */
export interface ComparedRun {
  readonly run: RunSummary;
  readonly events: Events;
}

const problemsOf = (host: string, outcome: HostOutcome, events: Events): readonly string[] => {
  const last = events.findLast((event) => event.type === 'host-worked' && event.host === host);
  if (last?.type === 'host-worked' && last.work.kind === 'unhealthy') return last.work.problems;
  return outcome.reason === null ? [] : [outcome.reason];
};

const unitsOf = (host: string, events: Events): readonly string[] | null => {
  const planned = events.findLast((event) => event.type === 'planned' && event.host === host);
  return planned?.type === 'planned' ? (planned.units ?? null) : null;
};

const sideOf = (host: string, { run, events }: ComparedRun): HostSide | null => {
  const outcome = run.ending?.result.hosts[host];
  if (outcome === undefined) return null;
  return {
    status: outcome.status,
    system: outcome.to ?? outcome.from,
    problems: problemsOf(host, outcome, events),
    units: unitsOf(host, events),
  };
};

const movesOfHost = (host: string, events: Events): readonly PackageMove[] | null => {
  const found = events.filter(
    (event) => event.type === 'packages-moved' && event.hosts.includes(host),
  );
  return found.length === 0
    ? null
    : found.flatMap((event) => (event.type === 'packages-moved' ? event.changes : []));
};

const kindOf = (move: PackageMove, old: readonly string[]): PackageMove['kind'] => {
  if (move.kind === 'removed') return 'removed';
  return old.length === 0 ? 'added' : move.kind;
};

/** One move after the other: from the versions before the first to those after the last. */
const foldMoves = (steps: readonly (readonly PackageMove[])[]): readonly PackageMove[] => {
  const folded = new Map<string, PackageMove>();
  for (const moves of steps)
    for (const move of moves) {
      const { old } = folded.get(move.name) ?? move;
      folded.set(move.name, { ...move, old, kind: kindOf(move, old) });
    }
  return [...folded.values()].filter(({ old, new: next }) => old.join(' ') !== next.join(' '));
};

/** Packages between the two systems, by the runs that took the host from one to the next. */
const packagesBetween = (
  host: string,
  [from, to]: readonly [StorePath | null, StorePath | null],
  between: readonly ComparedRun[],
): readonly PackageMove[] | null => {
  if (from === null || to === null) return null;
  let system = from;
  const steps: (readonly PackageMove[])[] = [];
  for (const one of between) {
    const outcome = one.run.ending?.result.hosts[host];
    if (outcome?.to == null || !['succeeded', 'unhealthy'].includes(outcome.status)) continue;
    if (outcome.to === system) continue;
    const moves = movesOfHost(host, one.events);
    // Somebody else switched it in between, or an earlier nixup recorded no packages.
    if (moves === null || outcome.from !== system) return null;
    steps.push(moves);
    system = outcome.to;
  }
  return system === to ? foldMoves(steps) : null;
};

/**
 * Two runs side by side. `between`: the runs after the older one up to the newer one, oldest first, with
 * their journals. Pure.
 */
export const compareRuns = (
  older: ComparedRun,
  newer: ComparedRun,
  between: readonly ComparedRun[],
  inputs: readonly InputMove[] | null,
): RunsCompared => {
  const hosts = [
    ...new Set([older, newer].flatMap(({ run }) => Object.keys(run.ending?.result.hosts ?? {}))),
  ];
  return {
    older: older.run,
    newer: newer.run,
    inputs,
    hosts: hosts.map((host) => {
      const sides = [sideOf(host, older), sideOf(host, newer)] as const;
      const systems = [sides[0]?.system ?? null, sides[1]?.system ?? null] as const;
      return {
        host,
        older: sides[0],
        newer: sides[1],
        packages: packagesBetween(host, systems, between),
      };
    }),
  };
};
