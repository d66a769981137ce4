import { expect, test } from 'vitest';
import { judge } from '../../../source/model/watch/judge.ts';
import { allMetrics } from '../../../source/model/watch/metric.ts';
import { quartilesOf } from '../../../source/model/watch/quartiles.ts';
import { windowsOf } from '../../../source/model/watch/windows.ts';
import { type HostKind, simulate } from '../../support/simulated-hosts.ts';

const [cpu] = allMetrics;
const minute = 60_000;
const hostsOfAKind = 150;

/** How many hosts of a kind are told to be worse 12 hours after a deploy that added points. */
const toldWorse = (kind: HostKind, points: number): number => {
  let told = 0;
  for (let seed = 0; seed < hostsOfAKind; seed += 1) {
    const deployed = 8 * 1_440 + ((seed * 397) % 1_440);
    const minutes = simulate(kind, seed, 10, { from: deployed, points });
    const { after, before } = windowsOf(deployed * minute, (deployed + 720) * minute, []);
    if (after === null || cpu === undefined) throw new Error('nothing to judge');
    const read = ({ from, to }: typeof after) =>
      quartilesOf(
        Array.from(minutes.subarray(from / minute, to / minute)).filter((_, at) => at % 5 === 0),
        (to - from) / minute / 5,
      );
    const verdict = judge(cpu, {
      after: read(after),
      days: before.flatMap(({ day, span }) => {
        const quartiles = read(span);
        return quartiles === null ? [] : [{ day, quartiles }];
      }),
      cut: 0,
      lengthMs: after.to - after.from,
    });
    if (verdict.kind === 'worse') told += 1;
  }
  return told;
};

test.each<[HostKind, number]>([
  ['idle', 0.03],
  ['daily', 0.03],
  ['desktop', 0.03],
  ['weekly', 0.03],
  ['growth', 0.11],
])('on hosts of the kind "%s" on which nothing changed it cries in at most %d of them', (kind, share) => {
  expect(toldWorse(kind, 0)).toBeLessThanOrEqual(hostsOfAKind * share);
});

test.each<HostKind>([
  'idle',
  'daily',
  'weekly',
  'growth',
])('twenty points more are found on four of five servers of the kind "%s"', (kind) => {
  expect(toldWorse(kind, 20)).toBeGreaterThanOrEqual(hostsOfAKind * 0.8);
});
