import { judge } from '../source/model/watch/judge.ts';
import { allMetrics } from '../source/model/watch/metric.ts';
import { quartilesOf } from '../source/model/watch/quartiles.ts';
import { windowsOf } from '../source/model/watch/windows.ts';
import { type HostKind, hostKinds, simulate } from '../test/support/simulated-hosts.ts';

/**
 * How often the rule of the watch is wrong, on simulated hosts: a deploy at a random hour on the ninth day
 * that changed nothing, or added some points of CPU; asked 12 and 24 hours later. Beside it the rule that
 * compares with the same length of time just before the deploy (the median rose by 20 % and a point).
 */
const hostsOfEachKind = 300;
const dayMinutes = 1_440;
const minuteMs = 60_000;
const stepMinutes = 5;
const [cpu] = allMetrics;
if (cpu === undefined) throw new Error('there is no metric');

/** Every fifth minute of a span, as a server answers a range with that step. */
const sampled = (minutes: Float64Array, from: number, to: number): readonly number[] => {
  const values: number[] = [];
  for (let at = from; at < to; at += stepMinutes) values.push(minutes[at] ?? Number.NaN);
  return values;
};

interface Answer {
  readonly ours: string;
  readonly justBefore: boolean;
}

const askOne = (kind: HostKind, seed: number, hours: number, points: number): Answer => {
  const deployed = 8 * dayMinutes + ((seed * 7_919) % dayMinutes);
  const minutes = simulate(kind, seed, 10, { from: deployed, points });
  const { after, before } = windowsOf(deployed * minuteMs, (deployed + hours * 60) * minuteMs, []);
  if (after === null) throw new Error('no window');
  const read = (span: { readonly from: number; readonly to: number }): readonly number[] =>
    sampled(minutes, span.from / minuteMs, span.to / minuteMs);
  const length = (after.to - after.from) / minuteMs / stepMinutes;
  const verdict = judge(cpu, {
    after: quartilesOf(read(after), length),
    days: before.flatMap(({ day, span }) => {
      const quartiles = quartilesOf(read(span), length);
      return quartiles === null ? [] : [{ day, quartiles }];
    }),
    cut: 0,
    lengthMs: after.to - after.from,
  });
  const earlier = quartilesOf(sampled(minutes, deployed - hours * 60, deployed), hours * 12);
  const later = quartilesOf(read(after), length);
  return {
    ours: verdict.kind,
    justBefore:
      earlier !== null &&
      later !== null &&
      later.p50 > earlier.p50 * 1.2 &&
      later.p50 > earlier.p50 + 0.01,
  };
};

const share = (answers: readonly Answer[], is: (answer: Answer) => boolean): string =>
  `${((answers.filter(is).length / answers.length) * 100).toFixed(1)} %`.padStart(8);

const goals: Readonly<Record<HostKind, { readonly cries: number; readonly finds: number | null }>> =
  {
    idle: { cries: 3, finds: 80 },
    daily: { cries: 3, finds: 80 },
    desktop: { cries: 3, finds: null },
    weekly: { cries: 3, finds: 80 },
    growth: { cries: 11, finds: 80 },
  };

process.stdout.write(`${hostsOfEachKind} simulated hosts of each kind, CPU, 7 days before\n`);
process.stdout.write(
  'kind     after   cries (worse / better)    just before cries   finds +10    +20 points   goals\n',
);
for (const kind of hostKinds)
  for (const hours of [12, 24]) {
    const ask = (points: number): readonly Answer[] =>
      Array.from({ length: hostsOfEachKind }, (_, index) =>
        askOne(kind, 1_000 + index, hours, points),
      );
    const still = ask(0);
    const goal = goals[kind];
    process.stdout.write(
      `${kind.padEnd(8)} ${String(hours).padStart(3)} h ${share(still, ({ ours }) => ours === 'worse')} / ${share(still, ({ ours }) => ours === 'better')}      ${share(still, ({ justBefore }) => justBefore)}          ${share(ask(10), ({ ours }) => ours === 'worse')}     ${share(ask(20), ({ ours }) => ours === 'worse')}   cries at most ${goal.cries} %${goal.finds === null ? '' : `, +20 found in ${goal.finds} %`}\n`,
    );
  }
