import { expect, test } from 'vitest';
import { metricsEnding, metricsSentences } from '../../../source/engine/health/metrics.ts';
import type { MetricVerdict } from '../../../source/model/watch/judge.ts';
import type { HostWatch } from '../../../source/model/watch/report.ts';

const compared = {
  after: { p25: 0.4, p50: 0.5, p75: 0.6, p95: null, samples: 280, expected: 288, coverage: 1 },
  base: 0.2,
  low: 0.19,
  high: 0.21,
  change: 0.3,
  days: 7,
  rises: false,
};

const watchOf = (verdict: MetricVerdict): HostWatch => ({
  changedAt: 0,
  window: { from: 0, to: 3_600_000 },
  metrics: [{ metric: 'cpu', verdict, query: null }],
  journal: null,
});

const worse = watchOf({ kind: 'worse', compared });
const asBefore = watchOf({ kind: 'as-before', compared });
const gone = watchOf({ kind: 'unknown', reason: { kind: 'no-series', before: true } });
const short = watchOf({ kind: 'unknown', reason: { kind: 'few-days', days: 1 } });

test('trouble is told first, and what is not known last, as a count with the hosts', () => {
  const ending = metricsEnding(
    new Map([
      ['a', gone],
      ['b', short],
      ['c', asBefore],
      ['z', worse],
    ]),
  );
  expect(ending.exitCode).toBe(5);
  expect(metricsSentences(ending)).toMatch(
    /^Worse: z: CPU .* Metrics of c are as before or better\. Unknown for 2 of 4 hosts: a, b; each host says why\.$/,
  );
});

test('a host that became worse is told with its numbers in a few words', () => {
  expect(metricsEnding(new Map([['z', worse]])).worse).toBe(
    'Worse: z: CPU 50 %, before 19 % to 21 %.',
  );
});

test('of many hosts of which not all is known the number is told, and not each name', () => {
  const hosts = ['a', 'b', 'c', 'd'].map(
    (host, index) => [host, index === 0 ? short : gone] as const,
  );
  expect(metricsEnding(new Map([...hosts, ['e', asBefore]])).unknown).toBe(
    'Unknown for 4 of 5 hosts; each host says why.',
  );
});

test('one reason for all that is unknown is told itself', () => {
  expect(
    metricsEnding(
      new Map([
        ['a', short],
        ['b', short],
      ]),
    ),
  ).toMatchObject({
    exitCode: 4,
    unknown: 'Unknown: a, b: metrics: 1 day before to compare with; 3 are needed.',
  });
});
