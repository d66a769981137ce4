import { expect, test } from 'vitest';
import { firmwareOnceKeys } from '../../../source/parsers/boot/firmware-once.ts';
import {
  bootableSystems,
  bootLinesOf,
  bootLoaders,
  bootScript,
  findBootEntry,
  resolveBootDefault,
} from '../../../source/parsers/boot/loaders.ts';
import { grubLines, nixosEntry, nixosHead, top } from '../../support/grub-cfg.ts';
import { menuLines } from '../../support/menu-lines.ts';

const grub = grubLines(nixosHead() + nixosEntry('NixOS - Default', 'a'));
const systemdBoot = [
  'loader-conf /boot',
  'loader-line default nixos-*',
  'entry-line /boot/loader/entries/nixos-1.conf:linux /x',
  `entry-line /boot/loader/entries/nixos-1.conf:options init=${top('b')}/init`,
];

const extlinux = menuLines('extlinux', {
  '/boot/extlinux/extlinux.conf': `DEFAULT a\nLABEL a\n LINUX /k\n APPEND init=${top('c')}/init\n`,
});
const limine = menuLines('limine', {
  '/boot/limine/limine.conf': `/a\nprotocol: linux\ncmdline: init=${top('d')}/init\n`,
});
const refind = menuLines('refind', {
  '/boot/EFI/refind/refind.conf': `menuentry a {\nloader /k\noptions "init=${top('e')}/init"\n}\n`,
});
const raspberryPi = menuLines('raspberry-pi', {
  '/boot/cmdline.txt': `init=${top('f')}/init\n`,
});

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

test.each([
  ['extlinux alone', extlinux, 'extlinux', 'c'],
  [
    'extlinux beside a loader of EFI, without such a firmware',
    [...extlinux, ...systemdBoot, 'firmware none'],
    'extlinux',
    'c',
  ],
  [
    'a loader of EFI beside extlinux, with such a firmware',
    [...extlinux, ...grub, 'firmware efi'],
    'grub',
    'a',
  ],
  [
    'Limine, which says that it runs',
    [...limine, ...systemdBoot, 'efi-LoaderInfo Limine 10.2.1'],
    'limine',
    'd',
  ],
])('%s is asked for the default', (_what, lines, loader, letter) => {
  expect(resolveBootDefault(lines)).toEqual({ kind: 'resolved', loader, toplevel: top(letter) });
});

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
    'a loader whose files are not read',
    ['other-loader ZFSBootMenu /boot/EFI/zbm'],
    /\/boot\/EFI\/zbm \(ZFSBootMenu\)/,
  ],
  [
    'a loader that was left behind on a host that its EFI firmware starts',
    [...extlinux, 'firmware efi'],
    /files of extlinux are only left behind/,
  ],
  [
    'a loader of EFI that was left behind on a host without such a firmware',
    [...systemdBoot, 'firmware none'],
    /started without an EFI firmware, and the files of systemd-boot are only left behind/,
  ],
  ['rEFInd on a host without such a firmware', [...refind, 'firmware none'], /files of rEFInd/],
  [
    'two loaders of EFI on a host without such a firmware',
    [...refind, ...systemdBoot, 'firmware none'],
    /only left behind/,
  ],
  [
    'U-Boot and the firmware of a Raspberry Pi on a host that its EFI firmware starts',
    [...extlinux, ...raspberryPi, 'firmware efi'],
    /only left behind/,
  ],
  ['U-Boot and GRUB on a firmware that nobody knows', [...extlinux, ...grub], /both GRUB and/],
  [
    'two loaders without such a firmware',
    [...grub, ...extlinux, 'firmware none'],
    /both GRUB and extlinux/,
  ],
  ['two loaders of the firmware', [...limine, ...systemdBoot], /both systemd-boot and Limine/],
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
  const keys = new Set([...bootLoaders.flatMap((loader) => loader.keys), ...firmwareOnceKeys]);
  const printed = [
    ...bootScript.matchAll(/(?:echo "|nixup-part |sed "s\/\^\/)([a-z]+-[A-Za-z-]+|firmware)\b/g),
  ]
    .flatMap(([, key]) => key ?? [])
    .filter((key) => key !== 'nixup-part' && key !== 'efi-');
  expect(printed.length).toBeGreaterThan(12);
  for (const key of printed) expect(keys, key).toContain(key);
  for (const key of keys) expect(bootLinesOf(`noise\n${key} value`), key).toEqual([`${key} value`]);
});

