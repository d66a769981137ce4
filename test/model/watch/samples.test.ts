import { expect, test } from 'vitest';
import type { MetricId } from '../../../source/model/watch/metric.ts';
import {
  chartOfSamples,
  criesOfSamples,
  type HostSample,
  judgeSamples,
  trendsOfSamples,
} from '../../../source/model/watch/samples.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 29, 12);
const changedAt = now - 12 * hour;

/** A sample each ten minutes of the last days, by a function of the time. */
const samplesOf = (
  days: number,
  valueAt: (at: number) => number,
  isThere: (at: number) => boolean = () => true,
): readonly HostSample[] =>
  Array.from({ length: days * 144 }, (_, index) => now - index * 10 * minute)
    .filter(isThere)
    .map((at) => ({ at, intervalMs: 10 * minute, values: { cpu: valueAt(at) } }));

const verdictOf = (
  samples: readonly HostSample[],
  otherChanges: readonly number[] = [],
  metric: MetricId = 'cpu',
) =>
  judgeSamples(samples, changedAt, now, otherChanges).metrics.find((one) => one.metric === metric)
    ?.verdict;

/** Busy by day, quiet by night; a little different each day. */
const wave = (at: number): number =>
  0.2 + 0.1 * Math.sin((at / day) * 2 * Math.PI) + 0.005 * (Math.floor(at / day) % 3);

test('a host that does as before is as before', () => {
  expect(verdictOf(samplesOf(9, wave))).toMatchObject({ kind: 'as-before', compared: { days: 7 } });
});

test('a host that eats CPU since its change is worse, by as much as it eats', () => {
  const verdict = verdictOf(samplesOf(9, (at) => wave(at) + (at > changedAt ? 0.3 : 0)));
  expect(verdict).toMatchObject({ kind: 'worse', compared: { days: 7 } });
  if (verdict?.kind === 'worse') expect(verdict.compared.change).toBeCloseTo(0.3, 1);
});

test.each([
  ['two days of history', samplesOf(3, wave), [], { kind: 'few-days' }],
  [
    'a host that slept since its change',
    samplesOf(9, wave, (at) => at < changedAt || at > now - hour),
    [],
    { kind: 'few-samples' },
  ],
  [
    'nothing since the change',
    samplesOf(9, wave, (at) => at < changedAt),
    [],
    { kind: 'no-series', before: true },
  ],
  [
    'other changes on most days',
    samplesOf(9, wave),
    [1, 2, 3, 4, 5].map((days) => now - days * day - hour),
    { kind: 'cut-by-deploy' },
  ],
])('%s is unknown with its reason', (_what, samples, changes, reason) => {
  expect(verdictOf(samples, changes)).toMatchObject({ kind: 'unknown', reason });
});

test('samples of another time alone are missing, and not unmeasured', () => {
  expect(verdictOf(samplesOf(9, wave, (at) => at > now))).toMatchObject({
    kind: 'unknown',
    reason: { kind: 'no-series', before: false },
  });
  const later = samplesOf(1, wave).map((sample) => ({ ...sample, at: sample.at + 2 * day }));
  expect(verdictOf(later)).toEqual({
    kind: 'unknown',
    reason: { kind: 'no-series', before: true },
  });
});

test('a metric that the host does not measure has no series', () => {
  expect(verdictOf(samplesOf(9, wave), [], 'memory-pressure')).toEqual({
    kind: 'unknown',
    reason: { kind: 'no-series', before: false },
  });
});

test('a change a moment ago settles first', () => {
  expect(judgeSamples(samplesOf(9, wave), now - minute, now, [])).toMatchObject({ window: null });
});

test('a chart has every sample of what a host keeps: each part reaches from its least to its most, a hole is a gap', () => {
  const to = Date.UTC(2026, 10, 28, 20);
  const every = 10 * minute;
  // Samples of nine days, ten minutes apart and not in step with the parts; one spike; nothing for three hours.
  const samples = Array.from({ length: 9 * 144 }, (_, index) => {
    const at = to - 3 * minute - (9 * 144 - 1 - index) * every;
    return {
      at,
      intervalMs: every,
      values: { cpu: index === 1_100 ? 0.95 : 0.1 + (index % 10) / 100 },
    };
  }).filter(({ at }) => at <= to - 9 * 60 * minute || at > to - 6 * 60 * minute);
  for (const [length, points] of [
    [7 * day, 144],
    [7 * day, 224],
    [day, 144],
    [day, 224],
    [6 * 60 * minute, 144],
    [60 * minute, 144],
  ] as const) {
    const span = { from: to - length, to };
    const { columns, band } = chartOfSamples(samples, 'cpu', span, points);
    const part = length / points;
    for (const [index, column] of columns.entries()) {
      const own = samples.flatMap(({ at, values }) =>
        at > span.from + index * part && at <= span.from + (index + 1) * part ? [values.cpu] : [],
      );
      if (own.length > 0)
        expect(column).toEqual({ least: Math.min(...own), most: Math.max(...own) });
      const [begins, ends] = [index, index + 1].map((one) => span.from + one * part);
      if ((begins ?? 0) >= to - 9 * 60 * minute && (ends ?? 0) <= to - 6 * 60 * minute - every)
        expect(column).toBeNull();
      // After the last sample nothing is known yet.
      else if (own.length === 0 && part < every && (ends ?? 0) < to - 3 * minute && length < day)
        expect(column).not.toBeNull();
    }
    // A week holds the days before itself.
    expect(band.length).toBe(length > day ? 0 : points);
  }
  const span = { from: to - 60 * minute, to };
  const changed = [1, 2, 3, 4, 5].map((ago) => to - ago * day - 30 * minute);
  expect(chartOfSamples(samples, 'cpu', span, 10, changed).band).toEqual([]);
});

test('the rule is tried on each day of the last month that has three days before it', () => {
  const { cpu, memory } = criesOfSamples(samplesOf(35, wave), [], now);
  expect(cpu).toEqual({ days: 28, worse: 0 });
  expect(memory).toBeUndefined();
  // Six days back it cost three times as much for a day.
  const busy = (at: number): number => (at > now - 7 * day && at <= now - 6 * day ? 0.9 : wave(at));
  expect(criesOfSamples(samplesOf(35, busy), [], now).cpu).toEqual({ days: 28, worse: 1 });
});

test('days that sysstat does not keep, and days of a change, are not tried', () => {
  expect(criesOfSamples(samplesOf(7, wave), [], now).cpu).toEqual({ days: 4, worse: 0 });
  expect(criesOfSamples(samplesOf(3, wave), [], now)).toEqual({});
  const changes = Array.from({ length: 40 }, (_, ago) => now - ago * day - hour);
  expect(criesOfSamples(samplesOf(35, wave), changes, now)).toEqual({});
});

test('the trend of a host has the mean of each part, and a gap where nothing was measured', () => {
  const span = { from: now - 24 * hour, to: now };
  const { cpu, load } = trendsOfSamples(
    samplesOf(
      2,
      (at) => (at > now - 12 * hour ? 0.4 : 0.2),
      (at) => at <= now - 6 * hour,
    ),
    span,
    4,
  );
  expect(cpu?.slice(0, 3).map((value) => value?.toFixed(2))).toEqual(['0.20', '0.20', '0.40']);
  expect(cpu?.[3]).toBeNull();
  expect(load).toBeUndefined();
});
