import { beforeAll, describe, expect, it } from 'vitest';
import { fate, mustRunIn, run } from './lab.ts';
import { type Answer, type Ended, nixup, programWords } from './program.ts';
import { truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** Three deploys: with the other long ones only. */
const describeLong = process.env['NIXUP_LAB_LONG'] === '1' ? describeInLab : describe.skip;

const checkout = '/home/ada/fleet';
const timeoutMs = 300_000;

const timer = (): Promise<Ended> =>
  nixup(['run', '--yes', '--json'], { folder: checkout, timeoutMs });

const lineOf = (line: string): Answer => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** The same program as another user of the workstation, whose Nix is a daemon's. */
const ada = async (...words: readonly string[]): Promise<Ended> => {
  const done = await run(
    'workstation',
    `cd ${checkout}; exec setpriv --reuid=ada --regid=ada --init-groups env HOME=/home/ada USER=ada LOGNAME=ada NIX_REMOTE=daemon ${programWords(words).join(' ')}`,
    { timeoutMs },
  );
  const events = done.stdout
    .split('\n')
    .map(lineOf)
    .filter((one) => one !== undefined);
  return { ...done, events, result: events.at(-1) };
};

const lastWords = (ended: Ended): string => JSON.stringify(ended.result) + ended.stderr;

const deedsOnHosts = ({ events }: Ended): readonly string[] =>
  events
    .filter(({ type, host }) => type === 'intended' && host !== null)
    .map(({ deed, host }) => `${deed} ${host}`);

describeLong('a timer of root and a person with one checkout', () => {
  let before: Awaited<ReturnType<typeof truths>>;
  beforeAll(async () => {
    // They stand in the flake, which is then copied.
    await fate('p620', 'unit-fails');
    await fate('razer', 'unit-fails');
    await mustRunIn(
      'workstation',
      `useradd --create-home --shell /bin/bash ada
       cp -a /root/.ssh /home/ada/.ssh
       printf 'Host *\\n  User root\\n' >> /home/ada/.ssh/config
       cp -a /root/fleet ${checkout}
       cd ${checkout}
       printf '[hosts.razer]\\non_unhealthy = "rollback"\\n' > nixup.toml
       git add nixup.toml; git commit -qm nixup.toml
       # As git wants it where two users write: what root adds is of the person's group.
       git config core.sharedRepository group
       chown -R ada: /home/ada
       find .git -type d -exec chmod g+ws '{}' +
       echo 'trusted-users = root ada' >> /etc/nix/nix.conf
       systemd-run --quiet --unit=nix-daemon-of-lab nix-daemon`,
    );
    before = await truths();
  });

  it('root’s timer leaves one host sick and takes one back; everything that it keeps is the person’s', async () => {
    const night = await timer();
    expect(night.exitCode, lastWords(night)).toBe(1);
    expect(night.result.hosts).toMatchObject({
      p620: { status: 'unhealthy' },
      razer: { status: 'rolledBack' },
    });
    const foreign = await mustRunIn('workstation', `find ${checkout}/.git/nixup ! -user ada`);
    expect(foreign).toBe('');
    expect(await mustRunIn('workstation', `ls ${checkout}/.git/nixup`)).toContain('setbacks.json');
  });

  it('the person’s deploy does not repeat what the timer took back', async () => {
    const tested = await ada('test', '--json');
    expect(tested.exitCode, lastWords(tested)).toBe(0);
    const deploy = await ada('deploy', '--yes', '--json');
    expect(deploy.result.hosts, lastWords(deploy)).toMatchObject({
      razer: {
        status: 'skipped',
        reason: expect.stringMatching(/was taken back from this system on .*--confirm razer/),
      },
      p620: { status: 'unhealthy', reason: expect.stringContaining('--accept') },
    });
    expect(deedsOnHosts(deploy).filter((deed) => /razer|p620/.test(deed))).toEqual([]);
    const back = await ada('rollback', 'p620', '--yes', '--json');
    expect(back.exitCode, lastWords(back)).toBe(0);
    expect(await truthOf('p620')).toMatchObject({ current: before.p620.current });
  });

  it('the next night of the timer leaves alone what the person took back', async () => {
    const truth = await truths();
    const night = await timer();
    expect(night.exitCode, lastWords(night)).toBe(3);
    expect(deedsOnHosts(night)).toEqual([]);
    for (const host of ['p620', 'razer'])
      expect(night.result.hosts[host]).toMatchObject({
        status: 'skipped',
        reason: expect.stringContaining(`--confirm ${host}`),
      });
    expect(await truths()).toEqual(truth);
  });
});
