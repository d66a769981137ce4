import { expect, test } from 'vitest';
import type { ComparedMetric, MetricVerdict } from '../../../source/model/watch/judge.ts';
import { allMetrics, type MetricId } from '../../../source/model/watch/metric.ts';
import {
  allUnknown,
  criesSentence,
  type HostWatch,
  notedLines,
  watchedLines,
  watchVerdict,
  whyUnknown,
} from '../../../source/model/watch/report.ts';
import { judgeSamples } from '../../../source/model/watch/samples.ts';

const numbers: ComparedMetric = {
  after: { p25: 0.3, p50: 0.38, p75: 0.4, p95: null, samples: 90, expected: 93 },
  base: 0.23,
  low: 0.21,
  high: 0.26,
  days: 7,
  rises: false,
  change: 0.15,
};

/** A host with these verdicts; what is not named is not measured. */
const hostOf = (verdicts: Readonly<Partial<Record<MetricId, MetricVerdict>>>): HostWatch => ({
  changedAt: 0,
  window: { from: 0, to: 1 },
  metrics: allMetrics.map(({ id }) => ({
    metric: id,
    verdict: verdicts[id] ?? { kind: 'unknown', reason: { kind: 'no-series', before: false } },
    query: null,
  })),
  journal: null,
});

const worse: MetricVerdict = { kind: 'worse', compared: numbers };
const same: MetricVerdict = { kind: 'as-before', compared: numbers };
const early: MetricVerdict = {
  kind: 'early',
  leaning: 'as-before',
  why: 'few-days',
  compared: numbers,
};
const gap: MetricVerdict = {
  kind: 'unknown',
  reason: { kind: 'few-samples', samples: 3, coverage: 0.1 },
};

test.each<[string, HostWatch, string]>([
  ['worse in one metric', hostOf({ cpu: worse, memory: gap, load: early }), 'worse'],
  ['unknown in one', hostOf({ cpu: same, memory: gap }), 'unknown'],
  ['early in one', hostOf({ cpu: same, memory: early }), 'early'],
  ['better in one', hostOf({ cpu: same, memory: { kind: 'better', compared: numbers } }), 'better'],
  ['as before in all that it has', hostOf({ cpu: same }), 'as-before'],
  ['no metric at all', hostOf({}), 'unknown'],
  [
    'of scrapes that a server did not tell',
    { ...hostOf({ cpu: same }), scrapes: { kind: 'unknown', why: 'status 503' } },
    'unknown',
  ],
  [
    'of alerts that a server did not tell',
    {
      ...hostOf({ cpu: same }),
      alerts: {
        kind: 'compared',
        alerts: [],
        missing: { kind: 'not-reachable', detail: 'status 503' },
      },
    },
    'unknown',
  ],
  [
    'no server',
    { changedAt: 0, window: null, metrics: allUnknown({ kind: 'not-configured' }), journal: null },
    'not-configured',
  ],
])('a host that is %s', (_, watch, verdict) => {
  expect(watchVerdict(watch)).toBe(verdict);
  // A list says why, whatever is not known.
  if (verdict === 'unknown') {
    const said = [...watchedLines(watch), ...notedLines(watch)].map(({ words }) => words);
    expect(said).toContain(whyUnknown(watch));
  }
});

test('what moved stands first, with its numbers, and what is as before last', () => {
  expect(
    watchedLines(hostOf({ load: same, cpu: worse, memory: gap })).map(({ words }) => words),
  ).toEqual([
    'CPU is above every one of the 7 days before at these hours: 38 % against 21 % to 26 %',
    'memory: 3 of the samples since the deploy are there, 10 %; half of them are needed',
    'load per core is as on the 7 days before at these hours: 0.4 against 0.2 to 0.3',
  ]);
});

test('a host without any metric says that it has none', () => {
  expect(watchedLines(hostOf({})).map(({ words }) => words)).toEqual([
    'metrics: Prometheus has no metrics of this host',
  ]);
  expect(watchedLines({ ...hostOf({}), source: 'sysstat' }).map(({ words }) => words)).toEqual([
    'metrics: sysstat has no metrics of this host',
  ]);
});

