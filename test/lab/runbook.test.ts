import { expect, it } from 'vitest';
import { hostNames, mustRunIn } from './lab.ts';
import { type Ended, inFlake, nixup } from './program.ts';
import { type Truth, truthOf, truths } from './truth.ts';
import { describeInLab } from './whole-lab.ts';

const isFullyOn = (truth: Truth, path: string) => ({
  ...truth,
  current: path,
  profile: path,
  bootDefault: path,
});

describeInLab('the runbook without a screen', () => {
  let first: Ended;
  let before: Awaited<ReturnType<typeof truths>>;

  it('takes every host to the updated lock and commits it', async () => {
    before = await truths();
    const oldHead = await inFlake('git rev-parse HEAD');
    first = await nixup(['run', '--yes', '--json']);

    expect(first.stderr).toBe('');
    expect(first.exitCode).toBe(0);
    const { at, build, commit, hosts, ...rest } = first.result;
    const unpushed = { branch: 'main', upstream: 'origin/main', commits: 1 };
    const { inputs, ...said } = rest;
    expect(said).toEqual({
      ...{ type: 'result', ok: true, exitCode: 0, reason: null, pullRequest: null, unpushed },
      run: expect.stringMatching(/^\d{8}-\d{6}-[a-z0-9]{6}$/),
      summary: expect.stringMatching(
        /^Updated, deployed, verified and committed as [0-9a-f]{12}\./,
      ),
    });
    const nixpkgs = inputs.find(({ name }: { name: string }) => name === 'nixpkgs');
    const lock = JSON.parse(await inFlake('git show HEAD:flake.lock'));
    expect(nixpkgs.to).toBe(lock.nodes[lock.nodes.root.inputs.nixpkgs].locked.rev);
    expect(nixpkgs.from).not.toBe(nixpkgs.to);
    expect(at).toEqual(expect.any(Number));
    expect(build).toEqual({ built: expect.any(Number), failed: 0, fetched: expect.any(Number) });
    expect(build.built).toBeGreaterThan(3);
    expect(Object.keys(hosts).sort()).toEqual([...hostNames, 'installer', 'pi'].sort());
    expect(hosts.installer.status).toBe('skipped');
    expect(hosts.pi.status).toBe('skipped');
    for (const event of first.events)
      expect(event).toMatchObject({ type: expect.any(String), at: expect.any(Number) });

    const after = await truths();
    for (const host of hostNames) {
      expect(hosts[host]).toEqual({
        status: 'succeeded',
        from: before[host].current,
        to: expect.stringContaining(`nixos-system-${host}-26.05.20261122`),
        generation: 4,
        reason: null,
      });
      expect(after[host]).toEqual({ ...isFullyOn(before[host], hosts[host].to), generation: 4 });
    }

    expect(await inFlake('git rev-parse HEAD')).toBe(commit);
    expect(await inFlake('git rev-parse HEAD^')).toBe(oldHead);
    expect(await inFlake('git show --format= --name-only HEAD')).toBe('flake.lock');
    expect(await inFlake('git status --porcelain')).toBe('');
    const message = await inFlake('git log -1 --format=%B');
    expect(message).toMatch(/nixpkgs/);
    for (const host of hostNames) expect(message).toContain(host);
  });

  it('has nothing to do when it runs again, although the flake embeds its revision', async () => {
    const hostsBefore = await truths();
    const head = await inFlake('git rev-parse HEAD');
    const again = await nixup(['run', '--yes', '--json']);
    expect(again.exitCode).toBe(0);
    expect(again.result).toMatchObject({ type: 'result', ok: true, exitCode: 0, commit: null });
    expect(again.result.unpushed).toMatchObject({ upstream: 'origin/main', commits: 1 });
    for (const host of hostNames)
      expect(again.result.hosts[host]).toMatchObject({ status: 'unchanged', generation: 4 });
    expect(await truths()).toEqual(hostsBefore);
    expect(await inFlake('git rev-parse HEAD')).toBe(head);
    expect(again.events.filter(({ type }) => type === 'intended').map(({ deed }) => deed)).toEqual([
      'update all inputs',
    ]);
  });

  it('tells each host as in place, waiting for the reboot into the new kernel', async () => {
    const status = await nixup(['status', '--json', ...hostNames]);
    expect(status.exitCode).toBe(0);
    expect(status.result.version).toBe(1);
    for (const host of status.result.hosts)
      expect(host).toMatchObject({
        reachable: true,
        position: 'rebootNeeded',
        expected: first.result.hosts[host.name].to,
        generation: 4,
        failedUnits: [],
        error: null,
      });
    expect(Object.keys(status.result.hosts[0]).sort()).toEqual(
      [
        ...['name', 'address', 'tags', 'reachable', 'position', 'current', 'profile', 'booted'],
        ...['expected', 'generation', 'nixosVersion', 'revision', 'kernel', 'rebootNeeded'],
        ...['failedUnits', 'latencyMs', 'error', 'activations', 'lock'],
      ].sort(),
    );
  });

  it('takes one host back to the generation before the deploy, boot entry included', async () => {
    const others = await truths();
    const back = await nixup(['rollback', 'p620', '--yes', '--json']);
    expect(back.exitCode).toBe(0);
    expect(back.result.hosts).toEqual({
      p620: {
        status: 'succeeded',
        from: first.result.hosts.p620.to,
        to: before.p620.current,
        generation: 5,
        reason: null,
      },
    });
    const now = await truths();
    expect(now).toEqual({
      ...others,
      p620: { ...isFullyOn(others.p620, before.p620.current), generation: 5 },
    });
    const knownGood = await mustRunIn(
      'p620',
      'readlink -f /nix/var/nix/profiles/system-profiles/nixup_known_good',
    );
    expect(knownGood.trim()).toBe(before.p620.current);
  });

  it('takes a host to a chosen generation', async () => {
    const path = await mustRunIn('p510', 'readlink /nix/var/nix/profiles/system-2-link');
    const back = await nixup(['rollback', 'p510', '--generation', '2', '--yes', '--json']);
    expect(back.exitCode).toBe(0);
    const now = await truthOf('p510');
    expect(now).toEqual({ ...isFullyOn(now, path.trim()), generation: now.generation });
    expect(back.result.hosts.p510).toMatchObject({ status: 'succeeded', to: path.trim() });
  });

  it('refuses a generation that is gone, and says which there are', async () => {
    await mustRunIn('p510', 'rm /nix/var/nix/profiles/system-1-link');
    const truth = await truthOf('p510');
    const refused = await nixup(['rollback', 'p510', '--generation', '1', '--yes']);
    expect(refused.exitCode).toBe(3);
    expect(refused.stdout + refused.stderr).toMatch(/p510.*has no generation 1; it has 2, 3, 4/s);
    expect(await truthOf('p510')).toEqual(truth);
  });

  it('takes lock and commit back along with the host', async () => {
    const committed = first.result.commit;
    const back = await nixup(['rollback', 'razer', '--lock', '--commit', '--yes', '--json']);
    expect(back.exitCode).toBe(0);
    const now = await truthOf('razer');
    expect(now).toEqual({ ...isFullyOn(now, before.razer.current), generation: 5 });
    expect(await inFlake('git rev-parse HEAD')).toBe(back.result.commit);
    expect(await inFlake('git rev-parse HEAD^')).toBe(committed);
    expect(await inFlake('git rev-parse HEAD^{tree}')).toBe(
      await inFlake('git rev-parse HEAD~2^{tree}'),
    );
    expect(await inFlake('git status --porcelain')).toBe('');
  });

  it('prints the lock difference of two revisions without Nix', async () => {
    const tools = '/tmp/only-git';
    await mustRunIn(
      'workstation',
      `rm -rf ${tools}; mkdir ${tools}; ln -s /usr/bin/git ${tools}/git`,
    );
    const diff = await nixup(['diff', 'HEAD~2', 'HEAD~1', '--json'], { env: { PATH: tools } });
    expect(diff.exitCode).toBe(0);
    const { changes, ...rest } = JSON.parse(diff.stdout);
    expect(rest).toEqual({
      version: 1,
      old: 'HEAD~2:flake.lock',
      new: 'HEAD~1:flake.lock',
      summary: {
        ...{ updated: changes.length, repointed: 0, rehashed: 0, follows: 0 },
        ...{ metadata: 0, renamed: 0, added: 0, removed: 0 },
      },
    });
    const paths = changes.map(({ path }: { path: string }) => path);
    expect(paths).toEqual([...paths].sort());
    expect(changes.find(({ path }: { path: string }) => path === 'nixpkgs')).toEqual({
      path: 'nixpkgs',
      kind: 'updated',
      lockedChanged: true,
      old: expect.objectContaining({ type: 'git', rev: expect.stringMatching(/^[0-9a-f]{40}$/) }),
      new: expect.objectContaining({ type: 'git', ref: 'nixos-26.05' }),
      days: expect.any(Number),
      compareUrl: null,
      commits: { count: expect.any(Number), exact: true, source: expect.any(String) },
      alarms: [],
      alsoMoves: expect.arrayContaining(['home-manager/nixpkgs']),
    });
  });
});
