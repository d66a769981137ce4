import { afterAll, expect, it } from 'vitest';
import { imageRelease, unifiedImage } from '../support/unified-images.ts';
import { clearFates, fate, mustRunIn, reset } from './lab.ts';
import { nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** What boots the containers stays as it is; only what nixup finds in /boot is that of another loader. */
describeInLab('a host with another loader', () => {
  afterAll(() => reset(['razer']));

  it('is not touched for a restart that extlinux cannot do, and the reason is said', async () => {
    await reset(['razer', 'workstation']);
    await fate('razer', 'new-kernel');
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
    const before = await truthOf('razer');
    await mustRunIn(
      'razer',
      `mv /boot/loader /boot/away
       mkdir -p /boot/extlinux /boot/nixos
       touch /boot/nixos/kernel
       printf 'DEFAULT default\\nLABEL default\\n  LINUX ../nixos/kernel\\n  APPEND init=${before.current}/init\\n' > /boot/extlinux/extlinux.conf`,
    );
    const run = await nixup(['deploy', 'razer', '--reboot', '--yes']);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain(
      'U-Boot starts the DEFAULT of extlinux.conf with every boot, and cannot be told to start an entry once',
    );
    expect(
      await mustRunIn(
        'razer',
        'readlink -f /nix/var/nix/profiles/system; ls -d /nix/var/nix/profiles/system-*-link | wc -l; cat /proc/sys/kernel/random/boot_id',
      ),
    ).toBe(`${before.profile}\n${before.generation}\n${before.bootId}\n`);
    await mustRunIn('razer', 'rm -r /boot/extlinux; mv /boot/away /boot/loader');
    await clearFates();
  });

  it('shows by a unified kernel image whether its system is the boot default', async () => {
    await reset(['razer', 'workstation']);
    const { current } = await truthOf('razer');
    const older = await mustRunIn('razer', 'readlink -f /nix/var/nix/profiles/system-1-link');
    const told = async (system: string): Promise<string> => {
      const image = unifiedImage(
        ['.osrel', imageRelease(3)],
        ['.cmdline', `init=${system}/init loglevel=4`],
      );
      await mustRunIn(
        'razer',
        `mkdir -p /boot/EFI/Linux
         rm -f /boot/loader/entries/*
         echo 'default nixos-*' > /boot/loader/loader.conf
         echo ${image.toString('base64')} | base64 -d > /boot/EFI/Linux/nixos-generation-3.efi`,
      );
      return (await nixup(['status', 'razer'])).stdout;
    };
    expect(await told(older.trim())).toContain('not the boot default yet');
    expect(await told(current)).not.toContain('not the boot default yet');
  });
});
