import { activityKinds, measureOf } from '../nix/activity-kind.ts';
import { derivationName } from '../nix/derivation-name.ts';
import type { PastProcesses } from './past.ts';
import type { NixProcessState } from './process.ts';
import type {
  BuildProgress,
  Counts,
  EndedActivity,
  RunningActivity,
  TransferCounts,
} from './progress.ts';
import { takenForBuilt, unnamedFailures } from './unnamed.ts';

type Fates = ReadonlyMap<string, string>;

/** The later state of its life counts; a failure is never replaced. */
const order = ['planned', 'running', 'ended', 'failed'];
const rank = (fate: string): number => order.indexOf(fate);

const noFates: Fates = new Map();

const union = (fates: readonly Fates[]): Fates => {
  // Most processes fetch or copy nothing.
  const all = fates.filter(({ size }) => size > 0);
  const [first = noFates, ...more] = all;
  if (more.length === 0) return first;
  const merged = new Map<string, string>();
  for (const fates of all)
    for (const [path, fate] of fates) {
      const known = merged.get(path);
      if (known === undefined || rank(fate) > rank(known)) merged.set(path, fate);
    }
  return merged;
};

/** What became of the paths of one process, with news of them from every process. */
const within = (own: Fates, merged: Fates): Fates =>
  new Map([...own.keys()].map((path) => [path, merged.get(path) ?? 'planned']));

