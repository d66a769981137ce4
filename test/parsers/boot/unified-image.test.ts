import { describe, expect, test } from 'vitest';
import { systemdBoot } from '../../../source/parsers/boot/systemd-boot.ts';
import { fc, runs } from '../../support/chance.ts';
import { top } from '../../support/grub-cfg.ts';
import { resolvedBy } from '../../support/menu-lines.ts';
import { imageRelease } from '../../support/unified-images.ts';

interface Image {
  readonly release?: string;
  readonly command?: string;
  readonly more?: readonly string[];
  readonly place?: string;
}

/** What is printed of an image. */
const image = (
  name: string,
  letter: string,
  number: number,
  given: Image = {},
): readonly string[] => [
  `unified-image ${given.place ?? '/boot'}/EFI/Linux/${name}`,
  'image-section osrel',
  ...(given.release ?? imageRelease(number)).split('\n').map((line) => `image-osrel ${line}`),
  'image-section cmdline',
  ...(given.command ?? `init=${top(letter)}/init loglevel=4`)
    .split('\n')
    .map((line) => `image-cmdline ${line}`),
  ...(given.more ?? ['image-read yes']),
];

/** A leftover of a time without images. */
const conf = (number: number, letter: string): readonly string[] => {
  const file = `/boot/loader/entries/nixos-generation-${number}.conf`;
  return [
    `entry-file ${file}`,
    ...[
      'linux /k.efi',
      `options init=${top(letter)}/init`,
      'sort-key nixos',
      `version Generation ${number}`,
    ].map((line) => `entry-line ${file}:${line}`),
  ];
};

const lines = (settings: readonly string[], ...rest: (readonly string[])[]): readonly string[] => [
  'loader-conf /boot',
  ...settings.map((line) => `loader-line ${line}`),
  ...rest.flat(),
  'entry-line end',
];

const usual = ['default nixos-*'];
const nine = image('nixos-generation-9-abc.efi', 'a', 9);
const ten = image('nixos-generation-10-def.efi', 'b', 10);

