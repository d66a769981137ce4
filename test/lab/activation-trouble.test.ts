import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearFates, fate, type HostName, mustRunIn, reset } from './lab.ts';
import { nixup } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const host: HostName = 'p510';

const deploy = async () => {
  expect((await nixup(['test', host])).exitCode).toBe(0);
  return nixup(['deploy', host, '--yes', '--json']);
};

describeInLab('trouble that the system’s own units do not show', () => {
  beforeEach(() => reset([host, 'workstation']));
  afterEach(() => clearFates());

  it.each([
    [false, 'cannot be restarted'],
    [true, 'ends right after its start'],
  ])('names the unit of a user that fails (%s: it %s), in the deploy and when asked again', async (quiet) => {
    await fate(host, 'user-manager');
    await fate(host, 'user-unit-fails', { quiet });
    const run = await deploy();
    expect(run.exitCode, run.stdout).toBe(5);
    expect(run.result.hosts[host]).toMatchObject({
      status: 'unhealthy',
      reason: 'agent.service of user olaf failed',
    });
    const verify = await nixup(['verify', host]);
    expect(verify.exitCode).toBe(5);
    expect(verify.stdout + verify.stderr).toContain('agent.service of user olaf failed');
    // It failed before now, and is no news.
    await fate(host, 'units-change', { unit: 'plex' });
    const again = await deploy();
    expect(again.result.hosts[host], again.stdout).toMatchObject({ status: 'succeeded' });
  });

  it('names a unit that could not be reloaded, until it was', async () => {
    await fate(host, 'reload-fails');
    const run = await deploy();
    expect(run.exitCode, run.stdout).toBe(5);
    expect(run.result.hosts[host]).toMatchObject({
      status: 'unhealthy',
      reason: expect.stringMatching(/^syncthing\.service could not be reloaded/),
    });
    const verify = await nixup(['verify', host]);
    expect(verify.exitCode).toBe(5);
    expect(verify.stdout + verify.stderr).toContain('syncthing.service could not be reloaded');
    await mustRunIn(host, 'systemctl restart syncthing; systemctl reset-failed syncthing');
    expect((await nixup(['verify', host])).exitCode).toBe(0);
  });

  it('takes a service that waits for a socket of another name for alive', async () => {
    await fate(host, 'other-socket', { version: 1 });
    expect((await deploy()).result.hosts[host].status).toBe('succeeded');
    await mustRunIn(host, 'systemctl start greeter.service');
    await fate(host, 'other-socket', { version: 2 });
    const run = await deploy();
    expect(run.result.hosts[host], run.stdout).toMatchObject({ status: 'succeeded' });
    // The activation leaves it to its socket, or it ended by itself: it waits.
    await mustRunIn(host, 'systemctl stop greeter.service');
    expect((await nixup(['verify', host])).exitCode).toBe(0);
    expect((await truthOf(host)).failedUnits).toEqual([]);
  });
});
