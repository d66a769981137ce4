import { describe, expect, test } from 'vitest';
import { compareEntryVersions, matchesGlob } from '../../../source/parsers/boot/order.ts';
import { systemdBoot } from '../../../source/parsers/boot/systemd-boot.ts';
import { fc, runs } from '../../support/chance.ts';

const top = (letter: string): string => `/nix/store/${letter.repeat(32)}-nixos-system-p620-26.05`;

/** An entry as systemd-boot-builder.py writes it, by file name. */
const conf = (
  name: string,
  number: number,
  letter: string,
  place = '/boot',
  more: readonly string[] = [],
): readonly string[] => {
  const file = `${place}/loader/entries/${name}.conf`;
  return [
    `entry-file ${file}`,
    ...[
      'title NixOS',
      `version Generation ${number} NixOS 26.05 (Linux 6.16), built on 2026-11-15`,
      'linux /EFI/nixos/x-linux-6.16-bzImage.efi',
      `options init=${top(letter)}/init loglevel=4`,
      'machine-id 3ccf852428f8f5af21e96bd72ff9f58b',
      'sort-key nixos',
      ...more,
    ].map((line) => `entry-line ${file}:${line}`),
  ];
};

const hash = (letter: string): string => `nixos-${letter.repeat(64)}`;

const loader = (settings: readonly string[], ...rest: (readonly string[])[]): readonly string[] => [
  'loader-conf /boot',
  ...['timeout 5', ...settings].map((line) => `loader-line ${line}`),
  ...rest.flat(),
  'entry-line end',
];

const nine = conf('nixos-generation-9', 9, 'a');
const ten = conf('nixos-generation-10', 10, 'b');
const counted = conf(`${hash('c')}+3`, 11, 'c');
const spent = conf(`${hash('c')}+0-3`, 11, 'c');
const image = ['unified-image /boot/EFI/Linux/nixos-generation-11-abc.efi'];

const mounted = ['boot-place mount /boot', 'boot-place mount /efi'];
/** Settings on both partitions, which differ. */
const twoSettings = [
  'loader-conf /boot',
  'loader-line default nixos-generation-10.conf',
  'loader-conf /efi',
  'loader-line default nixos-generation-9.conf',
  ...nine,
  ...ten,
  'entry-line end',
];

const resolved = (letter: string) => ({
  kind: 'resolved',
  loader: 'systemd-boot',
  toplevel: top(letter),
});

