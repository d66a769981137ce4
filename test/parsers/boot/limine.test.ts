import { describe, expect, test } from 'vitest';
import { limine } from '../../../source/parsers/boot/limine.ts';
import { fc, runs } from '../../support/chance.ts';
import { top } from '../../support/grub-cfg.ts';
import { menuLines, resolvedBy } from '../../support/menu-lines.ts';

const file = '/boot/limine/limine.conf';

/** An entry as limine-install.py of nixpkgs writes it (`config_entry`). */
const entry = (
  depth: number,
  title: string,
  letter: string,
): string => `${'/'.repeat(depth)}${title}
protocol: linux
comment: NixOS Yarara 26.05, built on 2026-11-15 10:20:30
kernel_path: boot():/limine/kernels/x-linux-6.16-bzImage#ca6914d2
cmdline: init=${top(letter)}/init loglevel=4 root=fstab
module_path: boot():/limine/kernels/x-initrd-linux-6.16-initrd
`;

const head = (wanted = 2): string => `
timeout: 5
editor_enabled: no
hash_mismatch_panic: yes
graphics: yes
default_entry: ${wanted}
interface_branding: NixOS

# NixOS boot entries start here
`;

const group = (name: string, ...entries: readonly string[]): string =>
  `/+NixOS ${name}\n${entries.join('')}`;

const all = group('default profile', entry(2, 'Generation 10', 'b'), entry(2, 'Generation 9', 'a'));
const kept = group("profile 'nixup_known_good'", entry(2, 'Generation 1', 'a'));
const usual = `${head()}${all}${kept}\n# NixOS boot entries end here\n\n`;
const special = `${head(3)}/+NixOS default profile\n//+Generation 10\n${entry(3, 'Default', 'b')}${entry(3, 'gaming', 'c')}//Generation 9\n${entry(3, 'Default', 'a')}`;
const windows =
  '/Windows\nprotocol: efi_chainload\nimage_path: boot():/EFI/Microsoft/Boot/bootmgfw.efi\n';
const memtest = '/memtest86\nprotocol: efi\npath: boot():/limine/efi/memtest86/memtest86.efi\n';
const xen = `//Generation 10 with Xen 4.20\ncomment: Xen\nprotocol: multiboot\npath: boot():/limine/xen/10/xen\ncmdline: -- dom0_mem=1G\nmodule_path: boot():/limine/kernels/x\nmodule_string: -- init=${top('b')}/init\n`;

/** The same in the format of the versions before 8. */
const old = (wanted: string): string => `TIMEOUT=5
${wanted}

:+NixOS default profile
::Generation 10
PROTOCOL=linux
KERNEL_PATH=boot:///limine/kernels/x-bzImage
CMDLINE=init=${top('b')}/init loglevel=4
::Generation 9
PROTOCOL=linux
KERNEL_PATH=boot:///limine/kernels/x-bzImage
KERNEL_CMDLINE=init=${top('a')}/init loglevel=4
:Windows
PROTOCOL=chainload
`;

const lines = (text: string, ...more: readonly string[]) =>
  menuLines('limine', { [file]: text }, ...more);
const oldLines = (text: string) => menuLines('limine', { '/boot/limine.cfg': text });

