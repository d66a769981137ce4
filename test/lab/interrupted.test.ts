import { beforeEach, expect, it } from 'vitest';
import { type HostName, mustRunIn, reset, run } from './lab.ts';
import { inFlake, nixup, start } from './program.ts';
import { truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const host: HostName = 'p510';

/** A new commit that changes each system, because the flake embeds its revision. */
const changeFleet = (): Promise<string> =>
  inFlake(
    'echo "- $(cat /proc/sys/kernel/random/uuid)" >> README.md; git commit -qam "README: a note"',
  );

/** Ends nixup with SIGKILL as soon as it has told an event. */
const killAt = async (type: string, deed: string): Promise<void> => {
  const program = start(['deploy', host, '--yes', '--json']);
  await program.event((event) => event.type === type && event.deed === deed && event.host === host);
  program.kill();
  expect((await program.ended).exitCode).toBe(137);
};

/** What the killed nixup started goes on without it: the next step waits until the activation ended. */
const untilActivated = (): Promise<string> =>
  mustRunIn(
    host,
    'for try in $(seq 600); do systemctl list-units --no-legend --state=active,activating "nixup-activate*.service" | grep -q running || exit 0; sleep 0.1; done; exit 1',
  );

describeInLab('after nixup was killed', () => {
  let old: string;
  beforeEach(async () => {
    await reset([host, 'workstation']);
    await inFlake(
      'printf "[fleet]\\nconfirm_timeout = \\"45s\\"\\n" > nixup.toml; git add nixup.toml; git commit -qm nixup.toml',
    );
    old = (await truthOf(host)).current;
    await changeFleet();
    expect((await nixup(['test', host])).exitCode).toBe(0);
  });

  const expectOn = async (path: string): Promise<void> => {
    expect(await truthOf(host)).toMatchObject({ current: path, profile: path, bootDefault: path });
  };
  const target = async (): Promise<string> => {
    const status = await nixup(['status', host, '--json']);
    return status.result.hosts[0].expected;
  };

  it('between copy and activation: says so, shows what is true, and finishes', async () => {
    const to = await target();
    await killAt('achieved', 'copy');
    await untilActivated();

    const next = await nixup(['status', host]);
    expect(next.exitCode).toBe(0);
    expect(next.stderr).toMatch(
      /The run \S+ \(deploy\) was cut off before its end\. See: nixup resume/,
    );

    const asked = await nixup(['resume']);
    expect(asked.exitCode).toBe(3);
    expect(asked.stderr).toContain('ended before it said how');
    expect(asked.stderr).toMatch(new RegExp(`${host} +the (old|new) system`));
    expect(asked.stderr).toContain('nixup resume finish --yes');
    expect((await truthOf(host)).profile).toBe(old);

    const finished = await nixup(['resume', 'finish', '--yes', '--json']);
    expect(finished.stderr).toMatch(/ended before it said how/);
    expect(finished.exitCode).toBe(0);
    expect(finished.result.hosts[host]).toMatchObject({ status: 'succeeded', to });
    await expectOn(to);
    const after = await nixup(['status', host, '--json']);
    expect(after.stderr).toBe('');
    expect(after.result.hosts[0].position).toBe('current');
  });

  it('after the activation and before it is persistent: finishes', async () => {
    const to = await target();
    await killAt('achieved', 'activate');
    await untilActivated();
    expect(await truthOf(host)).toMatchObject({ current: to, profile: old });
    const asked = await nixup(['resume']);
    expect(asked.stderr).toMatch(new RegExp(`${host} +the new system`));
    const finished = await nixup(['resume', 'finish', '--yes', '--json']);
    expect(finished.exitCode).toBe(0);
    await expectOn(to);
  });

  it('after the activation: goes back when asked to', async () => {
    await killAt('achieved', 'activate');
    await untilActivated();
    expect((await truthOf(host)).current).not.toBe(old);
    const back = await nixup(['resume', 'rollback', '--yes', '--json']);
    expect(back.exitCode).toBe(0);
    expect(back.result.hosts[host]).toMatchObject({ status: 'succeeded', to: old });
    await expectOn(old);
    expect((await nixup(['status', host])).stderr).toBe('');
  });

  it('while the activation runs: leaves everything when asked to, and a new deploy takes over', async () => {
    const to = await target();
    await killAt('intended', 'activate');
    await untilActivated();
    const left = await nixup(['resume', 'leave', '--json']);
    expect(left.exitCode).toBe(0);
    // Nobody confirms: the host goes back by itself.
    await mustRunIn(
      host,
      `for try in $(seq 900); do [ "$(readlink /run/current-system)" = ${old} ] && exit 0; sleep 0.1; done; exit 1`,
    );
    expect((await nixup(['status', host])).stderr).toBe('');
    const again = await nixup(['deploy', host, '--yes', '--json']);
    expect(again.exitCode).toBe(0);
    await expectOn(to);
  });

  it('while it builds: nothing was changed, nothing is asked, and the next test goes on', async () => {
    await inFlake('echo "- more" >> README.md; git commit -qam "README: more"');
    const program = start(['test', host, '--json']);
    await program.event((event) => event.type === 'host-worked' && event.work.step === 'build');
    program.kill();
    expect((await program.ended).exitCode).toBe(137);
    expect((await nixup(['status', host])).stderr).toBe('');
    expect((await nixup(['history'])).stdout).toMatch(/ test .*stopped/);
    expect((await nixup(['test', host])).exitCode).toBe(0);
    expect((await truthOf(host)).current).toBe(old);
  });

  it('or rather the supervisor on the host was: systemd starts it again, the host is well, and it is said', async () => {
    const to = await target();
    const program = start(['deploy', host, '--yes', '--json']);
    await program.event(
      (event) =>
        event.type === 'host-worked' && event.host === host && event.work.step === 'health',
    );
    await mustRunIn(host, "systemctl kill --signal=KILL 'nixup-supervise-*.service'");
    const ended = await program.ended;
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.result.hosts[host]).toMatchObject({
      status: 'succeeded',
      to,
      reason: expect.stringContaining('was killed and started again by systemd'),
    });
    await expectOn(to);
    expect((await nixup(['verify', host])).exitCode).toBe(0);
  });

  it('leaves no lock behind that would stop the next run', async () => {
    await killAt('intended', 'copy');
    expect(
      (await run('workstation', 'cat /root/.local/state/nixup/flakes/*/run.lock')).exitCode,
    ).toBe(0);
    const again = await nixup(['deploy', host, '--yes', '--json']);
    expect(again.exitCode).toBe(0);
    // A deploy that went well stands for the one that was cut off.
    expect((await nixup(['status', host])).stderr).toBe('');
  });
});
