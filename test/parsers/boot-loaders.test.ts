import { expect, test } from 'vitest';
import {
  bootableSystems,
  bootLinesOf,
  bootLoaders,
  bootScript,
  findBootEntry,
  resolveBootDefault,
} from '../../source/parsers/boot-loaders.ts';
import { grubLines, nixosEntry, nixosHead, top } from './grub-cfg.ts';

const grub = grubLines(nixosHead() + nixosEntry('NixOS - Default', 'a'));
const systemdBoot = [
  'loader-conf /boot',
  'loader-line default nixos-*',
  'entry-line /boot/loader/entries/nixos-1.conf:linux /x',
  `entry-line /boot/loader/entries/nixos-1.conf:options init=${top('b')}/init`,
];

test.each([
  ['GRUB alone', grub, 'grub', 'a'],
  ['GRUB, started by rEFInd', [...grub, 'efi-LoaderInfo rEFInd 0.14.2'], 'grub', 'a'],
  ['systemd-boot alone', systemdBoot, 'systemd-boot', 'b'],
  [
    'both, where systemd-boot says that it runs',
    [...grub, ...systemdBoot, 'efi-LoaderInfo systemd-boot 261.1'],
    'systemd-boot',
    'b',
  ],
  [
    'both, where GRUB says that it runs',
    [...grub, ...systemdBoot, 'efi-LoaderInfo GRUB 2.12'],
    'grub',
    'a',
  ],
  ['both, without such a firmware', [...grub, ...systemdBoot, 'firmware none'], 'grub', 'a'],
  [
    'GRUB beside a partition of the firmware that only root reads',
    [...grub, 'boot-unreadable /boot/efi'],
    'grub',
    'a',
  ],
])('%s is asked', (_what, lines, loader, letter) => {
  expect(resolveBootDefault(lines)).toEqual({ kind: 'resolved', loader, toplevel: top(letter) });
  expect(findBootEntry(lines, top(letter))).toMatchObject({
    kind: 'found',
    loader: { name: loader },
  });
  expect(bootableSystems(lines)).toEqual([top(letter)]);
});

// The builders of nixpkgs: generic-extlinux-compatible, refind, limine, raspberrypi.
test.each([
  ['both loaders', [...grub, ...systemdBoot], /both systemd-boot and GRUB/],
  [
    'entries of a loader that did not start it',
    [...systemdBoot, 'efi-LoaderInfo Limine 9.3'],
    /started by Limine/,
  ],
  [
    'a menu of GRUB that did not start it',
    [...grub, 'efi-LoaderInfo systemd-boot 261.1'],
    /started by systemd-boot/,
  ],
  ['nothing', [], /no boot loader files/],
  ['a /boot that only root reads', ['boot-unreadable /boot'], /needs root/],
  [
    'an older line without a name',
    ['other-loader /boot/extlinux/extlinux.conf'],
    /extlinux.conf is not known/,
  ],
  [
    'extlinux',
    ['other-loader extlinux /boot/extlinux/extlinux.conf'],
    /extlinux.conf \(extlinux\)/,
  ],
  ['rEFInd', ['other-loader rEFInd /boot/EFI/refind/refind.conf'], /refind.conf \(rEFInd\)/],
  ['Limine', ['other-loader Limine /boot/limine/limine.conf'], /limine.conf \(Limine\)/],
  [
    'a Raspberry Pi',
    ['other-loader Raspberry Pi /boot/cmdline.txt'],
    /cmdline.txt \(Raspberry Pi\)/,
  ],
])('with %s nothing is verified, and no entry is chosen', (_what, lines, reason) => {
  expect(resolveBootDefault(lines)).toEqual({
    kind: 'unverifiable',
    reason: expect.stringMatching(reason),
  });
  expect(findBootEntry(lines, top('a'))).toEqual({
    kind: 'refused',
    reason: expect.stringMatching(reason),
  });
});

test('every line that a script of a loader prints has a key that is read', () => {
  const keys = new Set(bootLoaders.flatMap((loader) => loader.keys));
  const printed = [
    ...bootScript.matchAll(/(?:echo "|nixup-part |sed "s\/\^\/)([a-z]+-[A-Za-z-]+|firmware)\b/g),
  ]
    .flatMap(([, key]) => key ?? [])
    .filter((key) => key !== 'nixup-part' && key !== 'efi-');
  expect(printed.length).toBeGreaterThan(12);
  for (const key of printed) expect(keys, key).toContain(key);
  for (const key of keys) expect(bootLinesOf(`noise\n${key} value`), key).toEqual([`${key} value`]);
});
