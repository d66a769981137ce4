import { expect, it } from 'vitest';
import { hostNames, linkDown, linkUp, reset, run } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

interface Change {
  readonly name: string;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

interface HostAnswer {
  readonly name: string;
  readonly old: string;
  readonly new: string;
  readonly changes: readonly Change[];
  readonly sizeDelta: number;
  readonly error: string | null;
}

/** Names of all that a path refers to, as the machine itself says. */
const closureOf = async (machine: 'workstation' | 'p620' | 'razer', path: string) => {
  const listed = await run(machine, `nix-store --query --requisites ${path}`);
  expect(listed.exitCode, listed.stderr).toBe(0);
  return listed.stdout.split('\n').map((line) => line.slice('/nix/store/'.length + 33));
};

describeInLab('packages', () => {
  it('compares with what each host runs, and says who cannot be asked', async () => {
    await reset([...hostNames, 'workstation']);
    await linkDown('samsung');
    try {
      await inFlake(':');
      expect((await nixup(['update'])).exitCode).toBe(0);
      const answer = await nixup(['packages', '--json']);
      expect(answer.exitCode, answer.stderr).toBe(0);
      const hosts: readonly HostAnswer[] = answer.result.hosts;
      for (const name of ['p620', 'razer'] as const) {
        const told = hosts.find((host) => host.name === name);
        if (told === undefined) throw new Error(`${name} is not told`);
        const runs = await run(name, 'readlink -f /run/current-system');
        expect(told).toMatchObject({ old: runs.stdout.trim(), error: null });
        const [before, after] = await Promise.all([
          closureOf(name, told.old),
          closureOf('workstation', told.new),
        ]);
        expect(told.changes.length).toBeGreaterThan(5);
        for (const change of told.changes) {
          for (const version of change.old)
            expect(before.some((one) => one.startsWith(`${change.name}-${version}`))).toBe(true);
          for (const version of change.new)
            expect(after.some((one) => one.startsWith(`${change.name}-${version}`))).toBe(true);
        }
        expect(told.changes.map(({ name: one }) => one)).toContain('linux');
      }
      const asleep = hosts.find((host) => host.name === 'samsung');
      expect(asleep).toMatchObject({ changes: [], sizeDelta: null });
      expect(asleep?.error).toMatch(/samsung/);
    } finally {
      await linkUp('samsung');
    }
  });
});
