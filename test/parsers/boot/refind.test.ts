import { describe, expect, test } from 'vitest';
import { refind } from '../../../source/parsers/boot/refind.ts';
import { fc, runs } from '../../support/chance.ts';
import { top } from '../../support/grub-cfg.ts';
import { menuLines, resolvedBy } from '../../support/menu-lines.ts';

const file = '/boot/efi/refind/refind.conf';

/** An entry as refind-install.py of nixpkgs writes it (`config_entry`). */
const entry = (title: string, letter: string, more = ''): string => `menuentry "${title}" {
  loader /efi/refind/kernels/x-linux-6.16-bzImage
  initrd /efi/refind/kernels/x-initrd-linux-6.16-initrd
  options "init=${top(letter)}/init loglevel=4 root=fstab"
${more}}
`;

const named = (number: number): string => `NixOS default profile Generation ${number}`;
const head = (wanted = '2', scan = ''): string => `
${scan}
timeout 5
default_selection ${wanted}

# NixOS boot entries start here
`;
const all = entry(named(10), 'b') + entry(named(9), 'a');
const manual = 'scanfor manual,external';
const only = 'scanfor manual';
const windows = 'menuentry Windows {\n  loader \\EFI\\Microsoft\\Boot\\bootmgfw.efi\n}\n';
const lines = (text: string, files: Readonly<Record<string, string>> = {}) =>
  menuLines('refind', { [file]: text, ...files });

describe('the entry that rEFInd starts', () => {
  // "Configuring the Boot Manager" of its documentation; refind/config.c: ReadTokenLine, ReadConfig,
  // AddStanzaEntries; refind/menu.c: FindMenuShortcutEntry; nixpkgs: refind-install.py.
  test.each<readonly [string, readonly string[], string]>([
    ['a number, where the entries of the file come first', lines(head('2', manual) + all), 'a'],
    ['another number', lines(head('1', only) + all), 'b'],
    ['a part of the title', lines(head('"Generation 10"', only) + all), 'b'],
    ['a whole title', lines(head(`"Boot ${named(9)} from "`, only) + all), 'a'],
    ['the last of two', lines(`${head('1', only) + all}default_selection 2\n`), 'a'],
    ['a list: the first that is there', lines(head('"9,2"', only) + all), 'a'],
    ['a comment, which is none', lines(`${head('1', only)}# default_selection 2\n${all}`), 'b'],
    [
      'an entry that is switched off',
      lines(head('1', only) + entry('x', 'c', '  disabled\n') + all),
      'b',
    ],
    [
      'capital letters',
      lines(head('1', only.toUpperCase()) + all.replaceAll('options', 'OPTIONS')),
      'b',
    ],
    ['carriage returns', lines((head('1', only) + all).replaceAll('\n', '\r\n')), 'b'],
    [
      'signs of equality',
      lines(`default_selection=1\nscanfor = manual\n${all.replaceAll('options ', 'options = ')}`),
      'b',
    ],
    [
      'a quote in the arguments',
      lines(head('1', only) + all.replaceAll('loglevel=4', 'x=""y""')),
      'b',
    ],
    [
      'a file that is included',
      lines(`${head('1', only)}include more.conf\n`, { '/boot/efi/refind/more.conf': all }),
      'b',
    ],
    [
      'a submenu beside it',
      lines(
        head('1', only) +
          entry('x', 'a', `  submenuentry "old" {\n    options "init=${top('c')}/init"\n  }\n`),
      ),
      'a',
    ],
    ['other systems behind it', lines(head('1', only) + all + windows), 'b'],
    [
      'the last word of two lines of options',
      lines(head('1', only) + entry('x', 'c', `  options "init=${top('a')}/init"\n`)),
      'a',
    ],
  ])('is found by %s', (_what, given, letter) => {
    expect(refind.resolve(given)).toEqual(resolvedBy('refind', top(letter)));
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    [
      'the menu of NixOS, whose number counts what is found on the disks',
      lines(head() + all),
      /default_selection 2 counts entries that rEFInd finds/,
    ],
    ['nothing: what was started last', lines(all), /started last/],
    ['a list with what was started last', lines(head('"+,1"', only) + all), /started last/],
    ['a time of the day', lines(head('1 8:00 17:00', only) + all), /time of the day/],
    ['a number that is too high', lines(head('7', only) + all), /none of the entries/],
    ['a title that is not there', lines(head('"Fedora"', only) + all), /none of the entries/],
    [
      'a part of a title that may be the disk’s name',
      lines(head('"Generation 9"', only) + all),
      /part of the disk/,
    ],
    ['a letter', lines(head('L', only) + all), /letter/],
    ['another system', lines(head('1', only) + windows + all), /"Windows".*no.* NixOS system/],
    [
      'an entry without a loader',
      lines(`${head('1', only)}menuentry x {\n submenuentry y {\n options "init=/x"\n }\n}\n`),
      /no loader/,
    ],
    [
      'an entry of the firmware',
      lines(`${head('1', only)}menuentry x {\n firmware_bootnum 80\n}\n`),
      /firmware/,
    ],
    [
      'options before their loader, which are lost',
      lines(`${head('1', only)}menuentry x {\n options "init=${top('a')}/init"\n loader /x\n}\n`),
      /no.* NixOS system/,
    ],
    [
      'options without quotes',
      lines(head('1', only) + all.replaceAll('"init', 'init').replaceAll('fstab"', 'fstab')),
      /no.* NixOS system/,
    ],
    [
      'two inits',
      lines(head('1', only) + all.replaceAll('loglevel=4', `init=${top('c')}/init`)),
      /no.* NixOS system/,
    ],
    [
      'a file that was not read',
      lines(`${head('1', only)}include gone.conf\n${all}`),
      /gone.conf, which was not read/,
    ],
    ['emptiness', lines(''), /started last/],
    ['binary', lines('\u0000\u0001\u007fELF'), /started last/],
    [
      'a file that was cut off',
      lines((head('2', only) + all).slice(0, -200)),
      /none of the entries|no.* NixOS system/,
    ],
    [
      'two files that differ',
      menuLines('refind', {
        [file]: head('1', only) + all,
        '/boot/EFI/BOOT/refind.conf': head('2', only) + all,
      }),
      /start different systems/,
    ],
    [
      'a file that is too large',
      [`refind-trouble ${file} has 9000000 bytes, too many for a boot menu`],
      /too many/,
    ],
  ])('is not verifiable with %s', (_what, given, reason) => {
    expect(refind.isPresent(given)).toBe(true);
    expect(refind.resolve(given)).toEqual({
      kind: 'unverifiable',
      reason: expect.stringMatching(reason),
    });
  });
});