test('one reason that is the same for all metrics is one line', () => {
  const watch = {
    changedAt: 0,
    window: null,
    metrics: allUnknown({ kind: 'settling' }),
    journal: null,
  };
  expect(watchedLines(watch).map(({ words }) => words)).toEqual([
    'metrics: the host settles for 15 minutes after the deploy',
  ]);
});

test.each([
  [undefined, []],
  [1, ['1 file of sysstat on the host could not be read: that time is not compared']],
  [3, ['3 files of sysstat on the host could not be read: that time is not compared']],
])('%j unread files of sysstat are told beside the metrics', (unreadFiles, words) => {
  const watch: HostWatch = {
    ...hostOf({}),
    source: 'sysstat',
    ...(unreadFiles === undefined ? {} : { unreadFiles }),
  };
  expect(notedLines(watch).map((line) => line.words)).toEqual(words);
});

test.each([
  [
    3 * 3_600_000,
    ['its clock is 3 h 00 m ahead of that of this machine: times that it tells are off by that'],
  ],
  [-200_000, [expect.stringMatching(/^its clock is 3 m 20 s behind that of this machine/)]],
])('a clock that is %i ms off is told beside the metrics, and is not worse', (clockOffMs, words) => {
  const lines = notedLines({ ...hostOf({}), clockOffMs });
  expect(lines.map((line) => line.words)).toEqual(words);
  expect(lines.every(({ isWorse }) => !isWorse)).toBe(true);
});

test('a change that is yet to come by the clock that is asked is no host that settles', () => {
  const changedAt = Date.UTC(2026, 10, 23, 12);
  const wordsAt = (now: number): readonly string[] => {
    const { window, metrics } = judgeSamples([], changedAt, now, []);
    const judged = metrics.map((one) => ({ ...one, query: null }));
    return watchedLines({ changedAt, window, metrics: judged, journal: null }).map(
      ({ words }) => words,
    );
  };
  expect(wordsAt(changedAt + 60_000)).toEqual([
    'metrics: the host settles for 15 minutes after the deploy',
  ]);
  expect(wordsAt(changedAt - 3_600_000)).toEqual([
    'metrics: its change lies in the future by the clock that is asked: one of the clocks is wrong',
  ]);
});

test('what is as before so far has one line for each reason why that is no verdict yet; what leans to worse has its own', () => {
  const leaning: MetricVerdict = { ...early, leaning: 'worse' };
  const short: MetricVerdict = { ...early, why: 'short-after' };
  const lines = watchedLines(hostOf({ cpu: leaning, memory: early, load: early, paging: short }));
  expect(lines.map(({ short: words }) => words)).toEqual([
    'CPU worse? (few days): 38 %, before 21 % to 26 % (7 days, same hours)',
    '1 metric as before so far (less than 6 h since the deploy)',
    '2 metrics as before so far (few days)',
  ]);
  expect(lines[2]?.words).toBe('as before so far (few days): load per core, memory');
});

test('how often the rule is wrong is told once a host, of what is worse or leans to it, and each rate once', () => {
  const leans: MetricVerdict = { ...early, leaning: 'worse' };
  const watch = hostOf({ cpu: worse, load: leans, memory: worse, 'disk-busy': same });
  const rates = { cpu: [0, 28], load: [0, 28], memory: [2, 27], 'disk-busy': [9, 28] } as const;
  const metrics = watch.metrics.map((judged) => {
    const [bad, days] = Object.entries(rates).find(([id]) => id === judged.metric)?.[1] ?? [0, 0];
    return { ...judged, cries: { worse: bad, days } };
  });
  expect(criesSentence({ metrics })).toBe(
    'without a change the rule said worse of CPU, load per core on 0 of 28 days, of memory on 2 of 27 days',
  );
  expect(criesSentence(watch)).toBeNull();
  expect(
    watchedLines({ ...watch, metrics })
      .map(({ words }) => words)
      .join(),
  ).not.toContain('without a change');
});
