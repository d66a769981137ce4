import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kernelVersion } from '../../../source/parsers/host/generations.ts';
import { readProbe } from '../../../source/parsers/host/probe.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/hosts/${name}.txt`, import.meta.url), 'utf8');

const timing = { at: 1_795_417_318_300, tookMs: 230 };
const reading = (name: string) => readProbe(fixture(name), timing);

test('every fact of a host with systemd-boot is read', () => {
  const facts = reading('probe-systemd-boot')?.facts;
  expect(facts).toMatchObject({
    hostName: 'p620',
    machineId: '3ccf852428f8f5af21e96bd72ff9f58b',
    bootId: 'd4566572-9ec1-4190-992a-989cf33bc7f2',
    uptimeSeconds: 2261.96,
    latencyMs: 100,
    nixosVersion: '26.05.20261115.3b4d16e',
    revision: '877d9c6c8adb9670fe80657c8271331f27b61652',
    kernel: '6.16.14',
    rebootNeeded: false,
    failedUnits: [],
    load: [1.5, 1.49, 0.87],
    elevation: 'root',
    nixVersion: '2.26.3',
    copyTrusted: true,
    activationLock: null,
    automaticUpgrades: [],
  });
  expect(facts?.current).toBe(facts?.profile);
  expect(facts?.bootDefault).toEqual({
    kind: 'resolved',
    loader: 'systemd-boot',
    toplevel: facts?.profile,
  });
  expect(facts?.generations.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(facts?.generations[3]).toEqual({
    number: 4,
    path: '/nix/store/hbz2fim77x05s9vl6ih48cjw0s3i9fkh-nixos-system-p620-26.05.20261122.8abc917',
    at: 1_795_417_266_000,
    nixosVersion: '26.05.20261122.8abc917',
    revision: '877d9c6c8adb9670fe80657c8271331f27b61652-dirty',
    kernel: '6.19.1',
  });
  expect(facts?.space.map(({ mount }) => mount)).toEqual(['/', '/boot']);
  expect(facts?.activeUnits).toContain('grafana.service');
});

test('the clock of a host is compared at the time its script ran', () => {
  expect(Math.abs(reading('probe-systemd-boot')?.facts.clockSkewMs ?? 1e9)).toBeLessThan(200);
});

test('a login user without rights is told, and needs a reboot where the kernel differs', () => {
  expect(reading('probe-unprivileged')?.facts).toMatchObject({
    elevation: null,
    copyTrusted: false,
    rebootNeeded: true,
    kernel: '6.19.1',
    bootedKernel: '6.16.14',
  });
});

test('a host with GRUB says its default entry', () => {
  const facts = reading('probe-grub')?.facts;
  expect(facts?.bootDefault).toEqual({
    kind: 'resolved',
    loader: 'grub',
    toplevel: facts?.current,
  });
});

test('an answer that was cut off is no answer', () => {
  const text = fixture('probe-grub');
  expect(readProbe(text.slice(0, text.indexOf('nixup-probe-end')), timing)).toBeNull();
});

test('greetings before the answer are skipped', () => {
  const noisy = `Welcome to p620!\nhost-name fake\n${fixture('probe-systemd-boot')}`;
  expect(readProbe(noisy, timing)?.facts.hostName).toBe('p620');
});

test('a host that answers nothing but its end has null facts and is no NixOS', () => {
  const empty = readProbe('nixup-probe 1\nos "Debian GNU/Linux 13"\nnixup-probe-end\n', timing);
  expect(empty).toMatchObject({
    isNixos: false,
    system: 'Debian GNU/Linux 13',
    facts: {
      hostName: null,
      current: null,
      generations: [],
      load: null,
      rebootNeeded: null,
      copyTrusted: null,
      clockSkewMs: null,
      bootDefault: { kind: 'unverifiable', reason: 'no boot loader files were found' },
    },
  });
});

test.each([
  ['user alice\nnix-daemon yes\nnix-conf trusted-users = root alice', true],
  ['user alice\ngroups users wheel\nnix-daemon yes\nnix-conf extra-trusted-users = @wheel', true],
  ['user alice\ngroups users\nnix-daemon yes\nnix-conf trusted-users = root @wheel', false],
  ['user alice\nnix-daemon yes\nnix-conf trusted-users = *', true],
  ['user alice\nnix-daemon yes\nnix-conf trusted-users = root # alice', false],
  ['user alice\nstore-owner alice', true],
  ['user alice', false],
  ['user root', true],
])('%j trusts copies: %j', (lines, trusted) => {
  const text = `nixup-probe 1\n${lines}\nnixup-probe-end\n`;
  expect(readProbe(text, timing)?.facts.copyTrusted).toBe(trusted);
});

test('generations, their kernels and the owner of the store come from one call of stat', () => {
  const profiles = '/nix/var/nix/profiles';
  const text = [
    'nixup-probe 1',
    'user alice',
    `linked 1795000000 root '${profiles}/system-7-link' -> '/nix/store/x'`,
    `linked 1 root '${profiles}/system-7-link/kernel' -> '/nix/store/y-linux-6.12.8/bzImage'`,
    "linked 1795000001 alice '/nix/var/nix/db'",
    'nixup-probe-end\n',
  ].join('\n');
  expect(readProbe(text, timing)?.facts).toMatchObject({
    generations: [{ number: 7, path: '/nix/store/x', at: 1_795_000_000_000, kernel: '6.12.8' }],
    copyTrusted: true,
  });
});

test('ports are read from lines of the kernel', () => {
  // proc_net(5): /proc/net/tcp and tcp6 of Linux 6.16.
  const text = `nixup-probe 1
nixup-part listens
   0: 00000000:2382 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 23 1
  11: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0 00 0 0 0 7
  12: 0100007F:8C3A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 24 1
nixup-part
nixup-probe-end
`;
  expect(readProbe(text, timing)?.facts.listens).toEqual([22, 9090]);
});

test('control sequences in a fact do not pass', () => {
  const text = 'nixup-probe 1\nhost-name p620\u001b[2J\u0007\nnixup-probe-end\n';
  expect(readProbe(text, timing)?.facts.hostName).toBe('p620');
});

test.each([
  ['/nix/store/bddnimwfh762v67x0qqs70wi8qxh798n-linux-6.16.14/bzImage', '6.16.14'],
  ['/nix/store/bddnimwfh762v67x0qqs70wi8qxh798n-linux-zen-6.12.8/bzImage', '6.12.8'],
  ['/nix/store/bddnimwfh762v67x0qqs70wi8qxh798n-linux-custom', 'linux-custom'],
  ['/boot/vmlinuz', null],
  [null, null],
])('the kernel of %j is %j', (path, version) => {
  expect(kernelVersion(path)).toBe(version);
});

test('the version of Nix is read from its store path, where nobody asked it', () => {
  const versionOf = (...lines: readonly string[]): string | null | undefined =>
    readProbe(['nixup-probe 1', ...lines, 'nixup-probe-end'].join('\n'), timing)?.facts.nixVersion;
  expect(versionOf('nix-program /nix/store/0c0c-nix-2.28.4/bin/nix')).toBe('2.28.4');
  expect(versionOf('nix-program /nix/store/0c0c-nix-cli-2.31.2/bin/nix')).toBe('2.31.2');
  expect(versionOf('nix-program /usr/bin/nix', 'nix-version nix-store (Nix) 2.26.3')).toBe(
    '2.26.3',
  );
  expect(versionOf('nix-program /usr/bin/nix')).toBeNull();
});

test('a specialisation that the host runs is named, and else there is none', () => {
  const text = fixture('probe-systemd-boot');
  expect(readProbe(text, timing)?.facts.specialisation).toBeUndefined();
  const special = text.replace('nixup-probe 1\n', 'nixup-probe 1\nspecialisation vfio\n');
  expect(readProbe(special, timing)?.facts.specialisation).toBe('vfio');
});
