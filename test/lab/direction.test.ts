import { beforeAll, expect, it } from 'vitest';
import { fate, mustRunIn, reset } from './lab.ts';
import { type Answer, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const statusOf = async (host: string): Promise<Answer> => {
  const status = await nixup(['status', host, '--json']);
  return status.result.hosts[0];
};

/** A calendar time that does not come during the test. */
const calendar = '*-01-01 04:40';

describeInLab('a host that something else may switch', () => {
  beforeAll(async () => {
    await reset(['workstation', 'p510']);
    await fate('p510', 'auto-upgrade', { calendar });
    const test = await nixup(['test', 'p510']);
    expect(test.exitCode, test.stderr).toBe(0);
  }, 300_000);

  it('has its upgrade service named after the deploy, and in status with when it fires', async () => {
    const deploy = await nixup(['deploy', 'p510', '--yes']);
    expect(deploy.exitCode, deploy.stderr).toBe(0);
    expect(deploy.stdout).toMatch(
      /p510: nixos-upgrade\.timer, next at \d{4}-01-01 04:40 may switch it to another system/,
    );
    const known = await statusOf('p510');
    expect(known.upgraders).toEqual([{ unit: 'nixos-upgrade.timer', nextAt: expect.any(Number) }]);
    expect(new Date(known.upgraders[0].nextAt).toISOString()).toMatch(/-01-01T04:40:00/);
  });

  it('is named before the next deploy', async () => {
    await fate('p510', 'old-code', { version: 1 });
    const test = await nixup(['test', 'p510']);
    expect(test.exitCode, test.stderr).toBe(0);
    const deploy = await nixup(['deploy', 'p510', '--yes']);
    expect(deploy.exitCode, deploy.stderr).toBe(0);
    expect(deploy.stderr).toMatch(/nixos-upgrade\.timer, next at .* switches it by itself/);
  });

  it('that went backward has that as its position, and verify says what changed since', async () => {
    await fate('p510', 'switched-by-another');
    await mustRunIn(
      'p510',
      'until ! systemctl is-active --quiet upgrade-by-another; do sleep 0.1; done',
    );
    const known = await statusOf('p510');
    expect(known).toMatchObject({
      position: 'backward',
      otherThanDeployed: { backward: true, since: expect.any(Number) },
    });
    const verify = await nixup(['verify', 'p510', '--json']);
    expect(verify.exitCode, verify.stderr).toBe(5);
    const { otherSystem, reason } = verify.result.hosts.p510;
    expect(reason).toContain('it went backward, to an older system');
    expect(otherSystem).toMatchObject({ backward: true });
    expect(otherSystem.changed.units.join(' ')).toContain('keeper');
    expect(reason).toMatch(/changed since: .*unit files? \(.*keeper/);
    const watch = await nixup(['watch', 'p510']);
    expect(watch.stdout).toMatch(
      /switched from the service upgrade-by-another\.service on .* may undo a deploy/,
    );
  });

  it('is deployed to with the service named that the watch saw switching it', async () => {
    const deploy = await nixup(['deploy', 'p510', '--yes']);
    expect(deploy.exitCode, deploy.stderr).toBe(0);
    expect(deploy.stderr).toMatch(
      /upgrade-by-another\.service, which did on .* switches it by itself and may undo this/,
    );
  });
});
