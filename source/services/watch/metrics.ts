import pLimit from 'p-limit';
import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import { type Day, type Evidence, judge, type UnknownReason } from '../../model/watch/judge.ts';
import { allMetrics, type MetricId } from '../../model/watch/metric.ts';
import type { Quartiles } from '../../model/watch/quartiles.ts';
import { allUnknown, type HostWatch } from '../../model/watch/report.ts';
import { isDisturbed, type TimeSpan, type Windows, windowsOf } from '../../model/watch/windows.ts';
import type { PrometheusSeries } from '../../parsers/board/prometheus.ts';
import type { Prometheus } from '../board/monitoring.ts';
import {
  countLabel,
  expectedSamples,
  expressionOf,
  type Instance,
  namesQuery,
  quartilesQuery,
  type Rhythm,
  rhythmOf,
  selectorOf,
} from './queries.ts';

/** A host whose metrics are to be judged. */
export interface HostToWatch {
  readonly host: string;
  /** The name that its kernel has. */
  readonly hostName: string;
  /** Its name in the metrics, where the configuration has one. */
  readonly instance: string | null;
  /** Null when nobody knows. */
  readonly changedAt: number | null;
  /** When something else changed it after that; null where nothing did. */
  readonly until: number | null;
  readonly otherChanges: readonly number[];
}

/** Hosts in one question: a server answers for so many within its limits. */
const hostsAtOnce = 500;

const questionsAtOnce = 4;

/** Hosts that were changed within this time of each other are asked together, ms. */
const togetherMs = 30 * 60_000;

interface Placed extends HostToWatch {
  readonly changedAt: number;
  readonly place: Instance;
}

/** Hosts whose windows are the same. */
interface Group {
  readonly windows: Windows;
  readonly hosts: readonly Placed[];
}

const keyOf = ({ job, instance }: Instance): string => JSON.stringify([job, instance]);

const placeOf = ({ labels }: PrometheusSeries): Instance => ({
  job: labels['job'] ?? '',
  instance: labels['instance'] ?? '',
});

/** The exporter of a host: by configuration, by the name of its machine, or by the name in its address. */
const findPlace = (host: HostToWatch, names: readonly PrometheusSeries[]): Instance | undefined => {
  const isNamed = ({ labels }: PrometheusSeries): boolean =>
    host.instance === null
      ? labels['nodename'] === host.hostName
      : labels['instance'] === host.instance;
  const found =
    names.find(isNamed) ??
    (host.instance === null
      ? names.find(({ labels }) => labels['instance']?.replace(/:\d+$/, '') === host.host)
      : undefined);
  return found === undefined ? undefined : placeOf(found);
};

/** Groups of hosts that were changed together; the latest of their changes counts for all. */
const groupsOf = (hosts: readonly Placed[], now: number): readonly Group[] => {
  const groups: Placed[][] = [];
  for (const host of hosts.toSorted((one, other) => one.changedAt - other.changedAt)) {
    const last = groups.at(-1);
    const first = last?.[0];
    if (
      last !== undefined &&
      first !== undefined &&
      host.changedAt - first.changedAt <= togetherMs &&
      host.until === first.until &&
      last.length < hostsAtOnce
    )
      last.push(host);
    else groups.push([host]);
  }
  return groups.map((hosts) => ({
    hosts,
    // Days on which a single host was changed are left out for that host alone, below.
    windows: windowsOf(
      Math.max(...hosts.map(({ changedAt }) => changedAt)),
      Math.min(now, hosts[0]?.until ?? now),
      [],
    ),
  }));
};

/** Quartiles by host out of an answer; what is NaN or incomplete is no answer. */
const readQuartiles = (
  series: readonly PrometheusSeries[],
  expected: number,
): ReadonlyMap<string, Quartiles> => {
  const values = new Map<string, Map<string, number>>();
  for (const one of series) {
    const value = one.samples[0]?.[1];
    const name = one.labels['q'];
    if (value === undefined || name === undefined || !Number.isFinite(value)) continue;
    const key = keyOf(placeOf(one));
    const known = values.get(key) ?? new Map<string, number>();
    known.set(name, value);
    values.set(key, known);
  }
  const read = new Map<string, Quartiles>();
  for (const [key, known] of values) {
    const [p25, p50, p75] = [known.get('p25'), known.get('p50'), known.get('p75')];
    const samples = known.get(countLabel);
    if (p25 === undefined || p50 === undefined || p75 === undefined || samples === undefined)
      continue;
    read.set(key, { p25, p50, p75, p95: known.get('p95') ?? null, samples, expected });
  }
  return read;
};

type Answers = Result<ReadonlyMap<string, Quartiles>, Failure>;

interface Asked {
  readonly after: Answers;
  readonly days: readonly {
    readonly day: number;
    readonly span: TimeSpan;
    readonly answers: Answers;
  }[];
}

const reasonOf = (failure: Failure): UnknownReason => ({
  kind: 'not-reachable',
  detail: explainInLine(failure),
});

