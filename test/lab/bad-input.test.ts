import { expect, it } from 'vitest';
import { mustRunIn, run } from './lab.ts';
import { inFlake, nixup, type ProgramOptions, pathWithout } from './program.ts';
import { describeInLab } from './whole-lab.ts';

/** Lines of a stack trace, or a value that nobody meant to show. */
const crash = /^\s+at .*(:\d+:\d+|\(native\))|\[object |undefined|TypeError|\bnull\b/m;

const refused = async (words: readonly string[], said: RegExp, options: ProgramOptions = {}) => {
  const done = await nixup(words, options);
  expect(done.stderr + done.stdout).toMatch(said);
  expect(done.stderr).not.toMatch(crash);
  expect(done.exitCode).toBe(2);
};

describeInLab('what people get wrong', () => {
  it.each([
    [['deply'], /deply.*deploy/s],
    [['status', 'p62'], /no host p62\. Did you mean p620\?/],
    [['deploy', '--yes', 'nobody'], /no host nobody/],
    [['update', 'nixpks'], /no input nixpks\. Did you mean nixpkgs\?/],
    [['revert', 'nixpks'], /no input nixpks/],
    [['test', '--on', '@srv'], /@srv/],
    [['deploy', '--mode', 'swich'], /swich.*switch/s],
    [['rollback', '--generation', 'two'], /generation/],
    [['status', '--jsn'], /--jsn.*--json/s],
    [['diff', 'no-such-revision'], /no-such-revision/],
    [['config'], /check/],
  ] as const)('%j', (words, said) => refused(words, said));

  it('a typo in nixup.toml, with its line and the nearest name', async () => {
    await inFlake('printf "[hosts.p620]\\npolcy = \\"ask\\"\\n" > nixup.toml');
    for (const words of [['status'], ['deploy', '--yes'], ['run', '--yes'], ['config', 'check']])
      await refused(words, /nixup\.toml.*2.*polcy.*policy/s);
    await inFlake('printf "[hosts.p621]\\npolicy = \\"ask\\"\\n" > nixup.toml');
    await refused(['config', 'check'], /p621.*p620/s);
    await inFlake('printf "[hosts\\n" > nixup.toml');
    await refused(['status'], /nixup\.toml.*1/s);
    await inFlake('rm nixup.toml');
  });

  it('conflict markers in the lock, with the way out', async () => {
    await inFlake(
      '{ echo "<<<<<<< HEAD"; cat flake.lock; echo "======="; echo ">>>>>>> other"; } > new; mv new flake.lock',
    );
    for (const words of [['update'], ['test'], ['deploy', '--yes'], ['diff'], ['run', '--yes']])
      await refused(words, /flake\.lock, line 1\b.*conflict.*nixup revert --all/s);
    await inFlake('git checkout -q -- flake.lock');
  });

  it('a folder without a flake', async () => {
    await refused(['status'], /no flake\.nix in \/tmp/, { folder: '/tmp' });
    await refused(['run', '--yes', '--flake', '/no/such/folder'], /\/no\/such\/folder/);
  });

  it('a flake outside of git: looked at, never committed', async () => {
    await mustRunIn(
      'workstation',
      'rm -rf /root/plain; cp -a /root/fleet /root/plain; rm -rf /root/plain/.git',
    );
    const check = await nixup(['check'], { folder: '/root/plain' });
    expect(check.stdout).toMatch(/repository/);
    expect(check.stdout).toContain('$ git -C /root/plain init && git -C /root/plain add --all');
    expect(check.exitCode).toBe(1);
    const commit = await nixup(['commit'], { folder: '/root/plain' });
    expect(commit.stderr + commit.stdout).toMatch(/git/);
    expect(commit.stderr).not.toMatch(crash);
    expect(commit.exitCode).not.toBe(0);
  });

  it('a workstation without git, without ssh, without Nix', async () => {
    for (const missing of ['git', 'ssh', 'nix']) {
      const check = await nixup(['check'], { env: { PATH: await pathWithout(missing) } });
      expect(check.exitCode).toBe(1);
      expect(check.stdout).toMatch(
        missing === 'nix' ? /Nix is not installed/ : new RegExp(`${missing} is not on PATH`),
      );
      expect(check.stderr).not.toMatch(crash);
    }
  });

  it('a state folder that cannot be written', async () => {
    const done = await nixup(['test', 'p510'], { env: { XDG_STATE_HOME: '/etc/hostname/state' } });
    expect(done.exitCode).not.toBe(0);
    expect(done.stderr + done.stdout).toMatch(/\/etc\/hostname\/state.*not a folder/);
    expect(done.stderr).not.toMatch(crash);
  });

  it('nothing of it left a process or a lock behind', async () => {
    const locks = await run('workstation', 'ls /root/.local/state/nixup/flakes/*/run.lock');
    expect(locks.stdout).toBe('');
  });
});
