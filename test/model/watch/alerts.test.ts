import { describe, expect, test } from 'vitest';
import {
  alertSentence,
  compareAlerts,
  type FiredAlert,
  fillingUntil,
  isAlertWorse,
  pauseCause,
} from '../../../source/model/watch/alerts.ts';

const hour = 3_600_000;
const at = Date.UTC(2026, 5, 20, 14);

const alert = (name: string, instance = 'p620:9100'): FiredAlert => ({
  name,
  labels: { instance },
});

const since = (name: string, instance?: string) => ({
  ...alert(name, instance),
  first: at + hour,
  last: at + 2 * hour,
});

const changesOf = (sets: Partial<Parameters<typeof compareAlerts>[0]>) =>
  compareAlerts({
    before: [],
    atChange: [],
    since: [],
    now: [],
    isWhole: { before: true, since: true },
    ...sets,
  }).map(({ name, change, isFiring }) => [name, change, isFiring]);

describe('alerts are compared as sets', () => {
  test.each<[string, Parameters<typeof changesOf>[0], readonly unknown[]]>([
    ['new', { since: [since('Full')], now: [alert('Full')] }, [['Full', 'new', true]]],
    ['new, and over by now', { since: [since('Full')] }, [['Full', 'new', false]]],
    ['new for a moment only', { now: [alert('Full')] }, [['Full', 'new', true]]],
    [
      'fired a week before too',
      { before: [alert('Full')], since: [since('Full')], now: [alert('Full')] },
      [['Full', 'fired-before', true]],
    ],
    [
      'of another host is another alert',
      { before: [alert('Full', 'razer:9100')], since: [since('Full')], now: [alert('Full')] },
      [['Full', 'new', true]],
    ],
    [
      'fired then and since, and is over',
      { atChange: [alert('Full')], since: [since('Full')] },
      [['Full', 'resolved', false]],
    ],
    ['fired at the change alone', { atChange: [alert('Full')] }, [['Full', 'resolved', false]]],
    ['fired days before and not since', { before: [alert('Full')] }, []],
  ])('%s', (_, sets, expected) => {
    expect(changesOf(sets)).toEqual(expected);
  });

  test('labels in another order are the same labels', () => {
    const one = { name: 'Full', labels: { a: '1', b: '2' } };
    const other = { name: 'Full', labels: { b: '2', a: '1' } };
    expect(changesOf({ atChange: [one], now: [other] })).toEqual([['Full', 'fired-before', true]]);
  });
});

/**
 * The line of least squares through a window of samples, drawn to a horizon: what `predict_linear` of Prometheus
 * does, at each minute.
 */
const firesUntil = (free: number, bytes: number, range: number, horizon: number): number | null => {
  let last: number | null = null;
  for (let minute = 1; minute <= range; minute += 1) {
    const xs = Array.from({ length: range + 1 }, (_, index) => index - range);
    const ys = xs.map((x) => (minute + x < 0 ? free : free - bytes));
    const meanX = xs.reduce((sum, x) => sum + x, 0) / xs.length;
    const meanY = ys.reduce((sum, y) => sum + y, 0) / ys.length;
    const slope =
      xs.reduce((sum, x, index) => sum + (x - meanX) * ((ys[index] ?? 0) - meanY), 0) /
      xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
    if (meanY + slope * (horizon - meanX) < 0) last = minute;
  }
  return last;
};

describe('how long a copy alone makes a forecast of a filling fire', () => {
  test.each<[string, number, number, number, number]>([
    // The node mixin: a line through 6 h, drawn 24 h (warning) or 4 h (critical) ahead.
    ['8 GB of 40', 40, 8, 360, 1_440],
    ['20 GB of 40, critical', 40, 20, 360, 240],
    ['1 GB of 40', 40, 1, 360, 1_440],
    ['half of it', 40, 20, 360, 1_440],
  ])('%s', (_, free, bytes, range, horizon) => {
    const rule = { range: range * 60_000, horizon: horizon * 60_000 };
    const until = fillingUntil(rule, { at: 0, bytes, freeBefore: free });
    const simulated = firesUntil(free, bytes, range, horizon);
    if (simulated === null) expect(until).toBeNull();
    else expect(Math.abs((until ?? 0) / 60_000 - simulated)).toBeLessThan(3);
  });

  test('nothing was copied', () => {
    expect(
      fillingUntil({ range: 6 * hour, horizon: 24 * hour }, { at: 0, bytes: -1, freeBefore: 40 }),
    ).toBeNull();
  });
});

describe('what the deploy itself made fire', () => {
  const pauses = { restarts: [at], sleeps: [{ from: at + 5 * hour, to: at + 6 * hour }] };
  test.each<[string, number | null, boolean, number, string | null]>([
    ['while it restarted', at - 60_000, false, at + hour, 'restart'],
    ['while it restarted, still firing a minute later', at - 60_000, true, at + 60_000, 'restart'],
    ['since its restart, an hour later', at - 60_000, true, at + hour, null],
    ['while it slept', at + 5.5 * hour, false, at + 8 * hour, 'sleep'],
    ['at another time', at + 2 * hour, false, at + 8 * hour, null],
  ])('%s', (_, first, isFiring, now, kind) => {
    expect(pauseCause({ first, isFiring }, pauses, now)?.kind ?? null).toBe(kind);
  });
});

test('a new alert counts, unless the deploy explains it, and says so', () => {
  const fired = {
    name: 'NodeFilesystemSpaceFillingUp',
    labels: { instance: 'p620:9100', mountpoint: '/' },
    first: at,
    last: at + hour,
    change: 'new',
    isFiring: true,
    cause: null,
  } as const;
  expect(isAlertWorse(fired)).toBe(true);
  expect(alertSentence(fired)).toBe(
    'new alert: NodeFilesystemSpaceFillingUp (/) fires since 14:00 UTC; it did not in the 7 days before the change',
  );
  const copied = {
    ...fired,
    cause: { kind: 'copy', bytes: 8 * 1024 ** 3, until: at + 5.66 * hour },
  } as const;
  expect(isAlertWorse(copied)).toBe(false);
  expect(alertSentence(copied)).toBe(
    "alert NodeFilesystemSpaceFillingUp (/) fires since 14:00 UTC: this is the deploy's own copy (8 GiB), gone by 19:39 UTC",
  );
  expect(isAlertWorse({ ...fired, change: 'fired-before' })).toBe(false);
});