const judgeHost = (
  metric: (typeof allMetrics)[number],
  host: Placed,
  window: TimeSpan,
  { after, days }: Asked,
): HostWatch['metrics'][number]['verdict'] => {
  const failure = [after, ...days.map(({ answers }) => answers)].find((answer) => !answer.ok);
  if (failure !== undefined && !failure.ok)
    return { kind: 'unknown', reason: reasonOf(failure.failure) };
  const key = keyOf(host.place);
  const isCut = (span: TimeSpan): boolean => isDisturbed(span, host.otherChanges);
  const evidence: Evidence = {
    after: after.ok ? (after.value.get(key) ?? null) : null,
    days: days.flatMap(({ day, span, answers }): readonly Day[] => {
      const quartiles = answers.ok && !isCut(span) ? answers.value.get(key) : undefined;
      return quartiles === undefined ? [] : [{ day, quartiles }];
    }),
    cut: days.filter(({ span }) => isCut(span)).length,
    lengthMs: window.to - window.from,
  };
  return judge(metric, evidence);
};

const askGroup = async (
  prometheus: Prometheus,
  { windows, hosts }: Group,
  rhythm: Rhythm,
  limit: ReturnType<typeof pLimit>,
): Promise<readonly (readonly [host: string, watch: HostWatch])[]> => {
  const { after } = windows;
  if (after === null)
    return hosts.map(({ host, changedAt }) => [
      host,
      { changedAt, window: null, metrics: allUnknown({ kind: 'settling' }), journal: null },
    ]);
  const selector = selectorOf(hosts.map(({ place }) => place));
  const ask = (metric: MetricId, span: TimeSpan): Promise<Answers> =>
    limit(async (): Promise<Answers> => {
      const query = quartilesQuery(metric, selector, rhythm, span);
      const answer = await prometheus.query(query, span.to);
      return answer.ok
        ? { ok: true, value: readQuartiles(answer.value.series, expectedSamples(span, rhythm)) }
        : answer;
    });
  const askMetric = async (metric: MetricId): Promise<Asked> => {
    const sinceChange = await ask(metric, after);
    // A server that does not answer is not asked seven times more.
    if (!sinceChange.ok) return { after: sinceChange, days: [] };
    const days = await Promise.all(
      windows.before.map(async ({ day, span }) => ({
        day,
        span,
        answers: await ask(metric, span),
      })),
    );
    return { after: sinceChange, days };
  };
  const asked = await Promise.all(
    allMetrics.map(async (metric) => ({ metric, answers: await askMetric(metric.id) })),
  );
  return hosts.map((host) => [
    host.host,
    {
      changedAt: host.changedAt,
      window: after,
      metrics: asked.map(({ metric, answers }) => ({
        metric: metric.id,
        verdict: judgeHost(metric, host, after, answers),
        query: expressionOf(metric.id, selectorOf([host.place]), rhythm),
      })),
      journal: null,
    },
  ]);
};

/** How often the exporters of these hosts are asked, ms; the slowest counts. */
const rhythmFor = async (prometheus: Prometheus, hosts: readonly Placed[]): Promise<Rhythm> => {
  const places = new Set(hosts.map(({ place }) => keyOf(place)));
  const targets = await prometheus.targets();
  // Without an answer the step is five minutes, as most servers ask each minute at least.
  const every = targets.ok
    ? targets.value.flatMap((target) =>
        target.everyMs !== null && places.has(keyOf(target)) ? [target.everyMs] : [],
      )
    : [];
  return rhythmOf(Math.max(0, ...every));
};

/**
 * What Prometheus says of each host since it was changed, by the rule of three quartiles. Thirteen
 * metrics, a question for each of eight windows and group of hosts.
 */
export const watchMetrics = async (
  prometheus: Prometheus,
  hosts: readonly HostToWatch[],
  now: number,
): Promise<ReadonlyMap<string, HostWatch>> => {
  const nothing = ({ changedAt }: HostToWatch, reason: UnknownReason): HostWatch => ({
    changedAt,
    window: null,
    metrics: allUnknown(reason),
    journal: null,
  });
  const names = await prometheus.query(namesQuery, now);
  if (!names.ok) {
    const reason = reasonOf(names.failure);
    return new Map(hosts.map((host) => [host.host, nothing(host, reason)]));
  }
  const watched = new Map<string, HostWatch>();
  const placed: Placed[] = [];
  for (const host of hosts) {
    const { changedAt } = host;
    const place = findPlace(host, names.value.series);
    if (changedAt === null) watched.set(host.host, nothing(host, { kind: 'no-change' }));
    else if (place === undefined)
      watched.set(host.host, nothing(host, { kind: 'no-series', before: false }));
    else placed.push({ ...host, changedAt, place });
  }
  if (placed.length === 0) return watched;
  const rhythm = await rhythmFor(prometheus, placed);
  const limit = pLimit(questionsAtOnce);
  for (const group of groupsOf(placed, now))
    for (const [host, watch] of await askGroup(prometheus, group, rhythm, limit))
      watched.set(host, watch);
  return watched;
};
