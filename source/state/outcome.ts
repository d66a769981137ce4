import { showGeneration } from '../model/host/generation.ts';
import { showStorePath } from '../model/words/format.ts';
import { counted } from '../model/words/sentences.ts';
import {
  type Ending,
  endingOf,
  exitCodeOf,
  type Goal,
  type HostOutcome,
  type HostOutcomeStatus,
} from './run.ts';
export const endingOfHosts = (outcomes: ReadonlyMap<string, HostOutcome>): Ending =>
  endingOf(exitCodeOf([...outcomes.values()]));
/** The outcome of a host as people read it; JSON has the status itself. */
export const outcomeWords: Readonly<Record<HostOutcomeStatus, string>> = {
  succeeded: 'succeeded',
  unchanged: 'unchanged',
  unhealthy: 'unhealthy',
  failed: 'failed',
  rolledBack: 'rolled back',
  pending: 'pending',
  skipped: 'skipped',
  canceled: 'canceled',
};

/** Runs that change nothing on a host compare it with how it was: that it is unchanged is no answer of theirs. */
const compares: ReadonlySet<Goal> = new Set(['verify', 'watch']);

/** Whether a part of what a run asked of a host that is as before got no answer. */
export const isPartlyUnknown = ({ status, reason }: HostOutcome): boolean =>
  status === 'unchanged' && reason?.includes('not known: ') === true;

/**
 * Whether a run of the whole runbook built the system of a host, and did not bring it there: it was told not to, or
 * ended before its deploy. A deploy has proven a generation.
 */
export const isBuiltOnly = (goal: Goal, { status, generation }: HostOutcome): boolean =>
  goal === 'run' && status === 'succeeded' && generation === null;

/** The outcome of a host in a run of that goal, in words. */
export const outcomeIn = (goal: Goal, { status }: HostOutcome): string =>
  // What the metrics say is told by the watch alone.
  status === 'unchanged' && compares.has(goal) ? 'units as before' : outcomeWords[status];

type Named = readonly [host: string, outcome: HostOutcome];

/** More hosts with one outcome than these are counted and not named. */
const namedAtMost = 3;

const hostsOf = (some: readonly Named[]): string =>
  some.length > namedAtMost ? counted(some.length, 'host') : some.map(([host]) => host).join(', ');

/** Hosts with the same reason share it. */
const withReasons = (
  some: readonly Named[],
  words: (hosts: string, reason: string | null) => string,
): readonly string[] => {
  const byReason = new Map<string | null, Named[]>();
  for (const named of some) {
    const { reason } = named[1];
    byReason.set(reason, [...(byReason.get(reason) ?? []), named]);
  }
  return [...byReason].map(([reason, hosts]) => words(hostsOf(hosts), reason));
};

const because = (reason: string | null): string =>
  reason === null || reason === '' ? '' : `: ${reason.replace(/\.$/, '')}`;

const canceledWords = (canceled: readonly Named[]): readonly string[] => {
  if (canceled.length === 0) return [];
  const told = canceled.flatMap(([host, { from }]) =>
    from === null ? [] : [`${host} runs ${showStorePath(from)}`],
  );
  return canceled.length > namedAtMost || told.length === 0
    ? [`canceled; ${hostsOf(canceled)} not begun`]
    : [`canceled; ${told.join(', ')} as before`];
};

const done: Readonly<Record<'deploy' | 'rollback', string>> = {
  deploy: 'deployed',
  rollback: 'rolled back',
};

/** A rollback makes a generation, too. */
const madeOf = (only: Named | undefined): string =>
  only === undefined || only[1].generation === null
    ? ''
    : `, as ${showGeneration(only[1].generation)}`;

/**
 * How a deploy or a rollback ended, in one sentence that leaves no host out:
 * `2 deployed · p620 unhealthy: syncthing.service failed · samsung pending,
 * asleep`. Pure.
 */
export const outcomeSentence = (
  outcomes: Readonly<Record<string, HostOutcome>>,
  deed: 'deploy' | 'rollback',
): string => {
  const all = Object.entries(outcomes);
  const of = (status: HostOutcomeStatus): readonly Named[] =>
    all.filter(([, outcome]) => outcome.status === status);
  const succeeded = of('succeeded');
  const unchanged = of('unchanged');
  const only = succeeded.length === 1 ? succeeded[0] : undefined;
  const parts = [
    ...(succeeded.length === 0
      ? []
      : [`${only?.[0] ?? succeeded.length} ${done[deed]}${madeOf(only)}`]),
    ...withReasons(of('failed'), (hosts, why) => `${hosts} failed${because(why)}`),
    ...withReasons(of('rolledBack'), (hosts, why) => `${hosts} rolled back${because(why)}`),
    ...withReasons(of('unhealthy'), (hosts, why) => `${hosts} unhealthy${because(why)}`),
    ...canceledWords(of('canceled')),
    ...withReasons(
      of('pending'),
      (hosts, why) => `${hosts} pending${why === null ? '' : `, ${why}`}`,
    ),
    ...(unchanged.length === 0 ? [] : [`${unchanged.length} unchanged`]),
    ...all.flatMap(([host, { unasked = [] }]) =>
      unasked.length === 0 ? [] : [`${host} not known: ${unasked.join('; ')}`],
    ),
  ];
  if (parts.length > 0)
    return [
      ...parts,
      ...withReasons(of('skipped'), (hosts, why) => `${hosts} not ${done[deed]}${because(why)}`),
    ].join(' · ');
  const skipped = withReasons(of('skipped'), (hosts, why) => `${hosts}${because(why)}`);
  return skipped.length === 0 ? 'No host to do' : `Not ${done[deed]}: ${skipped.join(' · ')}`;
};
