import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  advanceInput,
  bringUp,
  clearFates,
  fate,
  type HostName,
  hostNames,
  labObstacle,
  mustRunIn,
  reboot,
  reset,
  run,
} from './lab.ts';
import { buildToplevel, currentSystem, deployPlainly } from './plain-deploy.ts';

const obstacle = await labObstacle();
if (obstacle !== undefined) process.stderr.write(`lab tests are skipped: ${obstacle}\n`);

const ssh = (host: HostName, command: string) =>
  run('workstation', `ssh -o BatchMode=yes -o ConnectTimeout=5 ${host} '${command}'`, {
    timeoutMs: 60_000,
  });

describe.skipIf(obstacle !== undefined)('the lab', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    await bringUp((line) => process.stderr.write(`${line}\n`));
    await reset();
  }, 900_000);
  afterAll(() => reset(), 300_000);

  it('has four hosts that answer by ssh, each with three generations of its own system', async () => {
    const facts = await Promise.all(
      hostNames.map(async (host) => {
        const answer = await ssh(
          host,
          'hostname; id -un; readlink -f /run/booted-system /run/current-system /nix/var/nix/profiles/system | sort -u; ls -d /nix/var/nix/profiles/system-*-link | wc -l; systemctl --failed --no-legend | wc -l',
        );
        return answer.stdout.trim().split('\n');
      }),
    );
    expect(facts).toEqual(
      hostNames.map((host) => [
        host,
        host === 'samsung' ? 'deploy' : 'root',
        expect.stringMatching(new RegExp(`nixos-system-${host}-26\\.05\\.20261115\\.[0-9a-f]{7}$`)),
        '3',
        '0',
      ]),
    );
  });

  it('runs at first what the committed lock says', async () => {
    expect(await Promise.all(hostNames.map(buildToplevel))).toEqual(
      await Promise.all(hostNames.map(currentSystem)),
    );
  });

  it('has metrics of all hosts and a dashboard', async () => {
    await mustRunIn(
      'workstation',
      `for try in $(seq 600); do [ "$(curl -s p620:9090/api/v1/query?query=up | jq -r '[.data.result[] | select(.value[1] == "1")] | length')" = 5 ] && exit 0; sleep 0.2; done; exit 1`,
    );
    const health = await run(
      'workstation',
      'curl -s p620:3001/api/health; curl -s -u admin:lab p620:3001/api/datasources',
    );
    expect(health.stdout).toMatch(/"database":"ok".*"type":"prometheus"/s);
  });

  it('refuses an unsigned copy by the untrusted user of samsung', async () => {
    const toplevel = await buildToplevel('p620');
    const copy = await run(
      'workstation',
      `nix copy --no-check-sigs --to ssh-ng://samsung ${toplevel}`,
    );
    expect(copy).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('lacks a signature by a trusted key'),
    });
  });

  it('deploys an updated lock to all hosts by plain commands', async () => {
    await mustRunIn(
      'workstation',
      'cd /root/fleet; nix flake update 2> /dev/null; git commit -qam "flake.lock: update"',
    );
    const toplevels = await Promise.all(hostNames.map(buildToplevel));
    const results = await Promise.all(
      hostNames.map((host, index) => deployPlainly(host, toplevels[index] ?? '')),
    );
    expect(results.map((result) => result.exitCode)).toEqual([0, 0, 0, 0]);
    expect(results[0]?.stderr).toMatch(
      /stopping the following units: .*postgresql\.service.*restarting systemd\.\.\..*starting the following units: .*grafana\.service/s,
    );
    expect(results[1]?.stderr).toContain(
      'NOT restarting the following changed units: display-manager.service',
    );
    expect(await Promise.all(hostNames.map(currentSystem))).toEqual(toplevels);
  });

  it('starts the default boot entry after a reboot, or the one named for once', async () => {
    const before = await mustRunIn('p510', 'cat /proc/sys/kernel/random/boot_id');
    const deployed = await currentSystem('razer');
    await mustRunIn(
      'razer',
      'sed -i "s/^default .*/default nixos-generation-2.conf/" /boot/loader/loader.conf',
    );
    await mustRunIn(
      'p510',
      'grub-reboot "NixOS - All configurations>$(sed -n "s/.*menuentry \\"\\(NixOS - Configuration 3 [^\\"]*\\)\\".*/\\1/p" /boot/grub/grub.cfg)"',
    );
    await Promise.all([reboot('razer'), reboot('p510')]);
    expect(await currentSystem('razer')).toMatch(/26\.05\.20261101/);
    expect(await currentSystem('p510')).toMatch(/26\.05\.20261115/);
    expect(await mustRunIn('p510', 'cat /proc/sys/kernel/random/boot_id')).not.toBe(before);
    await mustRunIn('razer', 'bootctl set-oneshot nixos-generation-4.conf');
    await Promise.all([reboot('razer'), reboot('p510')]);
    expect(await currentSystem('razer')).toBe(deployed);
    expect(await currentSystem('p510')).toMatch(/26\.05\.20261122/);
    expect((await ssh('razer', 'true')).exitCode).toBe(0);
  });

  it('is as at first after a reset', async () => {
    await advanceInput('disko', 3);
    await reset();
    expect(await Promise.all(hostNames.map(buildToplevel))).toEqual(
      await Promise.all(hostNames.map(currentSystem)),
    );
    expect(await mustRunIn('workstation', 'cd /root/fleet; git status --short --branch')).toBe(
      '## main...origin/main\n',
    );
  });

  describe('brings fates about', () => {
    afterAll(() => clearFates());

    it.each([
      ['eval-fails', {}, /was accessed but has no value defined/],
      ['build-fails', {}, /configure: error: widget\.h is required/],
      ['build-fails-root', {}, /two file systems share the mount point/],
      ['hash-mismatch', {}, /hash mismatch in fixed-output derivation/],
      ['conflicting-options', {}, /has conflicting definition values/],
    ] as const)('%s, on the workstation', async (name, options, text) => {
      await clearFates();
      await fate('razer', name, options);
      await expect(buildToplevel('razer')).rejects.toThrow(text);
      await expect(buildToplevel('p510')).resolves.toMatch(/nixos-system-p510/);
    });

    it.each([
      ['stc-exit', { status: 1 }, 1, /Pre-switch checks failed/],
      ['stc-exit', { status: 2 }, 2, /Failed to run activate script/],
      [
        'stc-exit',
        { status: 4 },
        4,
        /warning: the following units failed: .*syncthing\.service[\s\S]*cannot open database/,
      ],
      ['stc-exit', { status: 100 }, 100, /until you reboot the system/],
      ['stc-exit', { status: 101 }, 101, /activating the configuration/],
      ['inhibitor', {}, 1, /dbus-implementation : dbus -> broker/],
      ['unit-fails', { unit: 'tailscaled' }, 4, /units failed: .*tailscaled\.service/],
    ] as const)('%s %o, on the host', async (name, options, status, text) => {
      await clearFates();
      await fate('razer', name, options);
      const toplevel = await buildToplevel('razer');
      await deployPlainly('razer', toplevel, 'dry-activate');
      const result = await run('razer', `${toplevel}/bin/switch-to-configuration test`, {
        timeoutMs: 180_000,
      });
      expect(result.stderr + result.stdout).toMatch(text);
      expect(result.exitCode).toBe(status);
    });

    it('activation-hangs: it says what it waits for, and does not end', async () => {
      await clearFates();
      await fate('razer', 'activation-hangs');
      const toplevel = await buildToplevel('razer');
      await deployPlainly('razer', toplevel, 'dry-activate');
      await mustRunIn(
        'razer',
        `setsid ${toplevel}/bin/switch-to-configuration test > /tmp/hanging 2>&1 & hanging=$!
         for try in $(seq 900); do ! grep -q "waiting for the disk" /tmp/hanging || break; sleep 0.2; done
         kill -0 $hanging; kill -KILL -- -$hanging; grep "waiting for the disk" /tmp/hanging`,
      );
    });

    it.each([
      'activation-cuts-network',
      'activation-kills-sshd',
    ] as const)('%s, and the old system mends it', async (name) => {
      await reset(['razer']);
      await clearFates();
      const old = await currentSystem('razer');
      await fate('razer', name);
      const toplevel = await buildToplevel('razer');
      await deployPlainly('razer', toplevel, 'dry-activate');
      await run('razer', `${toplevel}/bin/switch-to-configuration test`, { timeoutMs: 180_000 });
      expect((await ssh('razer', 'true')).exitCode).toBe(255);
      await run('razer', `NIXOS_NO_CHECK=1 ${old}/bin/switch-to-configuration test`, {
        timeoutMs: 180_000,
      });
      expect((await ssh('razer', 'true')).exitCode).toBe(0);
    });

    it('breaks an input for the hosts that use it', async () => {
      await clearFates();
      await fate('workstation', 'input-breaks-build');
      await mustRunIn('workstation', 'cd /root/fleet; nix flake update disko 2> /dev/null');
      await expect(buildToplevel('samsung')).rejects.toThrow(/unknown type name/);
      await expect(buildToplevel('p620')).resolves.toMatch(/nixos-system-p620/);
    });

    it('touches running hosts', async () => {
      await reset();
      await Promise.all([
        fate('p510', 'full-boot'),
        fate('p510', 'old-failed-unit'),
        fate('razer', 'lock-held'),
        fate('samsung', 'sudo-wants-password'),
        fate('p620', 'grafana-unhealthy'),
        fate('workstation', 'push-refused'),
      ]);
      const [boot, failed, lock, sudo, grafana, push] = await Promise.all([
        run('p510', 'echo text > /boot/file'),
        run('p510', 'systemctl is-failed old-failure'),
        run('razer', '/run/current-system/bin/switch-to-configuration test'),
        ssh('samsung', 'sudo -n true'),
        run('workstation', 'curl -s -o /dev/null -w "%{http_code}" p620:3001/api/health'),
        run('workstation', 'cd /root/fleet; git commit -q --allow-empty -m x; git push'),
      ]);
      expect(boot.stderr).toContain('No space left');
      expect(failed.stdout).toBe('failed\n');
      expect(lock).toMatchObject({ exitCode: 11, stderr: 'Could not acquire lock\n' });
      expect(sudo.stderr).toContain('a password is required');
      expect(grafana.stdout).toBe('503');
      expect(push.stderr).toContain('main is protected');
    });

    it('changes who a host is, and puts it to sleep', async () => {
      await Promise.all([fate('p510', 'host-key-changed'), fate('razer', 'login-refused')]);
      await fate('samsung', 'asleep');
      const [key, login, sleep] = await Promise.all([
        ssh('p510', 'true'),
        ssh('razer', 'true'),
        ssh('samsung', 'true'),
      ]);
      expect(key.stderr).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED');
      expect(login.stderr).toContain('Permission denied');
      expect(sleep.stderr).toMatch(/timed out|No route to host/);
    });
  });
});
