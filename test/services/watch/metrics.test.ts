import { describe, expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import { watchVerdict } from '../../../source/model/watch/report.ts';
import type { PrometheusSeries } from '../../../source/parsers/board/prometheus.ts';
import type { Prometheus } from '../../../source/services/board/prometheus.ts';
import { joinServers } from '../../../source/services/board/servers.ts';
import { type HostToWatch, watchMetrics } from '../../../source/services/watch/metrics.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 5, 20, 20);
const changedAt = now - 8 * hour;

const hostOf = (host: string, change: Partial<HostToWatch> = {}): HostToWatch => ({
  host,
  hostName: host,
  instance: null,
  changedAt,
  until: null,
  otherChanges: [],
  ...change,
});

const series = (labels: Readonly<Record<string, string>>, value: number): PrometheusSeries => ({
  labels,
  samples: [[now, value]],
});

interface Asked {
  readonly expression: string;
  readonly at: number;
}

/** A server that knows these exporters; each metric of each window is `levelOf`. */
const serverOf = (
  exporters: readonly { readonly instance: string; readonly nodename: string }[],
  levelOf: (instance: string, at: number, expression: string) => number | null,
  asked: Asked[] = [],
): Prometheus => ({
  url: 'http://p620:9090',
  ready: async () => success({ tookMs: 1 }),
  time: async () => success(now),
  targets: async () => success([]),
  alerts: async () => success([]),
  rules: async () => success([]),
  queryRange: async () => success({ series: [], warnings: [] }),
  query: async (expression, at) => {
    asked.push({ expression, at });
    if (expression.includes('node_uname_info'))
      return success({
        warnings: [],
        series: exporters.map((labels) => series({ job: 'node', q: 'now', ...labels }, 1)),
      });
    if (/^max\(count_over_time\(up/.test(expression))
      return success({ warnings: [], series: [series({}, 480)] });
    if (/\bup\{/.test(expression))
      return success({
        warnings: [],
        series: exporters.flatMap(({ instance }) => {
          const one = (q: string, value: number) => series({ job: 'node', instance, q }, value);
          return expression.startsWith('up{')
            ? [series({ job: 'node', instance }, 1)]
            : [one('up', 1), one('samples', 480), one('now', 1)];
        }),
      });
    const answers = exporters.flatMap(({ instance }) => {
      const level = levelOf(instance, at, expression);
      if (level === null) return [];
      const one = (q: string, value: number) => series({ job: 'node', instance, q }, value);
      return [
        one('p25', level * 0.9),
        one('p50', level),
        one('p75', level * 1.1),
        one('samples', 90),
      ];
    });
    return success({ warnings: [], series: answers });
  },
});

const exporters = [
  { instance: 'p620:9100', nodename: 'p620' },
  { instance: '192.0.2.7:9100', nodename: 'razer' },
];

describe('which exporter is that of a host', () => {
  const level = () => 0.2;
  test.each<[string, HostToWatch, string]>([
    ['by the name of its machine', hostOf('laptop', { hostName: 'razer' }), 'as-before'],
    ['by the name in the address', hostOf('p620', { hostName: 'other' }), 'as-before'],
    [
      'by the configuration, and by nothing else then',
      hostOf('x', { instance: '192.0.2.7:9100' }),
      'as-before',
    ],
    ['none', hostOf('p620', { instance: 'gone:9100' }), 'unknown'],
    ['none of that name', hostOf('samsung'), 'unknown'],
  ])('%s', async (_, host, verdict) => {
    const watched = await watchMetrics(serverOf(exporters, level), [host], now);
    const watch = watched.get(host.host);
    expect(watch === undefined ? null : watchVerdict(watch)).toBe(verdict);
  });
});

test('a host is judged by its own series alone, against the days before', async () => {
  const server = serverOf(exporters, (instance, at) =>
    instance === 'p620:9100' && at > changedAt ? 0.6 : 0.2,
  );
  const watched = await watchMetrics(server, [hostOf('p620'), hostOf('razer')], now);
  const cpuOf = (host: string) => watched.get(host)?.metrics.find(({ metric }) => metric === 'cpu');
  expect(cpuOf('p620')?.verdict).toMatchObject({ kind: 'worse', compared: { base: 0.2 } });
  expect(cpuOf('razer')?.verdict).toMatchObject({ kind: 'as-before' });
  expect(cpuOf('p620')?.query).toContain('instance=~"p620:9100"');
});

test('hosts that were changed together are asked in one question a window', async () => {
  const asked: Asked[] = [];
  const hosts = [hostOf('p620'), hostOf('razer', { changedAt: changedAt + 20 * 60_000 })];
  await watchMetrics(
    serverOf(exporters, () => 0.2, asked),
    hosts,
    now,
  );
  // Names, the metrics, scrapes, the most scrapes, and whether it was up at the change.
  expect(asked).toHaveLength(1 + 13 * 8 + 8 + 2);
  expect(asked.at(-1)?.expression).toContain('192\\\\.0\\\\.2\\\\.7:9100');
});

test('no question names more than five hundred hosts', async () => {
  const many = Array.from({ length: 1_001 }, (_, index) => `h${index}`);
  const asked: Asked[] = [];
  const server = serverOf(
    many.map((name) => ({ instance: `${name}:9100`, nodename: name })),
    () => 0.2,
    asked,
  );
  const watched = await watchMetrics(
    server,
    many.map((name) => hostOf(name)),
    now,
  );
  expect(watched.size).toBe(1_001);
  const most = asked.map(({ expression }) => new Set(expression.match(/h\d+:9100/g)).size);
  expect(Math.max(...most)).toBe(500);
});

test.each<[string, Partial<HostToWatch>, unknown]>([
  ['just changed', { changedAt: now - 5 * 60_000 }, { kind: 'settling' }],
  ['nobody knows when it was changed', { changedAt: null }, { kind: 'no-change' }],
  [
    'deployed on five of the days before',
    { otherChanges: [1, 2, 3, 4, 5].map((day) => changedAt - day * 24 * hour + hour) },
    { kind: 'cut-by-deploy', days: 2, cut: 5 },
  ],
  [
    'deployed shortly before the window of five of them',
    { otherChanges: [1, 2, 3, 4, 5].map((day) => changedAt - day * 24 * hour + hour / 12) },
    { kind: 'cut-by-deploy', days: 2, cut: 5 },
  ],
])('unknown has its reason: %s', async (_, change, reason) => {
  const server = serverOf(exporters, () => 0.2);
  const watched = await watchMetrics(server, [hostOf('p620', change)], now);
  expect(watched.get('p620')?.metrics[0]?.verdict).toEqual({ kind: 'unknown', reason });
});

test.each<[string, (at: number) => number]>([
  ['NaN since the change', (at) => (at > changedAt ? Number.NaN : 0.2)],
  ['NaN at all times', () => Number.NaN],
  ['infinite', () => Number.POSITIVE_INFINITY],
])('a value that is no number is unknown, and told as that: %s', async (_, levelAt) => {
  const server = serverOf(exporters, (__, at) => levelAt(at));
  const watched = await watchMetrics(server, [hostOf('p620')], now);
  expect(watched.get('p620')?.metrics[0]?.verdict).toEqual({
    kind: 'unknown',
    reason: { kind: 'no-number' },
  });
});

test('a server that does not answer, at once or for one question, makes unknown of what it left out', async () => {
  const failure = {
    code: 'http-failed',
    url: 'http://p620:9090/api/v1/query',
    detail: 'the connection was refused',
  } as const;
  const whole = serverOf(exporters, () => 0.2);
  const deaf: Prometheus = { ...whole, query: async () => failed(failure) };
  const none = await watchMetrics(deaf, [hostOf('p620')], now);
  expect(none.get('p620')?.metrics.map(({ verdict }) => verdict.kind)).toEqual(
    Array.from({ length: 13 }, () => 'unknown'),
  );
  let refused = 0;
  const partly: Prometheus = {
    ...whole,
    query: async (expression, at) => {
      if (!expression.includes('node_load1')) return await whole.query(expression, at);
      refused += 1;
      return failed(failure);
    },
  };
  const some = await watchMetrics(partly, [hostOf('p620')], now);
  expect(some.get('p620')?.metrics.slice(0, 2)).toMatchObject([
    { metric: 'cpu', verdict: { kind: 'as-before' } },
    { metric: 'load', verdict: { kind: 'unknown', reason: { kind: 'not-reachable' } } },
  ]);
  expect(refused).toBe(1);
});

describe('of two servers one does not answer a question about its host', () => {
  const refusal = {
    code: 'http-failed',
    url: 'http://beside:9090/api/v1/query',
    detail: 'status 503',
    isAnswered: true,
  } as const;
  const day = 24 * hour;
  const beside = async (isRefused: (expression: string, at: number) => boolean) => {
    const own = serverOf([{ instance: 'p620:9100', nodename: 'p620' }], () => 0.2);
    const prometheus = joinServers([
      serverOf([{ instance: 'razer:9100', nodename: 'razer' }], () => 0.2),
      {
        ...own,
        query: async (expression, at) =>
          isRefused(expression, at) ? failed(refusal) : await own.query(expression, at),
      },
    ]);
    if (prometheus === null) throw new Error('no server');
    const watched = await watchMetrics(prometheus, [hostOf('p620'), hostOf('razer')], now);
    const [p620, razer] = [watched.get('p620'), watched.get('razer')];
    if (p620 === undefined || razer === undefined) throw new Error('nothing is told');
    return { p620, razer };
  };

  test.each<[string, (expression: string, at: number) => boolean]>([
    ['since the change', (expression, at) => /avg_over_time\(up/.test(expression) && at === now],
    ['at the change', (expression) => expression.startsWith('up{')],
    [
      'on one of the days before',
      (expression, at) => /avg_over_time\(up/.test(expression) && at < now && at > now - 2 * day,
    ],
  ])('of its scrapes %s: nobody knows of them', async (_, isRefused) => {
    const { p620, razer } = await beside(isRefused);
    expect(p620.scrapes).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('status 503'),
    });
    expect(watchVerdict(p620)).toBe('unknown');
    expect(razer.scrapes).toEqual({ kind: 'whole' });
    expect(watchVerdict(razer)).toBe('as-before');
  });

  test.each<[string, (expression: string, at: number) => boolean]>([
    ['since the change', (expression, at) => expression.includes('node_load1') && at === now],
    [
      'on one of the days before',
      (expression, at) => expression.includes('node_load1') && at < now && at > now - 2 * day,
    ],
  ])('of a metric %s: that metric is unknown, with the reason', async (_, isRefused) => {
    const { p620, razer } = await beside(isRefused);
    const loadOf = ({ metrics }: typeof p620) =>
      metrics.find(({ metric }) => metric === 'load')?.verdict;
    expect(loadOf(p620)).toMatchObject({
      kind: 'unknown',
      reason: { kind: 'not-reachable', detail: expect.stringContaining('status 503') },
    });
    expect(loadOf(razer)).toMatchObject({ kind: 'as-before' });
  });
});
