import { beforeEach, expect, it } from 'vitest';
import { clearFates, fate, hostNames, reset } from './lab.ts';
import { type Answer, inFlake, nixup } from './program.ts';
import { truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** How long the canary's service lives, seconds: it is well through contact, settling and the first looks of the soak. */
const failsAfter = 25;

const settings = (canary: string): string => `[fleet]
waves = [["razer"], ["p620", "p510", "samsung"]]
soak = "90s"
settle = "1s"
[hosts.razer]
on_unhealthy = "${canary}"
`;

const configure = (text: string): Promise<string> =>
  inFlake(`printf '%s' '${text}' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`);

const isSoaking = (event: Answer): boolean =>
  event.type === 'rollout-moved' && event.state === 'soaking';

const isUnhealthy = (event: Answer): boolean =>
  event.type === 'host-worked' && event.host === 'razer' && event.work.kind === 'unhealthy';

describeInLab('a canary that becomes unhealthy while it soaks', () => {
  beforeEach(async () => {
    await reset();
  }, 300_000);

  it('is rolled back by policy, and the rest is untouched', async () => {
    await configure(settings('rollback'));
    const before = await truths();
    await fate('razer', 'unit-fails-later', { seconds: failsAfter });
    expect((await nixup(['test'])).exitCode).toBe(0);
    const run = await nixup(['deploy', '--yes', '--json'], { timeoutMs: 280_000 });
    expect(run.exitCode, run.stderr).toBe(1);
    const soaking = run.events.findIndex(isSoaking);
    const sick = run.events.findIndex(isUnhealthy);
    expect(soaking).toBeGreaterThan(-1);
    expect(sick).toBeGreaterThan(soaking);
    expect(run.result.hosts.razer).toMatchObject({
      status: 'rolledBack',
      to: before.razer.current,
      reason: expect.stringContaining('syncthing.service'),
    });
    const now = await truths();
    expect(now.razer).toMatchObject({
      current: before.razer.current,
      profile: before.razer.current,
      bootDefault: before.razer.current,
      failedUnits: [],
    });
    for (const host of hostNames.filter((name) => name !== 'razer')) {
      expect(run.result.hosts[host], host).toMatchObject({
        status: 'skipped',
        reason: expect.stringContaining('razer'),
      });
      expect(now[host], host).toEqual(before[host]);
    }
    // Nothing was announced for them either.
    expect(run.events.filter(({ type, host }) => type === 'intended' && host !== 'razer')).toEqual(
      [],
    );
    await clearFates();
  });

  it('stays for the person to decide where its policy asks, and stops the rest all the same', async () => {
    await configure(settings('ask'));
    const before = await truths();
    await fate('razer', 'unit-fails-later', { seconds: failsAfter });
    expect((await nixup(['test'])).exitCode).toBe(0);
    const run = await nixup(['deploy', '--yes', '--json'], { timeoutMs: 280_000 });
    expect(run.exitCode, run.stderr).toBe(5);
    expect(run.result.hosts.razer).toMatchObject({
      status: 'unhealthy',
      reason: expect.stringContaining('syncthing.service'),
    });
    const razer = await truthOf('razer');
    expect(razer.current).toBe(run.result.hosts.razer.to);
    for (const host of ['p620', 'p510', 'samsung'] as const) {
      expect(run.result.hosts[host].status, host).toBe('skipped');
      expect(await truthOf(host), host).toEqual(before[host]);
    }
    await clearFates();
  });
});