describe('the entry that Limine starts', () => {
  // CONFIG.md of 7 and of 8 and later; common/lib/config.c: create_menu_tree, init_config, config_get_value;
  // common/menu.c: print_tree, _menu; nixpkgs: limine-install.py.
  test.each<readonly [string, readonly string[], string]>([
    ['the menu of NixOS: the newest', lines(usual), 'b'],
    ['a number further down', lines(usual.replace('default_entry: 2', 'default_entry: 3')), 'a'],
    ['a menu with specialisations', lines(special), 'b'],
    ['a specialisation', lines(special.replace('default_entry: 3', 'default_entry: 4')), 'c'],
    [
      'the entries of a closed folder are not counted',
      lines(`${head(2)}/closed\n${entry(2, 'x', 'c')}${entry(1, 'y', 'a')}`),
      'a',
    ],
    ['nothing: the first', lines(`timeout: 5\n${entry(1, 'x', 'a')}${entry(1, 'y', 'b')}`), 'a'],
    ['zero: the first', lines(`${head(0)}${entry(1, 'x', 'a')}${entry(1, 'y', 'b')}`), 'a'],
    ['of two settings the first', lines(`default_entry: 3\n${usual}`), 'a'],
    [
      'capital letters',
      lines(usual.replace('default_entry', 'DEFAULT_ENTRY').replaceAll('cmdline', 'CmdLine')),
      'b',
    ],
    ['blanks before and behind', lines(usual.replace(/^(.+)$/gm, '  $1 \t')), 'b'],
    ['carriage returns', lines(usual.replaceAll('\n', '\r\n')), 'b'],
    ['a comment, which is none', lines(usual.replace('timeout: 5', '#default_entry: 3')), 'b'],
    [
      'a setting behind the first entry, which is not read',
      lines(`${usual}default_entry: 3\n`),
      'b',
    ],
    [
      'a macro',
      lines(
        `\${WHAT}=init=${top('a')}/init\n${head(1)}/x\nprotocol: linux\ncmdline: \${WHAT} quiet\n`,
      ),
      'a',
    ],
    [
      'the last of two macros',
      lines(`\${N}=3\n\${N}=2\n${usual.replace('default_entry: 2', 'default_entry: $' + '{N}')}`),
      'b',
    ],
    ['other systems before it', lines(`${head(4)}${windows}${memtest}${all}`), 'b'],
    [
      'a title with a slash',
      lines(`${head(2)}/a / b\n${entry(2, 'x', 'c')}${entry(1, 'y', 'a')}`),
      'a',
    ],
    ['a kernel_cmdline', lines(usual.replaceAll('cmdline:', 'kernel_cmdline:')), 'b'],
    [
      'what is remembered, on a BIOS, which remembers nothing',
      lines(`remember_last_entry: yes\n${usual}`, 'firmware none'),
      'b',
    ],
    [
      'the firmware’s default, which counts for less',
      lines(usual, 'efi-LoaderEntryDefault other', 'efi-LoaderInfo Limine 10.2'),
      'b',
    ],
    ['the older format', oldLines(old('DEFAULT_ENTRY=2')), 'b'],
    ['the older format, further down', oldLines(old('DEFAULT_ENTRY=3')), 'a'],
    [
      'two files that say the same',
      menuLines('limine', { [file]: usual, '/efi/limine/limine.conf': usual }),
      'b',
    ],
    ['text behind a NUL, which is not read', lines(`${usual}\u0000default_entry: 3`), 'b'],
  ])('is found by %s', (_what, given, letter) => {
    expect(limine.resolve(given)).toEqual(resolvedBy('limine', top(letter)));
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['emptiness', lines(''), /no entry/],
    ['binary', lines('\u007fELF\u0001\u0002'), /no entry/],
    [
      'a folder as default',
      lines(usual.replace('default_entry: 2', 'default_entry: 1')),
      /folder.*waits for a key/,
    ],
    [
      'a number that is too high',
      lines(usual.replace('default_entry: 2', 'default_entry: 9')),
      /9 is none of the 5 entries/,
    ],
    [
      'a default that is a path',
      lines(usual.replace('default_entry: 2', 'default_entry: NixOS default profile/Generation 9')),
      /no number/,
    ],
    ['an entry of another system', lines(`${head(1)}${windows}${all}`), /efi_chainload/],
    ['a memory test', lines(`${head(1)}${memtest}${all}`), /"memtest86".*"efi"/],
    [
      'Xen before NixOS',
      lines(`${head()}/+NixOS default profile\n${xen}${entry(2, 'Generation 10', 'b')}`),
      /multiboot/,
    ],
    ['what was started last', lines(`remember_last_entry: yes\n${usual}`), /started last/],
    [
      'a default of the firmware',
      lines(usual.replace('default_entry: 2\n', ''), 'efi-LoaderEntryDefault x'),
      /firmware names an entry/,
    ],
    ['an entry below a missing one', lines(`${head(1)}/x\n${entry(3, 'y', 'a')}`), /malformed/],
    ['entries for some machines only', lines(`${head()}/x\nif_arch: aarch64\n${all}`), /if_arch/],
    [
      'arguments that only Limine knows',
      lines(`${head(1)}/x\nprotocol: linux\ncmdline: \${ARCH}\n`),
      /only Limine knows/,
    ],
    [
      'a macro that is not closed',
      lines(`${head(1)}/x\nprotocol: linux\ncmdline: \${A\n`),
      /not closed/,
    ],
    ['a line that goes on', lines(usual.replace(' loglevel=4', ' \\\nloglevel=4')), /continues/],
    [
      'two inits',
      lines(usual.replaceAll('loglevel=4', `init=${top('c')}/init`)),
      /no.* NixOS system/,
    ],
    [
      'two command lines',
      lines(usual.replaceAll('comment:', 'kernel_cmdline:')),
      /two command lines/,
    ],
    [
      'a file that was cut off',
      lines(usual.slice(0, usual.indexOf('cmdline'))),
      /no.* NixOS system/,
    ],
    [
      'an entry without a protocol',
      lines(usual.replaceAll('protocol', 'protokoll')),
      /no protocol/,
    ],
    [
      'an old and a new file that differ',
      menuLines('limine', { [file]: usual, '/boot/limine.cfg': old('DEFAULT_ENTRY=3') }),
      /start different systems/,
    ],
    ['macros in the older format', oldLines(`\${A}=b\n${old('DEFAULT_ENTRY=2')}`), /macros/],
    [
      'a file that is too large',
      [`limine-trouble ${file} has 9000000 bytes, too many for a boot menu`],
      /too many/,
    ],
    ['a heading without a title, which ends the menu', lines(`${head()}/\n${all}`), /no entry/],
  ])('is not verifiable with %s', (_what, given, reason) => {
    expect(limine.isPresent(given)).toBe(true);
    expect(limine.resolve(given)).toEqual({
      kind: 'unverifiable',
      reason: expect.stringMatching(reason),
    });
  });
});

