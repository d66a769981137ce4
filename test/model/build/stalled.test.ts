import { expect, test } from 'vitest';
import type { RunningActivity } from '../../../source/model/build/progress.ts';
import { stalledReason } from '../../../source/model/build/stalled.ts';

const minute = 60_000;
const build = (over: Partial<RunningActivity> = {}): RunningActivity => ({
  kind: 'build',
  name: 'webkitgtk-2.50',
  derivation: null,
  phase: 'buildPhase',
  since: 0,
  machine: null,
  percent: null,
  ...over,
});

test.each([
  ['talks', build({ lastHeardAt: 59 * minute }), null],
  ['is silent for a while', build({ lastHeardAt: 52 * minute }), null],
  [
    'is silent for long',
    build({ lastHeardAt: 48 * minute }),
    'webkitgtk-2.50 has said nothing for 12 m 00 s; it runs for 1 h 00 m',
  ],
  [
    'is silent and much later than ever',
    build({ lastHeardAt: 54 * minute, expectedMs: 10 * minute, machine: 'p510' }),
    'webkitgtk-2.50 has said nothing for 6 m 00 s on p510; it runs for 1 h 00 m, it used to take 10 m 00 s',
  ],
  ['waits', build({ kind: 'wait' }), null],
  [
    'fetches nothing',
    build({ kind: 'fetch', lastHeardAt: 57 * minute }),
    'webkitgtk-2.50 has moved no byte for 3 m 00 s',
  ],
])('one that %s', (_, activity, expected) => {
  expect(stalledReason(activity, 60 * minute)).toBe(expected);
});
