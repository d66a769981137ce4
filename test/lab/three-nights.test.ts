import { afterAll, expect, it } from 'vitest';
import { clearFates, fate, hostNames } from './lab.ts';
import { type Ended, inFlake, nixup } from './program.ts';
import { keys, openScreen, type Screen } from './screen.ts';
import { truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

/** It takes four minutes: with the other long ones only. */

const slow = 150_000;

const timer = (): Promise<Ended> => nixup(['run', '--yes', '--json'], { timeoutMs: 300_000 });

/** What was announced for hosts: everything that changes one. */
const deedsOnHosts = ({ events }: Ended): readonly string[] =>
  events
    .filter(({ type, host }) => type === 'intended' && host !== null)
    .map(({ deed, host }) => `${deed} ${host}`);

const lastWords = (ended: Ended): string => JSON.stringify(ended.result) + ended.stderr;

describeInLab('a timer that runs three nights with sick hosts, and a screen left open', () => {
  let screen: Screen;
  let before: Awaited<ReturnType<typeof truths>>;
  let head: string;
  let sick: string;
  let left: string;
  afterAll(() => screen?.close());

  it('first night: the sick host runs on until its next boot, the other goes back, nothing is committed', async () => {
    await inFlake(
      `printf '[hosts.razer]\\non_unhealthy = "rollback"\\n' > nixup.toml; git add nixup.toml; git commit -qm nixup.toml`,
    );
    await fate('p620', 'unit-fails');
    await fate('razer', 'unit-fails');
    head = await inFlake('git rev-parse HEAD');
    // What a person works on beside it: invisible to Nix, and never part of a commit of nixup.
    await inFlake('echo "a thought" > notes.md');
    before = await truths();
    screen = openScreen();
    await screen.waitFor(/p620/, slow);

    const night = await timer();
    expect(night.exitCode, lastWords(night)).toBe(1);
    expect(night.result.hosts).toMatchObject({
      p620: { status: 'unhealthy' },
      razer: { status: 'rolledBack', to: before.razer.current },
      p510: { status: 'succeeded' },
      samsung: { status: 'succeeded' },
    });
    sick = night.result.hosts.p620.to;
    left = night.result.hosts.razer.from;
    expect(await truthOf('p620')).toMatchObject({ current: sick, profile: before.p620.profile });
    expect(await truthOf('razer')).toMatchObject({
      current: before.razer.current,
      profile: before.razer.profile,
    });
    expect(await inFlake('git rev-parse HEAD')).toBe(head);
  });

  it('second night: nothing is repeated, and the host that is sick is called so', async () => {
    // The screen that was open all the time writes what it finds.
    screen.press('1', 'V');
    await screen.waitFor(/✗ verify/, slow);
    const truth = await truths();
    const night = await timer();
    expect(night.exitCode, lastWords(night)).toBe(5);
    expect(deedsOnHosts(night)).toEqual([]);
    expect(night.result.hosts).toMatchObject({
      p620: { status: 'unhealthy', reason: expect.stringContaining('nixup verify p620 --accept') },
      razer: {
        status: 'skipped',
        reason: expect.stringMatching(/was taken back from this system on .*--confirm razer/),
      },
      p510: { status: 'unchanged' },
      samsung: { status: 'unchanged' },
    });
    expect(await truths()).toEqual(truth);
    expect(await inFlake('git rev-parse HEAD')).toBe(head);
  });

  it('a rollback by a person in between leads to no system that was left', async () => {
    const back = await nixup(['rollback', 'razer', '--yes', '--json']);
    expect(back.exitCode, lastWords(back)).toBe(0);
    expect(back.result.hosts.razer.status).toBe('unchanged');
    const first = await nixup(['rollback', 'p620', '--yes', '--json']);
    expect(first.result.hosts.p620).toMatchObject({ status: 'succeeded', to: before.p620.current });
    const truth = await truths();
    const second = await nixup(['rollback', 'p620', '--yes', '--json']);
    expect(second.exitCode, lastWords(second)).toBe(0);
    expect(second.result.hosts.p620.status).toBe('unchanged');
    expect(await truths()).toEqual(truth);
  });

  it('third night: what a person took back is not deployed again either', async () => {
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
    expect(await inFlake('git rev-parse HEAD')).toBe(head);
    expect(left).not.toBe(truth.razer.current);
  });

  it('a person deploys by name, accepts what is to be so, and the next night commits the lock alone', async () => {
    const again = await nixup(['deploy', '--yes', '--confirm', 'p620', '--json']);
    expect(again.result.hosts).toMatchObject({
      p620: { status: 'unhealthy' },
      razer: { status: 'skipped' },
    });
    const accepted = await nixup(['verify', 'p620', '--accept', '--json']);
    expect(accepted.exitCode, lastWords(accepted)).toBe(0);
    expect(accepted.result.hosts.p620.reason).toMatch(/^accepted: /);
    const deployed = await nixup(['deploy', 'p620', '--yes', '--json']);
    expect(deployed.exitCode, lastWords(deployed)).toBe(0);
    expect(await truthOf('p620')).toMatchObject({ current: sick, profile: sick });

    await clearFates();
    const night = await timer();
    expect(night.exitCode, lastWords(night)).toBe(0);
    for (const host of hostNames)
      expect(['succeeded', 'unchanged']).toContain(night.result.hosts[host].status);
    expect(await inFlake('git show --format= --name-only HEAD')).toBe('flake.lock');
    expect(await inFlake('git status --porcelain')).toBe('?? notes.md');
  });

  it('a lock that goes back with its commit does not come with the next night', async () => {
    const bad = await truths();
    const back = await nixup(['rollback', ...hostNames, '--commit', '--yes', '--json']);
    expect(back.exitCode, lastWords(back)).toBe(0);
    head = await inFlake('git rev-parse HEAD');
    const night = await timer();
    expect(night.exitCode, lastWords(night)).toBe(0);
    // It says so, and neither the lock nor a host comes back to what was left.
    expect(JSON.stringify(night.events)).toMatch(
      /nixpkgs did not move to .* it was taken back with/,
    );
    expect(await inFlake('git status --porcelain')).toBe('?? notes.md');
    expect(await inFlake('git rev-parse HEAD')).toBe(head);
    const now = await truths();
    for (const host of hostNames) expect(now[host].current).not.toBe(bad[host].current);
    const named = await nixup(['update', 'nixpkgs', '--json']);
    expect(named.exitCode, lastWords(named)).toBe(0);
    expect(await inFlake('git status --porcelain')).toContain('M flake.lock');
    screen.press('q', keys.enter);
  });
});
