import { expect, test } from 'vitest';
import {
  type Closure,
  comparePackages,
  newSizeOf,
} from '../../../source/model/packages/packages.ts';
import {
  groupHosts,
  isCriticalPackage,
  reviewPackages,
} from '../../../source/model/packages/review.ts';
import { parsePackageName } from '../../../source/parsers/nix/package-name.ts';

/** A closure of these names; `name#2` is another store path of the same name. */
const closure = (toplevel: string, names: Readonly<Record<string, number>>): Closure => ({
  toplevel,
  size: Object.values(names).reduce((sum, size) => sum + size, 0),
  packages: Object.entries(names).map(([text, size]) => ({
    path: `/nix/store/${text}`,
    size,
    ...(parsePackageName(text.replace(/#\d+$/, '')) ?? { name: text, version: null }),
  })),
});

const difference = (old: Record<string, number>, now: Record<string, number>) =>
  comparePackages(closure('/old', old), closure('/new', now));

test.each([
  ['a newer version is an upgrade', { 'a-1.2': 10 }, { 'a-1.3': 15 }, 'upgraded', 5],
  ['an older version is a downgrade', { 'a-1.3': 15 }, { 'a-1.2': 10 }, 'downgraded', -5],
  ['a package that comes is added', {}, { 'a-1.3': 15 }, 'added', 15],
  ['a package that goes is removed', { 'a-1.3': 15 }, {}, 'removed', -15],
  ['the same version at another path is rebuilt', { 'a-1': 1 }, { 'a-1#2': 3 }, 'rebuilt', 2],
  ['an old copy that goes is an upgrade', { 'a-1': 1, 'a-2': 1 }, { 'a-2': 1 }, 'upgraded', -1],
  ['an old copy that comes is a downgrade', { 'a-2': 1 }, { 'a-1': 1, 'a-2': 1 }, 'downgraded', 1],
])('%s', (_title, old, now, kind, sizeDelta) => {
  const { changes } = difference(old, now);
  expect(changes).toMatchObject([{ name: 'a', kind, sizeDelta }]);
});

test('what only the new system has is the most that has to be copied', () => {
  const before = closure('/old', { 'a-1': 10, 'b-1': 20 });
  const after = closure('/new', { 'a-1': 10, 'b-2': 25 });
  // Its size counts generated files too.
  expect(newSizeOf(before, { ...after, size: after.size + 3 })).toBe(28);
});

test('outputs of one package are one change, with all their bytes', () => {
  const { changes, sizeDelta } = difference(
    { 'openssl-3.6.1': 5, 'openssl-3.6.1-bin': 2 },
    { 'openssl-3.6.2': 6, 'openssl-3.6.2-bin': 2 },
  );
  expect(changes).toEqual([
    {
      name: 'openssl',
      kind: 'upgraded',
      old: ['3.6.1'],
      new: ['3.6.2'],
      major: false,
      sizeDelta: 1,
    },
  ]);
  expect(sizeDelta).toBe(1);
});

test('glue without a version is not told when it is made again, and is when it comes or goes', () => {
  const { changes } = difference({ wrapper: 1, gone: 1 }, { 'wrapper#2': 1, come: 1 });
  expect(changes.map(({ name, kind }) => [name, kind])).toEqual([
    ['come', 'added'],
    ['gone', 'removed'],
  ]);
});

test('what a machine needs to boot comes first, then major versions, then the rest', () => {
  const { changes } = difference(
    { 'a-1': 1, 'immich-2.8': 1, 'linux-6.18.19': 1, 'systemd-259': 1, 'z-2': 1 },
    { 'a-1#2': 1, 'immich-3.0': 1, 'linux-6.18.24': 1, 'systemd-260': 1, 'z-1': 1 },
  );
  expect(reviewPackages(changes).map(({ name }) => name)).toEqual([
    'systemd',
    'linux',
    'immich',
    'z',
    'a',
  ]);
});

// The `pname` of each in nixpkgs and in lanzaboote; `grub2` is the name of the attribute, as subjects of commits have it.
test.each([
  'grub',
  'grub2',
  'systemd-boot',
  'limine',
  'limine-full',
  'refind',
  'lanzaboote-tool',
  'lanzaboote_stub',
  'lzbt-systemd',
  'uboot-rpi_4_defconfig',
  'raspberrypi-firmware',
  'zfsbootmenu',
  'syslinux',
])('%s is a boot loader, without which no host starts', (name) => {
  expect(isCriticalPackage(name)).toBe(true);
});

test.each([
  'uboot-tools',
  'grubby',
  'refine',
  'limin',
  'raspberrypi-tools',
])('%s is none', (name) => {
  expect(isCriticalPackage(name)).toBe(false);
});

test('hosts with the same difference are told once', () => {
  const one = difference({ 'a-1': 1 }, { 'a-2': 1 });
  const other = difference({ 'b-1': 1 }, { 'b-2': 1 });
  const groups = groupHosts([
    { host: 'p620', difference: one },
    { host: 'razer', difference: other },
    { host: 'samsung', difference: { ...one, old: '/elsewhere' } },
  ]);
  expect(groups.map(({ hosts }) => hosts)).toEqual([['p620', 'samsung'], ['razer']]);
});

test('versions that are revisions have no direction', () => {
  const { changes } = difference(
    { 'tool-0af1ced': 5, 'mix-1.2-0af1ced': 1 },
    { 'tool-9be01f2': 6, 'mix-1.2-9be01f2': 1 },
  );
  expect(changes).toMatchObject([
    { name: 'mix', kind: 'changed', major: false },
    { name: 'tool (revision)', kind: 'changed', major: false, old: ['0af1ced'], new: ['9be01f2'] },
  ]);
});

test('a theme that is known by its revision is not the program of that name', () => {
  const { changes } = difference(
    { 'fish-4.1.2': 5, 'fish-0af1ced': 1 },
    { 'fish-4.2.0': 6, 'fish-af1ced0': 1 },
  );
  expect(changes).toMatchObject([
    { name: 'fish', kind: 'upgraded', old: ['4.1.2'], new: ['4.2.0'] },
    { name: 'fish (revision)', kind: 'changed', old: ['0af1ced'], new: ['af1ced0'] },
  ]);
});
