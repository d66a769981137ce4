import { expect, test } from 'vitest';
import { showCommand } from '../../../source/model/command.ts';
import type { HostCommandFacts } from '../../../source/model/deploy/plan.ts';
import { copyCommand, hostCommands, storeAddress } from '../../../source/services/host/commands.ts';
import { hostEntry, newSystem, oldSystem } from '../../support/host-entry.ts';

const facts: HostCommandFacts = { current: oldSystem, copyTrusted: true, elevation: 'root' };

const shown = (commands: ReturnType<typeof hostCommands.deploy>): readonly string[] =>
  commands.map((command) => showCommand(command));

const copy = `nix --extra-experimental-features nix-command copy --no-check-sigs --substitute-on-destination --log-format internal-json -v --to ssh-ng://p620 ${newSystem}`;

test('a switch activates first and sets profile and boot entry last', () => {
  expect(shown(hostCommands.deploy(hostEntry(), facts, newSystem, 'switch'))).toEqual([
    copy,
    `${newSystem}/bin/switch-to-configuration test`,
    `ln -s ${oldSystem} /nix/var/nix/profiles/system-profiles/nixup_known_good-NUMBER-link`,
    `nix-env -p /nix/var/nix/profiles/system --set ${newSystem}`,
    `${newSystem}/bin/switch-to-configuration boot`,
  ]);
});

test('boot activates nothing, test keeps nothing, a dry run does neither', () => {
  const last = (mode: 'boot' | 'test' | 'dry-activate'): readonly string[] =>
    shown(hostCommands.deploy(hostEntry(), facts, newSystem, mode)).slice(1);
  expect(last('boot').join()).not.toMatch(/switch-to-configuration test/);
  expect(last('test')).toEqual([`${newSystem}/bin/switch-to-configuration test`]);
  expect(last('dry-activate')).toEqual([`${newSystem}/bin/switch-to-configuration dry-activate`]);
});

test('the way back never asks Nix to choose a generation', () => {
  const commands = shown(hostCommands.rollback(hostEntry(), facts, oldSystem));
  expect(commands[0]).toBe(`NIXOS_NO_CHECK=1 ${oldSystem}/bin/switch-to-configuration test`);
  expect(commands.join()).not.toContain('--rollback');
  expect(commands.join()).not.toMatch(/known.good/);
});

test('on this machine nothing is copied', () => {
  const commands = shown(
    hostCommands.deploy(hostEntry({ here: true }), facts, newSystem, 'switch'),
  );
  expect(commands.join()).not.toContain('copy');
});

test('an address with a scheme becomes an address of Nix', () => {
  expect(storeAddress(hostEntry({ address: 'ssh://root@p620:2222' }))).toBe(
    'ssh-ng://root@p620:2222',
  );
});

test('a daemon as root is asked for in the store’s address', () => {
  const command = copyCommand(hostEntry(), newSystem, {
    remoteProgram: 'sudo -n nix-daemon',
    sshOptions: ['-o', 'BatchMode=yes'],
  });
  expect(command.args).toContain('ssh-ng://p620?remote-program=sudo%20-n%20nix-daemon');
  expect(command.env).toEqual({ NIX_SSHOPTS: '-o BatchMode=yes' });
});

test.each([
  [undefined, 'internal-json'],
  [3_000_000, 'raw'],
  [500_000_000, 'internal-json'],
])('a copy of %j bytes is followed by the format %s', (newSize, format) => {
  const [copy] = shown(
    hostCommands.deploy(hostEntry(), { ...facts, newSize }, newSystem, 'switch'),
  );
  expect(copy).toContain(`--log-format ${format} -v`);
});

test('a login user whom Nix does not trust copies through a daemon run as root, and the command says so', () => {
  const untrusted: HostCommandFacts = { ...facts, copyTrusted: false, elevation: 'sudo' };
  const [copy] = shown(hostCommands.deploy(hostEntry(), untrusted, newSystem, 'switch'));
  expect(copy).toContain('?remote-program=sudo%20-n%20nix-daemon');
});

test('what needs root is shown with the tool that runs it', () => {
  const sudo: HostCommandFacts = { ...facts, elevation: 'sudo' };
  const [, ...commands] = shown(hostCommands.deploy(hostEntry(), sudo, newSystem, 'switch'));
  for (const command of commands)
    expect(command).toMatch(/^sudo -n (?:\/nix\/store|nix-env|ln -s)/);
  expect(shown(hostCommands.rollback(hostEntry(), sudo, oldSystem))[0]).toBe(
    `sudo -n env NIXOS_NO_CHECK=1 ${oldSystem}/bin/switch-to-configuration test`,
  );
});

test('by a restart the old system stays the default until the new one is proven', () => {
  const before = {
    ...facts,
    profile: oldSystem,
    generations: [
      { number: 41, path: oldSystem, at: 0, nixosVersion: null, revision: null, kernel: null },
    ],
    bootDefault: { kind: 'resolved', loader: 'systemd-boot', toplevel: oldSystem },
  } as const;
  expect(shown(hostCommands.restart(hostEntry(), before, newSystem)).slice(2)).toEqual([
    `nix-env -p /nix/var/nix/profiles/system --set ${newSystem}`,
    `NIXOS_NO_CHECK=1 ${oldSystem}/bin/switch-to-configuration boot`,
    `bootctl set-oneshot '<the entry that starts ${newSystem.slice('/nix/store/'.length)}>'`,
    'systemctl reboot',
    `${newSystem}/bin/switch-to-configuration boot`,
  ]);
});

test('a rollback writes boot entries without the checks too, and makes another system known good where it leaves that one', () => {
  const left = { current: newSystem, knownGood: newSystem, elevation: 'root' } as const;
  expect(shown(hostCommands.rollback(hostEntry(), left, oldSystem))).toEqual([
    `NIXOS_NO_CHECK=1 ${oldSystem}/bin/switch-to-configuration test`,
    `ln -s ${oldSystem} /nix/var/nix/profiles/system-profiles/nixup_known_good-NUMBER-link`,
    `nix-env -p /nix/var/nix/profiles/system --set ${oldSystem}`,
    `NIXOS_NO_CHECK=1 ${oldSystem}/bin/switch-to-configuration boot`,
  ]);
});

test('what the host has already is not copied', () => {
  const there: HostCommandFacts = { ...facts, isThere: true };
  expect(shown(hostCommands.deploy(hostEntry(), there, newSystem, 'switch')).join()).not.toContain(
    'copy',
  );
});
