import pLimit from 'p-limit';
import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { HostEntry, HostFacts } from '../../model/host/host.ts';
import {
  changeBegan,
  changesOf,
  type HostChanges,
  withSwitches,
} from '../../model/host/last-change.ts';
import type { Pauses, WatchedAlert } from '../../model/watch/alerts.ts';
import { rateWords, totalCries } from '../../model/watch/calibration.ts';
import {
  type JournalWatch,
  journalSpan,
  judgeJournal,
  switchesOf,
} from '../../model/watch/journal.ts';
import { allUnknown, type FleetWatch, type HostWatch } from '../../model/watch/report.ts';
import { judgeSamples } from '../../model/watch/samples.ts';
import { dayMs } from '../../model/words/durations.ts';
import { showClockOff, showDate } from '../../model/words/format-time.ts';
import { counted } from '../../model/words/sentences.ts';
import { createMonitoring } from '../../services/board/monitoring.ts';
import type { Prometheus } from '../../services/board/prometheus.ts';
import { type AlertedHost, type InMetrics, watchAlerts } from '../../services/watch/alerts.ts';
import { type HostToWatch, watchMetrics } from '../../services/watch/metrics.ts';
import { findPlaces, type NamedHost } from '../../services/watch/places.ts';
import { namesQuery } from '../../services/watch/queries.ts';
import { sysstatWords } from '../../services/watch/sysstat.ts';
import type { CalibrationRecord } from '../records/schemas.ts';
import type { EngineContext } from '../run/context.ts';
import type { RunSession } from '../run/session.ts';
import type { Watched } from './metrics.ts';

/** A host, when it was changed, and what its journal has. */
interface KnownHost {
  readonly entry: HostEntry;
  readonly facts: HostFacts | null;
  readonly changes: HostChanges;
  /** When something else changed it after that; null where nothing did. */
  readonly until: number | null;
  /** Null where it was not asked. */
  readonly journal: JournalWatch | null;
}

const journalsAtOnce = 8;

/** The time after a run: from when it changed each host until something else changed it. */
export type Since = ReadonlyMap<
  string,
  { readonly changedAt: number; readonly until: number | null }
>;

/** What the journal of a host says since a change, or why it says nothing; null where nobody knows when it was changed. */
const judgedJournal = (
  journal: Awaited<ReturnType<EngineContext['hosts']['journal']>>,
  changedAt: number | null,
  now: number,
): JournalWatch | null => {
  if (!journal.ok) {
    const { failure } = journal;
    // What is wrong with the journal is all that there is to say: no command is at fault.
    const why = failure.code === 'output-unreadable' ? failure.detail : explainInLine(failure);
    return { kind: 'unknown', why };
  }
  return changedAt === null ? null : judgeJournal(journal.value, changedAt, now);
};

/** A host that was not asked: what nixup did with it last is all that is known. */
const changesByRecord = ({ records }: EngineContext, host: string): HostChanges => ({
  last: records.lastDeploy(host)?.at ?? null,
  before: [],
});

/**
 * When a host was changed, by a run, or by its profile, by what nixup did and by its own journal; and what that
 * journal says.
 */
const learn = async (
  context: EngineContext,
  entry: HostEntry,
  since: Since | null,
): Promise<KnownHost> => {
  const host = context.state().hosts[entry.name];
  const facts = host?.facts ?? null;
  const profile =
    facts === null
      ? changesByRecord(context, entry.name)
      : changesOf(facts, context.records.lastDeploy(entry.name));
  const run = since?.get(entry.name);
  const until = run?.until ?? null;
  const changesWith = (switches: Parameters<typeof withSwitches>[2]): HostChanges => {
    const { last, before } = withSwitches(profile, facts?.current ?? null, switches);
    return since === null
      ? { last, before }
      : { last: run?.changedAt ?? null, before: last === null ? before : [...before, last] };
  };
  if (facts === null || host?.probe.kind !== 'answered')
    return { entry, facts, changes: changesWith([]), until, journal: null };
  const now = Math.min(until ?? Number.POSITIVE_INFINITY, context.world.clock.now());
  const known = changesWith([]).last ?? now;
  const journal = await context.hosts.journal(entry, { ...journalSpan(known, now), to: now });
  const changes = changesWith(journal.ok ? switchesOf(journal.value) : []);
  return { entry, facts, changes, until, journal: judgedJournal(journal, changes.last, now) };
};

/** A host as the metrics may know it. */
export const namedHost = (context: EngineContext, entry: HostEntry): NamedHost => {
  const { instances } = context.config.monitoring;
  return {
    host: entry.name,
    hostName: entry.hostName ?? entry.name,
    instance: Object.hasOwn(instances, entry.name) ? (instances[entry.name] ?? null) : null,
  };
};