test('no entry is started once', () => {
  expect(refind.findEntry(lines(head('1', only) + all), top('a'))).toEqual({
    kind: 'refused',
    reason: expect.stringMatching(/with the next boot only/),
  });
});

test('its systems are those of entries and submenus', () => {
  const submenu = entry(
    'x',
    'a',
    `  submenuentry "old" {\n    options "init=${top('c')}/init"\n  }\n`,
  );
  expect(refind.systems(lines(head() + submenu + windows))).toEqual([top('a'), top('c')]);
});

test('the default that is told is the entry at that place, or none is', () => {
  const one = fc.record({
    letter: fc.constantFrom('a', 'b', 'windows'),
    isDisabled: fc.boolean(),
    noise: fc.constantFrom('', '# menuentry "x" {\n', '\n\n', 'hideui all\n'),
  });
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (entries, wanted, isFirst) => {
        const text = entries
          .map(({ letter, isDisabled, noise }, index) => {
            const disabled = isDisabled ? '  disabled\n' : '';
            return (
              noise +
              (letter === 'windows'
                ? windows.replace('}', `${disabled}}`)
                : entry(`e${index}`, letter, disabled))
            );
          })
          .join('');
        const told = refind.resolve(
          lines(head(String(wanted), isFirst ? only : 'scanfor internal,manual') + text),
        );
        const taken = entries.filter(({ isDisabled }) => !isDisabled)[wanted - 1];
        if (isFirst && taken !== undefined && taken.letter !== 'windows')
          expect(told).toEqual(resolvedBy('refind', top(taken.letter)));
        else expect(told.kind).toBe('unverifiable');
      },
    ),
    { numRuns: runs(400) },
  );
});