test('no entry is started once: the menu of NixOS would not come back to the old system', () => {
  expect(limine.findEntry(lines(usual), top('a'))).toEqual({
    kind: 'refused',
    reason: expect.stringMatching(/newest generation is always the default/),
  });
});

test('its systems are those of every folder', () => {
  expect(limine.systems(lines(special))).toEqual([top('b'), top('c'), top('a')]);
});

interface Node {
  readonly letter: string;
  readonly isOpen: boolean;
  readonly nodes: readonly Node[];
}

const node: fc.Arbitrary<Node> = fc.letrec<{ readonly node: Node }>((tie) => ({
  node: fc.record({
    letter: fc.constantFrom('a', 'b', 'c', 'windows'),
    isOpen: fc.boolean(),
    nodes: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('node'), { maxLength: 3 })),
  }),
})).node;

const written = (one: Node, depth: number): string => {
  const title = `${one.isOpen ? '+' : ''}t`;
  const own =
    one.letter === 'windows'
      ? `${'/'.repeat(depth)}${title}\nprotocol: efi\n`
      : entry(depth, title, one.letter);
  return own + one.nodes.map((inner) => written(inner, depth + 1)).join('');
};

/** An own reading: the lines that the menu shows, from the top down. */
const rows = (nodes: readonly Node[]): readonly Node[] =>
  nodes.flatMap((one) => [one, ...(one.isOpen ? rows(one.nodes) : [])]);

test('the default that is told is the one in that row of the menu, or none is', () => {
  fc.assert(
    fc.property(
      fc.array(node, { maxLength: 4 }),
      fc.integer({ min: 0, max: 8 }),
      (nodes, wanted) => {
        const told = limine.resolve(
          lines(head(wanted) + nodes.map((one) => written(one, 1)).join('')),
        );
        const row = rows(nodes)[Math.max(0, wanted - 1)];
        const starts = row !== undefined && row.nodes.length === 0 && row.letter !== 'windows';
        if (starts) expect(told).toEqual(resolvedBy('limine', top(row.letter)));
        else expect(told.kind).toBe('unverifiable');
      },
    ),
    { numRuns: runs(400) },
  );
});
