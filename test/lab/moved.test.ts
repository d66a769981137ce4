import { beforeEach, expect, it } from 'vitest';
import { type HostName, mustRunIn, reset } from './lab.ts';
import { inFlake, nixup } from './program.ts';
import { type Truth, truthOf } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const host: HostName = 'p510';

/** An activation that gives the host another key, as a new secret or a new disk would. */
const changeHostKey = `{ lib, ... }: { system.activationScripts.zz-lab = ''
  cp /root/new-key /etc/ssh/ssh_host_ed25519_key; cp /root/new-key.pub /etc/ssh/ssh_host_ed25519_key.pub
  /usr/bin/systemctl restart sshd
''; }
`;

describeInLab('a deploy that changes the host key', () => {
  let before: Truth;
  let key: string;
  beforeEach(async () => {
    await reset([host, 'workstation']);
    before = await truthOf(host);
    key = (
      await mustRunIn(
        host,
        'ssh-keygen -q -t ed25519 -N "" -f /root/new-key; cut -d" " -f1,2 /root/new-key.pub',
      )
    ).trim();
    await inFlake(
      `cat > hosts/key.nix <<'END'
${changeHostKey}END
       sed -i '0,/imports = \\[/s//imports = [ .\\/key.nix/' hosts/${host}.nix
       printf '[fleet]\\nconfirm_timeout = "20s"\\nrevert_timeout = "20s"\\n' > nixup.toml
       git add --all; git commit -qm 'A new host key'`,
    );
    expect((await nixup(['test', host])).exitCode).toBe(0);
  }, 300_000);

  it('goes back by itself where nobody said so beforehand', async () => {
    const done = await nixup(['deploy', host, '--yes', '--json'], { timeoutMs: 280_000 });
    expect(done.exitCode).toBe(1);
    expect(await truthOf(host)).toMatchObject({
      current: before.current,
      profile: before.profile,
      bootDefault: before.bootDefault,
    });
  });

  it('is proven over the key that was named, and says what to write down', async () => {
    const done = await nixup(['deploy', host, '--yes', '--json', '--expect-host-key', key], {
      timeoutMs: 280_000,
    });
    expect(done.exitCode, done.stderr).toBe(0);
    const { to } = done.result.hosts[host];
    expect(await truthOf(host)).toMatchObject({ current: to, profile: to, bootDefault: to });
    expect(done.result.hosts[host].reason).toMatch(/known_hosts: ssh-keygen -R p510/);
  });
});
