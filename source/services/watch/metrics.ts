import pLimit from 'p-limit';
import { explainInLine } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import {
  type Day,
  type Evidence,
  judge,
  settlingSince,
  type UnknownReason,
} from '../../model/watch/judge.ts';
import { allMetrics, type MetricId } from '../../model/watch/metric.ts';
import type { Quartiles } from '../../model/watch/quartiles.ts';
import { allUnknown, type HostWatch, type JudgedMetric } from '../../model/watch/report.ts';
import type { ScrapeWatch } from '../../model/watch/scrapes.ts';
import {
  isDisturbed,
  settleMs,
  type TimeSpan,
  type Windows,
  windowsOf,
} from '../../model/watch/windows.ts';
import type { PrometheusSeries } from '../../parsers/board/prometheus.ts';
import type { Prometheus } from '../board/prometheus.ts';
import {
  exportersWithoutNumber,
  findPlaces,
  keyOf,
  type NamedHost,
  numbersByExporter,
} from './places.ts';
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
import { type AskAt, askScrapes } from './scrapes.ts';

/** A host whose metrics are to be judged. */
export interface HostToWatch extends NamedHost {
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
  /** Its exporter, and names that it had before. */
  readonly places: readonly Instance[];
}

/** Hosts whose windows are the same. */
interface Group {
  readonly windows: Windows;
  readonly hosts: readonly Placed[];
}

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
export const readQuartiles = (
  series: readonly PrometheusSeries[],
  expected: number,
): ReadonlyMap<string, Quartiles> => {
  const values = numbersByExporter(series);
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

/** What was measured of a host under any of its names: the one with the most samples counts. */
export const quartilesOfHost = (
  answers: ReadonlyMap<string, Quartiles>,
  { places }: Pick<Placed, 'places'>,
): Quartiles | null =>
  places
    .flatMap((place) => answers.get(keyOf(place)) ?? [])
    .reduce<Quartiles | null>(
      (most, one) => (most === null || one.samples > most.samples ? one : most),
      null,
    );

interface Measured {
  readonly quartiles: ReadonlyMap<string, Quartiles>;
  /** Exporters for which the server has a value that is no number. */
  readonly odd: ReadonlySet<string>;
  /** Of one of several servers that did not answer; null where all did. */
  readonly missing: Failure | null;
}

type Answers = Result<Measured, Failure>;

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

/** The server that did not answer may be the one that has what is not here of a host. */
const lackOf = (answer: Answers, host: Placed): Failure | null =>
  answer.ok && quartilesOfHost(answer.value.quartiles, host) === null ? answer.value.missing : null;

/** The server has samples of the host, and their value is no number. */
const isOdd = ({ quartiles, odd }: Measured, host: Placed): boolean =>
  quartilesOfHost(quartiles, host) === null && host.places.some((place) => odd.has(keyOf(place)));

const judgeHost = (
  metric: (typeof allMetrics)[number],
  host: Placed,
  window: TimeSpan,
  { after, days }: Asked,
): HostWatch['metrics'][number]['verdict'] => {
  const isCut = (span: TimeSpan): boolean => isDisturbed(span, host.otherChanges);
  const counted = days.filter(({ span }) => !isCut(span)).map(({ answers }) => answers);
  const failure =
    [after, ...days.map(({ answers }) => answers)].flatMap((answer) =>
      answer.ok ? [] : [answer.failure],
    )[0] ?? [after, ...counted].flatMap((answer) => lackOf(answer, host) ?? [])[0];
  if (failure !== undefined) return { kind: 'unknown', reason: reasonOf(failure) };
  if (after.ok && isOdd(after.value, host))
    return { kind: 'unknown', reason: { kind: 'no-number' } };
  const evidence: Evidence = {
    after: after.ok ? quartilesOfHost(after.value.quartiles, host) : null,
    days: days.flatMap(({ day, span, answers }): readonly Day[] => {
      const quartiles =
        answers.ok && !isCut(span) ? quartilesOfHost(answers.value.quartiles, host) : null;
      return quartiles === null ? [] : [{ day, quartiles }];
    }),
    cut: days.filter(({ span }) => isCut(span)).length,
    lengthMs: window.to - window.from,
  };
  return judge(metric, evidence);
};

/** Metrics that a host has none of because nothing reached it: that is the reason, and not the metric. */
const withScrapes = (watch: HostWatch, scrapes: ScrapeWatch | null): HostWatch => {
  if (scrapes === null || (scrapes.kind !== 'down' && scrapes.kind !== 'lost'))
    return { ...watch, scrapes };
  const isSilent = ({ verdict }: JudgedMetric): boolean =>
    verdict.kind === 'unknown' &&
    ((verdict.reason.kind === 'no-series' && verdict.reason.before) ||
      verdict.reason.kind === 'few-samples');
  return {
    ...watch,
    scrapes,
    metrics: watch.metrics.map((judged) =>
      isSilent(judged)
        ? { ...judged, verdict: { kind: 'unknown', reason: { kind: 'down', how: scrapes.kind } } }
        : judged,
    ),
  };
};

const windowlessWatch = (host: Placed, reason: UnknownReason): HostWatch => ({
  changedAt: host.changedAt,
  window: null,
  metrics: allUnknown(reason),
  journal: null,
  instances: host.places.map(({ instance }) => instance),
});

const askMetrics = async (
  ask: AskAt,
  { windows, hosts }: Group,
  after: TimeSpan,
  rhythm: Rhythm,
): Promise<readonly (readonly [MetricId, Asked])[]> => {
  const selector = selectorOf(hosts.flatMap(({ places }) => places));
  const askQuartiles = async (
    metric: MetricId,
    span: TimeSpan,
    asked: 'all' | 'judged',
  ): Promise<Answers> => {
    const answer = await ask(() => quartilesQuery(metric, selector, rhythm, span, asked), span.to);
    return answer.ok
      ? success({
          quartiles: readQuartiles(answer.value.series, expectedSamples(span, rhythm)),
          odd: exportersWithoutNumber(answer.value.series),
          missing: answer.value.missing?.[0] ?? null,
        })
      : answer;
  };
  return await Promise.all(
    allMetrics.map(async ({ id }): Promise<readonly [MetricId, Asked]> => {
      const sinceChange = await askQuartiles(id, after, 'all');
      // A server that does not answer is not asked seven times more.
      if (!sinceChange.ok) return [id, { after: sinceChange, days: [] }];
      const days = await Promise.all(
        windows.before.map(async ({ day, span }) => ({
          day,
          span,
          answers: await askQuartiles(id, span, 'judged'),
        })),
      );
      return [id, { after: sinceChange, days }];
    }),
  );
};

const askGroup = async (
  ask: AskAt,
  group: Group,
  { rhythm, everyMs }: Beat,
  now: number,
): Promise<readonly (readonly [host: string, watch: HostWatch])[]> => {
  const { windows, hosts } = group;
  const { after } = windows;
  if (after === null)
    return hosts.map((host) => [
      host.host,
      windowlessWatch(host, settlingSince(host.changedAt, now)),
    ]);
  const changedAt = after.from - settleMs;
  const [asked, scrapes] = await Promise.all([
    askMetrics(ask, group, after, rhythm),
    askScrapes(ask, hosts, { ...windows, after, changedAt }, everyMs),
  ]);
  return hosts.map((host) => {
    const watch: HostWatch = {
      changedAt: host.changedAt,
      window: after,
      metrics: asked.map(([id, answers]) => {
        const metric = allMetrics.find((one) => one.id === id);
        return {
          metric: id,
          verdict:
            metric === undefined
              ? { kind: 'unknown', reason: { kind: 'no-series', before: false } }
              : judgeHost(metric, host, after, answers),
          query: expressionOf(id, selectorOf(host.places), rhythm),
        };
      }),
      journal: null,
      instances: host.places.map(({ instance }) => instance),
    };
    return [
      host.host,
      withScrapes(
        watch,
        scrapes.ok
          ? (scrapes.value.get(host.host) ?? null)
          : { kind: 'unknown', why: explainInLine(scrapes.failure) },
      ),
    ];
  });
};

/** How often exporters are asked. */
interface Beat {
  /** Of the slowest of these hosts. */
  readonly rhythm: Rhythm;
  /** Null where the server does not tell it. */
  readonly everyMs: (place: Instance) => number | null;
}

export const beatOf = async (
  prometheus: Prometheus,
  hosts: readonly Pick<Placed, 'places'>[],
): Promise<Beat> => {
  const places = new Set(hosts.flatMap((host) => host.places.map(keyOf)));
  const targets = await prometheus.targets();
  // Without an answer the step is five minutes, as most servers ask each minute at least.
  const every = new Map(
    targets.ok
      ? targets.value.flatMap((target) =>
          target.everyMs !== null && places.has(keyOf(target))
            ? [[keyOf(target), target.everyMs] as const]
            : [],
        )
      : [],
  );
  return {
    rhythm: rhythmOf(Math.max(0, ...every.values())),
    everyMs: (place) => every.get(keyOf(place)) ?? null,
  };
};

/** What is told beside the hosts. */
type Note = (words: string) => void;

/** Asks a few questions at once, and tells each warning of the server once. */
const askerOf = (prometheus: Prometheus, tell: Note): AskAt => {
  const limit = pLimit(questionsAtOnce);
  const told = new Set<string>();
  let silent: Silence = { times: 0, last: null };
  return (query, at) =>
    limit(async () => {
      // A server that hangs would be waited for at each of a hundred questions.
      if (silent.last !== null && silent.times >= mostSilent) return silent.last;
      const answer = await prometheus.query(query(), at);
      silent = isUnanswered(answer)
        ? { times: silent.times + 1, last: answer }
        : { times: 0, last: null };
      for (const warning of answer.ok ? answer.value.warnings : []) {
        const words = withoutPlace(warning);
        if (!told.has(words) && told.size < mostWarnings) tell(words);
        told.add(words);
      }
      return answer;
    });
};

const mostWarnings = 5;

/** After so many questions in a row without any answer the others are not asked. */
const mostSilent = 3;

type SeriesResult = Awaited<ReturnType<AskAt>>;

/** Questions in a row that nobody answered, and what the last one came to. */
interface Silence {
  readonly times: number;
  readonly last: SeriesResult | null;
}

/** Not even with a refusal. */
const isUnanswered = (answer: SeriesResult): boolean =>
  !answer.ok && answer.failure.code === 'http-failed' && answer.failure.isAnswered !== true;

/** Infos and warnings of Prometheus end with the place in the query, `(1:17)`: the same one comes often. */
const withoutPlace = (warning: string): string => warning.replace(/ \(\d+:\d+\)$/, '');

/**
 * What Prometheus says of each host since it was changed, by the rule of three quartiles, and whether it reached it. Thirteen
 * metrics, a question for each of eight windows and group of hosts.
 */
export const watchMetrics = async (
  prometheus: Prometheus,
  hosts: readonly HostToWatch[],
  now: number,
  tell: Note = () => undefined,
): Promise<ReadonlyMap<string, HostWatch>> => {
  const nothing = ({ changedAt }: HostToWatch, reason: UnknownReason): HostWatch => ({
    changedAt,
    window: null,
    metrics: allUnknown(reason),
    journal: null,
  });
  const ask = askerOf(prometheus, tell);
  const names = await ask(() => namesQuery, now);
  if (!names.ok) {
    const reason = reasonOf(names.failure);
    return new Map(hosts.map((host) => [host.host, nothing(host, reason)]));
  }
  const watched = new Map<string, HostWatch>();
  const placed: Placed[] = [];
  for (const host of hosts) {
    const { changedAt } = host;
    const places = findPlaces(host, names.value.series);
    if (changedAt === null) watched.set(host.host, nothing(host, { kind: 'no-change' }));
    else if (places.length === 0) {
      // One of several servers may know it, and did not answer.
      const [missing] = names.value.missing ?? [];
      watched.set(
        host.host,
        nothing(
          host,
          missing === undefined ? { kind: 'no-series', before: false } : reasonOf(missing),
        ),
      );
    } else placed.push({ ...host, changedAt, places });
  }
  if (placed.length === 0) return watched;
  const beat = await beatOf(prometheus, placed);
  for (const group of groupsOf(placed, now))
    for (const [host, watch] of await askGroup(ask, group, beat, now)) watched.set(host, watch);
  return watched;
};
