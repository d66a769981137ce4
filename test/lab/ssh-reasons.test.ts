import { afterEach, beforeAll, expect, it } from 'vitest';
import { mustRunIn, reset, run } from './lab.ts';
import { nixup, programWords } from './program.ts';
import { describeInLab } from './whole-lab.ts';

/** Settings of the workstation's ssh for one host, before all others. */
const forP510 = (lines: string): string =>
  `printf '%s\\n' 'Host p510' ${lines
    .split('\n')
    .map((line) => `'  ${line}'`)
    .join(
      ' ',
    )} 'Host *' > /root/.ssh/first; cat /root/.ssh/kept >> /root/.ssh/first; cat /root/.ssh/first > /root/.ssh/config`;

/** Another sshd on the host, at a port of its own. */
const sshdWith = (lines: string): string => `
  cp /etc/ssh/sshd_config /tmp/sshd_other; sed -i '/^Port\\|^ListenAddress/d' /tmp/sshd_other
  printf '%s\\n' 'Port 2222' 'PidFile /tmp/sshd_other.pid' ${lines
    .split('\n')
    .map((line) => `'${line}'`)
    .join(' ')} | cat - /tmp/sshd_other > /tmp/sshd_more
  mkdir -p /run/sshd; $(command -v sshd || echo /usr/sbin/sshd) -f /tmp/sshd_more`;

const atOther = forP510('HostName 192.0.2.13\nPort 2222\nHostKeyAlias p510');

interface Reason {
  readonly what: string;
  readonly here?: string;
  readonly there?: string;
  readonly said: RegExp;
}

const reasons: readonly Reason[] = [
  {
    what: 'a line of its config that ssh does not know',
    here: forP510('Nonsense yes'),
    said: /did not start.*Bad configuration option: nonsense/,
  },
  {
    what: 'a config that others may write',
    here: 'chmod 666 /root/.ssh/config',
    said: /Bad owner or permissions on/,
  },
  {
    what: 'a ProxyCommand that is not there',
    here: forP510('ProxyCommand nosuchprogram %h'),
    said: /the way to it failed before it: .*nosuchprogram/,
  },
  {
    what: 'a jump host that refuses the login',
    here: forP510('ProxyJump nobody@p620'),
    said: /the way to it failed at p620: .*Permission denied/,
  },
  {
    what: 'no way to exchange keys',
    here: forP510('KexAlgorithms diffie-hellman-group1-sha1'),
    said: /do not agree.*no matching key exchange method/,
  },
  {
    what: 'no common host key type',
    here: forP510('HostKeyAlgorithms ecdsa-sha2-nistp256'),
    said: /do not agree.*no matching host key type/,
  },
  {
    what: 'a key that others may read',
    here: `cp /root/.ssh/id_ed25519 /tmp/open; chmod 644 /tmp/open; ${forP510('IdentityFile /tmp/open\nIdentitiesOnly yes')}`,
    said: /cannot use a file or a key.*Permissions 0644 for .*open/,
  },
  {
    what: 'a login that sshd does not let in',
    here: atOther,
    there: sshdWith('DenyUsers root'),
    said: /refuses the login: .*Permission denied/,
  },
  {
    what: 'a command in the place of ours',
    here: atOther,
    there: sshdWith('ForceCommand echo backups only'),
    said: /runs no command.*backups only/,
  },
  {
    what: 'a closed port',
    here: forP510('Port 2223'),
    said: /is there, but takes no connection: .*Connection refused/,
  },
];

const waiting = (until: string): string =>
  `cat > /tmp/way <<'END'
#!/bin/bash
echo "# To authenticate, visit: https://login.example/a/1" >&2
${until}
exec 3<> /dev/tcp/192.0.2.13/22
cat <&3 & cat >&3
END
  chmod 755 /tmp/way; ${forP510('ProxyCommand /tmp/way')}`;

describeInLab('ssh that comes to no login', () => {
  beforeAll(async () => {
    await reset(['p510', 'workstation']);
    await mustRunIn('workstation', 'cp /root/.ssh/config /root/.ssh/kept');
  }, 120_000);

  afterEach(async () => {
    await mustRunIn(
      'workstation',
      'cat /root/.ssh/kept > /root/.ssh/config; chmod 600 /root/.ssh/config',
    );
    await run(
      'p510',
      'test -e /tmp/sshd_other.pid && kill "$(cat /tmp/sshd_other.pid)"; rm -f /tmp/sshd_other.pid',
    );
  });

  it.each(reasons)('$what is told as that, and no sleeping host', async ({ here, there, said }) => {
    if (there !== undefined) await mustRunIn('p510', there);
    if (here !== undefined) await mustRunIn('workstation', here);
    const status = await nixup(['status', 'p510', '--json']);
    const p510 = status.result.hosts.find(({ name }: { name: string }) => name === 'p510');
    expect(p510.error).toMatch(said);
    expect(p510.position).not.toBe('asleep');
  });

  it('a login that waits for a person fails with its words where nobody is there', async () => {
    await mustRunIn('workstation', waiting('sleep 100'));
    const status = await nixup(['status', 'p510', '--json']);
    expect(status.stderr).toContain('p510 waits for you: https://login.example/a/1');
    const p510 = status.result.hosts.find(({ name }: { name: string }) => name === 'p510');
    expect(p510.error).toContain('To authenticate, visit: https://login.example/a/1');
  });

  it('a login that waits for a person is waited for where one is there', async () => {
    await mustRunIn(
      'workstation',
      `rm -f /tmp/visited; ${waiting('until [ -e /tmp/visited ]; do sleep 0.2; done')}`,
    );
    const words = programWords(['status', 'p510', '--plain']).join(' ');
    const ended = run(
      'workstation',
      `cd /root/fleet; (sleep 30; touch /tmp/visited) & TERM=dumb script -qec '${words}' /tmp/said < /dev/null > /dev/null; cat /tmp/said`,
    );
    const { stdout } = await ended;
    expect(stdout).toContain('p510 waits for you: https://login.example/a/1');
    expect(stdout).not.toMatch(/asleep|lets nobody in/);
  });
});
