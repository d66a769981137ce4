import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOfPackages } from '../../scripts/nix-hash.ts';
import { copyFlake, type FlakeCopy, npmProgram } from './flake.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');

let flake: FlakeCopy;
beforeAll(async () => {
  flake = await copyFlake();
});
afterAll(() => flake.remove());

const timer = `{
  programs.nixup.enable = true;
  programs.nixup.timer = {
    enable = true;
    flake = "/home/anna/50% $fleet";
    onCalendar = "Sat 04:00";
    arguments = [ "--push" ];
  };
}`;

describe('the packages that the flake builds from', () => {
  it('have the hash that the repository keeps, in two runs and with the npm of two Nodes', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'nixup-npm-'));
    try {
      const installed = { cwd: folder, env: { ...process.env, HOME: folder } };
      await run('npm', ['install', '--no-save', '--ignore-scripts', 'npm@10.9.2'], installed);
      const older = {
        node: (await run('sh', ['-c', 'PATH=/usr/bin:/bin:$PATH; command -v node'])).stdout.trim(),
        program: path.join(folder, 'node_modules/npm/bin/npm-cli.js'),
      };
      const kept = (await readFile(path.join(root, 'nix/packages.hash'), 'utf8')).trim();
      const newer = { node: process.execPath, program: await npmProgram() };
      const hashes = [
        await hashOfPackages(newer),
        await hashOfPackages(newer),
        await hashOfPackages(older),
      ];
      expect(hashes).toEqual([kept, kept, kept]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the flake', () => {
  it('has a lock that fits it', async () => {
    const metadata = await flake.nix(
      'flake',
      'metadata',
      '--json',
      '--no-update-lock-file',
      `path:${flake.folder}/flake`,
    );
    expect(JSON.parse(metadata)).toMatchObject({
      locks: { nodes: { nixpkgs: { original: { owner: 'NixOS', ref: 'nixos-26.05' } } } },
    });
  });

  it('offers package, app and shell for each platform', async () => {
    const names = await flake.evaluate(
      `builtins.mapAttrs (_: builtins.mapAttrs (_: builtins.attrNames)) {
        inherit (nixup) packages apps devShells;
      }`,
    );
    const each = (name: string[]): unknown => ({
      'aarch64-darwin': name,
      'aarch64-linux': name,
      'x86_64-darwin': name,
      'x86_64-linux': name,
    });
    expect(names).toEqual({
      packages: each(['default', 'nixup']),
      apps: each(['default']),
      devShells: each(['default']),
    });
  });

  it('fetches one and the same on each platform', async () => {
    const hashes = await flake.evaluate(
      'map (each: each.default.packages.outputHash) (builtins.attrValues nixup.packages)',
    );
    expect(new Set(hashes as string[]).size).toBe(1);
  });

  it('has an overlay that makes the package from the nixpkgs of its user', async () => {
    const isSame = await flake.evaluate(
      `(nixup.overlays.default pkgs pkgs).nixup.drvPath
        == nixup.packages.x86_64-linux.default.drvPath`,
    );
    expect(isSame).toBe(true);
  });

  it('builds a program that plays the whole runbook of the demo', async () => {
    const built = await flake.nix('build', '--no-link', '--json', ...flake.output('default'));
    const [{ outputs }] = JSON.parse(built) as [{ outputs: { out: string } }];
    const program = path.join(outputs.out, 'bin/nixup');
    const home = { env: { PATH: '/usr/bin:/bin', HOME: flake.folder } };
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
    expect((await run(program, ['--version'], home)).stdout).toBe(`${version}\n`);
    const demo = run(program, ['demo'], home);
    demo.child.stdin?.end();
    expect((await demo).stdout).toContain('The screen: run nixup demo in a terminal.');
    const completions = path.join(outputs.out, 'share/bash-completion/completions/nixup');
    expect(await readFile(completions, 'utf8')).toContain('complete');
    const page = path.join(outputs.out, 'share/man/man1/nixup.1');
    expect(await readFile(page, 'utf8')).toContain('nixup services');
  });
});

describe('the module for NixOS', () => {
  it('installs the package, and no timer unasked', async () => {
    const config = await flake.evaluate(`
      let config = modules [ nixup.nixosModules.default { programs.nixup.enable = true; } ];
      in {
        packages = map (one: one.pname) config.environment.systemPackages;
        inherit (config) systemd;
      }`);
    expect(config).toEqual({
      packages: ['nixup'],
      systemd: { services: {}, timers: {} },
    });
  });

  it('runs nixup by a timer that a switch of this host does not end', async () => {
    const systemd = await flake.evaluate(`
      (modules [
        nixup.nixosModules.default
        ${timer}
        { programs.nixup.timer.user = "anna"; nix.package = pkgs.git; }
      ]).systemd`);
    expect(systemd).toMatchObject({
      services: {
        nixup: {
          restartIfChanged: false,
          stopIfChanged: false,
          unitConfig: { 'X-StopOnRemoval': false },
          serviceConfig: {
            Type: 'oneshot',
            User: 'anna',
            WorkingDirectory: '/home/anna/50%% $fleet',
            ExecStart: expect.stringMatching(
              /^'\/nix\/store\/[^']+-nixup-[^']+\/bin\/nixup' 'run' '--yes' '--flake' '\/home\/anna\/50%% \$\$fleet' '--push'$/,
            ),
          },
        },
      },
      timers: {
        nixup: {
          wantedBy: ['timers.target'],
          timerConfig: { OnCalendar: 'Sat 04:00', Persistent: true },
        },
      },
    });
  });

  it('names an option that has no value', async () => {
    await expect(
      flake.evaluate(
        `(modules [ nixup.nixosModules.default ${timer} { nix.package = pkgs.git; } ]).systemd`,
      ),
    ).rejects.toThrow('programs.nixup.timer.user');
  });
});

describe('the module for home-manager', () => {
  it("runs nixup by a timer of the person's own manager", async () => {
    const config = await flake.evaluate(`
      let config = modules [ nixup.homeModules.default ${timer} ];
      in {
        packages = map (one: one.pname) config.home.packages;
        inherit (config.systemd) user;
      }`);
    expect(config).toMatchObject({
      packages: ['nixup'],
      user: {
        services: {
          nixup: {
            Unit: { 'X-SwitchMethod': 'keep-old' },
            Service: { ExecStart: expect.stringContaining("'run' '--yes'") },
          },
        },
        timers: { nixup: { Timer: { OnCalendar: 'Sat 04:00' } } },
      },
    });
  });
});
