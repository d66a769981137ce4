import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearFates, commitToInput, fate, hostNames, mustRunIn, reset, run } from './lab.ts';
import { type Answer, flakeFolder, inFlake, nixup, start } from './program.ts';
import { describeInLab } from './whole-lab.ts';

const committed = 'git checkout -q -- . && git clean -qfd';

/** Revision of each of the flake's own inputs, as a lock has them. */
const revisions = async (lock: string): Promise<Readonly<Record<string, string>>> => {
  const text = await inFlake(lock);
  const { nodes, root } = JSON.parse(text);
  return Object.fromEntries(
    Object.entries(nodes[root].inputs as Record<string, string>).map(([name, key]) => [
      name,
      nodes[key].locked.rev,
    ]),
  );
};

const movedInputs = async (): Promise<readonly string[]> => {
  const [before, now] = [
    await revisions('git show HEAD:flake.lock'),
    await revisions('cat flake.lock'),
  ];
  return Object.keys(now).filter((name) => now[name] !== before[name]);
};

const last = (events: readonly Answer[], type: string): Answer =>
  events.findLast((event) => event.type === type);

describeInLab('when an update breaks hosts', () => {
  beforeEach(async () => {
    await reset(['workstation']);
  });

  it('names one input of ten with at most five builds, holds it, and keeps the other nine', async () => {
    await fate('workstation', 'input-breaks-build');
    expect((await nixup(['update'])).exitCode).toBe(0);
    expect(await movedInputs()).toHaveLength(10);

    const test = await nixup(['test', '--bisect', '--json']);
    expect(test.exitCode).toBe(1);
    const { causes } = last(test.events, 'causes-found');
    expect(causes).toHaveLength(1);
    expect(causes[0]).toMatchObject({ class: 'builder-failed', hosts: ['razer', 'samsung'] });
    expect(causes[0].what).toContain('layout.c:12: error: unknown type name');
    const { progress } = last(test.events, 'bisected');
    expect(progress.outcome).toEqual({ kind: 'found', inputs: ['disko'], isExact: true });
    expect(progress.builds).toBeLessThanOrEqual(5);
    // The working tree never knew.
    expect(await movedInputs()).toHaveLength(10);

    const held = await nixup(['hold', 'disko', '--reason', 'does not build']);
    expect(held.exitCode).toBe(0);
    expect(await inFlake('cat nixup.toml')).toContain(
      '[inputs.disko]\nhold = { reason = "does not build" }',
    );
    expect(await movedInputs()).toHaveLength(9);
    const again = await nixup(['test', '--json']);
    expect(again.exitCode).toBe(0);
    for (const host of hostNames) expect(again.result.hosts[host].status).toBe('succeeded');
    expect(await movedInputs()).not.toContain('disko');

    // The hold counts for the next update, and without it the bad revision is remembered.
    expect((await nixup(['update'])).exitCode).toBe(0);
    expect(await movedInputs()).not.toContain('disko');
    await inFlake('rm nixup.toml');
    const update = await nixup(['update', 'disko']);
    expect(update.stderr).toMatch(/disko is at [0-9a-f]{7}, which failed on razer, samsung .* ago/);
    expect(update.stderr).toContain('nixup hold disko');
  });

  it('does all of it in one command with --hold', async () => {
    await fate('workstation', 'input-breaks-eval');
    await nixup(['update']);
    const test = await nixup(['test', '--bisect', '--hold', '--json']);
    expect(test.exitCode).toBe(0);
    expect(last(test.events, 'bisected').progress.outcome).toMatchObject({
      inputs: ['nixos-hardware'],
    });
    expect(await movedInputs()).toHaveLength(9);
  });

  it('names a pair of inputs that break only together', async () => {
    await commitToInput('disko', 'disko: lay out the disk', {
      'module.nix': '{ ... }: { environment.etc."layout".text = "2\\n"; }\n',
    });
    await commitToInput('nixos-hardware', 'use the layout where there is one', {
      'module.nix':
        '{ config, pkgs, ... }: { environment.systemPackages = if config.environment.etc ? layout then [ (pkgs.mkPackage { pname = "layout-reader"; version = "1.0"; build = "echo \'error: layout version 2 is not known\' >&2; exit 1"; }) ] else [ ]; }\n',
    });
    await nixup(['update']);
    const test = await nixup(['test', '--bisect', '--json']);
    const { outcome } = last(test.events, 'bisected').progress;
    expect([...outcome.inputs].sort()).toEqual(['disko', 'nixos-hardware']);
    expect(outcome).toMatchObject({ kind: 'found', isExact: true });
  });
});

