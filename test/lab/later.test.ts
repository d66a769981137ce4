import { beforeEach, expect, it } from 'vitest';
import { fate, reset } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const runWords = ['run', '--yes', '--json', '--inputs', 'impermanence'];

describeInLab('a laptop that was asleep during the run', () => {
  let old: string;
  let waits: string;
  beforeEach(async () => {
    await reset();
    await fate('samsung', 'asleep');
    old = (await truthOf('samsung')).current;
    const run = await nixup(runWords, { timeoutMs: 280_000 });
    expect(run.exitCode, run.stderr).toBe(4);
    expect(run.result.hosts.samsung.status).toBe('pending');
    waits = run.result.hosts.samsung.to;
  }, 300_000);

  it('still waits when it does not answer yet, and then gets the very system that was tested for it', async () => {
    const early = await nixup(['resume', '--yes', '--json']);
    expect(early.exitCode, early.stderr).toBe(4);
    expect(early.result.hosts.samsung.status).toBe('pending');

    await fate('samsung', 'awake');
    const later = await nixup(['resume', '--yes', '--json']);
    expect(later.exitCode, later.stderr).toBe(0);
    expect(later.result.hosts).toMatchObject({ samsung: { status: 'succeeded', to: waits } });
    expect(Object.keys(later.result.hosts)).toEqual(['samsung']);
    expect(await truthOf('samsung')).toMatchObject({
      current: waits,
      profile: waits,
      bootDefault: waits,
    });
    const nothing = await nixup(['resume', '--yes', '--json']);
    expect(nothing.exitCode).toBe(0);
    expect((await truthOf('samsung')).current).toBe(waits);
  });

  it('is left alone once the lock has moved, which is said with the ways on', async () => {
    await fate('samsung', 'awake');
    expect((await nixup(['update', 'disko'])).exitCode).toBe(0);
    expect(await inFlake('git diff --name-only')).toBe('flake.lock');
    const refused = await nixup(['resume', '--yes']);
    expect(refused.exitCode).toBe(3);
    expect(refused.stdout + refused.stderr).toMatch(
      /the lock has moved since samsung did not answer.*nixup deploy samsung.*nixup resume leave/s,
    );
    expect((await truthOf('samsung')).current).toBe(old);

    // The lock as it was: what waits is again what the flake says.
    await inFlake('git checkout -q -- flake.lock');
    const later = await nixup(['resume', '--yes', '--json']);
    expect(later.exitCode, later.stderr).toBe(0);
    expect((await truthOf('samsung')).current).toBe(waits);
  });
});
