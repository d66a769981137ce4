import { afterEach, expect, it } from 'vitest';
import { clearFates, fate, reset } from './lab.ts';
import { nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const host = 'p510';

describeInLab('a way back across what cannot change while the system runs', () => {
  afterEach(() => clearFates());

  it('is offered as a restart, and never gone while the host runs', async () => {
    await reset([host, 'workstation']);
    const before = await truthOf(host);
    await fate(host, 'inhibitor');
    expect((await nixup(['test', host])).exitCode).toBe(0);
    const there = await nixup(['deploy', host, '--reboot', '--yes', '--json'], {
      timeoutMs: 200_000,
    });
    expect(there.exitCode, there.stdout).toBe(0);
    const across = await truthOf(host);

    const refused = await nixup(['rollback', host, '--yes', '--json']);
    expect(refused.exitCode, refused.stdout).toBe(3);
    expect(refused.result.hosts[host]).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(
        /dbus-implementation: broker → dbus.*needs a restart.*nixup rollback p510 --reboot/,
      ),
    });
    expect(await truthOf(host)).toEqual(across);

    const back = await nixup(['rollback', host, '--reboot', '--yes', '--json'], {
      timeoutMs: 200_000,
    });
    expect(back.exitCode, back.stdout).toBe(0);
    expect(back.result.hosts[host]).toMatchObject({ status: 'succeeded', to: before.current });
    const now = await truthOf(host);
    expect(now).toMatchObject({
      current: before.current,
      profile: before.current,
      bootDefault: before.current,
      failedUnits: [],
    });
    expect(now.bootId).not.toBe(across.bootId);
  });
});