const countFates = (fates: Fates): Counts => {
  const counts = { expected: fates.size, running: 0, done: 0, failed: 0 };
  for (const fate of fates.values()) {
    if (fate === 'running') counts.running += 1;
    if (fate === 'ended') counts.done += 1;
    if (fate === 'failed') counts.failed += 1;
  }
  return counts;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

const countBuilds = (states: readonly NixProcessState[], fates: Fates): Counts => {
  const counts = countFates(fates);
  const sumOf = (count: typeof unnamedFailures): number =>
    sum(states.map((state) => count(state.totals.builds, state.derivations)));
  const unnamed = sumOf(unnamedFailures);
  // Before 2.10 Nix prints no plan, and its own total is all there is.
  const announced = states
    .filter((state) => !state.hasPlan && state.derivations.size > 0)
    .map((state) => state.totals.builds.expected);
  return {
    ...counts,
    expected: Math.max(counts.expected, ...announced),
    done: Math.max(0, counts.done - sumOf(takenForBuilt)),
    failed: counts.failed + unnamed,
  };
};

/** Nix's totals of transfers count fetches, except in a process that only copies. */
const announcesOf = (state: NixProcessState): 'fetches' | 'copies' =>
  state.copies.paths.size > 0 && state.fetches.paths.size === 0 ? 'copies' : 'fetches';

const countTransfers = (
  states: readonly NixProcessState[],
  which: 'fetches' | 'copies',
): TransferCounts => {
  const transfers = states.map((state) => state[which]);
  const announcing = states.filter((state) => announcesOf(state) === which);
  const tallies = announcing.map((state) => state.totals.copyPaths);
  const running = states.flatMap((state) =>
    [...state.activities.values()].filter(({ kind }) => activityKinds[kind].counts === which),
  );
  const counts = countFates(union(transfers.map(({ paths }) => paths)));
  const known =
    sum(transfers.map(({ bytesExpected }) => bytesExpected)) +
    sum(running.map((activity) => Math.max(activity.bytes, activity.bytesExpected ?? 0)));
  return {
    ...counts,
    expected: Math.max(counts.expected, ...tallies.map((tally) => tally.expected)),
    failed: Math.max(counts.failed, ...tallies.map((tally) => tally.failed)),
    bytes:
      sum(transfers.map(({ bytes }) => bytes)) + sum(running.map((activity) => activity.bytes)),
    bytesExpected: Math.max(known, sum(announcing.map((state) => state.bytesAnnounced))),
  };
};

/** `owners`: where each is told with the hosts that need it. */
const listActivities = (
  states: readonly NixProcessState[],
  owners: NixProcesses | null,
): readonly RunningActivity[] => {
  const shown = new Map<string, RunningActivity>();
  for (const state of states)
    for (const activity of state.activities.values()) {
      const key = `${activity.kind} ${activity.subject}`;
      const known = shown.get(key);
      const machine = known?.machine ?? activity.machine;
      const phase = activity.phase ?? known?.phase ?? null;
      if (known !== undefined) {
        const lastHeardAt = Math.max(known.lastHeardAt ?? 0, activity.lastHeardAt);
        shown.set(key, { ...known, machine, phase, lastHeardAt });
        continue;
      }
      shown.set(key, {
        kind: activity.kind,
        name: activity.name,
        derivation: activity.subject.endsWith('.drv') ? activity.subject : null,
        phase,
        since: activity.since,
        machine,
        lastHeardAt: activity.lastHeardAt,
        ...(owners === null ? {} : { hosts: needing(owners, null, activity.subject) }),
        percent:
          activity.bytesExpected === null || activity.bytesExpected === 0
            ? null
            : Math.floor((100 * activity.bytes) / activity.bytesExpected),
        ...(measureOf(activity) === 'bytes'
          ? { bytes: activity.bytes, bytesExpected: activity.bytesExpected }
          : {}),
      });
    }
  return [...shown.values()].sort((one, other) => one.since - other.since);
};

/** How many successes and failures are listed: a person looks for what just happened. */
const listedSuccesses = 5;
const listedFailures = 50;

/** Processes by the host that each builds for. */
export type NixProcesses = ReadonlyMap<string, NixProcessState>;

const isOf = ({ derivations, fetches, copies }: NixProcessState, path: string): boolean =>
  derivations.has(path) || fetches.paths.has(path) || copies.paths.has(path);

/** Whose builds need a derivation or path, as far as their plans and reports say. */
const needing = (
  processes: NixProcesses,
  past: PastProcesses | null,
  derivation: string,
): readonly string[] => [
  ...(past?.owners.get(derivation) ?? []),
  ...[...processes].flatMap(([host, state]) => (isOf(state, derivation) ? [host] : [])),
];

const listEnded = (
  states: readonly NixProcessState[],
  processes: NixProcesses,
  past: PastProcesses | null,
): readonly EndedActivity[] => {
  const built: { readonly at: number; readonly ended: EndedActivity }[] = [];
  const failed = new Map<string, EndedActivity>();
  for (const state of states) {
    let own = 0;
    for (let at = state.ended.length - 1; at >= 0 && own < listedSuccesses; at -= 1) {
      const build = state.ended[at];
      if (build === undefined || state.derivations.get(build.derivation) !== 'ended') continue;
      const { derivation, machine, ms } = build;
      const name = derivationName(derivation);
      own += 1;
      built.push({ at: build.at, ended: { derivation, name, fate: 'built', ms, machine } });
    }
    for (const derivation of state.failed.keys())
      failed.set(derivation, {
        derivation,
        name: derivationName(derivation),
        fate: 'failed',
        ms: state.failed.get(derivation) ?? failed.get(derivation)?.ms ?? null,
        machine: null,
      });
  }
  // Several processes may tell of one derivation: it stands in the list once.
  const newest = new Map<string, EndedActivity>();
  for (const { ended } of built.toSorted((one, other) => other.at - one.at)) {
    if (newest.size === listedSuccesses) break;
    if (!newest.has(ended.derivation)) newest.set(ended.derivation, ended);
  }
  return [...[...failed.values()].slice(-listedFailures), ...[...newest.values()].reverse()].map(
    (ended) => ({
      ...ended,
      hosts: needing(processes, past, ended.derivation),
    }),
  );
};

const view = (
  states: readonly NixProcessState[],
  derivations: Fates,
  processes: NixProcesses,
  past: PastProcesses | null = null,
  owners: NixProcesses | null = null,
): BuildProgress => ({
  builds: countBuilds(states, derivations),
  fetches: countTransfers(states, 'fetches'),
  copies: countTransfers(states, 'copies'),
  activities: listActivities(states, owners),
  ended: listEnded(states, processes, past),
});

/** The progress of several processes, as a whole and one by one. */
interface MergedProgress {
  /** A path that two processes need is counted once. */
  readonly whole: BuildProgress;
  /** A path that another process builds for this one counts here too. */
  of(state: NixProcessState): BuildProgress;
}

/** `past`: processes that have ended, and are not among `processes` any more. */
export const mergeProgress = (
  processes: NixProcesses,
  past: PastProcesses | null = null,
): MergedProgress => {
  const states = [...(past?.states ?? []), ...processes.values()];
  const merged = union(states.map((state) => state.derivations));
  return {
    whole: view(states, merged, processes, past, processes),
    of: (state) => view([state], within(state.derivations, merged), processes, past),
  };
};

/** The progress of one process by itself. */
export const progressOf = (state: NixProcessState): BuildProgress =>
  view([state], state.derivations, new Map());
