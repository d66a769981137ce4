import { expect, test } from 'vitest';
import { resolveBootDefault } from '../../source/parsers/boot-entries.ts';

const top = (letter: string): string => `/nix/store/${letter.repeat(32)}-nixos-system-p620-26.05`;

const entry = (number: number, letter: string, extra = ''): readonly string[] => [
  `entry-line /boot/loader/entries/nixos-generation-${number}${extra}.conf:title NixOS`,
  `entry-line /boot/loader/entries/nixos-generation-${number}${extra}.conf:sort-key nixos`,
  `entry-line /boot/loader/entries/nixos-generation-${number}${extra}.conf:version Generation ${number} NixOS 26.05`,
  `entry-line /boot/loader/entries/nixos-generation-${number}${extra}.conf:options init=${top(letter)}/init loglevel=4`,
];

const loader = (wanted: string | null, ...entries: (readonly string[])[]): readonly string[] => [
  'loader-conf /boot',
  'loader-line timeout 5',
  ...(wanted === null ? [] : [`loader-line default ${wanted}`]),
  ...entries.flat(),
];

const systemd = (letter: string) => ({
  kind: 'resolved',
  loader: 'systemd-boot',
  toplevel: top(letter),
});

test.each([
  ['an exact name', loader('nixos-generation-9.conf', entry(9, 'a'), entry(10, 'b')), 'a'],
  ['a name without its ending', loader('nixos-generation-9', entry(9, 'a'), entry(10, 'b')), 'a'],
  ['a pattern: the newest', loader('nixos-*', entry(9, 'a'), entry(10, 'b')), 'b'],
  ['no default at all: the first of the menu', loader(null, entry(9, 'a'), entry(10, 'b')), 'b'],
  ['an entry that counts its boots', loader('nixos-generation-10.conf', entry(10, 'b', '+3')), 'b'],
  [
    'an entry whose boots all failed is last',
    loader('nixos-*', entry(9, 'a'), entry(10, 'b', '+0-3')),
    'a',
  ],
  [
    'the variable of the firmware wins',
    [
      ...loader('nixos-generation-9.conf', entry(9, 'a'), entry(10, 'b')),
      'efi-LoaderEntryDefault nixos-generation-10.conf',
    ],
    'b',
  ],
])('systemd-boot with %s is resolved', (_what, lines, letter) => {
  expect(resolveBootDefault(lines)).toEqual(systemd(letter));
});

test.each([
  ['@saved', loader('@saved', entry(9, 'a')), /started last/],
  ['a bracket that begins no set', loader('[nixos.conf', entry(9, 'a')), /does not exist/],
  ['a default that is gone', loader('nixos-generation-7.conf', entry(9, 'a')), /does not exist/],
  [
    'an entry of another system',
    loader('windows', ['entry-line /boot/loader/entries/windows.conf:title Windows']),
    /does not start a NixOS system/,
  ],
  [
    'unified kernel images',
    ['loader-conf /boot', 'unified-image /boot/EFI/Linux/nixos-generation-3.efi'],
    /unified kernel images/,
  ],
  ['no loader', [], /no boot loader files/],
  ['a /boot that only root reads', ['boot-unreadable /boot'], /needs root/],
  ['another loader', ['other-loader /boot/extlinux/extlinux.conf'], /extlinux.conf is not known/],
  [
    'two loaders',
    [...loader('nixos-*', entry(9, 'a')), 'grub-cfg /boot/grub'],
    /both systemd-boot and GRUB/,
  ],
])('%s is not verifiable, and the reason is said', (_what, lines, reason) => {
  expect(resolveBootDefault(lines)).toEqual({
    kind: 'unverifiable',
    reason: expect.stringMatching(reason),
  });
});

/** A quoted variable of GRUB's own language. */
const variable = (name: string): string => `"$\{${name}}"`;

const grub = (wanted: string, environment: readonly string[] = []): readonly string[] => [
  'grub-cfg /boot/grub',
  `grub-line   set default=${variable('next_entry')}`,
  `grub-line   set default=${wanted}`,
  'grub-line menuentry "NixOS - Default" --class nixos --unrestricted {',
  `grub-line   linux ($drive1)/kernels/x-bzImage init=${top('a')}/init loglevel=4`,
  'grub-line }',
  'grub-line submenu "NixOS - All configurations" --class submenu {',
  'grub-line   menuentry "NixOS - Configuration 2" --class nixos --id two {',
  `grub-line     linux ($drive1)/kernels/x-bzImage init=${top('a')}/init`,
  'grub-line   }',
  'grub-line   menuentry "NixOS - Configuration 1" --class nixos {',
  `grub-line     linux ($drive1)/kernels/x-bzImage init=${top('b')}/init`,
  'grub-line   }',
  'grub-line }',
  ...environment.map((line) => `grub-env ${line}`),
];

test.each([
  ['an index', grub('0'), 'a'],
  ['a quoted index', grub('"0"'), 'a'],
  ['an index into a submenu', grub('"1>1"'), 'b'],
  ['a title', grub('"NixOS - All configurations>NixOS - Configuration 1"'), 'b'],
  ['an id', grub('"1>two"'), 'a'],
  ['the saved entry', grub(variable('saved_entry'), ['saved_entry=1>1']), 'b'],
  ['nothing saved yet', grub(variable('saved_entry')), 'a'],
  ['a one-time entry, which is not the default', grub('0', ['next_entry=1>1']), 'a'],
])('GRUB with %s as default is resolved', (_what, lines, letter) => {
  expect(resolveBootDefault(lines)).toEqual({
    kind: 'resolved',
    loader: 'grub',
    toplevel: top(letter),
  });
});

test('a default of GRUB that is not there is not verifiable', () => {
  expect(resolveBootDefault(grub('7'))).toMatchObject({ kind: 'unverifiable' });
});
