import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { clearFates, fate, linkDown, linkUp, mustRunIn, reset, run } from './lab.ts';
import { type Answer, inFlake, nixup, start } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const setting = (line: string): Promise<string> =>
  mustRunIn('workstation', `printf '%s\\n' '${line}' >> /etc/nix/nix.conf`);

const withoutSettings = (): Promise<string> =>
  mustRunIn(
    'workstation',
    "sed -i '/^builders\\b/d; /^max-jobs = 0/d; /^extra-substituters/d; /^require-sigs/d; /^connect-timeout/d' /etc/nix/nix.conf",
  );

const activitiesOn = (events: readonly Answer[], machine: string): readonly string[] =>
  events
    .filter(({ type }) => type === 'logged')
    .flatMap(({ lines }) => lines as readonly string[])
    .filter((line) => line.includes(machine));

/** Builders and what they started, by the names that they have in the lab. */
const builders =
  "ps -eo pid,args | grep -E '[n]ix-daemon --stdio|[n]ix-store --serve|[B]uilding object' || true";

describeInLab('a remote builder', () => {
  beforeAll(async () => {
    await reset();
    // p510 builds for the workstation, which builds nothing itself.
    await setting('builders = ssh-ng://root@p510 x86_64-linux - 4 1');
    await setting('max-jobs = 0');
  });
  afterEach(async () => {
    await linkUp('p510');
    await clearFates();
  });
  afterAll(() => withoutSettings());

  it('is used as Nix is told, and named', async () => {
    await fate('razer', 'build-slow', { seconds: 3 });
    const test = await nixup(['test', 'razer', '--json']);
    expect(test.exitCode).toBe(0);
    expect(activitiesOn(test.events, 'p510').join('\n')).toMatch(/p510/);
    // The builder's own store holds what it made.
    const made = (
      await inFlake(
        "nix path-info -r $(nix eval --raw .#nixosConfigurations.razer.config.system.build.toplevel) | grep -- '-slow-1'",
      )
    ).trim();
    expect((await run('p510', `test -e ${made}`)).exitCode).toBe(0);
  });

  it('stops within two seconds when the test is canceled', async () => {
    await fate('razer', 'build-slow', { seconds: 120 });
    const test = start(['test', 'razer', '--json']);
    await test.event(
      ({ type, lines }) =>
        type === 'logged' && lines.some((line: string) => line.includes('Building object')),
    );
    expect(await mustRunIn('p510', builders)).not.toBe('');
    await mustRunIn('workstation', 'kill -INT $(pgrep -o -x nixup)');
    const canceledAt = Date.now();
    let left = 'all';
    while (left !== '' && Date.now() - canceledAt < 8_000)
      left = (await run('p510', builders)).stdout;
    const took = Date.now() - canceledAt;
    expect([left, took < 2_000]).toEqual(['', true]);
    expect((await test.ended).exitCode).toBe(130);
  });

  it('that is asleep from the start is named, and no package is blamed', async () => {
    await setting('connect-timeout = 3');
    await fate('razer', 'build-slow', { seconds: 4 });
    await linkDown('p510');
    const test = await nixup(['test', 'razer', '--json'], { timeoutMs: 280_000 });
    expect(test.exitCode).toBe(1);
    const { causes } = test.events.findLast(({ type }) => type === 'causes-found');
    expect(causes).toMatchObject([
      {
        class: 'builder-lost',
        hosts: ['razer'],
        what: expect.stringMatching(/^The builder p510 \(.*\) could not be used/),
      },
    ]);
  });

  it('that goes away in mid-build is named, with what happened', async () => {
    await setting('connect-timeout = 5');
    await fate('razer', 'build-slow', { seconds: 60 });
    const test = start(['test', 'razer', '--json'], { timeoutMs: 280_000 });
    await test.event(
      ({ type, lines }) =>
        type === 'logged' && lines.some((line: string) => line.includes('Building object')),
    );
    await mustRunIn('p510', 'pkill -KILL -f "[n]ix-daemon --stdio"');
    await linkDown('p510');
    const ended = await test.ended;
    expect(ended.exitCode).toBe(1);
    expect(ended.result.hosts.razer.reason).toMatch(/p510|builder|connection/i);
  });
});

