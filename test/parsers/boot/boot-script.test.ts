import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  bootableSystems,
  bootLinesOf,
  bootScript,
  findBootEntry,
  resolveBootDefault,
} from '../../../source/parsers/boot/loaders.ts';
import { nixosEntry, nixosHead, nixosSubmenu, top } from '../../support/grub-cfg.ts';
import { imageRelease, unifiedImage } from '../../support/unified-images.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'nixup-boot-'));
  mkdirSync(path.join(root, 'sys'));
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (file: string, text: string | Buffer): void => {
  const whole = path.join(root, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, text);
};

/** The script as a host runs it, with its folders below one of our own. */
const ran = (): readonly string[] => {
  const script = bootScript
    .replaceAll('/sys/firmware/efi', `${root}/sys`)
    .replaceAll('/run/systemd/container', `${root}/container`)
    .replaceAll(/(?<=[\s"])\/(boot|efi|esp)(?=[/?$\s])/g, `${root}/$1`);
  return bootLinesOf(
    execFileSync('sh', [], { input: `${script}\nexit 0\n`, encoding: 'utf8', maxBuffer: 1e8 }),
  );
};

const entry = (letter: string, version: number): string =>
  `title NixOS\nversion Generation ${version}\nlinux /EFI/nixos/k.efi\noptions init=${top(letter)}/init\nsort-key nixos`;

test('what started a host is known by its firmware, and not in a container', () => {
  const firmware = (): readonly string[] => ran().filter((line) => line.startsWith('firmware'));
  expect(firmware()).toEqual(['firmware efi']);
  rmSync(path.join(root, 'sys'), { recursive: true });
  expect(firmware()).toEqual(['firmware none']);
  put('container', 'systemd-nspawn\n');
  expect(firmware()).toEqual([]);
});

test('entries on the extended boot partition are read with the settings of the other', () => {
  put(
    'efi/loader/loader.conf',
    `timeout 5\npreferred nixos-${'b'.repeat(64)}.conf\ndefault nixos-*`,
  );
  put(`boot/loader/entries/nixos-${'a'.repeat(64)}.conf`, entry('a', 1));
  put(`boot/loader/entries/nixos-${'b'.repeat(64)}+3.conf`, entry('b', 2));
  put('boot/loader/entries/nixos-lost.conf', entry('c', 3).replace('k.efi', 'gone.efi'));
  put('boot/EFI/nixos/k.efi', 'kernel');
  const lines = ran();
  expect(resolveBootDefault(lines)).toMatchObject({ kind: 'resolved', toplevel: top('b') });
  expect(findBootEntry(lines, top('b'))).toMatchObject({ entry: `nixos-${'b'.repeat(64)}.conf` });
  expect(findBootEntry(lines, top('c'))).toMatchObject({ kind: 'refused' });
});

test('only a kernel whose name is read for certain is missed', () => {
  put('boot/loader/entries/nixos-1.conf', entry('a', 1).replaceAll('\n', '\r\n'));
  put(
    'boot/loader/entries/nixos-2.conf',
    entry('b', 2).replace('/EFI/nixos/k.efi', '\\EFI\\k 1.efi'),
  );
  expect(resolveBootDefault(ran())).toMatchObject({ kind: 'resolved', toplevel: top('b') });
  put('boot/loader/entries/nixos-2.conf', entry('b', 2));
  expect(resolveBootDefault(ran())).toMatchObject({ kind: 'resolved', toplevel: top('a') });
});

test('variables of the firmware are read as text', () => {
  put('boot/loader/entries/nixos-1.conf', entry('a', 1));
  put('boot/loader/entries/nixos-2.conf', entry('b', 2));
  put('boot/EFI/nixos/k.efi', 'kernel');
  const variable = (name: string, value: Buffer): void =>
    put(
      `sys/efivars/${name}-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f`,
      Buffer.concat([Buffer.from([7, 0, 0, 0]), value]),
    );
  variable('LoaderInfo', Buffer.from('systemd-boot 261.1\0', 'utf16le'));
  variable('LoaderEntryPreferred', Buffer.from('nixos-1.conf\0', 'utf16le'));
  variable('LoaderFeatures', Buffer.from([0xff, 0xff, 0x0f, 0, 0, 0, 0, 0]));
  const lines = ran();
  expect(lines).toContain('efi-LoaderInfo systemd-boot 261.1');
  expect(lines.find((line) => line.startsWith('efi-LoaderFeatures'))).toMatch(/ 1048575$/);
  expect(resolveBootDefault(lines)).toMatchObject({ kind: 'resolved', toplevel: top('a') });
});

test('an image beside leftover entries leaves the default unverified, with the reason', () => {
  put('boot/loader/loader.conf', 'default nixos-*\n');
  put('boot/loader/entries/nixos-generation-1.conf', entry('a', 1));
  put('boot/EFI/nixos/k.efi', 'kernel');
  put('boot/EFI/Linux/nixos-generation-2-abc.efi', 'MZ');
  expect(resolveBootDefault(ran())).toMatchObject({
    kind: 'unverifiable',
    reason: expect.stringMatching(/nixos-generation-2-abc.efi, whose contents are not read/),
  });
});

const image = (
  letter: string,
  number: number,
  ...more: readonly (readonly [string, string])[]
): Buffer =>
  unifiedImage(
    ['.text', 'stub'],
    ['.osrel', imageRelease(number)],
    ['.cmdline', `init=${top(letter)}/init loglevel=4\0\0`],
    ['.linux', '\\EFI\\nixos\\kernel.efi'],
    ...more,
  );

test('unified kernel images are read: what they start, and where they stand in the menu', () => {
  put('boot/loader/loader.conf', 'default nixos-*\n');
  put('boot/EFI/Linux/nixos-generation-9-abc.efi', image('a', 9));
  put('boot/EFI/Linux/nixos-generation-10-abc.efi', image('b', 10));
  const lines = ran();
  expect(resolveBootDefault(lines)).toMatchObject({ loader: 'systemd-boot', toplevel: top('b') });
  expect(findBootEntry(lines, top('a'))).toMatchObject({ entry: 'nixos-generation-9-abc.efi' });
  expect(bootableSystems(lines).toSorted()).toEqual([top('a'), top('b')]);
});

test.each<readonly [string, Buffer]>([
  ['that is none', Buffer.from('MZ')],
  ['that was cut off in its table', image('b', 2).subarray(0, 0x200)],
  ['that was cut off in a section', image('b', 2).subarray(0, 0x810)],
  ['with two command lines', image('b', 2, ['.cmdline', `init=${top('a')}/init`])],
  ['with profiles', image('b', 2, ['.profile', 'ID=debug'])],
  [
    'with two inits',
    unifiedImage(
      ['.osrel', imageRelease(2)],
      ['.cmdline', `init=${top('a')}/init init=${top('b')}/init`],
    ),
  ],
  [
    'with a name in another kind of quotes',
    unifiedImage(['.osrel', `ID='x'\nNAME="y"`], ['.cmdline', `init=${top('b')}/init`]),
  ],
  [
    'with a command line that is too large',
    image('b', 2, ['.cmdline', 'x'.repeat(0x400)]).fill(
      0xff,
      0x80 + 24 + 240 + 80 + 8,
      0x80 + 24 + 240 + 80 + 24,
    ),
  ],
])('an image %s is not taken for one that starts a system', (_what, broken) => {
  put('boot/EFI/Linux/nixos-generation-1.efi', image('a', 1));
  put('boot/EFI/Linux/nixos-generation-2.efi', broken);
  expect(resolveBootDefault(ran())).toMatchObject({
    kind: 'unverifiable',
    reason: expect.stringMatching(/unified kernel image .*nixos-generation-2.efi/),
  });
});

test('an image without a name of its system is no entry, and one with addons is not known', () => {
  put('boot/EFI/Linux/nixos-generation-1.efi', image('a', 1));
  put('boot/EFI/Linux/nixos-generation-2.efi', unifiedImage(['.cmdline', `init=${top('b')}/init`]));
  expect(resolveBootDefault(ran())).toMatchObject({ kind: 'resolved', toplevel: top('a') });
  put('boot/EFI/Linux/nixos-generation-1.efi.extra.d/x.addon.efi', image('b', 1));
  expect(resolveBootDefault(ran())).toMatchObject({ reason: expect.stringMatching(/addons/) });
});

test('a menu of GRUB is read whole, with the scripts beside it', () => {
  const menu = `${nixosHead()}source $prefix/custom.cfg\n${nixosEntry('NixOS - Default', 'a')}${nixosSubmenu('NixOS - All configurations', 'b', 'a')}`;
  put('boot/grub/grub.cfg', menu);
  put('boot/grub/custom.cfg', 'menuentry "Shutdown" { halt }');
  put('boot/grub/grubenv', `# GRUB Environment Block\nsaved_entry=0\n${'#'.repeat(900)}`);
  const lines = ran();
  expect(resolveBootDefault(lines)).toMatchObject({ kind: 'unverifiable' });
  expect(findBootEntry(lines, top('b'))).toMatchObject({ kind: 'found', entry: '2>0' });
});

test('menus of the other loaders are read where NixOS puts them', () => {
  const started = (): unknown => resolveBootDefault(ran());
  rmSync(path.join(root, 'sys'), { recursive: true });
  const label = `LABEL b\n LINUX ../nixos/b\n APPEND init=${top('b')}/init\n`;
  put(
    'boot/extlinux/extlinux.conf',
    `DEFAULT a\nLABEL a\n LINUX ../nixos/a\n APPEND init=${top('a')}/init\n${label}`,
  );
  put('boot/nixos/b', 'kernel');
  expect(started()).toMatchObject({
    reason: expect.stringMatching(/\.\.\/nixos\/a, which is not there/),
  });
  put('boot/nixos/a', 'kernel');
  expect(started()).toMatchObject({ loader: 'extlinux', toplevel: top('a') });
  put('boot/config.txt', '[pi4]\nkernel=u-boot-rpi4.bin\n');
  put('boot/cmdline.txt', `init=${top('c')}/init\n`);
  expect(started()).toMatchObject({ loader: 'extlinux', toplevel: top('a') });
  rmSync(path.join(root, 'boot/extlinux'), { recursive: true });
  put('boot/config.txt', 'kernel=kernel.img\n');
  expect(started()).toMatchObject({ loader: 'raspberry-pi', toplevel: top('c') });
  rmSync(path.join(root, 'boot'), { recursive: true });
  put('efi/limine/limine.conf', `/a\nprotocol: linux\ncmdline: init=${top('d')}/init\n`);
  expect(started()).toMatchObject({ loader: 'limine', toplevel: top('d') });
  rmSync(path.join(root, 'efi'), { recursive: true });
  mkdirSync(path.join(root, 'sys'));
  put(
    'boot/efi/refind/refind.conf',
    `scanfor manual\ndefault_selection 1\nmenuentry a {\n loader /k\n options "init=${top('e')}/init"\n}\n`,
  );
  expect(started()).toMatchObject({ loader: 'refind', toplevel: top('e') });
});

test('every file of a line of extlinux is looked for on the disk of its menu', () => {
  rmSync(path.join(root, 'sys'), { recursive: true });
  const started = (): unknown => resolveBootDefault(ran());
  const menu = (initrd: string): string =>
    `LABEL a\n LINUX /k\n INITRD ${initrd}\n APPEND init=${top('a')}/init\n`;
  put('boot/extlinux/extlinux.conf', menu('/one /two'));
  put('boot/k', 'kernel');
  put('boot/one', 'initrd');
  expect(started()).toMatchObject({ reason: expect.stringMatching(/\/two, which is not there/) });
  put('boot/two', 'initrd');
  expect(started()).toMatchObject({ loader: 'extlinux', toplevel: top('a') });
  rmSync(path.join(root, 'boot/extlinux'), { recursive: true });
  put('boot2/extlinux/extlinux.conf', menu('/one'));
  put('boot2/k', 'kernel');
  expect(started()).toMatchObject({ reason: expect.stringMatching(/\/one, which is not there/) });
  put('boot2/one', 'initrd');
  expect(started()).toMatchObject({ loader: 'extlinux', toplevel: top('a') });
});

test('what is huge or binary is not taken for a menu', () => {
  put('boot/grub/grub.cfg', Buffer.alloc(3_000_000, 'x'));
  expect(resolveBootDefault(ran())).toMatchObject({
    reason: expect.stringMatching(/too many for a boot menu/),
  });
  put('boot/grub/grub.cfg', Buffer.from([0, 1, 2, 255, 10, 123, 0]));
  expect(resolveBootDefault(ran())).toMatchObject({ kind: 'unverifiable' });
});

test('an entry that is huge is not read, and what it would start is not claimed', () => {
  put('boot/loader/entries/nixos-1.conf', entry('a', 1));
  put('boot/loader/entries/nixos-2.conf', Buffer.alloc(200_000, 'linux x\n'));
  put('boot/EFI/nixos/k.efi', 'kernel');
  expect(resolveBootDefault(ran())).toMatchObject({
    reason: expect.stringMatching(/cannot be read/),
  });
});

test('a host without a boot loader prints nothing of one', () => {
  expect(ran().filter((line) => !line.startsWith('firmware '))).toEqual([]);
});
