import { expect, it } from 'vitest';
import { add, type Measured, measure, noScore, type Score, share } from './forecast.ts';
import { pairs } from './forecast-pairs.ts';
import { describeInLab } from './whole-lab.ts';

const sum = (measured: readonly Measured[], by: 'said' | 'files' | 'both'): Score =>
  measured.map((one) => one[by]).reduce(add, noScore);

const row = (name: string, score: Score): string =>
  `${name.padEnd(16)} right ${String(score.right).padStart(4)}, missed ${score.missed.length}, false ${score.wrong.length}, other than told ${score.other.length}: ${(share(score) * 100).toFixed(1)} %`;

describeInLab('what an activation does to units', () => {
  it('is foreseen for 95 units of 100, and no stop is missed', { timeout: 900_000 }, async () => {
    // Two hosts at once; the way back of each pair as well where there is time.
    const half = Math.ceil(pairs.length / 2);
    const directions =
      process.env['NIXUP_LAB_LONG'] === '1' ? (['forth', 'back'] as const) : (['forth'] as const);
    const measured = (
      await Promise.all([
        measure('p510', pairs.slice(0, half), directions),
        measure('razer', pairs.slice(half), directions),
      ])
    ).flat();
    const [said, files, both] = [
      sum(measured, 'said'),
      sum(measured, 'files'),
      sum(measured, 'both'),
    ];
    process.stdout.write(
      `${[
        `foreseen against what happened, ${measured.length} pairs of systems`,
        row('dry-activate', said),
        row('the unit files', files),
        row('both', both),
        ...measured.flatMap(({ kind, both: { missed, wrong, other } }) =>
          [...missed, ...wrong, ...other].map((line) => `  ${kind}: ${line}`),
        ),
      ].join('\n')}\n`,
    );
    expect(measured.length).toBeGreaterThanOrEqual(30);
    expect(measured.flatMap(({ unforeseen }) => unforeseen)).toEqual([]);
    expect(share(files)).toBeGreaterThanOrEqual(0.95);
    expect(share(both)).toBeGreaterThanOrEqual(0.95);
  });
});
