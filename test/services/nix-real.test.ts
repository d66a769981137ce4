import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { syntaxCheck } from '../../source/services/nix/check.ts';
import { createNix } from '../../source/services/nix.ts';
import { createExec } from '../../source/services/world/exec.ts';
import { createFiles } from '../../source/services/world/files.ts';
import type { World } from '../../source/services/world/world.ts';
import { hasTools } from '../support/needs.ts';
import { strictWorld } from '../support/strict-world.ts';

const hasNix = hasTools(import.meta.filename, 'nix');

const folder = mkdtempSync(join(tmpdir(), 'nixup-nix-'));
afterAll(() => {
  // The store makes its paths read-only.
  execFileSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** A store, a configuration and a home of its own: the machine's Nix is not touched. */
const environment = {
  PATH: process.env['PATH'],
  HOME: folder,
  NIX_CONF_DIR: join(folder, 'conf'),
  NIX_STORE_DIR: join(folder, 'store'),
  NIX_STATE_DIR: join(folder, 'state'),
  NIX_LOG_DIR: join(folder, 'log'),
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
  GIT_CONFIG_NOSYSTEM: '1',
};

const flake = join(folder, 'flake');
const input = join(folder, 'input');

const git = (cwd: string, ...args: readonly string[]): void => {
  execFileSync('git', args, { cwd, env: environment, stdio: 'ignore' });
};

const commitAll = (cwd: string): void => {
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-q', '-m', 'change');
};

const flakeText = `{
  inputs.one.url = "git+file://${input}";
  outputs = { self, one }: let
    drv = name: text: inputs: derivation {
      inherit name inputs; system = builtins.currentSystem or "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" text ];
    };
    shared = drv "shared-1.0" "echo one; echo two; echo x > $out" [ ];
    withBuild = one: more: one // { config = one.config // { system.build = one.config.system.build // more; }; };
    host = name: parts: {
      pkgs.stdenv.hostPlatform.system = "x86_64-linux";
      config.networking.hostName = name;
      config.system.build.toplevel = drv "nixos-system-\${name}" "echo \${name} > $out" parts;
    };
  in {
    nixosConfigurations = {
      p620 = host "p620" [ shared ];
      razer = host "razer" [ (drv "nginx-1.29" "echo configure; echo 'error: no libfoo' >&2; exit 3" [ shared ]) ];
      unfinished = throw "not finished";
      iso = host "nixos" [ ] // { config.system.build.isoImage = 1; };
      kexec = withBuild (host "nixos" [ ]) { kexecTree = 1; };
      # nixpkgs: proxmox-lxc.nix, sd-image.nix, google-compute-image.nix and image/images.nix with build-vm.nix.
      lxc = withBuild (host "" [ ]) { tarball = 1; };
      pi = withBuild (host "pi" [ ]) { sdImage = 1; };
      gce = withBuild (host "" [ ]) { googleComputeImage = 1; };
      plain = withBuild (host "plain" [ ]) { vm = 1; image = 1; images = { }; };
      "a;reboot" = host "x" [ ];
    };
  };
}
`;

const setUp = (): void => {
  execFileSync('mkdir', ['-p', join(folder, 'conf'), flake, input]);
  writeFileSync(
    join(folder, 'conf', 'nix.conf'),
    'experimental-features = nix-command flakes\nsubstituters =\nsandbox = false\nbuild-users-group =\n',
  );
  for (const cwd of [input, flake]) git(cwd, 'init', '-q', '-b', 'main', '.');
  writeFileSync(join(input, 'flake.nix'), '{ outputs = _: { }; }\n');
  commitAll(input);
  writeFileSync(join(flake, 'flake.nix'), flakeText);
  commitAll(flake);
};

const fake = strictWorld();
const world: World = {
  ...fake,
  exec: createExec(environment, Date.now),
  files: createFiles(),
  folders: { ...fake.folders, state: join(folder, 'nixup') },
  clock: { ...fake.clock, now: Date.now },
};
const nix = createNix(world);
const lockText = (): string => readFileSync(join(flake, 'flake.lock'), 'utf8');

test.skipIf(!hasNix)(
  'a real Nix: lock, update, list, evaluate, build',
  async () => {
    setUp();
    const missing = await nix.evaluateToplevel(flake, 'p620');
    expect(missing).toMatchObject({ ok: false, failure: { code: 'lock-invalid' } });
    expect(await nix.metadataAccepts(flake)).toMatchObject({ value: { kind: 'rejected' } });

    expect((await nix.updateInputs(flake, 'all')).ok).toBe(true);
    const before = lockText();
    commitAll(flake);
    expect(await nix.metadataAccepts(flake)).toMatchObject({ value: { kind: 'accepted' } });

    writeFileSync(join(input, 'more'), 'more');
    commitAll(input);
    expect((await nix.updateInputs(flake, ['one'], { names: ['one'] })).ok).toBe(true);
    expect(lockText()).not.toBe(before);
    commitAll(flake);

    const listed = await nix.listHosts(flake);
    expect(listed.ok && listed.value).toMatchObject([
      { name: 'a;reboot', system: null },
      { name: 'gce', isImage: false, hostName: '' },
      { name: 'iso', isImage: true },
      { name: 'kexec', isImage: true },
      { name: 'lxc', isImage: false, hostName: '' },
      { name: 'p620', isImage: false, hostName: 'p620', system: 'x86_64-linux', failure: null },
      { name: 'pi', isImage: false },
      { name: 'plain', isImage: false },
      { name: 'razer', failure: null },
      { name: 'unfinished', failure: expect.stringContaining('not finished') },
    ]);
    const syntax = await nix.checkFlakeSyntax(flake);
    expect(syntax).toMatchObject({ value: { checked: 1, problems: [] } });
    const known = await nix.evaluateToplevel(flake, 'p620');
    if (known.ok) {
      const request = { host: 'p620', ...known.value };
      const plan = await nix.planBuild(request);
      expect(plan.ok && plan.value.builds).toContain(known.value.derivation);
      expect(plan.ok && plan.value.builds).toHaveLength(2);
    }
    // Twice, because Nix would answer the second time from its cache of failures.
    for (const _ of [1, 2])
      expect(await nix.evaluateToplevel(flake, 'unfinished')).toMatchObject({
        ok: false,
        failure: { code: 'evaluation-failed', cause: expect.stringMatching(/^not finished/) },
      });

    const requests = [];
    for (const host of ['p620', 'razer']) {
      const evaluated = await nix.evaluateToplevel(flake, host);
      if (!evaluated.ok) throw new Error(JSON.stringify(evaluated.failure));
      requests.push({ host, ...evaluated.value });
    }
    const log: string[] = [];
    const builds = await nix.build(requests, { jobs: 2, onLog: (_, line) => log.push(line) });
    expect(builds).toMatchObject([
      { host: 'p620', outcome: { ok: true, value: { toplevel: requests[0]?.toplevel } } },
      {
        host: 'razer',
        outcome: {
          ok: false,
          failure: {
            code: 'build-failed',
            cause: expect.stringMatching(/nginx-1\.29\.drv'.*failed with exit code 3/),
            tail: ['configure', 'error: no libfoo'],
          },
        },
      },
    ]);
    expect(log).toContain('two');
    expect(await nix.isValid(requests[0]?.toplevel ?? '')).toBe(true);
    expect(await nix.isValid(requests[1]?.toplevel ?? '')).toBe(false);
    expect(await world.files.realPath(join(folder, 'nixup', 'roots', 'p620'))).toEqual({
      ok: true,
      value: requests[0]?.toplevel,
    });
  },
  120_000,
);

test.skipIf(!hasNix)(
  'a real Nix: every bad file is found, the good ones between them too',
  async () => {
    for (const [name, text] of [
      ['good.nix', '{ a = 1; }'],
      ['bad.nix', '{\n  a = ;\n}'],
      ['worse.nix', '{ a = "unclosed; }'],
    ] as const)
      writeFileSync(join(folder, name), text);
    const problems = await syntaxCheck(world, folder, [
      'good.nix',
      'bad.nix',
      'good.nix',
      'worse.nix',
      'good.nix',
    ]);
    expect(problems).toMatchObject({
      ok: true,
      value: [
        { file: 'bad.nix', line: 2, message: expect.stringContaining('syntax error') },
        { file: 'worse.nix', line: 1 },
      ],
    });
  },
);