const toWatch = (context: EngineContext, { entry, changes, until }: KnownHost): HostToWatch => ({
  ...namedHost(context, entry),
  changedAt: changes.last,
  until,
  otherChanges: changes.before.filter((at) => changes.last === null || at < changes.last),
});

/** When the host was away because of its change, or because somebody closed its lid. */
export const pausesOf = (
  { facts, journal }: Pick<KnownHost, 'facts' | 'journal'>,
  changedAt: number,
): Pauses => {
  // A boot of an earlier system has nothing to do with the change.
  const booted =
    facts === null || facts.uptimeSeconds === null || facts.booted !== facts.current
      ? null
      : facts.at - facts.uptimeSeconds * 1_000;
  const read = journal?.kind === 'read' ? journal : null;
  return {
    restarts: [
      ...(booted === null ? [] : [booted]),
      ...(read?.restarts ?? []).filter((at) => at > changedAt),
    ],
    sleeps: read?.sleeps ?? [],
  };
};

/** When the last change of a host began, by what is known of it. */
export const beganAt = (
  context: EngineContext,
  facts: HostFacts | null,
  host: string,
  last: number,
): number => (facts === null ? last : changeBegan(last, facts, context.records.lastDeploy(host)));

/** Hosts of the fleet that are not asked, by their names in the metrics: what they have is not told of nobody. */
export const restOfFleet = async (
  context: EngineContext,
  prometheus: Prometheus,
  asked: readonly InMetrics[],
): Promise<readonly InMetrics[]> => {
  const left = Object.values(context.state().hosts).filter(
    ({ entry }) => !asked.some(({ host }) => host === entry.name),
  );
  if (left.length === 0) return [];
  const names = await prometheus.query(namesQuery, context.world.clock.now());
  return left.map(({ entry }) => ({
    host: entry.name,
    instances: names.ok
      ? findPlaces(namedHost(context, entry), names.value.series).map(({ instance }) => instance)
      : [],
  }));
};

const alertedOf = (
  context: EngineContext,
  known: readonly KnownHost[],
  watched: Watched,
): readonly AlertedHost[] =>
  known.flatMap((one): readonly AlertedHost[] => {
    const { last } = one.changes;
    return last === null
      ? []
      : [
          {
            host: one.entry.name,
            instances: watched.get(one.entry.name)?.instances ?? [],
            changedAt: last,
            beganAt: beganAt(context, one.facts, one.entry.name, last),
            until: one.until,
            pauses: pausesOf(one, last),
          },
        ];
  });

const sysstatAtOnce = 4;

/** What sysstat on the host says since its change, where no server is asked. */
const bySysstat = async (
  context: EngineContext,
  { entry, facts, changes, until }: KnownHost,
): Promise<HostWatch> => {
  const nothing = (host: string | null): HostWatch => ({
    changedAt: changes.last,
    window: null,
    metrics: allUnknown({ kind: 'not-configured', ...(host === null ? {} : { host }) }),
    journal: null,
  });
  if (facts === null || context.state().hosts[entry.name]?.probe.kind !== 'answered')
    return nothing(null);
  const asked = await context.hosts.sysstat(entry);
  if (!asked.ok) return nothing(`sysstat was not asked: ${explainInLine(asked.failure)}`);
  if (asked.value.kind === 'none') return nothing(asked.value.why);
  const { unread } = asked.value;
  const lacking = unread === 0 ? {} : { unreadFiles: unread };
  if (changes.last === null)
    return {
      ...nothing(null),
      metrics: allUnknown({ kind: 'no-change' }),
      source: 'sysstat',
      ...lacking,
    };
  // Its samples have the times of the host.
  const skew = facts.clockSkewMs ?? 0;
  const now = Math.min(until ?? Number.POSITIVE_INFINITY, context.world.clock.now());
  const { window, metrics } = judgeSamples(
    asked.value.samples.map((sample) => ({ ...sample, at: sample.at - skew })),
    changes.last,
    now,
    changes.before.filter((at) => changes.last === null || at < changes.last),
  );
  return {
    changedAt: changes.last,
    window,
    metrics: metrics.map((one) => ({ ...one, query: sysstatQuery })),
    journal: null,
    source: 'sysstat',
    ...lacking,
  };
};

/** How a person asks a host the same. */
const sysstatQuery = `sadf -j FILE -- ${sysstatWords}`;

/** No server is configured: the hosts are asked for what they keep themselves. */
const askHosts = async (context: EngineContext, known: readonly KnownHost[]): Promise<Watched> => {
  const limit = pLimit(sysstatAtOnce);
  return new Map(
    await Promise.all(
      known.map((one) =>
        limit(async () => [one.entry.name, await bySysstat(context, one)] as const),
      ),
    ),
  );
};

