import { beforeAll, expect, it } from 'vitest';
import { type HostName, mustRunIn, reset } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const host: HostName = 'razer';

/** What runs, told from the link itself and not by way of nixup. */
const runs = (system: string, name: string): Promise<string> =>
  mustRunIn(
    host,
    `[ /run/current-system -ef ${system}/specialisation/${name} ] && echo -n special || { [ /run/current-system -ef ${system} ] && echo -n itself; } || readlink -f /run/current-system`,
  );

describeInLab('a host that runs a specialisation', () => {
  beforeAll(async () => {
    await reset([host, 'workstation']);
    await inFlake(
      `printf '[fleet]\\nconfirm_timeout = "30s"\\nsettle = "1s"\\n[hosts.razer]\\npolicy = "auto"\\n' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`,
    );
    expect((await nixup(['test', host])).exitCode).toBe(0);
    expect((await nixup(['deploy', host, '--yes'])).exitCode).toBe(0);
    const { profile } = await truthOf(host);
    await mustRunIn(host, `${profile}/specialisation/on-battery/bin/switch-to-configuration test`);
  }, 300_000);

  it('stands where its parent stands, and is no host that somebody else switched', async () => {
    const { profile } = await truthOf(host);
    const status = await nixup(['status', host, '--json']);
    expect(status.result.hosts).toMatchObject([
      { name: host, position: 'current', current: profile, profile, expected: profile },
    ]);
  });

  it('gets the same specialisation of its new system, and goes back to that of the old one', async () => {
    const old = await truthOf(host);
    await inFlake('echo "- note" >> README.md; git commit -qam "README: a note"');
    await inFlake(
      `sed -i 's/ghostty ]/ghostty pkgs.hyprland ]/' hosts/razer.nix; git commit -qam "razer: a package"`,
    );
    expect((await nixup(['test', host])).exitCode).toBe(0);
    const done = await nixup(['deploy', host, '--yes', '--json']);
    expect(done.exitCode, done.stderr + done.stdout).toBe(0);
    const now = await truthOf(host);
    expect(now.profile).not.toBe(old.profile);
    expect(now).toMatchObject({ bootDefault: now.profile, failedUnits: [] });
    expect(now.generation).toBe(old.generation + 1);
    expect(await runs(now.profile, 'on-battery')).toBe('special');
    expect(done.result.hosts[host]).toMatchObject({ status: 'succeeded', to: now.profile });
    const nothing = await nixup(['deploy', host, '--yes', '--json']);
    expect(nothing.result.hosts[host]).toMatchObject({ status: 'unchanged' });

    const back = await nixup(['rollback', host, '--yes', '--json']);
    expect(back.exitCode, back.stderr + back.stdout).toBe(0);
    const then = await truthOf(host);
    expect(then).toMatchObject({ profile: old.profile, bootDefault: old.profile });
    expect(await runs(old.profile, 'on-battery')).toBe('special');
  });

  it('asks where the new system has no such specialisation, and runs that itself when told to', async () => {
    const old = await truthOf(host);
    await inFlake(
      `sed -i 's/on-battery/on-mains/' hosts/razer.nix; git commit -qam "razer: another specialisation"`,
    );
    expect((await nixup(['test', host])).exitCode).toBe(0);
    const refused = await nixup(['deploy', host, '--yes', '--json']);
    expect(refused.exitCode, refused.stderr).toBe(3);
    expect(refused.result.hosts[host].reason).toContain('specialisation on-battery');
    expect(await runs(old.profile, 'on-battery')).toBe('special');
    expect((await truthOf(host)).profile).toBe(old.profile);

    const agreed = await nixup(['deploy', host, '--yes', '--json', '--confirm', host]);
    expect(agreed.exitCode, agreed.stderr).toBe(0);
    const now = await truthOf(host);
    expect(now.profile).not.toBe(old.profile);
    expect(await runs(now.profile, 'on-battery')).toBe('itself');
  });
});
