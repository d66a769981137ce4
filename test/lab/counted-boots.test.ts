import { expect, it } from 'vitest';
import { clearFates, fate, mustRunIn, reset } from './lab.ts';
import { nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const entries = async (): Promise<readonly string[]> =>
  (await mustRunIn('razer', 'cd /boot/loader/entries; ls')).trim().split('\n');

describeInLab('a host whose systemd-boot has counted entries on a partition of their own', () => {
  it('is deployed with its default proven, and restarted once into a new system', async () => {
    await reset(['razer', 'workstation']);
    await fate('razer', 'counted-boots');
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
    const deployed = await nixup(['deploy', 'razer', '--yes', '--json']);
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    expect(await mustRunIn('razer', 'cat /efi/loader/loader.conf')).toMatch(
      /^preferred nixos-[0-9a-f]{64}\.conf\ndefault nixos-\*$/m,
    );
    expect(await mustRunIn('razer', 'ls /boot/loader')).not.toContain('loader.conf');
    const names = await entries();
    expect(names.every((name) => /^nixos-[0-9a-f]{64}\+3\.conf$/.test(name))).toBe(true);
    const before = await truthOf('razer');
    expect(before).toMatchObject({
      current: deployed.result.hosts.razer.to,
      profile: before.current,
      bootDefault: before.current,
    });

    await fate('razer', 'new-kernel');
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
    const restarted = await nixup(['deploy', 'razer', '--reboot', '--yes', '--json'], {
      timeoutMs: 300_000,
    });
    expect(restarted.exitCode, restarted.stderr).toBe(0);
    const { to } = restarted.result.hosts.razer;
    const now = await truthOf('razer');
    expect(now).toMatchObject({ current: to, profile: to, bootDefault: to, failedUnits: [] });
    expect(now.bootId).not.toBe(before.bootId);
    // The boot took one of its tries: the file has another name, and the entry the same.
    expect((await entries()).filter((name) => name.includes('+2-1'))).toHaveLength(1);
    await clearFates();
  });
});
