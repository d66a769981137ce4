import { beforeAll, expect, it } from 'vitest';
import { hostNames, mustRunIn, reset } from './lab.ts';
import { type Answer, inFlake, nixup } from './program.ts';
import { openScreen } from './screen.ts';
import { truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** The last state of a step that the events of a run tell. */
const lastState = (events: readonly Answer[], stage: string): Answer =>
  events.findLast((event) => event.type === 'stage-changed' && event.stage === stage)?.state;

describeInLab('a step that was done for a part of the fleet', () => {
  beforeAll(async () => {
    await reset();
    // A test of one host evaluates that host alone: which others can be built is known from here.
    await nixup(['check']);
    expect((await nixup(['update', 'impermanence'])).exitCode).toBe(0);
  }, 300_000);

  it('is a part for the test of one host, and deploy and commit name the others with the command', async () => {
    const test = await nixup(['test', 'p510', '--json']);
    expect(test.exitCode, test.stderr).toBe(0);
    expect(lastState(test.events, 'test')).toMatchObject({
      kind: 'begun',
      hosts: ['p510'],
      left: expect.arrayContaining(['p620', 'razer', 'samsung']),
      of: 4,
    });
    const before = await truths();
    const deploy = await nixup(['deploy', '--yes']);
    expect(deploy.exitCode).toBe(3);
    expect(deploy.stdout + deploy.stderr).toMatch(
      /not built and tested.*nixup test (?:(?:p620|razer|samsung) ?){3}.*Or deploy the others: nixup deploy p510/s,
    );
    const commit = await nixup(['commit']);
    expect(commit.exitCode).toBe(3);
    expect(commit.stderr).toMatch(
      /3 of 4 hosts of this tree are not tested: .*nixup test (?:(?:p620|razer|samsung) ?){3}/,
    );
    expect(await truths()).toEqual(before);
  });

  it('is a part for the deploy and the comparison of one host', async () => {
    const deploy = await nixup(['deploy', 'p510', '--yes', '--json']);
    expect(deploy.exitCode, deploy.stderr).toBe(0);
    expect(lastState(deploy.events, 'deploy')).toMatchObject({ kind: 'begun', hosts: ['p510'] });
    expect(lastState(deploy.events, 'verify')).toMatchObject({ kind: 'begun', hosts: ['p510'] });
    const verify = await nixup(['verify', 'p510']);
    expect(verify.exitCode).toBe(0);
    expect(verify.stdout).toMatch(/No new trouble\. Not compared yet: .*razer/);
  });

  it('goes on with the other hosts by m', async () => {
    const screen = openScreen();
    try {
      await screen.waitFor(/◐ test 1 of 4/);
      screen.press('8', 'C');
      await screen.waitFor(/[✓!] check ✓ update ● review/);
      screen.press('m');
      await screen.waitFor('m again says that you have looked');
      screen.press('m');
      await screen.waitFor('reviewed; m continues with: test');
      screen.press('m');
      await screen.waitFor('m again builds and tests the other 3');
      screen.press('m');
      await screen.waitFor(/✓ test ● deploy|✓ test ◐ deploy/);
      expect(screen.text()).not.toContain('test 1 of 4');
    } finally {
      screen.close();
    }
  });

  it('has failed as a run that reaches nobody, because ssh does not start, and commits nothing', async () => {
    const head = await inFlake('git rev-parse HEAD');
    await mustRunIn('workstation', 'cp /root/.ssh/config /root/config.kept');
    await mustRunIn('workstation', 'sed -i "1iNonsense yes" /root/.ssh/config');
    try {
      const run = await nixup(['run', '--yes', '--json', '--inputs', 'impermanence'], {
        timeoutMs: 280_000,
      });
      expect(run.exitCode, run.stderr).toBe(1);
      expect(run.result).toMatchObject({ ok: false, exitCode: 1, commit: null });
      for (const host of hostNames)
        expect(run.result.hosts[host], host).toMatchObject({
          status: 'failed',
          reason: expect.stringMatching(/ssh did not start.*Bad configuration option/),
        });
      expect(run.stderr).not.toMatch(/Updated, deployed, verified/);
      expect(lastState(run.events, 'deploy')?.kind).toBe('failed');
      const verify = await nixup(['verify']);
      expect(verify.exitCode).toBe(1);
      expect(verify.stdout).toMatch(/ssh did not start/);
      const status = await nixup(['status']);
      expect(status.stderr).toContain('No host answered');
      expect(status.exitCode).toBe(1);
    } finally {
      await mustRunIn('workstation', 'mv /root/config.kept /root/.ssh/config');
    }
    expect(await inFlake('git rev-parse HEAD')).toBe(head);
  });
});
