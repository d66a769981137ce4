import { expect, it } from 'vitest';
import { clearFates, fate, reset } from './lab.ts';
import { nixup, start } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

describeInLab('a deploy of a new kernel', () => {
  it('is booted once, proven, and only then made the default', async () => {
    await reset(['razer', 'workstation']);
    const before = await truthOf('razer');
    await fate('razer', 'new-kernel');
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
    const run = await nixup(['deploy', 'razer', '--reboot', '--yes', '--json'], {
      timeoutMs: 300_000,
    });
    expect(run.exitCode, run.stderr).toBe(0);
    const { to } = run.result.hosts.razer;
    const now = await truthOf('razer');
    expect(now).toMatchObject({ current: to, profile: to, bootDefault: to, failedUnits: [] });
    expect(now.bootId).not.toBe(before.bootId);
    expect(now.generation).toBe(before.generation + 1);
    await clearFates();
  });

  it('is gone on with as a restart after nixup was killed in the middle of it', async () => {
    await reset(['razer', 'workstation']);
    const before = await truthOf('razer');
    await fate('razer', 'new-kernel');
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
    const program = start(['deploy', 'razer', '--reboot', '--yes', '--json']);
    await program.event(({ type, deed }) => type === 'intended' && deed === 'restart');
    program.kill();
    await program.ended;
    // While the host is down there is nothing to go on with.
    let finished = await nixup(['resume', 'finish', '--yes', '--json'], { timeoutMs: 300_000 });
    while (finished.exitCode === 4)
      finished = await nixup(['resume', 'finish', '--yes', '--json'], { timeoutMs: 300_000 });
    expect(finished.exitCode, finished.stderr).toBe(0);
    const now = await truthOf('razer');
    const { to } = finished.result.hosts.razer;
    expect(now).toMatchObject({ current: to, profile: to, bootDefault: to, failedUnits: [] });
    expect(now.bootId).not.toBe(before.bootId);
    expect(now.generation).toBe(before.generation + 1);
    await clearFates();
  });
});