/** A clock that is further off than this is no clock of that server, ms. */
const mostOffMs = 30 * dayMs;

/** So much later an answer may come, ms: more is another clock. */
const leastOffMs = 2 * 60_000;

interface ServerClock {
  readonly now: number;
  readonly notes: readonly string[];
  /** Why nothing answers there, not even with a refusal; null where something does. */
  readonly silent: Failure | null;
  /** It answered, and not with its time; absent where it did tell it. */
  readonly isRefused?: true;
}

/** By the clock of the server that has the samples; by our own where it does not tell its time. */
export const serverNow = async (prometheus: Prometheus, now: number): Promise<ServerClock> => {
  const time = await prometheus.time();
  if (!time.ok) {
    const { failure } = time;
    const isSilent = failure.code === 'http-failed' && failure.isAnswered !== true;
    return isSilent
      ? { now, notes: [], silent: failure }
      : { now, notes: [], silent: null, isRefused: true };
  }
  const off = time.value - now;
  const apart = `the clock of Prometheus is ${showClockOff(off)} the clock of this machine`;
  if (Math.abs(off) >= mostOffMs)
    return {
      now,
      notes: [`${apart}; ours was used: correct the one that is wrong`],
      silent: null,
    };
  return {
    now: time.value,
    notes: Math.abs(off) < leastOffMs ? [] : [`${apart}; its own was used`],
    silent: null,
  };
};

/** The server of metrics. It was asked for its time when it was opened: whoever has other things to do waits for both at once. */
export interface OpenServer {
  /** Null where none is configured. */
  readonly prometheus: Prometheus | null;
  /** By the clock of the moment in which it is called. */
  clock(): Promise<ServerClock>;
  close(): Promise<void>;
}

export const openServer = ({
  world,
  config,
}: Pick<EngineContext, 'world' | 'config'>): OpenServer => {
  const { prometheus, close } = createMonitoring(world, config.monitoring);
  const at = world.clock.now();
  const own: ServerClock = { now: at, notes: [], silent: null };
  const asked = prometheus === null ? Promise.resolve(own) : serverNow(prometheus, at);
  return {
    prometheus,
    clock: async () => {
      const told = await asked;
      return { ...told, now: told.now + world.clock.now() - at };
    },
    close,
  };
};

const reasonOf = (failure: Failure) =>
  ({ kind: 'not-reachable', detail: explainInLine(failure) }) as const;

const wasRefused = (failure: Failure): boolean =>
  failure.code === 'http-failed' && failure.isAnswered === true;

/** `Prometheus does not answer: no answer within 8 s`; what to do about it is told elsewhere. */
export const noAnswerWords = (failure: Failure): string => {
  const why = failure.code === 'http-failed' ? `: ${failure.detail}` : '';
  return `Prometheus does not answer${wasRefused(failure) ? ' as it should' : ''}${why}`;
};

/** A server that answers nothing, or not as it should: nothing is known of any host; what to do about it is told once, for the fleet. */
const nothingFrom = (
  failure: Failure,
  known: readonly KnownHost[],
): { readonly watched: Watched; readonly fleet: FleetWatch } => {
  const ofHost = { kind: 'not-reachable', detail: noAnswerWords(failure) } as const;
  return {
    watched: new Map(
      known.map(({ entry, changes }): readonly [string, HostWatch] => [
        entry.name,
        {
          changedAt: changes.last,
          window: null,
          metrics: allUnknown(ofHost),
          journal: null,
        },
      ]),
    ),
    fleet: { alerts: { kind: 'unknown', reason: reasonOf(failure) }, notes: [] },
  };
};

/** Metrics, scrapes and alerts of hosts; where the server does not answer, it is not asked for alerts too. */
const askServer = async (
  context: EngineContext,
  prometheus: Prometheus,
  clock: OpenServer['clock'],
  known: readonly KnownHost[],
): Promise<{ readonly watched: Watched; readonly fleet: FleetWatch }> => {
  const { now, notes: clocks, silent, isRefused } = await clock();
  // The time is its easiest question: one that does not answer it would be waited for at each other one.
  if (silent !== null) return nothingFrom(silent, known);
  // A server that refuses the easiest question may refuse all; without the names nothing can be asked of any host.
  const names = isRefused === true ? await prometheus.query(namesQuery, now) : null;
  if (names?.ok === false) return nothingFrom(names.failure, known);
  const notes = [...clocks];
  const metrics = await watchMetrics(
    prometheus,
    known.map((one) => toWatch(context, one)),
    now,
    (note) => notes.push(`Prometheus says: ${note}`),
  );
  const hosts = alertedOf(context, known, metrics);
  const alerts = await watchAlerts(
    prometheus,
    hosts,
    now,
    await restOfFleet(context, prometheus, hosts),
  );
  if (!alerts.ok) {
    const unknown = { kind: 'unknown', reason: reasonOf(alerts.failure) } as const;
    return {
      watched: new Map([...metrics].map(([host, watch]) => [host, { ...watch, alerts: unknown }])),
      fleet: { alerts: unknown, notes },
    };
  }
  const { byHost, others, missing } = alerts.value;
  const compared = (found: readonly WatchedAlert[], lack: Failure | null) =>
    ({
      kind: 'compared',
      alerts: found,
      ...(lack === null ? {} : { missing: reasonOf(lack) }),
    }) as const;
  return {
    watched: new Map(
      [...metrics].map(([host, watch]): readonly [string, HostWatch] => {
        const own = byHost.get(host);
        return [
          host,
          own === undefined
            ? watch
            : { ...watch, alerts: compared(own, missing.byHost.get(host) ?? null) },
        ];
      }),
    ),
    fleet: { alerts: compared(others, missing.others), notes },
  };
};

