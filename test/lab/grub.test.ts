import { expect, it } from 'vitest';
import { clearFates, fate, mustRunIn, reset } from './lab.ts';
import { nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

describeInLab('a restart by GRUB, with entries of its own in the menu', () => {
  it('starts the new system once, and not what stands beside it', async () => {
    await reset(['p510', 'workstation']);
    const before = await truthOf('p510');
    expect(await mustRunIn('p510', 'cat /boot/grub/grub.cfg')).toMatch(
      /^ *menuentry "Shutdown" \{ halt \}$/m,
    );
    await fate('p510', 'new-kernel');
    expect((await nixup(['test', 'p510'])).exitCode).toBe(0);
    const run = await nixup(['deploy', 'p510', '--reboot', '--yes', '--json'], {
      timeoutMs: 300_000,
    });
    expect(run.exitCode, run.stderr).toBe(0);
    const { to } = run.result.hosts.p510;
    const now = await truthOf('p510');
    expect(now).toMatchObject({ current: to, profile: to, bootDefault: to, failedUnits: [] });
    expect(now.bootId).not.toBe(before.bootId);
    // What was left has an entry of its own, under a name that GRUB's installer takes.
    const menu = await mustRunIn('p510', 'cat /boot/grub/grub.cfg');
    expect(menu).toContain('submenu "NixOS - Profile \'nixup_known_good\'"');
    expect(menu.slice(menu.indexOf('Profile'))).toContain(`init=${before.current}/init`);
    await clearFates();
  });
});
