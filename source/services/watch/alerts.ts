import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import {
  compareAlerts,
  type FiredAlert,
  type FiringTimes,
  type Pauses,
  pauseCause,
  type WatchedAlert,
} from '../../model/watch/alerts.ts';
import { baselineDays, type TimeSpan, watchMs } from '../../model/watch/windows.ts';
import { dayMs } from '../../model/words/durations.ts';
import type { PrometheusSeries, SeriesAnswer } from '../../parsers/board/prometheus.ts';
import type { Prometheus } from '../board/prometheus.ts';
import { copyCause } from './filling.ts';
import { hostOfInstance } from './places.ts';
import { alertsQuery, firingQuery, firingTimesQuery } from './queries.ts';

/** A host by its names in the metrics. */
export interface InMetrics {
  readonly host: string;
  /** The names of its exporters. */
  readonly instances: readonly string[];
}

/** A host whose alerts are told. */
export interface AlertedHost extends InMetrics {
  readonly changedAt: number;
  /** When that change began: with its copy, or its restart. */
  readonly beganAt: number;
  /** When something else changed it after that; null where nothing did. */
  readonly until: number | null;
  readonly pauses: Pauses;
}

/** Hosts that were changed within this time of each other are asked together, ms. */
const togetherMs = 30 * 60_000;

const ownLabels = new Set(['alertname', 'alertstate', 'q', '__name__']);

const alertOf = ({ labels }: PrometheusSeries): FiredAlert => ({
  name: labels['alertname'] ?? 'without a name',
  labels: Object.fromEntries(Object.entries(labels).filter(([name]) => !ownLabels.has(name))),
});

/** First and last moment of each, out of an answer that has a series for each of them. */
const timesOf = (
  series: readonly PrometheusSeries[],
): ReadonlyMap<string, FiredAlert & FiringTimes> => {
  const times = new Map<string, FiredAlert & FiringTimes>();
  for (const one of series) {
    const { q, ...labels } = one.labels;
    const key = JSON.stringify(Object.entries(labels).toSorted());
    const known = times.get(key) ?? { ...alertOf(one), first: null, last: null };
    const value = one.samples[0]?.[1];
    const at = value === undefined || !Number.isFinite(value) ? null : value * 1_000;
    times.set(key, {
      ...known,
      ...(q === 'first' ? { first: at } : q === 'last' ? { last: at } : {}),
    });
  }
  return times;
};

/** Alerts of all hosts before a change and since. A failure is that of one of several servers; null where all answered. */
interface ComparedSets {
  readonly alerts: readonly WatchedAlert[];
  readonly missing: { readonly before: Failure | null; readonly since: Failure | null };
}

const askSets = async (
  prometheus: Prometheus,
  { from, to }: TimeSpan,
): Promise<Result<ComparedSets, Failure>> => {
  const before = { from: from - baselineDays * dayMs, to: from };
  const answers = await Promise.all([
    prometheus.query(alertsQuery(before), from),
    prometheus.query(firingQuery, from),
    prometheus.query(firingTimesQuery({ from, to }), to),
    prometheus.query(firingQuery, to),
  ]);
  const failure = answers.find((answer) => !answer.ok);
  if (failure !== undefined && !failure.ok) return failure;
  const [fired, atChange, since, now] = answers.map((answer) =>
    answer.ok ? answer.value : undefined,
  );
  const alertsIn = (answer: SeriesAnswer | undefined): readonly FiredAlert[] =>
    (answer?.series ?? []).map(alertOf);
  const missing = {
    before: [fired, atChange].flatMap((answer) => answer?.missing ?? [])[0] ?? null,
    since: [since, now].flatMap((answer) => answer?.missing ?? [])[0] ?? null,
  };
  return success({
    alerts: compareAlerts({
      before: alertsIn(fired),
      atChange: alertsIn(atChange),
      since: [...timesOf(since?.series ?? []).values()],
      now: alertsIn(now),
      isWhole: { before: missing.before === null, since: missing.since === null },
    }),
    missing,
  });
};

/** Why something is not known of these alerts; null where all is. */
const lackOf = (
  alerts: readonly WatchedAlert[],
  { before, since }: ComparedSets['missing'],
): Failure | null => since ?? (alerts.some(({ change }) => change === 'unknown') ? before : null);

