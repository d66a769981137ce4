import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearFates, fate, type HostName, reset, run } from './lab.ts';
import { inFlake, nixup, start } from './program.ts';
import { type Truth, truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const host: HostName = 'p510';

describeInLab('a deploy that something stands in the way of', () => {
  let before: Truth;
  beforeEach(async () => {
    await reset([host, 'workstation']);
    await inFlake(
      `printf '[fleet]\\nconfirm_timeout = "30s"\\nsettle = "20s"\\n' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`,
    );
    before = await truthOf(host);
  }, 300_000);
  afterEach(() => clearFates());

  const tested = async (): Promise<void> => {
    await inFlake('echo "- note" >> README.md; git commit -qam "README: a note"');
    expect((await nixup(['test', host])).exitCode).toBe(0);
  };

  it('is refused before the activation when /boot is full, and so is a rollback', async () => {
    await tested();
    await fate(host, 'full-boot');
    const deploy = await nixup(['deploy', host, '--yes', '--json']);
    expect(deploy.exitCode).toBe(1);
    expect(deploy.result.hosts[host]).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/too little for another boot entry/),
    });
    expect(await truthOf(host)).toEqual(before);
    const back = await nixup(['rollback', host, '--yes', '--json']);
    expect(back.exitCode).toBe(1);
    expect(back.result.hosts[host].reason).toMatch(/too little for another boot entry/);
    expect(await truthOf(host)).toEqual(before);
  });

  it('goes back whole when /boot becomes full meanwhile, and says what is missing', async () => {
    await tested();
    const program = start(['deploy', host, '--yes', '--json']);
    await program.event((event) => event.type === 'host-worked' && event.work.step === 'health');
    await fate(host, 'full-boot');
    const deploy = await program.ended;
    expect(deploy.exitCode).toBe(1);
    expect(deploy.result.hosts[host]).toMatchObject({
      status: 'rolledBack',
      reason: expect.stringMatching(/could not be made what it boots.*\/boot/),
    });
    expect(await truthOf(host)).toMatchObject({
      current: before.current,
      profile: before.profile,
      generation: before.generation,
      bootDefault: before.bootDefault,
    });
  });

  it('lets nobody else switch before it is decided', async () => {
    await tested();
    // One checkout has one run: another nixup comes from another checkout, as from another machine.
    await inFlake('cp -a . /root/elsewhere');
    const elsewhere = {
      folder: '/root/elsewhere',
      env: { XDG_STATE_HOME: '/tmp/another-state' },
    };
    expect((await nixup(['test', host], elsewhere)).exitCode).toBe(0);
    const program = start(['deploy', host, '--yes', '--json']);
    await program.event((event) => event.type === 'host-worked' && event.work.step === 'health');
    const byHand = await run(host, `${before.current}/bin/switch-to-configuration switch`);
    expect(byHand.exitCode).not.toBe(0);
    expect(byHand.stderr).toContain('Could not acquire lock');
    const other = await nixup(['deploy', host, '--yes', '--json'], elsewhere);
    expect(other.exitCode).not.toBe(0);
    expect(JSON.stringify(other.result)).toMatch(
      /another nixup works on it: root@workstation, since/,
    );
    const ended = await program.ended;
    expect(ended.result.hosts[host].status).toBe('succeeded');
    const now = await truthOf(host);
    expect(now).toMatchObject({ profile: now.current, bootDefault: now.current });
    expect(now.current).toBe(ended.result.hosts[host].to);
  });

  it('names who holds the lock, and changes nothing', async () => {
    await tested();
    await fate(host, 'lock-held', { seconds: 60 });
    const deploy = await nixup(['deploy', host, '--yes', '--json']);
    expect(deploy.exitCode).toBe(1);
    expect(deploy.result.hosts[host].reason).toMatch(/another activation .*\(process \d+ flock\)/);
    expect(await truthOf(host)).toEqual(before);
  });
});
