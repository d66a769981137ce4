import pLimit from 'p-limit';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import { type Cries, criesOfDays, dayAgo, daysToRead } from '../../model/watch/calibration.ts';
import { allMetrics, type MetricId } from '../../model/watch/metric.ts';
import type { Quartiles } from '../../model/watch/quartiles.ts';
import { isDisturbed } from '../../model/watch/windows.ts';
import type { Prometheus } from '../board/prometheus.ts';
import { beatOf, quartilesOfHost, readQuartiles } from './metrics.ts';
import { findPlaces, type NamedHost } from './places.ts';
import {
  expectedSamples,
  type Instance,
  namesQuery,
  quartilesQuery,
  type Rhythm,
  selectorOf,
} from './queries.ts';

export interface HostToCalibrate extends NamedHost {
  /** Moments at which it was changed: days on which that disturbs are left out. */
  readonly changes: readonly number[];
}

/** Cries by metric; an empty map where the server has no history of the host; null where it does not know it. */
export type HostCries = ReadonlyMap<MetricId, Cries> | null;

/** Hosts in one question, and questions at once: a server is asked for a month beside its own work. */
const hostsAtOnce = 500;
const questionsAtOnce = 2;

type Placed = HostToCalibrate & { readonly places: readonly Instance[] };

const days = Array.from({ length: daysToRead }, (_, ago) => ago);

/** What the rule says of each day, as if the host had been changed at its beginning. */
const criesOf = (
  metric: (typeof allMetrics)[number],
  { changes, ...host }: Placed,
  answers: readonly ReadonlyMap<string, Quartiles>[],
  now: number,
): Cries =>
  criesOfDays(
    metric,
    days.map((ago) => {
      const isQuiet = !isDisturbed(dayAgo(ago, now), changes);
      const answer = answers[ago];
      return isQuiet && answer !== undefined ? quartilesOfHost(answer, host) : null;
    }),
  );

/** The quartiles of one metric for each day; a server that does not answer is not asked further. */
const askDays = async (
  prometheus: Prometheus,
  metric: MetricId,
  selector: string,
  rhythm: Rhythm,
  now: number,
): Promise<Result<readonly ReadonlyMap<string, Quartiles>[], Failure>> => {
  const limit = pLimit(questionsAtOnce);
  let failure: Result<never, Failure> | null = null;
  const answers = await Promise.all(
    days.map((ago) =>
      limit(async (): Promise<ReadonlyMap<string, Quartiles>> => {
        if (failure !== null) return new Map();
        const span = dayAgo(ago, now);
        const answer = await prometheus.query(
          quartilesQuery(metric, selector, rhythm, span, 'judged'),
          span.to,
        );
        if (answer.ok) return readQuartiles(answer.value.series, expectedSamples(span, rhythm));
        failure = answer;
        return new Map();
      }),
    ),
  );
  return failure ?? success(answers);
};

/**
 * The rule in retrospect: for each of the last 28 days, as if each host had been changed at its beginning, how often
 * it says worse. Thirteen metrics, a question for each of 35 days and 500 hosts. `tell` hears of each metric.
 */
export const calibrateMetrics = async (
  prometheus: Prometheus,
  hosts: readonly HostToCalibrate[],
  now: number,
  tell: (title: string, done: number, of: number) => void,
  signal?: AbortSignal,
): Promise<Result<ReadonlyMap<string, HostCries>, Failure>> => {
  const names = await prometheus.query(namesQuery, now);
  if (!names.ok) return names;
  const placed = hosts.map(
    (host): Placed => ({
      ...host,
      places: findPlaces(host, names.value.series),
    }),
  );
  const known = placed.filter(({ places }) => places.length > 0);
  const cries = new Map<string, Map<MetricId, Cries> | null>(
    placed.map(({ host, places }) => [host, places.length > 0 ? new Map() : null]),
  );
  if (known.length === 0) return success(cries);
  const { rhythm } = await beatOf(prometheus, known);
  for (const [index, metric] of allMetrics.entries()) {
    tell(metric.title, index, allMetrics.length);
    for (let first = 0; first < known.length; first += hostsAtOnce) {
      if (signal?.aborted === true) return success(cries);
      const group = known.slice(first, first + hostsAtOnce);
      const selector = selectorOf(group.flatMap(({ places }) => places));
      const answers = await askDays(prometheus, metric.id, selector, rhythm, now);
      if (!answers.ok) return answers;
      for (const host of group) {
        const own = criesOf(metric, host, answers.value, now);
        if (own.days > 0) cries.get(host.host)?.set(metric.id, own);
      }
    }
  }
  return success(cries);
};