describeInLab('--build-on target', () => {
  beforeAll(async () => {
    await reset();
  });
  afterEach(async () => {
    await linkUp('samsung');
    await clearFates();
  });

  it('builds in the store of the host, and nothing of it here', async () => {
    await fate('razer', 'build-slow', { seconds: 2 });
    const test = await nixup(['test', 'razer', '--build-on', 'target', '--json']);
    expect(test.exitCode).toBe(0);
    // The workstation evaluated it: it knows the derivation, and what that would make.
    const made = (
      await inFlake(
        'nix-store --query --outputs $(nix-store --query --requisites $(nix eval --raw .#nixosConfigurations.razer.config.system.build.toplevel.drvPath) | grep -- "-slow-1.2.drv")',
      )
    ).trim();
    expect(made).toMatch(/-slow-1\.2/);
    expect((await run('razer', `test -e ${made}`)).exitCode).toBe(0);
    expect((await run('workstation', `test -e ${made}`)).exitCode).not.toBe(0);
    expect((await run('workstation', `test -e ${test.result.hosts.razer.to}`)).exitCode).not.toBe(
      0,
    );
    // The plan names the machine.
    const plan = test.events.findLast(
      (event: Answer) => event.type === 'build-planned' && event.host === 'razer',
    );
    expect(plan.plan.on).toBe('razer');
  });

  it('lets a host wait that sleeps, and is no failure of the others', async () => {
    await linkDown('samsung');
    const test = await nixup(['test', 'razer', 'samsung', '--build-on', 'target', '--json']);
    expect(test.exitCode).toBe(4);
    expect(test.result.hosts).toMatchObject({
      razer: { status: 'succeeded' },
      samsung: { status: 'pending', reason: 'asleep, and it builds its own system' },
    });
  });

  it('is refused for a place that is none, with those that are', async () => {
    for (const words of [['test'], ['run', '--yes', '--no-deploy', '--no-commit']]) {
      const refused = await nixup([...words, '--build-on', 'rzer']);
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain(
        '--build-on rzer is no place to build at (did you mean razer?)',
      );
      expect(refused.stderr).toMatch(/Allowed are local, target, and the hosts .*p620/);
    }
  });

  it('stops within two seconds on the target when the test is canceled', async () => {
    await fate('razer', 'build-slow', { seconds: 120 });
    const test = start(['test', 'razer', '--build-on', 'target', '--json']);
    await test.event(
      ({ type, lines }) =>
        type === 'logged' && lines.some((line: string) => line.includes('Building object')),
    );
    expect(await mustRunIn('razer', builders)).not.toBe('');
    await mustRunIn('workstation', 'kill -INT $(pgrep -o -x nixup)');
    const canceledAt = Date.now();
    let left = 'all';
    while (left !== '' && Date.now() - canceledAt < 8_000)
      left = (await run('razer', builders)).stdout;
    expect([left, Date.now() - canceledAt < 2_000]).toEqual(['', true]);
    expect((await test.ended).exitCode).toBe(130);
    expect(await mustRunIn('workstation', builders)).toBe('');
  });
});

describeInLab('a host as binary cache', () => {
  beforeAll(async () => {
    await reset();
  });
  afterAll(() => withoutSettings());

  it('is used, and what it gave is fetched and not built', async () => {
    await fate('razer', 'build-slow', { seconds: 3 });
    // Built elsewhere, and given to samsung; then the workstation forgets it.
    const toplevel = (
      await inFlake(
        'nix build --no-link --print-out-paths .#nixosConfigurations.razer.config.system.build.toplevel',
      )
    ).trim();
    await inFlake(`nix copy --no-check-sigs --to ssh-ng://root@p510 ${toplevel}`);
    const slow = (await inFlake(`nix path-info -r ${toplevel} | grep -- '-slow-1'`)).trim();
    await inFlake(
      `rm -f /nix/var/nix/gcroots/auto/*; nix store delete --ignore-liveness ${toplevel} 2>/dev/null || true; referrers=$(nix-store --query --referrers-closure ${slow}); nix store delete --ignore-liveness $referrers`,
    );
    await setting('extra-substituters = ssh-ng://root@p510');
    await setting('require-sigs = false');
    const test = await nixup(['test', 'razer', '--json']);
    expect(test.exitCode).toBe(0);
    expect(test.result.build.fetched).toBeGreaterThan(0);
    const fetched = test.events.findLast(
      (event: Answer) => event.type === 'build-planned' && event.host === 'razer',
    );
    expect(fetched.plan.fetches).toBeGreaterThan(0);
    expect(activitiesOn(test.events, 'p510').length).toBeGreaterThan(0);
  });
});
