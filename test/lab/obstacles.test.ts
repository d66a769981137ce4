import { afterEach, beforeEach, expect, it } from 'vitest';
import { fate, type HostName, linkDown, linkUp, mustRunIn, reset, run } from './lab.ts';
import { type Answer, type Ended, inFlake, nixup, start } from './program.ts';
import { keys, openScreen } from './screen.ts';
import { type Truth, truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** A new system for a host, built and tested. */
const tested = async (host: HostName): Promise<void> => {
  await inFlake('echo "- note" >> README.md; git commit -qam "README: a note"');
  const test = await nixup(['test', host]);
  expect(test.exitCode, test.stderr).toBe(0);
};

const deploy = (host: HostName): Promise<Ended> => nixup(['deploy', host, '--yes', '--json']);

const unitsLeft = async (host: HostName): Promise<string> =>
  (await run(host, "systemctl list-units --all --no-legend --plain 'nixup-*'")).stdout.trim();

const isStep =
  (step: string) =>
  (event: Answer): boolean =>
    event.type === 'host-worked' && event.work.step === step;

describeInLab('what stands in the way of a deploy', () => {
  let before: Truth;
  const host: HostName = 'p510';

  beforeEach(async () => {
    await reset([host, 'samsung', 'workstation']);
    await inFlake(
      `printf '[fleet]\\nconfirm_timeout = "30s"\\nsettle = "1s"\\n' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`,
    );
    before = await truthOf(host);
  }, 300_000);
  // What was done to a host is forgotten with it: not every fate can be taken back.
  afterEach(() => linkUp('samsung'));

  const expectUntouched = async (name: HostName, old: Truth): Promise<void> => {
    expect(await truthOf(name)).toEqual(old);
    expect(await unitsLeft(name)).toBe('');
  };

  it('a full disk is named before anything is activated', async () => {
    await tested(host);
    await fate(host, 'full-disk');
    const done = await deploy(host);
    expect(done.exitCode).toBe(1);
    expect(done.result.hosts[host]).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/disk (is|became) full|no space/i),
    });
    await expectUntouched(host, before);
  });

  it('a disk that becomes full before the new system is persistent: the host goes back all the same', async () => {
    await inFlake('sed -i "s/settle = .*/settle = \\"5s\\"/" nixup.toml; git commit -qam settle');
    await tested(host);
    const program = start(['deploy', host, '--yes', '--json']);
    await program.event(isStep('health'));
    await fate(host, 'full-disk');
    const done = await program.ended;
    expect(done.exitCode).toBe(1);
    expect(done.result.hosts[host]).toMatchObject({
      status: 'rolledBack',
      reason: expect.stringMatching(/space/i),
    });
    expect(await truthOf(host)).toMatchObject({
      current: before.current,
      profile: before.profile,
      generation: before.generation,
      bootDefault: before.bootDefault,
    });
  });

  it('a store that is read-only is named', async () => {
    await tested(host);
    await fate(host, 'read-only-store');
    const done = await deploy(host);
    expect(done.exitCode).toBe(1);
    expect(done.result.hosts[host]).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/read-only/i),
    });
    await expectUntouched(host, before);
  });

  it('a full /run begins nothing, and is said at once', async () => {
    await tested(host);
    await run(host, 'dd if=/dev/zero of=/run/fill bs=1M 2> /dev/null');
    const done = await deploy(host);
    await mustRunIn(host, 'rm /run/fill');
    expect(done.exitCode).toBe(1);
    expect(done.result.hosts[host]).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('/run is full'),
    });
    await expectUntouched(host, before);
  });

  it('a host key that changed is refused, and nobody is asked to ignore it', async () => {
    await tested(host);
    await fate(host, 'host-key-changed');
    const done = await deploy(host);
    expect(done.exitCode).not.toBe(0);
    expect(done.result.hosts[host].reason).toMatch(
      /host key of p510.*is not the one that is known/,
    );
    await expectUntouched(host, before);
  });

  it('another machine under the name of the host is refused, with both names', async () => {
    // Its machine id is known from the first deploy on.
    await tested(host);
    await fate(host, 'another-machine');
    const done = await deploy(host);
    expect(done.exitCode).toBe(3);
    expect(done.result.hosts[host].reason).toMatch(
      /another.*stranger.*p510|p510.*another.*stranger/,
    );
    await expectUntouched(host, before);
  });

  it('a login user who may not become root and whom Nix does not trust is refused before the copy', async () => {
    const old = await truthOf('samsung');
    await tested('samsung');
    await fate('samsung', 'sudo-refused');
    const done = await deploy('samsung');
    expect(done.exitCode).toBe(1);
    expect(done.result.hosts.samsung).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/does not become root on samsung/),
    });
    expect(done.events.some(({ deed }) => deed === 'copy')).toBe(false);
    await expectUntouched('samsung', old);
  });

  it('a wrong password of sudo is said at once, and the right one deploys', async () => {
    await tested('samsung');
    await fate('samsung', 'sudo-wants-password');
    const screen = openScreen(['deploy', 'samsung', '--yes']);
    try {
      await screen.waitFor('Password of sudo on samsung:');
      screen.press(...'wrong', keys.enter);
      await screen.waitFor(/password is wrong.*Password of sudo on samsung:/s);
      expect(screen.text()).not.toContain('wrong\n');
      screen.press(...'lab', keys.enter);
      await screen.waitFor(/samsung +succeeded/);
      expect(await screen.ended).toEqual({ exitCode: 0 });
    } finally {
      screen.close();
    }
    const { current, profile, bootDefault } = await truthOf('samsung');
    expect([profile, bootDefault]).toEqual([current, current]);
    const kept = await run('workstation', 'grep -rlw lab /root/.local/state/nixup');
    expect(kept.stdout).toBe('');
    expect(await unitsLeft('samsung')).toBe('');
  });

  it('a nixup that is killed while it copies as root leaves no daemon behind', async () => {
    await tested('samsung');
    await fate('samsung', 'sudo-wants-password');
    const screen = openScreen(['deploy', 'samsung', '--yes']);
    try {
      await screen.waitFor('Password of sudo on samsung:');
      await fate('samsung', 'slow-link', { kilobits: 256 });
      screen.press(...'lab', keys.enter);
      await mustRunIn(
        'samsung',
        `for try in $(seq 600); do systemctl is-active --quiet 'nixup-copy-*' && exit 0; sleep 0.1; done; exit 1`,
      );
    } finally {
      screen.close();
    }
    await mustRunIn(
      'samsung',
      `for try in $(seq 600); do systemctl list-units --all --no-legend 'nixup-copy-*' | grep -q . || exit 0; sleep 0.5; done; systemctl status 'nixup-copy-*'; exit 1`,
    );
    expect((await run('samsung', 'ls /run/nixup | grep ^copy-')).stdout).toBe('');
  }, 400_000);

  it('a copy that is cut off is said, and the next deploy goes on with the rest', async () => {
    const old = await truthOf('samsung');
    await tested('samsung');
    await fate('samsung', 'slow-link', { kilobits: 64 });
    const program = start(['deploy', 'samsung', '--yes', '--json']);
    await program.event(({ type, deed }) => type === 'intended' && deed === 'copy');
    await linkDown('samsung');
    const done = await program.ended;
    expect(done.exitCode).toBe(1);
    expect(done.result.hosts.samsung).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/connection broke|cannot be reached|did not answer/),
    });
    await linkUp('samsung');
    expect(await truthOf('samsung')).toEqual(old);
    await mustRunIn(
      'samsung',
      `for try in $(seq 300); do systemctl list-units --all --no-legend 'nixup-*' | grep -q . || exit 0; sleep 0.1; done; systemctl list-units --all 'nixup-*'; exit 1`,
    );
    const again = await deploy('samsung');
    expect(again.exitCode, again.stderr).toBe(0);
  });

  it("somebody else's system in the confirm window is never reverted, and said", async () => {
    await inFlake('sed -i "s/settle = .*/settle = \\"60s\\"/" nixup.toml; git commit -qam settle');
    await tested(host);
    const other = (
      await mustRunIn(
        host,
        'readlink -f "$(ls -v -d /nix/var/nix/profiles/system-*-link | tail -2 | head -1)"',
      )
    ).trim();
    const program = start(['deploy', host, '--yes', '--json']);
    await program.event(isStep('health'));
    // A tool that does not ask for the lock.
    await mustRunIn(host, `ln -sfn ${other} /run/current-system`);
    const done = await program.ended;
    expect(done.exitCode).toBe(1);
    expect(done.result.hosts[host]).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/somebody else|another/i),
    });
    expect(await truthOf(host)).toMatchObject({
      current: other,
      profile: before.profile,
      bootDefault: before.bootDefault,
    });
  });
});
