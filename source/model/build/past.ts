import { type NixProcessState, newNixProcess, type PathState } from './process.ts';
import { takenForBuilt, unnamedFailures } from './unnamed.ts';

/** The later state of a path's life counts; a failure is never replaced. */
const pathStates: readonly PathState[] = ['planned', 'running', 'ended', 'failed'];

/** Hosts that are named for a derivation, and builds that are listed: a person looks for what just happened. */
const mostOwners = 10;
const mostEnded = 50;

/**
 * Processes that have ended, in one: a fleet of a thousand hosts has a thousand, and what is told of
 * the whole ten times a second would be counted over all that each of them ever said.
 */
export interface PastProcesses {
  /** Two of them: Nix's totals count fetches, except in a process that only copies. */
  readonly states: readonly NixProcessState[];
  /** Whose builds needed a derivation; of many hosts the first ones. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
  /** Takes a process that has ended; nobody changes it any more. */
  add(host: string, state: NixProcessState): void;
}

/** Answers how many more of the paths have failed or ended than before. */
const join = (
  into: Map<string, PathState>,
  from: ReadonlyMap<string, PathState>,
): { readonly failures: number; readonly ended: number } => {
  let failures = 0;
  let ended = 0;
  for (const [path, state] of from) {
    const known = into.get(path);
    if (known !== undefined && pathStates.indexOf(known) >= pathStates.indexOf(state)) continue;
    into.set(path, state);
    if (state === 'failed') failures += 1;
    if (state === 'ended') ended += 1;
    else if (known === 'ended') ended -= 1;
  }
  return { failures, ended };
};

interface Whole {
  readonly state: NixProcessState;
  failures: number;
  ended: number;
  /** Failures that Nix counted and no message named. */
  unnamed: number;
  /** Those of them that ended here as if they had been built. */
  mistaken: number;
}

const addTo = (whole: Whole, from: NixProcessState): void => {
  const { state } = whole;
  const { failures, ended } = join(state.derivations, from.derivations);
  whole.failures += failures;
  whole.ended += ended;
  whole.unnamed += unnamedFailures(from.totals.builds, from.derivations);
  whole.mistaken += takenForBuilt(from.totals.builds, from.derivations);
  state.totals.builds.failed = whole.failures + whole.unnamed;
  state.totals.builds.done = Math.max(0, whole.ended - whole.mistaken);
  // Before 2.10 Nix prints no plan, and its own total is all there is.
  if (!from.hasPlan)
    state.totals.builds.expected = Math.max(
      state.totals.builds.expected,
      from.totals.builds.expected,
    );
  for (const which of ['fetches', 'copies'] as const) {
    join(state[which].paths, from[which].paths);
    state[which].bytes += from[which].bytes;
    state[which].bytesExpected += from[which].bytesExpected;
  }
  const { copyPaths } = state.totals;
  copyPaths.expected = Math.max(copyPaths.expected, from.totals.copyPaths.expected);
  copyPaths.failed = Math.max(copyPaths.failed, from.totals.copyPaths.failed);
  state.bytesAnnounced += from.bytesAnnounced;
  for (const [derivation, ms] of from.failed)
    state.failed.set(derivation, ms ?? state.failed.get(derivation) ?? null);
  state.ended.push(...from.ended.slice(-mostEnded));
  state.ended.sort((one, other) => one.at - other.at);
  state.ended.splice(0, Math.max(0, state.ended.length - mostEnded));
};

export const createPast = (): PastProcesses => {
  const newWhole = (): Whole => ({
    state: newNixProcess(),
    failures: 0,
    ended: 0,
    unnamed: 0,
    mistaken: 0,
  });
  const fetching = newWhole();
  const copying = newWhole();
  const owners = new Map<string, string[]>();
  return {
    states: [fetching.state, copying.state],
    owners,
    add: (host, state) => {
      const onlyCopies = state.copies.paths.size > 0 && state.fetches.paths.size === 0;
      addTo(onlyCopies ? copying : fetching, state);
      for (const derivation of state.derivations.keys()) {
        const known = owners.get(derivation);
        if (known === undefined) owners.set(derivation, [host]);
        else if (known.length < mostOwners) known.push(host);
      }
    },
  };
};
