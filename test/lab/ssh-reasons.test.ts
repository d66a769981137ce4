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
const sshdWith = (lines: string, port = 2222): string => `
  cp /etc/ssh/sshd_config /tmp/sshd_other; sed -i '/^Port\\|^ListenAddress/d' /tmp/sshd_other
  printf '%s\\n' 'Port ${port}' 'PidFile /tmp/sshd_other.pid' ${lines
    .split('\n')
    .map((line) => `'${line}'`)
    .join(' ')} | cat - /tmp/sshd_other > /tmp/sshd_more
  mkdir -p /run/sshd; $(command -v sshd || echo /usr/sbin/sshd) -f /tmp/sshd_more`;

/** A port for each that lets somebody in: the connection that nixup shares outlives its sshd. */
const atPort = (port: number): string =>
  forP510(`HostName 192.0.2.13\nPort ${port}\nHostKeyAlias p510`);
const atOther = atPort(2222);

/** A user beside root: pam_nologin and others let root in. */
const lee = `
  id lee > /dev/null 2>&1 || useradd --create-home --shell /bin/sh lee
  mkdir -p /home/lee/.ssh; cp /root/.ssh/authorized_keys /home/lee/.ssh/; chown -R lee: /home/lee/.ssh`;

/** Each at a port of its own: a connection that is shared was let in before. */
const asLee = (port: number): string =>
  forP510(`HostName 192.0.2.13\nPort ${port}\nHostKeyAlias p510\nUser lee`);

interface Reason {
  readonly what: string;
  /** Takes back on the host what the other sshd does not end with. */
  readonly after?: string;
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

/** Reasons of PAM, of limits and of the network; those of the last one are the only ones that sleep. */
const moreReasons: readonly (Reason & { readonly isAsleep?: true })[] = [
  {
    what: 'an account that has expired',
    here: asLee(2231),
    there: `${lee}; usermod --expiredate 1 lee; ${sshdWith('UsePAM yes', 2231)}`,
    after: "usermod --expiredate '' lee",
    said: /refuses the login: .*account has expired/,
  },
  {
    what: 'a password that must be changed',
    here: asLee(2232),
    there: `${lee}; echo lee:x7fK2-long | chpasswd; chage --lastday 0 lee; ${sshdWith('UsePAM yes', 2232)}`,
    after: 'chage --lastday 20000 lee',
    said: /refuses the login: .*(?:password has expired|change your password|Password change required)/i,
  },
  {
    what: 'a host that is closed for a while',
    here: asLee(2233),
    there: `${lee}; echo 'The rack moves until Monday.' > /etc/nologin; ${sshdWith('UsePAM yes', 2233)}`,
    after: 'rm -f /etc/nologin',
    said: /The rack moves until Monday/,
  },
  {
    what: 'a user who is not among those that may come',
    here: atPort(2235),
    there: sshdWith('AllowUsers nobody', 2235),
    said: /refuses the login: .*Permission denied/,
  },
  {
    what: 'more keys than sshd tries',
    here: `rm -f /tmp/k1 /tmp/k1.pub; ssh-keygen -q -t ed25519 -N '' -f /tmp/k1; ${forP510('HostName 192.0.2.13\nPort 2236\nHostKeyAlias p510\nIdentityFile /tmp/k1\nIdentityFile /root/.ssh/id_ed25519\nIdentitiesOnly yes')}`,
    there: sshdWith('MaxAuthTries 1', 2236),
    said: /refuses the login: .*Too many authentication failures/,
  },
  {
    what: 'a shell that lets nobody in',
    here: asLee(2234),
    there: `${lee}; usermod --shell /usr/sbin/nologin lee; ${sshdWith('UsePAM no', 2234)}`,
    after: 'usermod --shell /bin/sh lee',
    said: /This account is currently not available/,
  },
  {
    what: 'a port behind which nothing answers',
    here: atPort(2240),
    there: 'ip route add blackhole 192.0.2.10/32',
    after: 'ip route del blackhole 192.0.2.10/32',
    said: /p510/,
    isAsleep: true,
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

/** What `nixup status` says of p510; its JSON does not tell a host that sleeps from one that keeps nixup out. */
const askP510 = async (): Promise<{ readonly error: string; readonly isAsleep: boolean }> => {
  const status = await nixup(['status', 'p510', '--json']);
  const { error } = status.result.hosts.find(({ name }: { name: string }) => name === 'p510');
  const shown = await nixup(['status', 'p510']);
  expect(shown.stdout).toMatch(/^p510 /m);
  return { error, isAsleep: /^p510 .*\basleep\b/m.test(shown.stdout) };
};

describeInLab('ssh that comes to no login', () => {
  beforeAll(async () => {
    await reset(['p510', 'workstation']);
    await mustRunIn('workstation', 'cp /root/.ssh/config /root/.ssh/kept');
  }, 300_000);

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
    const p510 = await askP510();
    expect(p510.error).toMatch(said);
    expect(p510.isAsleep).toBe(false);
  });

  it.skipIf(process.env['NIXUP_LAB_LONG'] !== '1').each(moreReasons)(
    '$what is told as that',
    async ({ here, there, after, said, isAsleep }) => {
      if (there !== undefined) await mustRunIn('p510', there);
      if (here !== undefined) await mustRunIn('workstation', here);
      try {
        const p510 = await askP510();
        expect(p510.error).toMatch(said);
        expect(p510.isAsleep).toBe(isAsleep === true);
      } finally {
        if (after !== undefined) await mustRunIn('p510', after);
      }
    },
  );

  it('a login that waits for a person fails with its words where nobody is there', async () => {
    await mustRunIn('workstation', waiting('sleep 100'));
    const status = await nixup(['status', 'p510', '--json']);
    expect(status.stderr).toContain('p510 waits for you: https://login.example/a/1');
    const p510 = status.result.hosts.find(({ name }: { name: string }) => name === 'p510');
    expect(p510.error).toContain('To authenticate, visit: https://login.example/a/1');
  });

  it('a login that waits for a person is shown at once, and waited for on the same way', async () => {
    await mustRunIn(
      'workstation',
      `rm -f /tmp/visited /tmp/begun; ${waiting('[ -e /tmp/visited ] || echo begun >> /tmp/begun; until [ -e /tmp/visited ]; do sleep 0.2; done')}`,
    );
    const words = programWords(['status', 'p510', '--plain']).join(' ');
    // The person acts as soon as the link is there, and more than ssh's own limit after the start.
    const person =
      'until grep -q login.example /tmp/said 2> /dev/null; do sleep 0.2; done; sleep 12; touch /tmp/visited';
    const { stdout } = await run(
      'workstation',
      `cd /root/fleet; : > /tmp/said; (${person}) & TERM=dumb script -qefc '${words}' /tmp/said < /dev/null > /dev/null; cat /tmp/said; echo "ways that waited: $(wc -l < /tmp/begun)"`,
    );
    expect(stdout).toContain('p510 waits for you: https://login.example/a/1');
    expect(stdout).toContain('ways that waited: 1');
    expect(stdout).not.toMatch(/asleep|lets nobody in/);
  });
});
