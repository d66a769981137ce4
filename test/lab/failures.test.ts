import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearFates, fate, hostNames, reset } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** One input of two hosts: something moves, and little is built. */
const runWords = ['run', '--yes', '--json', '--inputs', 'impermanence'];

describeInLab('when a part of the fleet goes wrong', () => {
  let before: Awaited<ReturnType<typeof truths>>;
  beforeEach(async () => {
    before = await truths();
  });
  afterEach(() => clearFates());

  it('deploys nowhere when one build fails, and shows the last cause that Nix names', async () => {
    await fate('razer', 'build-fails');
    const head = await inFlake('git rev-parse HEAD');
    const run = await nixup(runWords);
    expect(run.exitCode).toBe(1);
    expect(run.result).toMatchObject({ type: 'result', ok: false, exitCode: 1, commit: null });
    expect(run.result.build).toMatchObject({ failed: 1 });
    expect(run.result.hosts.razer).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('configure: error: widget.h is required to build libwidget'),
    });
    expect(run.events.some(({ type }) => type === 'planned')).toBe(false);
    expect(await truths()).toEqual(before);
    expect(await inFlake('git rev-parse HEAD')).toBe(head);

    const text = await nixup(['test']);
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toMatch(/razer +failed .*configure: error: widget\.h is required/);
    expect(text.stdout).toMatch(/p620 +succeeded/);
    const deploy = await nixup(['deploy', '--yes']);
    expect(deploy.exitCode).toBe(3);
    expect(await truths()).toEqual(before);
    await inFlake('git checkout -q -- flake.lock');
  });

  it('reports a host whose unit fails as unhealthy, offers the way back, and does the others', async () => {
    await fate('razer', 'unit-fails', { unit: 'syncthing' });
    const run = await nixup(runWords);
    expect(run.exitCode).toBe(5);
    expect(run.result).toMatchObject({ ok: false, exitCode: 5, commit: null });
    expect(run.result.hosts.razer).toMatchObject({
      status: 'unhealthy',
      reason: expect.stringContaining('syncthing.service'),
    });
    const now = await truths();
    for (const host of hostNames.filter((name) => name !== 'razer')) {
      expect(run.result.hosts[host].status).toBe('succeeded');
      expect(now[host]).toMatchObject({
        current: run.result.hosts[host].to,
        bootDefault: run.result.hosts[host].to,
      });
    }
    // It runs the new system, and would start the old one: the person decides.
    expect(now.razer).toMatchObject({
      current: run.result.hosts.razer.to,
      profile: before.razer.profile,
      bootDefault: before.razer.bootDefault,
      failedUnits: ['syncthing.service'],
    });
    expect(await inFlake('git diff --name-only')).toBe('flake.lock');

    const verify = await nixup(['verify', 'razer']);
    expect(verify.exitCode).toBe(5);
    expect(verify.stdout + verify.stderr).toContain('nixup rollback razer');

    const back = await nixup(['rollback', 'razer', '--yes']);
    expect(back.exitCode).toBe(0);
    expect(await truthOf('razer')).toMatchObject({
      current: before.razer.current,
      profile: before.razer.current,
      bootDefault: before.razer.current,
      failedUnits: [],
    });
    await reset();
  });

  it('names the way back in the text of the run itself', async () => {
    await fate('p510', 'stc-exit', { status: 4 });
    expect((await nixup(['test', 'p510'])).exitCode).toBe(0);
    const deploy = await nixup(['deploy', 'p510', '--yes']);
    expect(deploy.exitCode).toBe(5);
    expect(deploy.stdout + deploy.stderr).toContain('nixup rollback p510');
    expect(deploy.stdout).toMatch(/p510 +unhealthy .*syncthing\.service/);
    const truth = await truthOf('p510');
    expect(truth.current).not.toBe(before.p510.current);
    expect(truth.failedUnits).toEqual(['syncthing.service']);
    expect((await nixup(['rollback', 'p510', '--yes'])).exitCode).toBe(0);
    expect(await truthOf('p510')).toMatchObject({ current: before.p510.current, failedUnits: [] });
  });

  it('takes a host back by itself when its activation breaks half-way', async () => {
    await fate('p510', 'stc-exit', { status: 2 });
    expect((await nixup(['test', 'p510'])).exitCode).toBe(0);
    const deploy = await nixup(['deploy', 'p510', '--yes', '--json']);
    expect(deploy.exitCode).toBe(1);
    expect(deploy.result.hosts.p510.status).toBe('rolledBack');
    expect(await truthOf('p510')).toMatchObject({
      current: before.p510.current,
      profile: before.p510.current,
      bootDefault: before.p510.current,
    });
  });

  it('lets a sleeping host wait, does the others, and finishes it once it is awake', async () => {
    await reset();
    await fate('samsung', 'asleep');
    const run = await nixup(runWords);
    expect(run.exitCode).toBe(4);
    expect(run.result).toMatchObject({ ok: false, exitCode: 4 });
    expect(run.result.hosts.samsung).toMatchObject({ status: 'pending' });
    for (const host of hostNames.filter((name) => name !== 'samsung'))
      expect(run.result.hosts[host].status).toBe('succeeded');
    expect(await inFlake('git rev-parse HEAD')).toBe(run.result.commit);
    expect(await inFlake('git log -1 --format=%B')).toMatch(/^Pending: samsung \(/m);
    expect((await truthOf('samsung')).current).toBe(before.samsung.current);

    await fate('samsung', 'awake');
    const later = await nixup(['deploy', '--yes', '--json']);
    expect(later.exitCode).toBe(0);
    expect(later.result.hosts.samsung.status).toBe('succeeded');
    expect(later.result.hosts.p620.status).toBe('unchanged');
    const truth = await truthOf('samsung');
    expect(truth).toMatchObject({ profile: truth.current, bootDefault: truth.current });
    expect(truth.current).not.toBe(before.samsung.current);
  });
});
