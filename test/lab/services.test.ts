import { beforeAll, expect, it } from 'vitest';
import { fate, mustRunIn, reset } from './lab.ts';
import { type Ended, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

/** The store path of the program that runs as keeper.service. */
const runningKeeper = async (): Promise<string> => {
  const program = await mustRunIn(
    'p510',
    'readlink /proc/$(systemctl show --value -p MainPID keeper)/exe',
  );
  return program.trim().replace(/\/bin\/keeper$/, '');
};

const brought = async (version: number): Promise<Ended> => {
  await fate('p510', 'old-code', { version });
  const test = await nixup(['test', 'p510']);
  expect(test.exitCode, test.stderr).toBe(0);
  const deploy = await nixup(['deploy', 'p510', '--yes', '--json']);
  expect(deploy.exitCode, deploy.stderr).toBe(0);
  return deploy;
};

describeInLab('a service that a switch did not restart', () => {
  beforeAll(async () => {
    await reset(['workstation', 'p510']);
    await brought(1);
  }, 300_000);

  it('is named after the deploy and by itself, with what it runs, until it is restarted', async () => {
    const first = await runningKeeper();
    const fresh = await nixup(['services', 'p510', '--json']);
    expect(fresh.result.hosts, fresh.stderr).toEqual([
      { name: 'p510', services: [], logins: 0, error: null },
    ]);

    const deploy = await brought(2);
    expect(deploy.result.hosts.p510).toMatchObject({
      status: 'succeeded',
      oldCode: ['keeper.service'],
    });
    const verify = await nixup(['verify', 'p510']);
    expect(verify.exitCode, verify.stderr).toBe(0);
    expect(verify.stdout).toMatch(
      /p510: 1 service still runs old code: keeper\. More: nixup services p510\./,
    );
    expect(await runningKeeper()).toBe(first);

    const old = await nixup(['services', 'p510', '--json']);
    expect(old.exitCode).toBe(0);
    expect(old.result.hosts[0].services).toEqual([
      { unit: 'keeper.service', user: null, paths: [first], restart: true, why: null },
    ]);
    const told = await nixup(['services', 'p510']);
    expect(told.stdout).toMatch(/keeper: can be restarted \(has keeper-1 of an earlier system\)/);
    const refused = await nixup(['services', 'p510', '--restart']);
    expect(refused.exitCode).toBe(3);
    expect(await runningKeeper()).toBe(first);

    const unit = await nixup(['services', 'p510', '--unit', 'keeper']);
    expect(unit.stdout).toMatch(/Difference of the unit file since generation \d+/);
    expect(unit.stdout).toMatch(/-ExecStart=.*keeper-1.*\n\+ExecStart=.*keeper-2/);

    const restart = await nixup(['services', 'p510', '--restart', '--yes', '--json']);
    expect(restart.exitCode, restart.stderr).toBe(0);
    expect(restart.result.hosts.p510).toMatchObject({
      status: 'succeeded',
      reason: 'restarted keeper',
    });
    const second = await runningKeeper();
    expect(second).toMatch(/-keeper-2$/);
    const after = await nixup(['services', 'p510']);
    expect(after.stdout).toContain('p510: no service runs old code');
  });
});
