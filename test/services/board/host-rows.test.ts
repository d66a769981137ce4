import { expect, test } from 'vitest';
import type { Failure } from '../../../source/model/failure.ts';
import type { HostEntry, HostFacts } from '../../../source/model/host/host.ts';
import { failed, type Result, success } from '../../../source/model/result.ts';
import { judgeHost } from '../../../source/services/board/host-rows.ts';
import { entryOf } from '../../fixtures/states.ts';
import { told } from '../../support/told.ts';

const unreachable: Failure = { code: 'host-unreachable', host: 'p620', detail: 'no route to host' };

const entry = (over: Partial<HostEntry> = {}): HostEntry =>
  entryOf('p620', { address: 'p620.lan', ignoreUnits: ['known-bad.service'], ...over });

const gib = 1024 ** 3;

const facts = (over: Partial<HostFacts> = {}): Result<HostFacts, Failure> =>
  success({
    at: 0,
    latencyMs: 12.4,
    hostName: 'p620',
    machineId: null,
    bootId: null,
    uptimeSeconds: null,
    clockSkewMs: 200,
    current: '/nix/store/x',
    booted: null,
    profile: '/nix/store/x',
    generations: [],
    bootDefault: { kind: 'unverifiable', reason: '' },
    nixosVersion: null,
    revision: null,
    kernel: null,
    rebootNeeded: null,
    failedUnits: ['known-bad.service'],
    activeUnits: [],
    load: null,
    space: [{ mount: '/', freeBytes: 50 * gib, totalBytes: 100 * gib }],
    elevation: 'sudo',
    nixVersion: null,
    copyTrusted: true,
    activationLock: null,
    automaticUpgrades: [],
    ...over,
  });

test.each<[string, Partial<HostFacts>, string, string | undefined]>([
  ['well', {}, 'green: reachable, 12 ms, root by sudo, 50 GiB free on /', undefined],
  [
    'another machine',
    { hostName: 'razer' },
    'red: p620.lan is razer, not p620',
    'correct [hosts.p620] address in nixup.toml',
  ],
  [
    'no root',
    { elevation: null },
    'red: the login user cannot become root without a password',
    "ssh p620.lan 'sudo --non-interactive true'",
  ],
  [
    'locked',
    { activationLock: { holder: null } },
    'red: another activation runs on it',
    "ssh p620.lan 'fuser --verbose /run/nixos/switch-to-configuration.lock'",
  ],
  [
    'full boot partition',
    { space: [{ mount: '/boot', freeBytes: 20 * 1024 ** 2, totalBytes: 511 * 1024 ** 2 }] },
    'red: 20 MiB free on /boot',
    "ssh p620.lan 'sudo nix-collect-garbage --delete-older-than 30d'",
  ],
  [
    'not NixOS',
    { current: null, profile: null },
    'red: it does not run NixOS',
    'install NixOS there, or set deploy = false for it',
  ],
  [
    'an untrusted login',
    { copyTrusted: false },
    'warning: its Nix takes no unsigned paths from the login user: they are copied by sudo',
    'add the user to nix.settings.trusted-users (that makes it as powerful as root), sign the paths, or log in as root',
  ],
  [
    'automatic upgrades',
    { automaticUpgrades: ['nixos-upgrade.timer'] },
    'warning: nixos-upgrade.timer can switch it at any time, a rollback included',
    "ssh p620.lan 'sudo systemctl stop nixos-upgrade.timer'",
  ],
  [
    'a wrong clock',
    { clockSkewMs: -120_000 },
    'warning: its clock is 2 m 00 s behind',
    'ssh p620.lan timedatectl',
  ],
  [
    'a failed unit',
    { failedUnits: ['known-bad.service', 'nzbget.service'] },
    'warning: 1 failed unit: nzbget.service',
    "ssh p620.lan 'systemctl status nzbget.service'",
  ],
])('a host: %s', (_, over, evidence, command) => {
  expect(told(judgeHost(entry(), facts(over)))).toEqual([evidence, command]);
});

test('the worst of several findings is told, the others below', () => {
  const row = judgeHost(entry(), facts({ clockSkewMs: 99_000, activationLock: { holder: null } }));
  expect(row).toMatchObject({ state: 'red', evidence: 'another activation runs on it (1 more)' });
  expect(row.detail.length).toBe(3);
});

test('a small boot partition is judged by its share', () => {
  const space = [{ mount: '/boot', freeBytes: 60 * 1024 ** 2, totalBytes: 100 * 1024 ** 2 }];
  expect(judgeHost(entry(), facts({ space })).state).toBe('green');
});

test('a host that is away is to look at, as asleep is normal', () => {
  expect(judgeHost(entry(), failed(unreachable)).state).toBe('warning');
  expect(
    judgeHost(entry(), failed({ code: 'host-timeout', host: 'p620', afterMs: 5_000 })).state,
  ).toBe('warning');
});

test('a refused login, an unknown key and a wrong machine are red, an image is left out', () => {
  expect(
    judgeHost(entry(), failed({ code: 'host-key-unknown', host: 'p620', address: 'p620' })).state,
  ).toBe('red');
  expect(judgeHost(entry(), facts({ hostName: 'p510' })).state).toBe('red');
  expect(
    judgeHost(entry(), failed({ code: 'login-refused', host: 'p620', detail: 'publickey' })).state,
  ).toBe('red');
  expect(
    judgeHost(entry({ role: { kind: 'left-out', reason: 'an image' } }), failed(unreachable)),
  ).toMatchObject({ state: 'not-set-up', evidence: 'an image' });
});