const once = (entry: string, by: RegExp) => ({ entry, by: expect.stringMatching(by) });

test.each<readonly [string, readonly string[], string | null, object]>([
  // nixpkgs install-grub.pl reads next_entry of grub-reboot.
  [
    'GRUB',
    grubLines(nixosHead() + nixosEntry('NixOS - Default', 'a') + nixosEntry('NixOS - 1', 'b'), {
      environment: ['next_entry=NixOS - 1'],
    }),
    'a',
    once('"NixOS - 1"', /^grub-reboot/),
  ],
  [
    'GRUB, a system that is none of NixOS',
    grubLines(
      `${nixosHead()}${nixosEntry('NixOS - Default', 'a')}menuentry "Windows" {\n  chainloader /x.efi\n}\n`,
      { environment: ['next_entry=Windows'] },
    ),
    'a',
    once('"Windows"', /^grub-reboot/),
  ],
  // boot.c of systemd-boot; the Boot Loader Interface
  [
    'systemd-boot',
    [...systemdBoot, 'efi-LoaderEntryOneShot auto-windows'],
    'b',
    once('"auto-windows"', /^bootctl set-oneshot/),
  ],
  [
    'Limine',
    [...limine, 'firmware efi', 'efi-LoaderEntryOneShot windows'],
    'd',
    once('"windows"', /^bootctl set-oneshot/),
  ],
  // UEFI specification 3.1.2 and 8.5.4
  [
    'rEFInd, by the firmware',
    [...refind, 'once-next 0003'],
    // Its default is not known.
    null,
    once('the entry Boot0003 of the firmware', /BootNext/),
  ],
  [
    'GRUB, by the firmware',
    [...grub, 'once-indications 1'],
    'a',
    once('the menu of the firmware', /OsIndications/),
  ],
  // The documentation of Raspberry Pi, "autoboot.txt": reboot "0 tryboot"
  [
    'a Raspberry Pi',
    [...raspberryPi, 'once-argument 0 tryboot'],
    'f',
    once('what the firmware does with the argument "0 tryboot"', /reboot-argument/),
  ],
])('a choice for the next boot is told beside the default of %s', (_what, lines, letter, choice) => {
  expect(resolveBootDefault(lines)).toMatchObject(
    letter === null ? { once: choice } : { toplevel: top(letter), once: choice },
  );
});

test.each<readonly [string, readonly string[]]>([
  [
    'the default itself',
    grubLines(nixosHead() + nixosEntry('NixOS - Default', 'a'), {
      environment: ['next_entry=NixOS - Default'],
    }),
  ],
  [
    'an empty next_entry',
    grubLines(nixosHead() + nixosEntry('N', 'a'), { environment: ['next_entry='] }),
  ],
  [
    'a next_entry that grub.cfg does not read',
    grubLines(`set default=0\n${nixosEntry('N', 'a')}`, { environment: ['next_entry=Windows'] }),
  ],
  [
    'a variable of systemd-boot where GRUB runs',
    [...grub, 'efi-LoaderEntryOneShot x', 'firmware none'],
  ],
  ['other bits of OsIndications', [...grub, 'once-indications 4']],
  ['nothing for U-Boot, which has no such choice', extlinux],
])('no choice for the next boot is told of %s', (_what, lines) => {
  expect(resolveBootDefault(lines)).not.toHaveProperty('once');
});

test('the script asks for every choice for one boot that the loaders and the firmware know', () => {
  for (const name of ['LoaderEntryOneShot', 'BootNext', 'OsIndications', 'reboot-param'])
    expect(bootScript).toContain(name);
});