describe('of unified kernel images systemd-boot starts', () => {
  // systemd: boot.c (boot_entry_add_type2, bootspec_pick_name_version_sort_key), systemd-stub(7);
  // lanzaboote: the thin stub keeps the kernel's arguments in the same section.
  test.each<readonly [string, readonly string[], string]>([
    ['the newest generation of lanzaboote', lines(usual, nine, ten), 'b'],
    ['the first of the menu, without a default', lines([], nine, ten), 'b'],
    ['the one that is named', lines(['default nixos-generation-9-abc.efi'], nine, ten), 'a'],
    [
      'the one that the firmware names',
      [...lines(usual, nine, ten), 'efi-LoaderEntryDefault nixos-generation-9-abc.efi'],
      'a',
    ],
    [
      'one with a counter, by its name without',
      lines(
        ['preferred nixos-generation-9-abc.efi', ...usual],
        image('nixos-generation-9-abc+3.efi', 'a', 9),
        ten,
      ),
      'a',
    ],
    [
      'one whose tries are spent last',
      lines(usual, nine, image('nixos-generation-10-def+0-3.efi', 'b', 10)),
      'a',
    ],
    ['one before leftover entries, by its sort key', lines(usual, conf(11, 'c'), nine), 'a'],
    [
      'a leftover entry, by its sort key',
      lines(usual, conf(11, 'c'), image('nixos-9.efi', 'a', 9, { release: 'ID=zebra\nNAME=x' })),
      'c',
    ],
    [
      'the one with the newer version',
      lines(
        [],
        image('x.efi', 'a', 0, { release: 'ID=nixos\nNAME=x\nVERSION_ID=26.05' }),
        image('y.efi', 'b', 0, { release: 'ID=nixos\nNAME=x\nVERSION_ID=25.11' }),
      ),
      'a',
    ],
    [
      'IMAGE_ID and IMAGE_VERSION before ID and VERSION',
      lines(
        [],
        image('x.efi', 'a', 0, {
          release: 'ID=zz\nNAME=x\nIMAGE_ID=aa\nVERSION_ID=1\nIMAGE_VERSION=9',
        }),
        image('y.efi', 'b', 0, { release: 'ID=aa\nNAME=x\nVERSION_ID=8' }),
      ),
      'a',
    ],
    [
      'one with quoted values',
      lines(
        [],
        image('x.efi', 'a', 0, { release: 'ID="aa"\nPRETTY_NAME="a b"\n' }),
        image('y.efi', 'b', 0, { release: 'ID=bb\nNAME=x' }),
      ),
      'a',
    ],
    [
      'one of the other partition',
      lines(usual, nine, image('nixos-generation-12.efi', 'c', 12, { place: '/efi' })),
      'c',
    ],
    [
      'none without a name of its system',
      lines(usual, nine, image('nixos-99.efi', 'c', 99, { release: 'VERSION_ID=99' })),
      'a',
    ],
    [
      'none that is hidden',
      lines(usual, nine, image('.nixos-99.efi', 'c', 99), image('auto-x.efi', 'c', 99)),
      'a',
    ],
    [
      'one whose ending has capital letters',
      lines(['default nixos-9.efi'], image('NixOS-9.EFI', 'a', 9), ten),
      'a',
    ],
    [
      'arguments on several lines',
      lines(usual, image('nixos-1.efi', 'a', 1, { command: `loglevel=4\ninit=${top('a')}/init` })),
      'a',
    ],
  ])('%s', (_what, given, letter) => {
    expect(systemdBoot.resolve(given)).toEqual(resolvedBy('systemd-boot', top(letter)));
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    [
      'one that was not read',
      lines(usual, nine, ['unified-image /boot/EFI/Linux/nixos-10.efi']),
      /whose contents are not read/,
    ],
    [
      'one that was not read to its end',
      lines(usual, nine, image('nixos-10.efi', 'b', 10, { more: [] })),
      /whose contents are not read/,
    ],
    [
      'profiles',
      lines(
        usual,
        nine,
        image('nixos-10.efi', 'b', 10, { more: ['image-section profile', 'image-read yes'] }),
      ),
      /several profiles/,
    ],
    [
      'two command lines',
      lines(
        usual,
        nine,
        image('nixos-10.efi', 'b', 10, { more: ['image-section cmdline', 'image-read yes'] }),
      ),
      /several profiles/,
    ],
    [
      'addons',
      lines(
        usual,
        nine,
        image('nixos-10.efi', 'b', 10, {
          more: ['image-addon /boot/loader/addons/x.addon.efi', 'image-read yes'],
        }),
      ),
      /addons/,
    ],
    [
      'two inits',
      lines(
        usual,
        image('nixos-10.efi', 'b', 10, { command: `init=${top('a')}/init init=${top('b')}/init` }),
      ),
      /more than one init/,
    ],
    [
      'another system',
      lines([], image('fedora.efi', 'b', 10, { command: 'root=LABEL=x' })),
      /does not start a NixOS system/,
    ],
    [
      'no arguments',
      lines([], image('fedora.efi', 'b', 10, { command: '' })),
      /does not start a NixOS system/,
    ],
    [
      'a place in the menu that is not read',
      lines([], nine, image('x.efi', 'b', 10, { release: "ID='x'\nNAME=y" })),
      /place in the menu/,
    ],
    [
      'binary',
      lines([], image('x.efi', 'b', 10, { command: '\u0001\u0002', release: 'NAME=\u0001' })),
      /does not start a NixOS system/,
    ],
  ])('nothing that is verified with %s', (_what, given, reason) => {
    expect(systemdBoot.resolve(given)).toEqual({
      kind: 'unverifiable',
      reason: expect.stringMatching(reason),
    });
  });
});

test('an image is started once by its file’s name, without its counter', () => {
  const counted = image('nixos-generation-9-abc+2-1.efi', 'a', 9);
  expect(systemdBoot.findEntry(lines(usual, counted, ten), top('a'))).toEqual({
    kind: 'found',
    entry: 'nixos-generation-9-abc.efi',
  });
});

test('an entry that is chosen among images and leftovers leads to the system that was asked for', () => {
  const letter = fc.constantFrom('a', 'b', 'c');
  const one = fc.record({
    name: fc.constantFrom('nixos-1', 'nixos-2', 'nixos-2+3', 'nixos-2+0-1', 'NIXOS-1', 'x@1', '*'),
    place: fc.constantFrom('/boot', '/efi'),
    number: fc.integer({ min: 1, max: 3 }),
    isRead: fc.boolean(),
    letter,
  });
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 6 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), letter), { maxLength: 2 }),
      letter,
      (images, leftovers, wanted) => {
        const files = new Map(images.map((given) => [`${given.place}/${given.name}`, given]));
        const given = lines(
          [],
          ...[...files.values()].map(({ name, place, number, isRead, letter: own }) =>
            image(`${name}.efi`, own, number, { place, ...(isRead ? {} : { more: [] }) }),
          ),
          ...new Map(leftovers.map(([number, own]) => [number, conf(number, own)])).values(),
        );
        const choice = systemdBoot.findEntry(given, top(wanted));
        if (choice.kind === 'refused') return;
        expect(systemdBoot.resolve([...given, `efi-LoaderEntryDefault ${choice.entry}`])).toEqual(
          resolvedBy('systemd-boot', top(wanted)),
        );
      },
    ),
    { numRuns: runs(400) },
  );
});