describeInLab('recipes of the fleet that lie', () => {
  afterEach(async () => {
    await inFlake(committed);
    await clearFates();
  });

  it('runs nothing of a Justfile that nobody trusted, and offers it', async () => {
    const test = await nixup(['test', 'p620', '--json']);
    const logs = test.events.flatMap(({ type, lines }) => (type === 'logged' ? lines : []));
    expect(logs.join('\n')).toContain('nixup test --trust');
    expect(logs.some((line: string) => line.startsWith('$ just'))).toBe(false);
  });

  it('does not believe a check-syntax that ends with 0', async () => {
    await inFlake('echo "{ a = ; }" > modules/broken.nix; git add modules/broken.nix');
    expect((await inFlake('just check-syntax > /dev/null; echo $?')).trim()).toBe('0');
    const test = await nixup(['test', '--trust']);
    expect(test.exitCode).toBe(1);
    expect(test.stderr).toContain('just check-syntax says that all is well, and it is not');
    expect(test.stderr).toMatch(/modules\/broken\.nix:1/);
    await inFlake('git rm -qf --cached modules/broken.nix');
  });

  it('does not believe a quick-test that ends with 0 while a host fails', async () => {
    await fate('razer', 'build-fails');
    const test = await nixup(['test', '--trust']);
    expect(test.exitCode).toBe(1);
    expect(test.stderr).toContain('just quick-test says that all is well, and it is not');
    expect(test.stderr).toContain('razer is not built');
  });

  it('does not believe a recipe that says "completed" early, rewrites the lock, or edits the tree', async () => {
    const recipes = {
      early: '#!/bin/sh\n(sleep 1; nix build .#nope) & echo "all tests completed"\n',
      lock: '#!/bin/sh\nsed -i "s/\\"version\\": 7/\\"version\\":  7/" flake.lock; echo passed\n',
      tree: '#!/bin/sh\necho "# touched" >> hosts/p620.nix; echo passed\n',
    };
    await fate('razer', 'eval-fails');
    for (const [name, script] of Object.entries(recipes)) {
      await inFlake(
        `cat > /tmp/${name}.sh <<'END'\n${script}END\nchmod 755 /tmp/${name}.sh; printf '[commands]\\ntest_all = ["/tmp/${name}.sh"]\\n' > nixup.toml`,
      );
      if (name !== 'early') await clearFates();
      const test = await nixup(['test', '--trust', '--json']);
      expect([name, test.exitCode]).toEqual([name, 1]);
      const stage = test.events.findLast(
        (event: Answer) => event.type === 'stage-changed' && event.stage === 'test',
      );
      expect([name, stage.state.kind]).toEqual([name, name === 'early' ? 'failed' : 'outdated']);
      await inFlake(committed);
    }
  });
});

describeInLab('an error of the code', () => {
  afterEach(() => clearFates());

  it('is placed in the file of the flake that made it, without being asked for the trace', async () => {
    await fate('razer', 'eval-fails');
    await fate('samsung', 'conflicting-options');
    const test = await nixup(['test', 'razer', 'samsung', '--json']);
    expect(test.exitCode).toBe(1);
    const { causes } = last(test.events, 'causes-found');
    const ofHost = (host: string): Answer =>
      causes.find(({ hosts }: Answer) => hosts.includes(host));
    expect(ofHost('razer')).toMatchObject({
      class: 'evaluation',
      place: { file: 'modules/fates.nix', line: expect.any(Number) },
      remedies: expect.arrayContaining([expect.objectContaining({ action: 'open-file' })]),
    });
    expect(ofHost('razer').tail.join('\n')).toMatch(/at modules\/fates\.nix:\d+:\d+:\n.*\n.*throw/);
    const definitions = ofHost('samsung').remedies.flatMap(
      ({ place }: Answer) => place?.file ?? [],
    );
    expect([...definitions].sort()).toEqual(['hosts/samsung.nix', 'modules/fates.nix']);
  });
});

describeInLab('a recipe that hangs', () => {
  afterEach(() => inFlake(committed));

  it('and heeds no signal is gone two seconds after the test was canceled', async () => {
    await inFlake(
      `printf '#!/bin/sh\ntrap "" TERM INT\nwhile :; do sleep 1; done\n' > /tmp/hangs; chmod 755 /tmp/hangs; printf '[commands]\nsyntax = ["/tmp/hangs"]\n' > nixup.toml`,
    );
    const hanging = "ps -eo args | grep '[/]tmp/hangs' || true";
    const test = start(['test', 'razer', '--trust', '--json']);
    await test.event(
      ({ type, lines }) =>
        type === 'logged' && lines.some((line: string) => line.includes('$ /tmp/hangs')),
    );
    await mustRunIn('workstation', 'kill -INT $(pgrep -o -x nixup)');
    const canceledAt = Date.now();
    let left = 'all';
    while (left !== '' && Date.now() - canceledAt < 8_000)
      left = (await run('workstation', hanging)).stdout;
    expect([left, Date.now() - canceledAt < 2_000]).toEqual(['', true]);
    expect((await test.ended).exitCode).toBe(130);
  });
});