/** An alert of another exporter of the same machine is one of the host too. */
const isOf = ({ labels }: FiredAlert, { host, instances }: InMetrics): boolean => {
  const named = [labels['instance'], labels['nodename'], labels['host'], labels['hostname']];
  return named.some(
    (name) =>
      name !== undefined &&
      (hostOfInstance(name) === host ||
        instances.some(
          (instance) => name === instance || hostOfInstance(name) === hostOfInstance(instance),
        )),
  );
};

const groupsOf = (hosts: readonly AlertedHost[]): readonly (readonly AlertedHost[])[] => {
  const groups: AlertedHost[][] = [];
  for (const host of hosts.toSorted((one, other) => one.beganAt - other.beganAt)) {
    const last = groups.at(-1);
    const first = last?.[0];
    if (
      first !== undefined &&
      last !== undefined &&
      host.beganAt - first.beganAt <= togetherMs &&
      host.until === first.until
    )
      last.push(host);
    else groups.push([host]);
  }
  return groups;
};

interface AlertsOfFleet {
  readonly byHost: ReadonlyMap<string, readonly WatchedAlert[]>;
  /** Alerts that name no host of the fleet, since the first of the latest changes. */
  readonly others: readonly WatchedAlert[];
  /** What is not known, as one of several servers did not answer: of these hosts, and of alerts that name none. */
  readonly missing: {
    readonly byHost: ReadonlyMap<string, Failure>;
    readonly others: Failure | null;
  };
}

/** Explains new alerts that the deploy itself made. */
const explained = async (
  prometheus: Prometheus,
  alerts: readonly WatchedAlert[],
  { changedAt, pauses }: AlertedHost,
  until: number,
  askRules: () => ReturnType<Prometheus['rules']>,
): Promise<readonly WatchedAlert[]> => {
  const isNew = ({ change }: WatchedAlert): boolean => change === 'new';
  if (!alerts.some(isNew)) return alerts;
  const rules = await askRules();
  return await Promise.all(
    alerts.map(async (alert) =>
      isNew(alert)
        ? {
            ...alert,
            cause:
              (await copyCause(prometheus, alert, rules.ok ? rules.value : null, {
                from: changedAt,
                to: until,
              })) ?? pauseCause(alert, pauses, until),
          }
        : alert,
    ),
  );
};

/**
 * Alerts of each host since it was changed, compared with the seven days before; a day at most is watched. Those of the rest
 * of the fleet are left out.
 */
export const watchAlerts = async (
  prometheus: Prometheus,
  hosts: readonly AlertedHost[],
  now: number,
  rest: readonly InMetrics[] = [],
): Promise<Result<AlertsOfFleet, Failure>> => {
  const byHost = new Map<string, readonly WatchedAlert[]>();
  const lacks = new Map<string, Failure>();
  let others: readonly WatchedAlert[] = [];
  let lackOfOthers: Failure | null = null;
  let rules: ReturnType<Prometheus['rules']> | undefined;
  const askRules = (): ReturnType<Prometheus['rules']> => {
    rules ??= prometheus.rules();
    return rules;
  };
  for (const group of groupsOf(hosts)) {
    const from = Math.min(...group.map(({ beganAt }) => beganAt));
    const to = Math.max(
      from + 1_000,
      Math.min(
        now,
        Math.max(...group.map(({ changedAt }) => changedAt)) + watchMs,
        group[0]?.until ?? now,
      ),
    );
    const sets = await askSets(prometheus, { from, to });
    if (!sets.ok) return sets;
    const { alerts, missing } = sets.value;
    for (const host of group) {
      const own = alerts.filter((alert) => isOf(alert, host));
      byHost.set(host.host, await explained(prometheus, own, host, to, askRules));
      const lack = lackOf(own, missing);
      if (lack !== null) lacks.set(host.host, lack);
    }
    // The last group was changed last: what names no host is told against its change.
    others = alerts.filter((alert) => ![...hosts, ...rest].some((host) => isOf(alert, host)));
    lackOfOthers = lackOf(others, missing);
  }
  return success({ byHost, others, missing: { byHost: lacks, others: lackOfOthers } });
};
