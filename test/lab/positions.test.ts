import { expect, it } from 'vitest';
import { fate, type HostName, hostNames, mustRunIn, reboot, reset } from './lab.ts';
import { buildToplevel, deployPlainly } from './plain-deploy.ts';
import { inFlake, nixup } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const positions = async (): Promise<Readonly<Record<string, string>>> => {
  const status = await nixup(['status', '--json', ...hostNames]);
  return Object.fromEntries(
    status.result.hosts.map((host: { name: string; position: string }) => [
      host.name,
      host.position,
    ]),
  );
};

const deploy = async (host: HostName): Promise<void> => {
  const done = await deployPlainly(host, await buildToplevel(host));
  expect(done.exitCode).toBe(0);
};

describeInLab('where hosts stand', () => {
  it('is current, stale, ahead, diverged or drifted by what they run', async () => {
    expect(await positions()).toEqual({
      ...{ p620: 'current', razer: 'current', p510: 'current', samsung: 'current' },
    });

    // p510 gets a later commit, razer one of a branch, samsung one that this repository never saw; p620 stays.
    await inFlake('echo "- ahead" >> README.md; git commit -qam ahead; git tag ahead');
    await deploy('p510');
    await inFlake(
      'git reset -q --hard HEAD~1; echo "- aside" >> README.md; git commit -qam aside; git tag aside',
    );
    await deploy('razer');
    await inFlake(
      'git reset -q --hard HEAD~1; echo "- unseen" >> README.md; git commit -qam unseen',
    );
    await deploy('samsung');
    await inFlake(
      `git reset -q --hard ahead~1; git reflog expire --expire=now --all; git prune --expire=now
       git cat-file -e aside; git checkout -q ahead~1; git switch -q -C main; echo "- here" >> LOG.md; git add LOG.md; git commit -qm here`,
    );
    expect(await positions()).toEqual({
      p620: 'stale',
      p510: 'diverged',
      razer: 'diverged',
      samsung: 'drifted',
    });
    const text = await nixup(['status']);
    expect(text.stdout).toMatch(/p620 +behind by 1/);

    await inFlake('git reset -q --hard ahead~1');
    expect(await positions()).toEqual({
      p620: 'current',
      p510: 'ahead',
      razer: 'ahead',
      samsung: 'drifted',
    });
  });

  it('is waiting for a reboot when the kernel changed, until it was rebooted', async () => {
    await fate('p620', 'new-kernel');
    expect((await nixup(['test', 'p620'])).exitCode).toBe(0);
    const done = await nixup(['deploy', 'p620', '--yes', '--json']);
    expect(done.exitCode).toBe(0);
    expect((await positions())['p620']).toBe('rebootNeeded');
    await reboot('p620');
    expect((await positions())['p620']).toBe('current');
    expect((await mustRunIn('p620', 'readlink /run/booted-system')).trim()).toBe(
      done.result.hosts.p620.to,
    );
  });

  it('tells an unknown key, a changed key, a refused login and a sleeping host apart', async () => {
    await reset();
    await mustRunIn('workstation', 'ssh-keygen -q -R p620');
    await fate('razer', 'host-key-changed');
    await fate('p510', 'login-refused');
    await fate('samsung', 'asleep');
    const status = await nixup(['status', '--json', ...hostNames]);
    // Not one of them answered as the host that it is.
    expect(status).toMatchObject({ exitCode: 1, result: { ok: false } });
    const errors: Readonly<Record<string, string>> = Object.fromEntries(
      status.result.hosts.map((host: { name: string; error: string }) => [host.name, host.error]),
    );
    expect(errors).toEqual({
      p620: expect.stringMatching(/host key of p620 .* is not known here/),
      razer: expect.stringMatching(/host key of razer .* is not the one that is known/),
      p510: expect.stringMatching(/p510 refuses the login/),
      samsung: expect.stringMatching(/samsung (cannot be reached|did not answer)/),
    });
    for (const host of status.result.hosts)
      expect(host).toMatchObject({ reachable: false, position: 'unreachable', current: null });
    const text = await nixup(['status', ...hostNames]);
    expect(text.stdout).toMatch(/p620 +host key unknown/);
    expect(text.stdout).toMatch(/razer +host key changed/);
    expect(text.stdout).toMatch(/p510 +login refused/);
    expect(text.stdout).toMatch(/samsung +asleep/);
    // No key was taken into known_hosts by looking.
    expect(await mustRunIn('workstation', 'ssh-keygen -F p620 || echo none')).toBe('none\n');
  });
});
