import { describe, expect, test } from 'vitest';
import { extlinux } from '../../../source/parsers/boot/extlinux.ts';
import { fc, runs } from '../../support/chance.ts';
import { top } from '../../support/grub-cfg.ts';
import { menuLines, resolvedBy } from '../../support/menu-lines.ts';

const file = '/boot/extlinux/extlinux.conf';

/** A label as extlinux-conf-builder.sh of nixpkgs writes it. */
const label = (tag: string, letter: string, more = ''): string => `
LABEL nixos-${tag}
  MENU LABEL NixOS - Configuration ${tag} (2026-11-15 10:20 - 26.05)
  LINUX ../nixos/x-linux-6.16-Image
  INITRD ../nixos/x-initrd-linux-6.16-initrd
  APPEND init=${top(letter)}/init loglevel=4 lsm=landlock,yama,bpf
${more}  FDTDIR ../nixos/x-device-tree-overlays
`;

const head = `# Generated file, all changes will be lost on nixos-rebuild!

# Change this to e.g. nixos-42 to temporarily boot to an older configuration.
DEFAULT nixos-default

MENU TITLE ------------------------------------------------------------
TIMEOUT 50
`;

const usual = head + label('default', 'b') + label('9', 'a') + label('10', 'b');
const wanting = (name: string): string => usual.replace('DEFAULT nixos-default', name);
const lines = (text: string, files: Readonly<Record<string, string>> = {}, ...more: string[]) =>
  menuLines('extlinux', { [file]: text, ...files }, ...more);

describe('the label that U-Boot starts', () => {
  // boot/pxe_utils.c: get_token, parse_label, parse_pxefile_top, pxe_menu_to_menu, label_boot; doc/README.pxe;
  // nixpkgs: extlinux-conf-builder.sh.
  test.each<readonly [string, readonly string[], string]>([
    ['the menu of NixOS', lines(usual), 'b'],
    ['another name', lines(wanting('DEFAULT nixos-9')), 'a'],
    ['small letters', lines(usual.replace(/^( *)([A-Z]+)/gm, (all) => all.toLowerCase())), 'b'],
    ['ONTIMEOUT, which is the same word', lines(wanting('ONTIMEOUT nixos-9')), 'a'],
    ['the last of two', lines(wanting('DEFAULT nixos-10\nDEFAULT nixos-9')), 'a'],
    ['one behind the labels', lines(`${usual}DEFAULT nixos-9\n`), 'a'],
    ['a comment, which is none', lines(wanting('DEFAULT nixos-9\n# DEFAULT nixos-10')), 'a'],
    ['a name that no label has: the first', lines(wanting('DEFAULT gone')), 'b'],
    ['a name in other letters: the first', lines(wanting('DEFAULT NIXOS-9')), 'b'],
    ['nothing: the first', lines(wanting('')), 'b'],
    [
      'MENU DEFAULT in a label',
      lines(
        head.replace('DEFAULT nixos-default', '') +
          label('x', 'b') +
          label('9', 'a', '  MENU DEFAULT\n'),
      ),
      'a',
    ],
    [
      'DEFAULT before MENU DEFAULT',
      lines(
        usual
          .replace('  LINUX ../nixos/x-linux-6.16-Image', '  MENU DEFAULT\n  LINUX ../nixos/x')
          .replace('nixos-default', 'nixos-9'),
      ),
      'a',
    ],
    ['of two labels with one name the last', lines(usual + label('default', 'c')), 'c'],
    ['KERNEL in place of LINUX', lines(usual.replaceAll('LINUX', 'KERNEL')), 'b'],
    ['tabs', lines(usual.replaceAll('  ', '\t')), 'b'],
    ['an APPEND that is given again', lines(usual + label('9', 'a')), 'b'],
    ['no line break at the end', lines(usual.trimEnd()), 'b'],
    [
      'a file that is included',
      lines('DEFAULT nixos-9\nINCLUDE more.conf\n', {
        '/boot/extlinux/more.conf': label('9', 'a'),
      }),
      'a',
    ],
    [
      'a menu that is included',
      lines('MENU INCLUDE more.conf\nDEFAULT nixos-9\n', { '/boot/extlinux/more.conf': usual }),
      'a',
    ],
    [
      'other systems beside it',
      lines(`${usual}\nLABEL memtest\n  LINUX /memtest.bin\nLABEL disk\n  LOCALBOOT 1\n`),
      'b',
    ],
    [
      'two disks that say the same',
      menuLines('extlinux', { [file]: usual, '/boot2/extlinux/extlinux.conf': usual }),
      'b',
    ],
    ['text behind a NUL, which is not read', lines(`${usual}\u0000DEFAULT nixos-9\n`), 'b'],
  ])('is found by %s', (_what, given, letter) => {
    expect(extlinux.resolve(given)).toEqual(resolvedBy('extlinux', top(letter)));
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['emptiness', lines(''), /has no label/],
    ['binary', lines('\u0000\u0001\u007fELF\n'), /has no label/],
    [
      'a file that was cut off in a label',
      lines(usual.slice(0, usual.indexOf('APPEND'))),
      /starts no kernel/,
    ],
    ['a label without a name', lines(`${head}LABEL\n LINUX x\n`), /line 8 of .* lacks a value/],
    ['DEFAULT without a name', lines(`DEFAULT\n${label('9', 'a')}`), /line 1 of .* lacks a value/],
    ['carriage returns', lines(usual.replaceAll('\n', '\r\n')), /carriage returns/],
    [
      'another system',
      lines('DEFAULT w\nLABEL w\n LINUX /vmlinuz\n APPEND root=/dev/sda1\n'),
      /no.* NixOS system/,
    ],
    ['a disk', lines('DEFAULT w\nLABEL w\n LOCALBOOT 1\n'), /starts no kernel/],
    [
      'two inits',
      lines(label('9', 'a').replace('loglevel', `init=${top('b')}/init loglevel`)),
      /no.* NixOS system/,
    ],
    [
      'a variable of U-Boot',
      lines(label('9', 'a').replace('loglevel=4', '$' + '{bootargs}')),
      /only U-Boot knows/,
    ],
    [
      'a file that was not read',
      lines(`INCLUDE ../other.conf\n${usual}`),
      /other.conf, which was not read/,
    ],
    ['a file that reads itself', lines(`INCLUDE extlinux.conf\n${usual}`), /without an end/],
    [
      'two files that read each other',
      lines(`INCLUDE more.conf\n${usual}`, {
        '/boot/extlinux/more.conf': 'INCLUDE extlinux.conf\n',
      }),
      /without an end/,
    ],
    [
      'a kernel that is not there',
      lines(usual, {}, 'extlinux-lost ../nixos/x-linux-6.16-Image'),
      /x-linux-6.16-Image, which is not there/,
    ],
    ['a kernel with a blank in its name', lines(usual.replace('-Image', '-Image ')), /blank/],
    [
      'two disks that differ',
      menuLines('extlinux', {
        [file]: usual,
        '/boot2/extlinux/extlinux.conf': wanting('DEFAULT nixos-9'),
      }),
      /boot2.*start different systems/,
    ],
    [
      'a file that is too large',
      [`extlinux-trouble ${file} has 9000000 bytes, too many for a boot menu`],
      /too many/,
    ],
    [
      'a label that a second INITRD ends',
      lines(usual.replace('  APPEND', '  INITRD ../other\n  APPEND')),
      /starts no kernel/,
    ],
  ])('is not verifiable with %s', (_what, given, reason) => {
    expect(extlinux.isPresent(given)).toBe(true);
    expect(extlinux.resolve(given)).toEqual({
      kind: 'unverifiable',
      reason: expect.stringMatching(reason),
    });
  });
});

