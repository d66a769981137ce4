import { beforeAll, expect, it } from 'vitest';
import { clearFates, fate, mustRunIn } from './lab.ts';
import { inFlake, nixup, start } from './program.ts';
import { truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

describeInLab('the gate of a deploy', () => {
  beforeAll(async () => {
    await inFlake('echo "- a note" >> README.md; git commit -qam "README: a note"');
  });

  it('is closed for what was never built', async () => {
    const before = await truths();
    const deploy = await nixup(['deploy', 'p510', 'p620', '--yes']);
    expect(deploy.exitCode).toBe(3);
    expect(deploy.stdout + deploy.stderr).toMatch(/not built and tested.*nixup test/s);
    expect(await truths()).toEqual(before);
  });

  it('closes when a file is edited after the test', async () => {
    const before = await truths();
    expect((await nixup(['test', 'p510', 'p620'])).exitCode).toBe(0);
    await inFlake('echo "- edited" >> README.md');
    const deploy = await nixup(['deploy', 'p510', 'p620', '--yes', '--json']);
    expect(deploy.exitCode).toBe(3);
    expect(deploy.result).toMatchObject({ type: 'result', ok: false, exitCode: 3 });
    expect(deploy.events.filter(({ type }) => type === 'intended')).toEqual([]);
    expect(await truths()).toEqual(before);
  });

  it('lets a dirty tree through that was tested as it is, and labels it so', async () => {
    const tested = await nixup(['test', 'p510']);
    expect(tested.exitCode).toBe(0);
    const deploy = await nixup(['deploy', 'p510', '--yes']);
    expect(deploy.exitCode).toBe(0);
    expect(deploy.stdout + deploy.stderr).toMatch(/p510.*uncommitted changes/);
    const truth = await truthOf('p510');
    expect(truth.profile).toBe(truth.current);
    const status = await nixup(['status', 'p510', '--json']);
    expect(status.result.hosts[0]).toMatchObject({
      position: 'current',
      revision: expect.stringMatching(/-dirty$/),
    });
  });

  it('skips an unchanged host and says so', async () => {
    const before = await truthOf('p510');
    const deploy = await nixup(['deploy', 'p510', '--yes']);
    expect(deploy.exitCode).toBe(0);
    expect(deploy.stdout).toMatch(/p510 +unchanged .*runs what the flake says/);
    expect(await truthOf('p510')).toEqual(before);
  });

  it('opens again when the edit is taken back', async () => {
    await inFlake('git checkout -q -- README.md');
    const deploy = await nixup(['deploy', 'p620', '--yes', '--json']);
    expect(deploy.exitCode).toBe(0);
    const truth = await truthOf('p620');
    expect(truth).toMatchObject({
      current: deploy.result.hosts.p620.to,
      profile: truth.current,
      bootDefault: truth.current,
    });
  });

  it('leaves a protected host alone that is not named, and does the others', async () => {
    await mustRunIn(
      'workstation',
      'printf "[hosts.p620]\\npolicy = \\"protected\\"\\n" > /tmp/protected.toml',
    );
    await inFlake('echo "- third" >> README.md; git commit -qam "README: a third note"');
    const before = await truthOf('p620');
    const words = ['p510', 'p620', '--config', '/tmp/protected.toml', '--yes'];
    expect((await nixup(['test', ...words])).exitCode).toBe(0);
    const deploy = await nixup(['deploy', ...words, '--json']);
    expect(deploy.exitCode).toBe(3);
    expect(deploy.result.hosts.p620).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('--confirm p620'),
    });
    expect(deploy.result.hosts.p510.status).toBe('succeeded');
    expect(await truthOf('p620')).toEqual(before);
    const named = await nixup(['deploy', ...words, '--confirm', 'p620', '--json']);
    expect(named.exitCode).toBe(0);
    expect((await truthOf('p620')).current).toBe(named.result.hosts.p620.to);
  });

  it('refuses a second nixup with who works and since when', async () => {
    await fate('razer', 'build-slow', { seconds: 60 });
    const first = start(['test', 'razer', '--json']);
    await first.event((event) => event.type === 'host-worked' && event.work.step === 'build');
    const said =
      /root@workstation \(process \d+\) runs test on this flake since 20\d\d-\d\d-\d\d \d\d:\d\d UTC/;
    const text = await nixup(['test', 'p510']);
    expect(text.exitCode).toBe(3);
    expect(text.stdout + text.stderr).toMatch(said);
    const second = await nixup(['deploy', 'p510', '--yes', '--json']);
    expect(second.exitCode).toBe(3);
    expect(second.stderr).toMatch(said);
    expect(second.result).toMatchObject({ type: 'result', ok: false, exitCode: 3 });
    // Looking is not refused.
    expect((await nixup(['status', 'p510'])).exitCode).toBe(0);
    first.kill();
    await first.ended;
    await clearFates();
  });
});
