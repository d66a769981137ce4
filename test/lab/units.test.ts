import { beforeAll, expect, it } from 'vitest';
import { fate, mustRunIn, reset } from './lab.ts';
import { type Answer, nixup, start } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const askUnit = (unit: string, ...flags: readonly string[]) =>
  nixup(['services', 'p510', '--unit', unit, '--json', ...flags]);

/** What nixup says of one unit of p510. */
const unitOf = async (unit: string, ...flags: readonly string[]): Promise<Answer> => {
  const asked = await askUnit(unit, ...flags);
  expect(asked.exitCode, asked.stderr).toBe(0);
  return asked.result.hosts[0];
};

const odd = String.raw`dev-disk-by\x2did-one.service`;

const service = (name: string, script: string, more = ''): string =>
  `printf '%s\\n' '[Service]' 'ExecStart=/bin/sh /run/${name}.sh' ${more} > '/run/systemd/system/${name}.service'
   cat > '/run/${name}.sh' <<'END'
${script}
END
`;

describeInLab('a unit of a host', () => {
  beforeAll(async () => {
    await reset(['workstation', 'p510']);
    await fate('p510', 'user-manager');
    await mustRunIn(
      'p510',
      `${service('lab@', 'exec sleep 1000')}
      printf '[Service]\\nExecStart=/bin/sleep 1000\\n' > '/run/systemd/system/${odd}'
      ${service('masked', 'true')}ln -sf /dev/null /run/systemd/system/masked.service
      ${service(
        'words',
        `printf '\\033]0;owned\\007\\033[2Jbells\\n'; echo '<3>worse line'; echo '<6>usual line'; exec sleep 1000`,
      )}
      ${service('falls', 'echo before the fall; sleep 1; exit 3')}
      ${service('flood', 'i=0; while :; do i=$((i + 1)); echo "line $i of the flood, with some words behind it"; done', `'LogRateLimitIntervalSec=0'`)}
      systemctl daemon-reload
      systemctl start lab@one 'lab@odd\\x2dname' '${odd}' words
      mkdir -p /run/user/1500/systemd/user
      printf '[Service]\\nExecStart=/bin/sh -c "echo of olaf; exec sleep 1000"\\n' > /run/user/1500/systemd/user/own.service
      chown -R olaf: /run/user/1500/systemd/user
      setpriv --reuid=olaf --regid=olaf --clear-groups env XDG_RUNTIME_DIR=/run/user/1500 systemctl --user daemon-reload
      setpriv --reuid=olaf --regid=olaf --clear-groups env XDG_RUNTIME_DIR=/run/user/1500 systemctl --user start own`,
    );
  }, 300_000);

  it.each([
    'lab@one',
    String.raw`lab@odd\x2dname`,
    odd,
  ])('with the name %s has its state', async (unit) => {
    expect((await unitOf(unit)).state).toMatchObject({
      load: 'loaded',
      active: 'active',
      sub: 'running',
      canRestart: true,
    });
  });

  it('that is a template, masked or gone is told as that, and cannot be restarted', async () => {
    const template = await unitOf('lab@');
    expect(template.lines.join('\n')).toMatch(/lab@\.service is a template\. .*lab@one\.service/);
    const masked = await unitOf('masked');
    expect(masked.lines.join('\n')).toContain('masked.service is masked on p510');
    const asked = await askUnit('gone');
    expect(asked.exitCode, asked.stderr).toBe(1);
    const [gone] = asked.result.hosts;
    expect(gone.lines.join('\n')).toContain('There is no unit gone.service on p510');
    for (const unit of ['lab@', 'masked', 'gone']) {
      const refused = await nixup(['services', 'p510', '--unit', unit, '--restart', '--yes']);
      expect(refused.stdout, refused.stderr).toContain('No service was restarted.');
    }
  });

  it('says what its lines say without their control sequences, by their levels', async () => {
    const { journal } = await unitOf('words');
    const said = journal.filter(({ from }: Answer) => !from.startsWith('systemd'));
    expect(said.map(({ text }: Answer) => text)).toEqual(['bells', 'worse line', 'usual line']);
    const worse = await unitOf('words', '--level', 'error');
    expect(worse.journal.map(({ text }: Answer) => text)).toEqual(['worse line']);
  });

  it('of a user who is logged in is asked and restarted as that user', async () => {
    const own = await unitOf('olaf/own');
    expect(own).toMatchObject({ unit: 'own.service', user: 'olaf', state: { active: 'active' } });
    expect(own.journal.map(({ text }: Answer) => text)).toContain('of olaf');
    const first = await pidOf();
    const restart = await nixup(['services', 'p510', '--unit', 'olaf/own', '--restart', '--yes']);
    expect(restart.exitCode, restart.stderr).toBe(0);
    expect(restart.stderr).toContain('XDG_RUNTIME_DIR=/run/user/1500 systemctl --user restart');
    expect(await pidOf()).not.toBe(first);
  });

  it('that falls after its restart is unhealthy, with its journal named', async () => {
    const fallen = await nixup(['services', 'p510', '--unit', 'falls', '--restart', '--yes']);
    expect(fallen.exitCode, fallen.stderr).toBe(5);
    expect(fallen.stdout).toContain('falls does not run after its restart: failed');
    expect(fallen.stdout).toContain('nixup services p510 --unit falls.service');
  });

  it('that logs without end is followed at its newest lines, in bounded memory', async () => {
    await mustRunIn('p510', 'systemctl start flood');
    const running = start(['services', 'p510', '--unit', 'flood', '--follow', '--json'], {
      env: { NODE_OPTIONS: '--max-old-space-size=120' },
    });
    let lines = 0;
    const last = await running.event((event) => {
      if (event.type === 'journal') lines += 1;
      return lines >= 1_100;
    });
    expect(last.text).toMatch(/^line \d+ of the flood/);
    await mustRunIn('p510', 'systemctl stop flood');
    running.kill();
    await running.ended;
  });

  it('has a journal that the login user may not read: said in words', async () => {
    await mustRunIn(
      'p510',
      `id lee > /dev/null 2>&1 || useradd --create-home --shell /bin/sh lee
       mkdir -p /home/lee/.ssh; cp /root/.ssh/authorized_keys /home/lee/.ssh/; chown -R lee: /home/lee/.ssh`,
    );
    await mustRunIn(
      'workstation',
      `printf '[hosts.p510]\\naddress = "lee@p510"\\n' > /tmp/lee.toml`,
    );
    const asked = await nixup([
      'services',
      'p510',
      '--unit',
      'words',
      '--json',
      '--config',
      '/tmp/lee.toml',
    ]);
    expect(asked.exitCode, asked.stderr).toBe(4);
    expect(asked.result.hosts[0]).toMatchObject({
      state: { active: 'active' },
      journal: [],
      journalUnknown: 'unreadable',
    });
  });
});

const pidOf = async (): Promise<string> =>
  (
    await mustRunIn(
      'p510',
      'setpriv --reuid=olaf --regid=olaf --clear-groups env XDG_RUNTIME_DIR=/run/user/1500 systemctl --user show --value -p MainPID own',
    )
  ).trim();
