import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readFacts } from '../../../source/services/host/probe.ts';
import {
  deployProbeScript,
  persistentProbeScript,
} from '../../../source/services/host/probe-script.ts';
import { briefUnitsScript } from '../../../source/services/host/unit-scripts.ts';
import { createHosts } from '../../../source/services/hosts.ts';
import { hostEntry, newSystem, probed } from '../../support/host-entry.ts';
import { strictWorld } from '../../support/strict-world.ts';

test('a probe of a deploy starts no Nix, and keeps the version that was found before', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'ssh',
        input: 'nix-store --version',
        stdout: probed(newSystem, ['nix-version nix-store (Nix) 2.26.3']).join('\n'),
      },
      { match: 'ssh', stdout: probed(newSystem).join('\n') },
    ],
  });
  const hosts = createHosts(world);
  await hosts.probe(hostEntry());
  expect(await hosts.probe(hostEntry(), { scope: 'deploy' })).toMatchObject({
    ok: true,
    value: { nixVersion: '2.26.3' },
  });
  expect(world.ran[1]?.options.input).not.toContain('nix-store --version');
});

test('a login shell that runs no command is told from a host that is silent, with what it said', async () => {
  const world = strictWorld({
    answers: [{ match: 'ssh', exit: 1, stdout: 'This account is currently not available.' }],
  });
  const asked = await createHosts(world).probe(hostEntry());
  expect(asked).toMatchObject({
    ok: false,
    failure: {
      code: 'login-shell-failed',
      exitCode: 1,
      detail: 'This account is currently not available.',
    },
  });
});

test('the groups of the login user are asked, on a host with generations too', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nixup-probe-'));
  const at = (name: string): string => path.join(folder, name);
  for (const number of [1, 2, 3]) symlinkSync('/', at(`system-${number}-link`));
  writeFileSync(at('nix.conf'), 'trusted-users = root @wheel\n');
  writeFileSync(at('id'), '#!/bin/sh\necho "groups-of-$2"\n', { mode: 0o755 });
  const script = deployProbeScript([])
    .replaceAll('/nix/var/nix/profiles', folder)
    .replaceAll('/etc/nix/nix.conf', at('nix.conf'));
  const said = execFileSync('sh', ['-s', 'none', 'alice'], {
    input: script,
    env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect(said).toContain('\ngroups groups-of-alice\n');
});

const units = [
  'unit sshd.service loaded active running sshd',
  'unit a.timer loaded active waiting a',
];
const details = [
  'space /dev/vda 100 40 60 40% /',
  "generation 1795000000 '/nix/var/nix/profiles/system-7-link' -> '/nix/store/x'",
];

test('what a probe leaves out is what the one before found', async () => {
  const world = strictWorld({
    answers: [
      { match: 'ssh', stdout: probed(newSystem, [...units, ...details]).join('\n') },
      {
        match: 'ssh',
        stdout: probed(newSystem, [
          'without details',
          'unit sshd.service loaded failed failed sshd',
        ]).join('\n'),
      },
    ],
  });
  const hosts = createHosts(world);
  await hosts.probe(hostEntry());
  const second = await hosts.probe(hostEntry(), { scope: 'health' });
  expect(second).toMatchObject({
    ok: true,
    value: {
      failedUnits: ['sshd.service'],
      activeUnits: [],
      space: [{ mount: '/' }],
      generations: [{ number: 7 }],
    },
  });
});

test('what made a system persistent does not ask again which services switch the host', async () => {
  const found = readFacts(
    hostEntry(),
    {
      stdout: probed(newSystem, [
        'upgrader nixos-upgrade.timer active 1796050000 -',
        'upgrader nixos-upgrade.service inactive - -',
      ]).join('\n'),
      tookMs: 10,
    },
    1_000,
    null,
  );
  if (!found.ok) throw new Error(found.failure.code);
  expect(found.value.automaticUpgrades).toEqual(['nixos-upgrade.timer']);
  expect(persistentProbeScript).toContain('echo "without upgraders"');
  expect(persistentProbeScript).not.toContain('ExecStart=');
  const stdout = probed(newSystem, ['without upgraders']).join('\n');
  expect(readFacts(hostEntry(), { stdout, tookMs: 10 }, 2_000, found.value)).toMatchObject({
    ok: true,
    value: {
      automaticUpgrades: ['nixos-upgrade.timer'],
      upgraders: found.value.upgraders,
    },
  });
});

test('where nothing was found before, nothing is left out', async () => {
  const world = strictWorld({
    answers: [{ match: 'ssh', stdout: probed(newSystem, units).join('\n') }],
  });
  await createHosts(world).probe(hostEntry(), { scope: 'health' });
  expect(world.ran[0]?.options.input).toContain('df -Pk');
});

test('what starts units is asked where a critical unit does not run', () => {
  // The text of the script, run by a shell with a systemctl of its own.
  const folder = mkdtempSync(path.join(tmpdir(), 'nixup-units-'));
  const systemctl = `#!/bin/sh
case $1 in
  list-units) printf '%s\\n' 'sshd.service   loaded active   running sshd' 'cups.service  loaded inactive dead  cups' ;;
  list-*) echo "asked $1" ;;
esac
`;
  writeFileSync(path.join(folder, 'systemctl'), systemctl, { mode: 0o755 });
  const run = (critical: readonly string[]): string =>
    execFileSync('sh', [], {
      input: `part() { echo "nixup-part $1"; }\n${briefUnitsScript(critical)}\n`,
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  expect(run(['sshd'])).toMatch(/without starters/);
  expect(run(['sshd'])).not.toMatch(/asked/);
  expect(run(['sshd', 'cups.service'])).toMatch(/asked list-sockets/);
  expect(run(['gone'])).not.toMatch(/without starters/);
  rmSync(folder, { recursive: true });
});