describe('the entry that systemd-boot starts', () => {
  // boot.c: config_select_default_entry, boot_entry_compare, boot_entry_parse_tries, valid_type1_filename;
  // loader.conf(5); the Boot Loader Interface; nixpkgs: systemd-boot-builder.py.
  test.each<readonly [string, readonly string[], readonly string[], string]>([
    ['an exact name', ['default nixos-generation-9.conf'], [], 'a'],
    ['capital letters', ['default NIXOS-Generation-9.conf'], [], 'a'],
    ['a pattern: the newest', ['default nixos-*'], [], 'b'],
    ['nothing: the first of the menu', [], [], 'b'],
    ['a name that no entry has: the first', ['default gone.conf'], [], 'b'],
    ['a name without its ending: the first', ['default nixos-generation-9'], [], 'b'],
    ['a special name that it does not know', ['default @other'], [], 'b'],
    [
      'the last of two lines',
      ['default nixos-generation-10.conf', 'default nixos-generation-9.conf'],
      [],
      'a',
    ],
    [
      'a comment',
      ['default nixos-generation-9.conf', '# default nixos-generation-10.conf'],
      [],
      'a',
    ],
    [
      'preferred, that is not there',
      ['preferred gone.conf', 'default nixos-generation-9.conf'],
      [],
      'a',
    ],
    [
      'the firmware’s preferred before that of the file',
      ['preferred nixos-generation-9.conf'],
      ['efi-LoaderEntryPreferred nixos-generation-10.conf'],
      'b',
    ],
    [
      'preferred before the firmware’s default',
      ['preferred nixos-generation-9.conf'],
      ['efi-LoaderEntryDefault nixos-generation-10.conf'],
      'a',
    ],
    [
      'the firmware’s default before that of the file',
      ['default nixos-generation-9.conf'],
      ['efi-LoaderEntryDefault nixos-generation-10.conf'],
      'b',
    ],
    [
      'a wish of the firmware that no entry answers',
      ['default nixos-generation-9.conf'],
      ['efi-LoaderEntryDefault windows.conf'],
      'a',
    ],
    [
      '@saved, with what was started last',
      ['default @saved'],
      ['efi-LoaderEntryLastBooted nixos-generation-9.conf'],
      'a',
    ],
    [
      'a loader before preferred, both ways the same',
      ['preferred nixos-generation-10.conf', 'default nixos-*'],
      ['efi-LoaderInfo systemd-boot 258.3'],
      'b',
    ],
    [
      'features that name preferred',
      ['preferred nixos-generation-9.conf', 'default nixos-*'],
      ['efi-LoaderFeatures 1048575', 'efi-LoaderInfo systemd-boot 261.1'],
      'a',
    ],
  ])('is chosen of two by %s', (_what, settings, firmware, letter) => {
    const lines = [...loader(settings, nine, ten), ...firmware];
    expect(systemdBoot.resolve(lines)).toEqual(resolved(letter));
  });

  test.each<readonly [string, readonly string[], string]>([
    [
      'preferred, of today’s nixpkgs',
      loader(
        [`preferred ${hash('a')}.conf`, 'default nixos-*'],
        conf(hash('a'), 9, 'a'),
        conf(hash('b'), 10, 'b'),
      ),
      'a',
    ],
    [
      'preferred, with its boots counted',
      loader([`preferred ${hash('c')}.conf`, 'default nixos-*'], conf(hash('a'), 9, 'a'), counted),
      'c',
    ],
    [
      'preferred, spent: the default',
      loader([`preferred ${hash('c')}.conf`, 'default nixos-*'], conf(hash('a'), 9, 'a'), spent),
      'a',
    ],
    [
      'default, spent: it is started all the same',
      loader([`default ${hash('c')}.conf`], conf(hash('a'), 9, 'a'), spent),
      'c',
    ],
    [
      'a spent entry is last',
      loader(['default nixos-*'], conf('nixos-generation-10+0-3', 10, 'b'), nine),
      'a',
    ],
    [
      'an entry without a sort key is behind those with one',
      loader([], nine, [
        'entry-file /boot/loader/entries/zz.conf',
        'entry-line /boot/loader/entries/zz.conf:linux /x',
        `entry-line /boot/loader/entries/zz.conf:options init=${top('z')}/init`,
      ]),
      'a',
    ],
    [
      'an entry whose kernel is not there is passed over',
      loader([], nine, ten, ['entry-lost /boot/loader/entries/nixos-generation-10.conf']),
      'a',
    ],
    [
      'a hidden file and one of auto- are none',
      loader([], nine, conf('.nixos-generation-99', 99, 'z'), conf('auto-nixos', 98, 'z')),
      'a',
    ],
    [
      'an entry of two types is none',
      loader([], nine, conf('nixos-generation-99', 99, 'z', '/boot', ['efi /x.efi'])),
      'a',
    ],
    [
      'an image that does not match',
      loader(['default nixos-generation-9.conf'], nine, ten, image),
      'a',
    ],
    [
      'an image whose tries are spent is last',
      loader(['default nixos-*'], nine, ['unified-image /boot/EFI/Linux/nixos-11+0-3.efi']),
      'a',
    ],
    [
      'entries of the extended boot partition',
      [
        ...mounted,
        'loader-conf /efi',
        'loader-line default nixos-*',
        ...conf('nixos-generation-9', 9, 'a', '/boot'),
        'entry-line end',
      ],
      'a',
    ],
    [
      'entries of both partitions',
      [
        ...mounted,
        'loader-conf /efi',
        ...conf('nixos-generation-9', 9, 'a', '/boot'),
        ...conf('nixos-generation-10', 10, 'b', '/efi'),
        'entry-line end',
      ],
      'b',
    ],
    [
      'loader.conf of the partition that it came from',
      [...mounted, 'loader-partition /efi', ...twoSettings],
      'a',
    ],
    [
      'a folder that is left behind below a mount',
      [
        'boot-place folder /boot',
        'boot-place mount /efi',
        'loader-conf /boot',
        'loader-line default old.conf',
        'loader-conf /efi',
        ...conf('nixos-generation-99', 99, 'z', '/boot'),
        ...conf('nixos-generation-9', 9, 'a', '/efi'),
        'entry-line end',
      ],
      'a',
    ],
  ])('is found by %s', (_what, lines, letter) => {
    expect(systemdBoot.resolve(lines)).toEqual(resolved(letter));
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['@saved, of which nothing is known', loader(['default @saved'], nine), /started last/],
    [
      'another system',
      loader(['default windows.conf'], nine, [
        'entry-file /boot/loader/entries/windows.conf',
        'entry-line /boot/loader/entries/windows.conf:efi /EFI/Microsoft/Boot/bootmgfw.efi',
      ]),
      /does not start a NixOS system/,
    ],
    ['images alone', loader(['default nixos-*'], image), /unified kernel image/],
    [
      'another system that it finds by itself',
      loader(['default auto-windows'], nine),
      /auto-windows/,
    ],
    [
      'what it may have started last by itself',
      [...loader(['default @saved'], nine), 'efi-LoaderEntryLastBooted auto-efi-shell'],
      /auto-efi-shell/,
    ],
    ['a pattern of what it makes by itself', loader(['default auto-*'], nine), /makes by itself/],
    [
      'images beside leftover entries',
      loader(['default nixos-*'], nine, ten, image),
      /unified kernel image .*not read/,
    ],
    ['images and no default', loader([], nine, image), /unified kernel image/],
    [
      'a default that is one profile of an image',
      loader(['default nixos-generation-11-abc.efi@debug'], nine, image),
      /unified kernel image/,
    ],
    [
      'an entry of type uki',
      loader(
        [],
        [
          'entry-file /boot/loader/entries/n.conf',
          'entry-line /boot/loader/entries/n.conf:uki /EFI/nixos/x-uki.efi',
          'entry-line /boot/loader/entries/n.conf:sort-key nixos',
        ],
      ),
      /unified kernel image/,
    ],
    [
      'an entry that cannot be read',
      loader([], nine, ['entry-unread /boot/loader/entries/nixos-generation-10.conf']),
      /cannot be read/,
    ],
    ['entries that were cut off', loader([], nine).slice(0, -1), /too many to be read/],
    [
      'a partition that only root reads',
      [...loader([], nine), 'boot-unreadable /efi'],
      /\/efi needs root/,
    ],
    ['no entries', loader(['default nixos-*']), /no readable entries/],
    [
      'binary',
      loader(
        ['\u0000\u0001'],
        [
          'entry-file /boot/loader/entries/x.conf',
          'entry-line /boot/loader/entries/x.conf:linux\u0000',
          'entry-line \u007f',
        ],
      ),
      /no readable entries/,
    ],
    ['two files of settings', [...mounted, ...twoSettings], /different things/],
    [
      'a loader before preferred that would start another',
      [
        ...loader(['preferred nixos-generation-9.conf', 'default nixos-*'], nine, ten),
        'efi-LoaderInfo systemd-boot 258.3',
      ],
      /does not know "preferred"/,
    ],
    [
      'two entries at one place',
      loader(
        [],
        conf('nixos-generation-9', 9, 'a', '/boot'),
        conf('nixos-generation-9', 9, 'b', '/efi'),
      ),
      /same place/,
    ],
    [
      'a wish that is not ASCII',
      [...loader([], nine), 'efi-LoaderEntryDefault nixøs'],
      /not compared/,
    ],
    [
      'two inits',
      loader([], conf('nixos-generation-9', 9, 'a', '/boot', [`options init=${top('b')}/init`])),
      /does not start/,
    ],
  ])('is not verifiable with %s', (_what, lines, reason) => {
    expect(systemdBoot.resolve(lines)).toEqual({
      kind: 'unverifiable',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('the entry to be started once', () => {
  test.each<readonly [string, readonly string[], string, string]>([
    ['by its file name', loader([], nine, ten), 'a', 'nixos-generation-9.conf'],
    ['by a hash, without the counter', loader([], nine, counted), 'c', `${hash('c')}.conf`],
    ['with its tries spent', loader([], nine, spent), 'c', `${hash('c')}.conf`],
    [
      'with the counter, for a loader that compares it',
      [...loader([], nine, counted), 'efi-LoaderInfo systemd-boot 257.9'],
      'c',
      `${hash('c')}+3.conf`,
    ],
    ['beside an image', loader([], nine, image), 'a', 'nixos-generation-9.conf'],
    ['in small letters', loader([], conf('NixOS-9', 9, 'a')), 'a', 'nixos-9.conf'],
    [
      'of several with the same system: the first',
      loader([], nine, conf('nixos-generation-10', 10, 'a')),
      'a',
      'nixos-generation-10.conf',
    ],
  ])('is named %s', (_what, lines, letter, entry) => {
    expect(systemdBoot.findEntry(lines, top(letter))).toEqual({ kind: 'found', entry });
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['a system without an entry', loader([], ten), /no entry of systemd-boot starts that system/],
    ['only leftovers beside images', loader([], ten, image), /one may be the unified kernel image/],
    [
      'a name that another entry has too',
      loader([], conf('x', 9, 'a', '/boot'), conf('x', 10, 'b', '/efi')),
      /another entry too/,
    ],
    ['a menu that waits for a key', loader(['timeout menu-force'], nine), /waits for a key/],
    [
      'a menu that the firmware lets wait',
      [...loader([], nine), 'efi-LoaderConfigTimeout menu-force'],
      /waits for a key/,
    ],
    [
      'a menu that the firmware lets wait once',
      [...loader([], nine), 'efi-LoaderConfigTimeoutOneShot menu-force'],
      /waits for a key/,
    ],
    [
      'a partition that only root reads',
      [...loader([], nine), 'boot-unreadable /efi'],
      /needs root/,
    ],
  ])('is refused with %s', (_what, lines, reason) => {
    expect(systemdBoot.findEntry(lines, top('a'))).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(reason),
    });
  });
});

// efi_fnmatch has its own tests in systemd (test-efi-string.c); these are of the same kinds.
test.each([
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a*c', 'abc', true],
  ['a*c', 'abcd', false],
  ['*.conf', 'x.conf', true],
  ['a?c', 'abc', true],
  ['[ab]*', 'bx', true],
  ['[a-c]x', 'bx', true],
  ['[]]x', ']x', true],
  ['[!a]x', 'bx', false],
  ['[nixos.conf', 'nixos.conf', false],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['**a**b*', 'xaxb', true],
  ['a*b*c', 'aXbXbXc', true],
])('the glob %j on %j says %s', (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches);
});

// The examples of the UAPI version format specification, older before newer.
test.each([
  ['122.1', '123~rc1-1'],
  ['123~rc1-1', '123'],
  ['123', '123-a'],
  ['123-a', '123-a.1'],
  ['123-a.1', '123-1'],
  ['123-1', '123-1.1'],
  ['123-1.1', '123^post1'],
  ['123^post1', '123.a-1'],
  ['123.a-1', '123.1-1'],
  ['123.1-1', '123a-1'],
  ['123a-1', '124-1'],
  ['Generation 9 x', 'Generation 10 x'],
])('%s is older than %s', (older, newer) => {
  expect(compareEntryVersions(older, newer)).toBeLessThan(0);
  expect(compareEntryVersions(newer, older)).toBeGreaterThan(0);
  expect(compareEntryVersions(newer, newer)).toBe(0);
});

test('an entry that is chosen always leads to the system that was asked for', () => {
  const letter = fc.constantFrom('a', 'b', 'c');
  const entry = fc.record({
    name: fc.constantFrom(
      'nixos-1',
      'nixos-2',
      'nixos-2+3',
      'nixos-2+0-1',
      'NIXOS-1',
      'x[1]',
      '*',
      '@saved',
    ),
    place: fc.constantFrom('/boot', '/efi'),
    number: fc.integer({ min: 1, max: 3 }),
    letter,
  });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 6 }),
      fc.boolean(),
      letter,
      (entries, hasImage, wanted) => {
        const files = new Map(entries.map((one) => [`${one.place}/${one.name}`, one]));
        const lines = loader(
          [],
          ...[...files.values()].map((one) => conf(one.name, one.number, one.letter, one.place)),
          hasImage ? image : [],
        );
        const choice = systemdBoot.findEntry(lines, top(wanted));
        if (choice.kind === 'refused') return;
        // As the firmware's variable for one boot, in place of every other wish.
        const told = systemdBoot.resolve([...lines, `efi-LoaderEntryDefault ${choice.entry}`]);
        expect(told).toEqual(resolved(wanted));
      },
    ),
    { numRuns: runs(500) },
  );
});
