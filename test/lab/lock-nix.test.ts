import { expect, it } from 'vitest';
import { seed } from '../support/chance.ts';
import {
  carryOutUpdates,
  revertOneOfFive,
  type Shell,
  shellStart,
} from '../support/nix-updates.ts';
import { type MachineName, run } from './lab.ts';
import { describeInLab } from './whole-lab.ts';

const shellOn =
  (machine: MachineName, name: string): Shell =>
  async (script) => {
    const ended = await run(machine, `${shellStart(`/tmp/nixup-lock/${name}`)}${script}`);
    if (ended.exitCode !== 0) throw new Error(`${script}\n${ended.stdout}${ended.stderr}`);
    return ended.stdout;
  };

/** 2.34 and 2.26; the Nix of the machine itself is asked in `test/services/lock-nix.test.ts`. */
describeInLab('the Nix of', () => {
  it.each([
    'workstation',
    'p620',
  ] as const)('%s prints of twenty updates what nixup tells', async (machine) => {
    const updates = await carryOutUpdates(shellOn(machine, 'updates'), seed);
    expect(updates).toHaveLength(20);
    expect(updates.flatMap(({ nix }) => nix).length).toBeGreaterThan(30);
    for (const { title, nix, nixup } of updates)
      expect(nixup, `seed ${seed}, ${title}`).toEqual(nix);
  }, 600_000);

  it.each([
    'workstation',
    'p620',
  ] as const)('%s builds with one of five updated inputs put back', async (machine) => {
    expect(await revertOneOfFive(shellOn(machine, 'revert'))).toEqual({
      words: 'a1 b2 c1 d2 e2 f2',
      isKept: true,
    });
  });
});