describeInLab('a hash that is not the expected one', () => {
  afterEach(async () => {
    await inFlake(committed);
    await clearFates();
  });

  it('of a package is found in the file of the flake that has it', async () => {
    await fate('razer', 'hash-mismatch');
    const test = await nixup(['test', 'razer', '--json']);
    const [cause] = last(test.events, 'causes-found').causes;
    expect(cause).toMatchObject({
      class: 'hash-mismatch',
      place: { file: 'modules/fates.nix' },
      what: expect.stringMatching(/expected sha256-A+=, got sha256-[^A]/),
    });
    expect(cause.remedies.map(({ action }: Answer) => action)).toEqual([
      'open-file',
      'take-hash',
      'retry-fresh',
    ]);
  });

  it('of an input is named with the input, and whether upstream changed', async () => {
    await inFlake(
      `jq '.nodes.disko.locked.narHash = "sha256-${'C'.repeat(42)}A="' flake.lock > /tmp/edited && cp /tmp/edited flake.lock`,
    );
    const test = await nixup(['test', 'razer', '--json']);
    const [cause] = last(test.events, 'causes-found').causes;
    expect(cause.what).toMatch(
      /^The input disko is not what the lock promises: expected sha256-C+A=, got sha256-.*Upstream did not change: the committed lock has what it serves under the same revision [0-9a-f]{7}, so the lock was edited$/,
    );
    expect(cause.place).toMatchObject({ file: 'flake.lock' });
    expect((await nixup(['revert', 'disko'])).exitCode).toBe(0);
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
  });
});

describeInLab('a file that git does not track', () => {
  afterEach(async () => {
    await inFlake(`git reset -q && ${committed}`);
  });

  it('is named with the line that wants it, and the command that lets Nix see it', async () => {
    await inFlake(
      "echo '{ }' > modules/new.nix; sed -i 's#./modules/common.nix#./modules/new.nix ./modules/common.nix#' flake.nix",
    );
    const test = await nixup(['test', 'razer', '--json']);
    expect(test.exitCode).toBe(1);
    const [cause] = last(test.events, 'causes-found').causes;
    expect(cause).toMatchObject({
      class: 'missing-file',
      what: 'modules/new.nix is there, but git does not track it: Nix sees only what git tracks',
      place: { file: 'flake.nix' },
    });
    expect(cause.remedies[0].command).toBe(
      'git -C /root/fleet add --intent-to-add -- modules/new.nix',
    );
    await inFlake(cause.remedies[0].command);
    expect((await nixup(['test', 'razer'])).exitCode).toBe(0);
  });
});

/** Processes that build, by the names that they have in the lab; the brackets hide the search from itself. */
const builders =
  "ps -eo pid,args | grep -E '[n]ix build|[n]ix-daemon --stdio|[n]ix-store --serve|[B]uilding object' || true";

describeInLab('a test that is canceled', () => {
  afterEach(() => clearFates());

  it('ends all that it started within two seconds, and says what was kept', async () => {
    for (const host of hostNames) await fate(host, 'build-slow', { seconds: 120 });
    const test = start(['test', '--json'], { folder: flakeFolder });
    await test.event(({ type, builds }) => type === 'progress' && builds.running >= 4);
    expect((await mustRunIn('workstation', builders)).split('\n').length).toBeGreaterThan(8);
    await mustRunIn('workstation', 'kill -INT $(pgrep -o -x nixup)');
    const canceledAt = Date.now();
    let left = 'all';
    while (left !== '' && Date.now() - canceledAt < 5_000)
      left = (await run('workstation', builders)).stdout;
    expect(left).toBe('');
    expect(Date.now() - canceledAt).toBeLessThan(2_000);
    const ended = await test.ended;
    expect(ended.exitCode).toBe(130);
    const logs = ended.events.flatMap(({ type, lines }) => (type === 'logged' ? lines : []));
    expect(logs.join('\n')).toMatch(/Canceled: .*No host was touched|nothing had been built yet/);
  });
});
