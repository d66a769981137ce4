import { expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import type { PrometheusSeries } from '../../../source/parsers/board/prometheus.ts';
import type { Prometheus } from '../../../source/services/board/prometheus.ts';
import { askChart, askTrends } from '../../../source/services/watch/ranges.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 28, 20, 0, 0, 500);
const changedAt = now - 5 * hour;

interface Asked {
  readonly expression: string;
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

const named = { host: 'p620', hostName: 'p620', instance: null };

/** Answers one number for each time that is asked for; null is a gap. */
const serverOf = (
  numberAt: (at: number, label: string) => number | null,
  asked: Asked[],
  hosts: readonly string[] = ['p620'],
): Prometheus => {
  const labelsOf = (expression: string): readonly string[] =>
    expression.includes('offset')
      ? ['p25', 'p75']
      : expression.includes('min_over_time')
        ? ['least', 'most']
        : [''];
  const series = (labels: Readonly<Record<string, string>>): PrometheusSeries => ({
    labels,
    samples: [[now, 1]],
  });
  return {
    url: 'http://p620:9090',
    ready: async () => success({ tookMs: 1 }),
    time: async () => success(now),
    targets: async () => success([]),
    alerts: async () => success([]),
    rules: async () => success([]),
    query: async () =>
      success({
        warnings: [],
        series: hosts.map((host) =>
          series({ job: 'node', instance: `${host}:9100`, nodename: host, q: 'now' }),
        ),
      }),
    queryRange: async (expression, { from, to, stepSeconds }) => {
      asked.push({ expression, from, to, stepSeconds });
      const times = Array.from(
        { length: Math.floor((to - from) / stepSeconds / 1_000) + 1 },
        (_, index) => from + index * stepSeconds * 1_000,
      );
      return success({
        warnings: [],
        series: hosts
          .filter((host) => expression.includes(host))
          .flatMap((host) =>
            labelsOf(expression).map((q) => ({
              labels: { job: 'node', instance: `${host}:9100`, q },
              samples: times.flatMap((at) => {
                const value = numberAt(at, q);
                return value === null ? [] : [[at, value] as const];
              }),
            })),
          ),
      });
    },
  };
};

test('a chart asks for as many numbers as it has columns, and puts each where it was measured', async () => {
  const asked: Asked[] = [];
  const gapFrom = now - 10 * hour;
  const server = serverOf((at, label) => {
    if (label === 'p25') return 0.1;
    if (label === 'p75') return 0.2;
    if (at > gapFrom && at <= gapFrom + hour) return null;
    return (at > changedAt ? 0.5 : 0.15) + (label === 'most' ? 0.05 : 0);
  }, asked);
  const answer = await askChart(
    server,
    named,
    { metric: 'cpu', window: '24h', points: 144, changes: [changedAt] },
    now,
  );
  const chart = answer.ok ? answer.value : null;
  expect(chart?.columns).toHaveLength(144);
  for (const { from, to, stepSeconds } of asked) {
    expect(Math.floor((to - from) / stepSeconds / 1_000) + 1).toBe(144);
    expect(stepSeconds).toBe(600);
  }
  expect(asked).toHaveLength(2);
  const end = (index: number): number => (chart?.span.from ?? 0) + (index + 1) * 600_000;
  for (const [index, column] of (chart?.columns ?? []).entries()) {
    const at = end(index);
    if (at > gapFrom && at <= gapFrom + hour) expect(column).toBeNull();
    else {
      const least = at > changedAt ? 0.5 : 0.15;
      expect(column).toEqual({ least, most: least + 0.05 });
    }
  }
  expect(chart?.band.every((one) => one?.least === 0.1 && one.most === 0.2)).toBe(true);
});

test('a day into which another change falls is not in the band, and a week has none', async () => {
  const asked: Asked[] = [];
  const server = serverOf(() => 1, asked);
  const chartOf = (window: '24h' | '7d', changes: readonly number[]) =>
    askChart(server, named, { metric: 'cpu', window, points: 100, changes }, now);
  await chartOf('24h', [changedAt, now - 73 * hour]);
  const offsets = [...(asked[1]?.expression.matchAll(/offset (\d)d/g) ?? [])].map(([, day]) => day);
  // The change of today disturbs the window of today only.
  expect([...new Set(offsets)]).toEqual(['1', '2', '4', '5', '6', '7']);
  asked.length = 0;
  await chartOf('7d', []);
  expect(asked).toHaveLength(1);
});

test('an overview asks for 24 numbers a host, at most 500 hosts at once', async () => {
  const asked: Asked[] = [];
  const hosts = Array.from({ length: 501 }, (_, index) => `h${String(index).padStart(4, '0')}`);
  const server = serverOf((at) => at / now, asked, hosts);
  const answer = await askTrends(
    server,
    hosts.map((host) => ({ host, hostName: host, instance: null })),
    { metric: 'cpu', window: '24h' },
    now,
  );
  expect(asked).toHaveLength(2);
  const trends = answer.ok ? answer.value.hosts : {};
  expect(Object.keys(trends)).toHaveLength(501);
  for (const values of Object.values(trends)) expect(values).toHaveLength(24);
  expect(trends['h0500']?.every((value) => value !== null)).toBe(true);
});

test('a host that the server does not know has no chart, and a server that does not answer says why', async () => {
  const server = serverOf(() => 1, []);
  const asked = { metric: 'cpu', window: '1h', points: 50, changes: [] } as const;
  expect(await askChart(server, { ...named, host: 'x', hostName: 'x' }, asked, now)).toEqual(
    success(null),
  );
  const failure = { code: 'http-failed', url: 'http://p620:9090', detail: 'no answer' } as const;
  expect(
    await askChart({ ...server, queryRange: async () => failed(failure) }, named, asked, now),
  ).toEqual(failed(failure));
});

test('a chart without any number says whether there are samples', async () => {
  const asked = { metric: 'cpu', window: '6h', points: 10, changes: [] } as const;
  const oddOf = async (numberAt: () => number | null): Promise<unknown> => {
    const answer = await askChart(serverOf(numberAt, []), named, asked, now);
    return answer.ok ? answer.value?.isOdd : answer;
  };
  expect(await oddOf(() => Number.NaN)).toBe(true);
  expect(await oddOf(() => null)).toBe(false);
  expect(await oddOf(() => 0.5)).toBe(false);
});
