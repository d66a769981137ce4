import { explainShortly } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { type Result, success } from '../../model/result.ts';
import type { PrometheusSeries, SeriesAnswer } from '../../parsers/board/prometheus.ts';
import type { Prometheus } from './prometheus.ts';

type Answer<Value> = Result<Value, Failure>;

const isDone = <Value>(
  answer: Answer<Value>,
): answer is { readonly ok: true; readonly value: Value } => answer.ok;

const failuresOf = (answers: readonly Answer<unknown>[]): readonly Failure[] =>
  answers.flatMap((answer) => (answer.ok ? [] : [answer.failure]));

const labelsKey = ({ labels }: PrometheusSeries): string =>
  JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));

/** Two servers may scrape the same exporter: the one that has more samples counts, the first where they are alike. */
const distinctSeries = (series: readonly PrometheusSeries[]): readonly PrometheusSeries[] => {
  const known = new Map<string, PrometheusSeries>();
  for (const one of series) {
    const key = labelsKey(one);
    const before = known.get(key);
    if (before === undefined || one.samples.length > before.samples.length) known.set(key, one);
  }
  return [...known.values()];
};

/** What every server says; where one does not answer the others count, and its failure comes along. */
const joinSeries = (answers: readonly Answer<SeriesAnswer>[]): Answer<SeriesAnswer> => {
  const [first] = answers;
  const done = answers.filter(isDone);
  if (done.length === 0 && first !== undefined) return first;
  const failures = failuresOf(answers);
  return success({
    series: distinctSeries(done.flatMap(({ value }) => value.series)),
    warnings: [
      ...new Set([
        ...done.flatMap(({ value }) => value.warnings),
        ...failures.map((failure) => explainShortly(failure)),
      ]),
    ],
    ...(failures.length === 0 ? {} : { missing: failures }),
  });
};

/** The lists of all; where one does not answer, nothing can be said of the whole. */
const joinLists = <Value>(
  answers: readonly Answer<readonly Value[]>[],
): Answer<readonly Value[]> => {
  const refused = answers.find((answer) => !answer.ok);
  return refused ?? success(answers.flatMap((answer) => (answer.ok ? answer.value : [])));
};

/** Lists of those that have them; the first failure where none does. */
const joinKnown = <Value>(
  answers: readonly Answer<readonly Value[]>[],
): Answer<readonly Value[]> => {
  const done = answers.filter(isDone);
  const [first] = answers;
  return done.length === 0 && first !== undefined
    ? first
    : success(done.flatMap(({ value }) => value));
};

const distinctBy = <Value>(values: readonly Value[], keyOf: (value: Value) => string) => [
  ...new Map(values.map((value) => [keyOf(value), value])).values(),
];

/** Several servers as one: each host is known by one of them, or by some alike. Null where there is none. */
export const joinServers = (servers: readonly Prometheus[]): Prometheus | null => {
  const [first, ...others] = servers;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  const all = <Value>(ask: (server: Prometheus) => Promise<Value>): Promise<readonly Value[]> =>
    Promise.all(servers.map(ask));
  return {
    url: servers.map(({ url }) => url).join(', '),
    ready: async () => {
      const answers = await all((server) => server.ready());
      return (
        answers.find((answer) => !answer.ok) ??
        success({ tookMs: Math.max(...answers.filter(isDone).map(({ value }) => value.tookMs)) })
      );
    },
    targets: async () => joinLists(await all((server) => server.targets())),
    alerts: async () => {
      const answer = joinLists(await all((server) => server.alerts()));
      return answer.ok
        ? success(distinctBy(answer.value, (alert) => JSON.stringify([alert.name, alert.labels])))
        : answer;
    },
    time: async () => {
      const answers = await all((server) => server.time());
      return answers.find(isDone) ?? answers[0] ?? (await first.time());
    },
    rules: async () => joinKnown(await all((server) => server.rules())),
    query: async (expression, at, limitMs) =>
      joinSeries(await all((server) => server.query(expression, at, limitMs))),
    queryRange: async (expression, range) =>
      joinSeries(await all((server) => server.queryRange(expression, range))),
  };
};