/** A clock that is minutes off makes every time that the host tells of itself another one. */
const clockOff = (facts: HostFacts | null): Pick<HostWatch, 'clockOffMs'> => {
  const off = facts?.clockSkewMs ?? 0;
  return Math.abs(off) < leastOffMs ? {} : { clockOffMs: off };
};

/** With how often the rule said worse of each without a change, where that was tried. */
const withCries = (
  { metrics }: HostWatch,
  calibration: CalibrationRecord | undefined,
): HostWatch['metrics'] =>
  metrics.map((judged) => {
    const cries = calibration?.metrics[judged.metric];
    return cries === undefined ? judged : { ...judged, cries };
  });

/** How often the rule is wrong on these hosts, where that was tried. */
const rateNotes = (
  calibrated: readonly CalibrationRecord[],
  hosts: ReadonlySet<string>,
): readonly string[] => {
  const own = calibrated.filter(({ host }) => hosts.has(host));
  const cries = totalCries(own);
  return cries.days === 0
    ? []
    : [
        `in the month before ${showDate(Math.min(...own.map(({ at }) => at)))} the rule said worse in ${rateWords(cries)} of the comparisons on days without a change (${counted(own.length, 'host')})`,
      ];
};

/** The next deploy warns of services that were seen to switch a host, whoever asks for it then. */
const keepSwitchers = async ({ records }: EngineContext, watched: Watched): Promise<void> => {
  const seen = [...watched].flatMap(([host, { journal }]) =>
    journal?.kind === 'read' ? (journal.switchers ?? []).map((one) => ({ host, ...one })) : [],
  );
  const isNew = ({ host, unit, at }: (typeof seen)[number]): boolean =>
    !records.switchers(host).some((one) => one.unit === unit && one.at >= at);
  const added = seen.filter(isNew);
  if (added.length > 0) await records.keepSwitchers(added);
};

/**
 * Asks the metrics, alerts and journals of hosts since they were changed, by a run or by whomever, and tells each
 * verdict.
 */
export const watchHosts = async (
  context: EngineContext,
  say: RunSession['say'],
  entries: readonly HostEntry[],
  since: Since | null = null,
  /** Whoever opened it before closes it. */
  opened: OpenServer | null = null,
): Promise<{ readonly watched: Watched; readonly fleet: FleetWatch | null }> => {
  const { prometheus, clock, close } = opened ?? openServer(context);
  const closeOwn = opened === null ? close : async () => undefined;
  const limit = pLimit(journalsAtOnce);
  const known = await Promise.all(
    entries.map((entry) => limit(async () => await learn(context, entry, since))),
  );
  const { watched, fleet } =
    prometheus === null
      ? { watched: await askHosts(context, known), fleet: null }
      : await askServer(context, prometheus, clock, known).finally(closeOwn);
  const calibrated = context.records.calibrations();
  const cries = new Map(calibrated.map((one) => [one.host, one]));
  const whole = new Map(
    known.flatMap(({ entry, facts, journal }): readonly (readonly [string, HostWatch])[] => {
      const watch = watched.get(entry.name);
      return watch === undefined
        ? []
        : [
            [
              entry.name,
              {
                ...watch,
                journal,
                metrics: withCries(watch, cries.get(entry.name)),
                ...clockOff(facts),
              },
            ],
          ];
    }),
  );
  for (const [host, watch] of whole) say({ type: 'host-watched', host, watch });
  await keepSwitchers(context, whole);
  const told =
    fleet === null
      ? null
      : { ...fleet, notes: [...fleet.notes, ...rateNotes(calibrated, new Set(whole.keys()))] };
  if (told !== null) say({ type: 'fleet-watched', watch: told });
  return { watched: whole, fleet: told };
};