test('no label is started once, whatever the menu is', () => {
  for (const text of [usual, '', wanting('DEFAULT gone')])
    expect(extlinux.findEntry(lines(text), top('a'))).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(/cannot be told to start an entry once/),
    });
});

test('its systems are those of every label that starts one', () => {
  expect(extlinux.systems(lines(`${usual}LABEL memtest\n LINUX /memtest.bin\n`))).toEqual([
    top('b'),
    top('a'),
    top('b'),
  ]);
});

/** An own reading: names and letters as they were written, and which of them U-Boot takes. */
test('the default that is told is the one that was written', () => {
  const written = fc.record({
    tag: fc.constantFrom('default', '1', '2', '3'),
    letter: fc.constantFrom('a', 'b', 'c'),
    noise: fc.constantFrom(
      '',
      '# LABEL nixos-1\n',
      '\n\n',
      'PROMPT 1\n',
      'SAY hello LABEL x\n',
      'MENU SEPARATOR\n',
    ),
  });
  const wish = fc.constantFrom('nixos-default', 'nixos-1', 'nixos-2', 'nixos-3', 'gone');
  fc.assert(
    fc.property(
      fc.array(written, { minLength: 1, maxLength: 6 }),
      fc.array(wish, { maxLength: 3 }),
      (labels, wishes) => {
        const text =
          wishes.map((name) => `DEFAULT ${name}\n`).join('') +
          labels.map(({ tag, letter, noise }) => noise + label(tag, letter)).join('');
        const wanted = wishes.at(-1);
        const taken = labels.findLast(({ tag }) => `nixos-${tag}` === wanted) ?? labels[0];
        expect(extlinux.resolve(lines(text))).toEqual(
          resolvedBy('extlinux', top(taken?.letter ?? '')),
        );
      },
    ),
    { numRuns: runs(400) },
  );
});

test('whatever is done to a menu, another system is told only where its label was named', () => {
  fc.assert(
    fc.property(
      fc.nat(usual.length),
      fc.nat(80),
      fc.constantFrom('', '\n', '#', 'DEFAULT', 'LABEL x', '\r\n', '\u0000', 'INCLUDE gone', '$'),
      (at, length, instead) => {
        const text = usual.slice(0, at) + instead + usual.slice(at + length);
        const told = extlinux.resolve(lines(text));
        if (told.kind === 'resolved') expect(text).toContain(`init=${told.toplevel}/init`);
      },
    ),
    { numRuns: runs(400) },
  );
});
