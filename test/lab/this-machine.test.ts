import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type HostName, mustRunIn, reset, run } from './lab.ts';
import { type Ended, nixup, start } from './program.ts';
import { type Truth, truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** The host that nixup runs on here. */
const here: HostName = 'p510';
const clock = 15;

const configure = `[fleet]
confirm_timeout = "${clock}s"
settle = "1s"
[hosts.razer]
address = "root@razer"
`;

/** Gives the host what the workstation has: flake, inputs and the keys to the others. */
const moveIn = async (): Promise<void> => {
  const packed = await mustRunIn(
    'workstation',
    'tar -C / -cz root/fleet root/.ssh srv/inputs srv/git | base64 -w0',
  );
  await mustRunIn(
    here,
    `base64 -d | tar -C / -xz; printf '192.0.2.12 razer\\n' >> /etc/hosts
     git config --system protocol.file.allow always; git config --system safe.directory '*'
     git config --system user.name 'Lab Person'; git config --system user.email person@example.org`,
    { input: packed },
  );
};

const inFlakeHere = (script: string): Promise<string> =>
  mustRunIn(here, `cd /root/fleet; ${script}`);

const nixupHere = (words: readonly string[]): Promise<Ended> =>
  nixup(words, { machine: here, timeoutMs: 280_000 });

/** A new system for the host, with something in its activation. */
const changeSystem = async (activation: string, more = ''): Promise<void> => {
  await inFlakeHere(
    `cat > hosts/activation.nix <<'END'
{ lib, ... }: { system.activationScripts.zz-lab = ''${activation}''; ${more} }
END
     grep -q activation.nix hosts/${here}.nix || sed -i '0,/imports = \\[/s//imports = [ .\\/activation.nix/' hosts/${here}.nix
     cat > nixup.toml <<'END'
${configure}END
     git add --all; git commit -qm 'A change'`,
  );
};

const settled = (): Promise<string> =>
  mustRunIn(
    here,
    `for try in $(seq 900); do systemctl list-units --all --no-legend 'nixup-*' | grep -q . || exit 0; sleep 0.1; done; systemctl list-units --all 'nixup-*'; exit 1`,
  );

describeInLab('the machine that nixup runs on', () => {
  let before: Truth;
  beforeAll(async () => {
    await reset([here, 'razer', 'workstation']);
  }, 300_000);
  beforeEach(async () => {
    await reset([here, 'razer']);
    await moveIn();
    before = await truthOf(here);
  }, 300_000);

  it('is deployed last, locally and without ssh to itself', async () => {
    await changeSystem('echo a new system');
    expect((await nixupHere(['test', here, 'razer'])).exitCode).toBe(0);
    // Nobody can log in here any more: it is not needed.
    await mustRunIn(here, 'mv /root/.ssh/authorized_keys /root/.ssh/refused');
    const done = await nixupHere(['deploy', here, 'razer', '--yes', '--json']);
    expect(done.exitCode, done.stderr).toBe(0);
    const { to } = done.result.hosts[here];
    expect(await truthOf(here)).toMatchObject({ current: to, profile: to, bootDefault: to });
    const razerDone = done.events.findIndex(
      ({ type, host, work }) =>
        type === 'host-worked' && host === 'razer' && work.kind === 'succeeded',
    );
    const hereBegun = done.events.findIndex(
      ({ type, host }) => type === 'intended' && host === here,
    );
    expect(razerDone).toBeGreaterThan(-1);
    expect(hereBegun).toBeGreaterThan(razerDone);
  });

  it('is confirmed by its own supervisor when the activation killed nixup and every unit is well', async () => {
    await changeSystem('/usr/bin/pkill -KILL -x nixup');
    expect((await nixupHere(['test', here])).exitCode).toBe(0);
    const done = await nixupHere(['deploy', here, '--yes', '--json']);
    expect(done.exitCode).toBe(137);
    const to = done.events.find(({ type, host }) => type === 'planned' && host === here).to;
    await settled();
    expect(await truthOf(here)).toMatchObject({ current: to, profile: to, bootDefault: to });
    const asked = await nixupHere(['resume']);
    expect(asked.stderr).toMatch(new RegExp(`${here} +the new system`));
    const finished = await nixupHere(['resume', 'finish', '--yes', '--json']);
    expect(finished.exitCode, finished.stderr).toBe(0);
    expect((await nixupHere(['status', here])).stderr).toBe('');
  });

  it('goes back by its own supervisor when the activation killed nixup and a unit failed', async () => {
    await changeSystem(
      '/usr/bin/pkill -KILL -x nixup',
      `systemd.services.syncthing.Service = { ExecStart = lib.mkForce "/bin/sh -c 'exit 1'"; Restart = lib.mkForce "no"; };`,
    );
    expect((await nixupHere(['test', here])).exitCode).toBe(0);
    const program = start(['deploy', here, '--yes', '--json'], { machine: here });
    expect((await program.ended).exitCode).toBe(137);
    await settled();
    expect(await truthOf(here)).toMatchObject({
      current: before.current,
      profile: before.profile,
      bootDefault: before.bootDefault,
      failedUnits: [],
    });
    const result = await run(here, 'cat /run/nixup/*/result');
    expect(result.stdout).toMatch(/^reverted health/m);
    const asked = await nixupHere(['resume']);
    expect(asked.stderr).toMatch(new RegExp(`${here} +the old system`));
  });
});
