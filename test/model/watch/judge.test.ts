import { describe, expect, test } from 'vitest';
import { type Day, type Evidence, judge } from '../../../source/model/watch/judge.ts';
import { allMetrics, type Metric } from '../../../source/model/watch/metric.ts';
import type { Quartiles } from '../../../source/model/watch/quartiles.ts';

const metric = (id: string): Metric => {
  const found = allMetrics.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no metric ${id}`);
  return found;
};

const cpu = metric('cpu');
const memory = metric('memory');

/** Quartiles around a median. */
const around = (p50: number, spread = 0.02): Quartiles => ({
  p25: p50 - spread,
  p50,
  p75: p50 + spread,
  p95: null,
  samples: 100,
  expected: 100,
});

const daysOf = (...medians: readonly number[]): readonly Day[] =>
  medians.map((median, index) => ({ day: index + 1, quartiles: around(median) }));

const week = daysOf(0.2, 0.21, 0.22, 0.2, 0.21, 0.22, 0.21);

const evidence = (change: Partial<Evidence>): Evidence => ({
  after: around(0.21),
  days: week,
  cut: 0,
  lengthMs: 12 * 3_600_000,
  ...change,
});

describe('the rule of three quartiles', () => {
  test.each([
    ['as every day', 0.21, 'as-before'],
    ['above every day, by more than the floors', 0.38, 'worse'],
    ['above every day, by less than five points', 0.25, 'as-before'],
    ['below every day, by more than the floors', 0.08, 'better'],
  ])('%s', (_, median, kind) => {
    expect(judge(cpu, evidence({ after: around(median) })).kind).toBe(kind);
  });

  test('one quartile within the days before is as before', () => {
    const after = { ...around(0.38), p25: 0.19 };
    expect(judge(cpu, evidence({ after })).kind).toBe('as-before');
  });

  test('one day before that was as high is as before', () => {
    const days = [...week.slice(1), { day: 1, quartiles: around(0.4) }];
    expect(judge(cpu, evidence({ after: around(0.38), days })).kind).toBe('as-before');
  });

  test('days that differ much from each other hide a small change', () => {
    const days = daysOf(0.1, 0.3, 0.12, 0.32, 0.1, 0.3, 0.2);
    expect(judge(cpu, evidence({ after: around(0.4), days })).kind).toBe('as-before');
  });

  test('five points are not enough where they are less than a fifth of what was there', () => {
    const days = daysOf(0.6, 0.6, 0.6, 0.61, 0.6, 0.61, 0.6);
    expect(judge(cpu, evidence({ after: around(0.68), days })).kind).toBe('as-before');
    expect(judge(cpu, evidence({ after: around(0.75), days })).kind).toBe('worse');
  });

  test('where less than a tenth of the memory is left, a small rise is worse', () => {
    const days = daysOf(0.89, 0.89, 0.89, 0.89, 0.89, 0.89, 0.89);
    expect(judge(memory, evidence({ after: around(0.92), days })).kind).toBe('worse');
    const low = daysOf(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
    expect(judge(memory, evidence({ after: around(0.53), days: low })).kind).toBe('as-before');
  });

  test('what rose from day to day before goes on rising, and a jump on top is found', () => {
    const days = daysOf(0.26, 0.25, 0.24, 0.23, 0.22, 0.21, 0.2);
    expect(judge(cpu, evidence({ after: around(0.33), days }))).toMatchObject({
      kind: 'worse',
      compared: { rises: true },
    });
    expect(judge(cpu, evidence({ after: around(0.31), days })).kind).toBe('as-before');
  });

  test('the numbers come along', () => {
    expect(judge(cpu, evidence({ after: around(0.38) }))).toMatchObject({
      compared: { base: 0.21, low: 0.2, high: 0.22, days: 7, after: { p50: 0.38 } },
    });
  });
});

describe('what is not known is unknown or early, and never fine', () => {
  const few = { ...around(0.9), samples: 11, expected: 11 };
  const thin = { ...around(0.9), samples: 40, expected: 100 };
  test.each<[string, Partial<Evidence>, unknown]>([
    ['no samples after', { after: null }, { kind: 'no-series', before: true }],
    ['no samples at all', { after: null, days: [] }, { kind: 'no-series', before: false }],
    [
      'eleven samples, as the time after has no more yet',
      { after: few },
      { kind: 'few-samples', samples: 11, coverage: 1, isEarly: true },
    ],
    [
      'no sample in the first minutes',
      { after: { ...few, samples: 0, expected: 1 } },
      { kind: 'few-samples', samples: 0, coverage: 0, isEarly: true },
    ],
    ['less than half', { after: thin }, { kind: 'few-samples', samples: 40, coverage: 0.4 }],
    ['two days', { days: week.slice(0, 2) }, { kind: 'few-days', days: 2 }],
    [
      'deploys on the others',
      { days: week.slice(0, 2), cut: 5 },
      { kind: 'cut-by-deploy', days: 2, cut: 5 },
    ],
  ])('%s', (_, change, reason) => {
    expect(judge(cpu, evidence(change))).toEqual({ kind: 'unknown', reason });
  });

  test('a day with less than half of its samples is no day', () => {
    const days = week.map(({ day, quartiles }) => ({
      day,
      quartiles: { ...quartiles, samples: day > 2 ? 40 : 100 },
    }));
    expect(judge(cpu, evidence({ days }))).toMatchObject({ reason: { kind: 'few-days', days: 2 } });
  });

  test('three to six days, or less than six hours, are an early sign', () => {
    expect(judge(cpu, evidence({ days: week.slice(0, 3), after: around(0.5) }))).toMatchObject({
      kind: 'early',
      leaning: 'worse',
      why: 'few-days',
    });
    expect(judge(cpu, evidence({ lengthMs: 6 * 3_600_000 - 1 }))).toMatchObject({
      kind: 'early',
      leaning: 'as-before',
      why: 'short-after',
    });
    expect(judge(cpu, evidence({ lengthMs: 6 * 3_600_000 })).kind).toBe('as-before');
  });
});
