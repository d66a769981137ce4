import { memoByObject } from '../../model/memo.ts';
import type { StorePath } from '../../model/nix/store-path.ts';
import { type InputMove, type InputQuestion, isMoveOf } from '../../model/past/input-moves.ts';
import { isBuiltOnly } from '../outcome.ts';
import type { RunSummary } from '../run.ts';

/** A system that a run brought to a host. */
export interface PastSystem {
  readonly system: StorePath;
  readonly run: string;
  readonly at: number;
  /** Fingerprint of the lock that it was built from; null where the history does not say. */
  readonly lock: string | null;
  readonly by: string | null;
}

/** What the history knows of the systems of one host. */
export interface HostPast {
  readonly host: string;
  /** What it has run since the last run that says so; null where none does. */
  readonly now: PastSystem | null;
  /** The newest one with which it was well, and from which it was not taken back since. */
  readonly knownGood: PastSystem | null;
}

interface Course {
  now: PastSystem | null;
  /** By system, the one that was well last at the end. */
  readonly good: Map<StorePath, PastSystem>;
}

const newCourse = (): Course => ({ now: null, good: new Map() });

/** A lock is that of the system only where the run built it: a rollback takes hosts to an older one. */
const builtFromLock: ReadonlySet<RunSummary['goal']> = new Set<RunSummary['goal']>([
  'deploy',
  'run',
]);

/** By host and system, of the newest run that brought it or found it in place: asked for each run of each host. */
const builtSystems = memoByObject(
  (runs: readonly RunSummary[]): ReadonlyMap<string, ReadonlyMap<StorePath, PastSystem>> => {
    const byHost = new Map<string, Map<StorePath, PastSystem>>();
    for (const run of runs) {
      const { ending, lock } = run;
      if (ending === null || !builtFromLock.has(run.goal) || lock == null) continue;
      for (const [host, { to, status }] of Object.entries(ending.result.hosts)) {
        if (to === null || !['succeeded', 'unchanged', 'unhealthy'].includes(status)) continue;
        const systems = byHost.get(host) ?? new Map<StorePath, PastSystem>();
        byHost.set(host, systems);
        if (!systems.has(to))
          systems.set(to, { system: to, run: run.id, at: ending.at, lock, by: run.by ?? null });
      }
    }
    return byHost;
  },
);

/** The lock from which a system came, by the newest run that brought it or found it in place. */
export const lockOfSystem = (
  runs: readonly RunSummary[],
  host: string,
  system: StorePath,
): PastSystem | null => builtSystems(runs).get(host)?.get(system) ?? null;

const follow = (
  course: Course,
  run: RunSummary,
  host: string,
  all: readonly RunSummary[],
): void => {
  const { ending } = run;
  const outcome = ending?.result.hosts[host];
  if (ending == null || outcome === undefined) return;
  const { status, from, to } = outcome;
  const { good } = course;
  const past = (system: StorePath): PastSystem => ({
    system,
    run: run.id,
    at: ending.at,
    lock: builtFromLock.has(run.goal)
      ? (run.lock ?? null)
      : (lockOfSystem(all, host, system)?.lock ?? null),
    by: run.by ?? null,
  });
  switch (status) {
    case 'succeeded':
    case 'unchanged':
      if (to === null || !['deploy', 'run', 'rollback'].includes(run.goal)) return;
      if (isBuiltOnly(run.goal, outcome)) return;
      // Who is taken back leaves a system that is not to be trusted.
      if (run.goal === 'rollback' && from !== null) good.delete(from);
      course.now = past(to);
      // At the end again: it is the newest.
      good.delete(to);
      good.set(to, course.now);
      return;
    case 'unhealthy':
      if (to === null) return;
      good.delete(to);
      course.now = past(to);
      return;
    case 'rolledBack':
      // `from` did not stand; the host has `to` again.
      if (from !== null) good.delete(from);
      if (to !== null) course.now = past(to);
      return;
    case 'failed':
    case 'pending':
    case 'skipped':
    case 'canceled':
      return;
  }
};

/** What each host runs and ran well, as far as these runs (newest first) tell. */
export const hostPasts = (runs: readonly RunSummary[]): readonly HostPast[] => {
  const courses = new Map<string, Course>();
  for (const run of runs.toReversed())
    for (const host of Object.keys(run.ending?.result.hosts ?? {})) {
      const course = courses.get(host) ?? newCourse();
      courses.set(host, course);
      follow(course, run, host, runs);
    }
  return [...courses]
    .filter(([, { now, good }]) => now !== null || good.size > 0)
    .map(([host, { now, good }]) => ({ host, now, knownGood: [...good.values()].at(-1) ?? null }))
    .toSorted((one, other) => one.host.localeCompare(other.host));
};

/** The newest lock with which every host was well. */
export interface FleetGood {
  readonly lock: string;
  /** The run that brought it to the last of the hosts. */
  readonly run: string;
  readonly at: number;
  readonly commit: string | null;
}

/** Null where no lock was well on all hosts that this history deployed to; `hosts`: those that count. */
export const fleetKnownGood = (
  runs: readonly RunSummary[],
  hosts: readonly string[],
): FleetGood | null => {
  if (hosts.length === 0) return null;
  const courses = new Map<string, Course>(hosts.map((host) => [host, newCourse()]));
  for (const run of runs.toReversed())
    for (const [host, course] of courses) follow(course, run, host, runs);
  const goods = [...courses.values()].map(({ good }) => [...good.values()]);
  const [first = [], ...others] = goods;
  const locksOfOthers = others.map((good) => new Set(good.map(({ lock }) => lock)));
  const lock =
    first.findLast(
      (one) => one.lock !== null && locksOfOthers.every((locks) => locks.has(one.lock)),
    )?.lock ?? null;
  if (lock === null) return null;
  const last = goods
    .flatMap((good) => good.filter((one) => one.lock === lock))
    .toSorted((one, other) => one.at - other.at)
    .at(-1);
  if (last === undefined) return null;
  const commit = runs.find((run) => run.lock === lock && run.ending?.result.commit != null);
  return { lock, run: last.run, at: last.at, commit: commit?.ending?.result.commit ?? null };
};

/** An input that a run moved, and the hosts that were deployed with it before it moved again. */
export interface BroughtInput {
  readonly run: RunSummary;
  readonly move: InputMove;
  readonly hosts: readonly string[];
}

/** What moved inputs as they are asked, the newest first; `runs`: all of them, the newest first. */
export const broughtInputs = (
  runs: readonly RunSummary[],
  questions: readonly InputQuestion[],
): readonly BroughtInput[] =>
  runs.flatMap((run, place) =>
    (run.inputs ?? [])
      .filter((move) => questions.some((question) => isMoveOf(move, question)))
      .map((move) => {
        const later = runs.slice(0, place).toReversed();
        const end = later.findIndex((one) => one.inputs?.some(({ input }) => input === move.input));
        const hosts = [run, ...(end === -1 ? later : later.slice(0, end))]
          .filter(({ goal }) => builtFromLock.has(goal))
          .flatMap(({ ending }) =>
            Object.entries(ending?.result.hosts ?? {}).flatMap(([host, { status }]) =>
              status === 'succeeded' || status === 'unhealthy' ? [host] : [],
            ),
          );
        return { run, move, hosts: [...new Set(hosts)] };
      }),
  );
