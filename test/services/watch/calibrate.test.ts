import { expect, test } from 'vitest';
import { failed, success } from '../../../source/model/result.ts';
import { rateWords, totalCries } from '../../../source/model/watch/calibration.ts';
import type { Prometheus } from '../../../source/services/board/prometheus.ts';
import { calibrateMetrics } from '../../../source/services/watch/calibrate.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 28, 20);

/** A server on which the processor has this median in the day that ended so many days ago; null: no samples. */
const serverOf = (
  levelOf: (ago: number) => number | null,
  asked: string[] = [],
  failsAfter = Number.POSITIVE_INFINITY,
): Prometheus => ({
  url: 'http://p620:9090',
  ready: async () => success({ tookMs: 1 }),
  time: async () => success(now),
  targets: async () => success([]),
  alerts: async () => success([]),
  rules: async () => success([]),
  queryRange: async () => success({ series: [], warnings: [] }),
  query: async (expression, at) => {
    if (expression.includes('node_uname_info'))
      return success({
        warnings: [],
        series: [
          {
            labels: { job: 'node', instance: 'p620:9100', nodename: 'p620', q: 'now' },
            samples: [[now, 1]],
          },
        ],
      });
    asked.push(expression);
    if (asked.length > failsAfter)
      return failed({ code: 'http-failed', url: 'http://p620:9090', detail: 'status 503' });
    const level = levelOf(Math.round((now - at) / day));
    if (level === null || !expression.includes('node_cpu'))
      return success({ warnings: [], series: [] });
    const one = (q: string, value: number) => ({
      labels: { job: 'node', instance: 'p620:9100', q },
      samples: [[at, value] as const],
    });
    return success({
      warnings: [],
      series: [
        one('p25', level - 0.02),
        one('p50', level),
        one('p75', level + 0.02),
        one('samples', 285),
      ],
    });
  },
});

const host = { host: 'p620', hostName: 'p620', instance: null, changes: [] };

const cpuOf = async (
  levelOf: (ago: number) => number | null,
  changes: readonly number[] = [],
): Promise<unknown> => {
  const answer = await calibrateMetrics(serverOf(levelOf), [{ ...host, changes }], now, () => {});
  return answer.ok ? answer.value.get('p620')?.get('cpu') : answer;
};

test('on a host that is as on every day the rule never says worse', async () => {
  expect(await cpuOf((ago) => 0.2 + (ago % 3) / 100)).toEqual({ days: 28, worse: 0 });
});

test('a day that was busier than the seven before it is one cry', async () => {
  expect(await cpuOf((ago) => (ago === 10 ? 0.6 : 0.2))).toEqual({ days: 28, worse: 1 });
});

test('a day with a real change is neither tried nor compared with', async () => {
  expect(await cpuOf((ago) => (ago === 10 ? 0.9 : 0.2), [now - 10.5 * day])).toEqual({
    days: 27,
    worse: 0,
  });
});

test('a history of three days can judge no day, and that is not fine', async () => {
  expect(await cpuOf((ago) => (ago < 3 ? 0.2 : null))).toBeUndefined();
});

test('the questions are bounded: 35 days a metric, and none more of a server that fails', async () => {
  const asked: string[] = [];
  await calibrateMetrics(
    serverOf(() => 0.2, asked),
    [host],
    now,
    () => {},
  );
  expect(asked).toHaveLength(13 * 35);
  asked.length = 0;
  const answer = await calibrateMetrics(
    serverOf(() => 0.2, asked, 5),
    [host],
    now,
    () => {},
  );
  expect(answer).toMatchObject({ ok: false, failure: { detail: 'status 503' } });
  expect(asked.length).toBeLessThan(10);
});

test('the rate of no day is not known, and is no zero', () => {
  expect(rateWords({ days: 0, worse: 0 })).toBe('not known');
  expect(
    rateWords(
      totalCries([
        { metrics: { cpu: { days: 27, worse: 1 }, memory: { days: 23, worse: 0 } } },
        { metrics: {} },
      ]),
    ),
  ).toBe('2.0 %');
});
