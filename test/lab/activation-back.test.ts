import { beforeEach, expect, it } from 'vitest';
import { clearFates, fate, type HostName, mustRunIn, reset } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const host: HostName = 'p510';

const configure = (more = ''): Promise<string> =>
  inFlake(`printf '%s' '[fleet]
activation_timeout = "20s"
confirm_timeout = "15s"
revert_timeout = "90s"
${more}' > nixup.toml; git add nixup.toml; git commit -qm "nixup.toml"`);

const deploy = async () => {
  expect((await nixup(['test', host])).exitCode).toBe(0);
  return nixup(['deploy', host, '--yes', '--json'], { timeoutMs: 280_000 });
};

describeInLab('the way back needs nothing that the new system broke', () => {
  beforeEach(async () => {
    await clearFates();
    await reset([host, 'workstation']);
    await configure();
  });

  it('starts the system bus again that an activation ended', async () => {
    const before = await truthOf(host);
    await fate(host, 'activation-ends-bus');
    const run = await deploy();
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.result.hosts[host]).toMatchObject({ status: 'rolledBack' });
    expect(run.result.hosts[host].reason).toMatch(/the system bus \(D-Bus\) ended under it/);
    expect(await truthOf(host)).toEqual(before);
    await mustRunIn(host, 'busctl --quiet status && loginctl list-users');
  });

  it('says what a host boots after it read it, where the bus does not come back', async () => {
    const before = await truthOf(host);
    await fate(host, 'activation-ends-bus', { broken: true });
    const run = await deploy();
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.result.hosts[host]).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/could not go back by itself/),
    });
    const text = JSON.stringify(run.events);
    expect(text).toMatch(/Its boot default, read now, is the old system/);
    expect(await truthOf(host)).toMatchObject({
      bootId: before.bootId,
      profile: before.profile,
      bootDefault: before.bootDefault,
    });
  });

  it('reboots into the system that is still the default, where the config lets it', async () => {
    const before = await truthOf(host);
    await configure('reboot_on_revert_failure = true\n');
    await fate(host, 'activation-ends-bus', { broken: true });
    const run = await deploy();
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.result.hosts[host]).toMatchObject({
      status: 'rolledBack',
      reason: expect.stringMatching(/rebooted into its boot default/),
    });
    const { bootId, ...now } = await truthOf(host);
    expect(now).toMatchObject({
      current: before.current,
      profile: before.profile,
      bootDefault: before.bootDefault,
      failedUnits: [],
    });
    expect(bootId).not.toBe(before.bootId);
  });

  it('goes back where network and sshd break at once', async () => {
    const before = await truthOf(host);
    await fate(host, 'activation-cuts-network');
    await fate(host, 'activation-kills-sshd');
    const run = await deploy();
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.result.hosts[host]).toMatchObject({
      status: 'rolledBack',
      reason: expect.stringMatching(/by itself: no contact/),
    });
    expect(await truthOf(host)).toEqual(before);
  });

  it('starts what an activation had stopped before it was killed', async () => {
    await fate(host, 'by-hand');
    expect((await deploy()).result.hosts[host].status).toBe('succeeded');
    await mustRunIn(host, 'systemctl start by-hand.service');
    await clearFates();
    await fate(host, 'activation-hangs');
    const run = await deploy();
    expect(run.result.hosts[host], run.stdout).toMatchObject({ status: 'rolledBack' });
    expect(await mustRunIn(host, 'systemctl is-active by-hand.service')).toBe('active\n');
  });

  it('goes back over a mount of fstab that is gone', async () => {
    await fate(host, 'fstab-generator');
    await fate(host, 'mount', { fs: 'size=1m' });
    expect((await deploy()).result.hosts[host].status).toBe('succeeded');
    const before = await truthOf(host);
    await mustRunIn(host, 'umount /mnt/data');
    await fate(host, 'mount', { fs: 'size=2m,noauto' });
    const run = await deploy();
    expect(run.result.hosts[host], run.stdout).toMatchObject({
      status: 'rolledBack',
      reason: expect.stringMatching(/in the middle: Failed to get unit mnt-data\.mount/),
    });
    expect(await truthOf(host)).toEqual(before);
    await mustRunIn(host, 'mountpoint -q /mnt/data');
  });
});
