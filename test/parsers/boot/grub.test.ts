import { describe, expect, test } from 'vitest';
import { grub } from '../../../source/parsers/boot/grub.ts';
import { fc, runs } from '../../support/chance.ts';
import { grubLines, nixosEntry, nixosHead, nixosSubmenu, top } from '../../support/grub-cfg.ts';

const saved = `"\${saved_entry}"`;
const shutdown = 'menuentry "Shutdown" { halt }\n';
const others = `${shutdown}menuentry "Reboot" { reboot }\nmenuentry 'Windows' --class windows { search --set=root --fs-uuid A1; chainloader /EFI/Microsoft/Boot/bootmgfw.efi }\n`;
const all = nixosSubmenu('NixOS - All configurations', 'b', 'a');

/** `default` of a menu that is usual in everything else. */
const menu = (wanted: string, entries: string): string => nixosHead(wanted) + entries;
const usual = (wanted = '0'): string => menu(wanted, nixosEntry('NixOS - Default', 'a') + all);

const resolved = (letter: string) => ({ kind: 'resolved', loader: 'grub', toplevel: top(letter) });

describe('the entry that GRUB starts', () => {
  // install-grub.pl of nixpkgs: default, extraEntries, extraEntriesBeforeNixOS, splash, specialisations.
  // The manual of GRUB: menuentry, submenu, default, quoting; grub-core/normal/menu.c: get_entry_number.
  test.each<readonly [string, readonly string[], string]>([
    ['a number', grubLines(usual()), 'a'],
    ['a number into a submenu', grubLines(usual('"1>0"')), 'b'],
    ['a submenu alone: its first entry', grubLines(usual('1')), 'b'],
    ['a title', grubLines(usual('"NixOS - Default"')), 'a'],
    [
      'a path of titles',
      grubLines(usual('"NixOS - All configurations>NixOS - Configuration 1 (2026-11-01 - 26.05)"')),
      'a',
    ],
    [
      'an id',
      grubLines(menu('two', shutdown + nixosEntry('x', 'a') + nixosEntry('x', 'b', "--id 'two'"))),
      'b',
    ],
    ['a title with a > in it', grubLines(menu("'a>>b'", shutdown + nixosEntry('a>b', 'b'))), 'b'],
    [
      'the saved entry',
      grubLines(usual(saved), { environment: ['saved_entry=1>1', 'next_entry=1>0'] }),
      'a',
    ],
    ['nothing saved: the first', grubLines(usual(saved), { environment: [] }), 'a'],
    ['a number that is too high: the first', grubLines(usual('9')), 'a'],
    ['a title that is not there: the first', grubLines(usual('gone')), 'a'],
    [
      'entries on one line before those of NixOS',
      grubLines(menu('3', others + nixosEntry('NixOS - Default', 'a') + all)),
      'a',
    ],
    [
      'braces in quotes and comments',
      grubLines(
        menu(
          '1',
          `menuentry "a } {" { # }\n echo '}' ; echo "{"\n halt\n}\n${nixosEntry('N', 'b')}`,
        ),
      ),
      'b',
    ],
    [
      'words that go on behind a backslash',
      grubLines(
        menu(
          '0',
          `menuentry "N" \\\n --class x {\n linux /k \\\n  init=${top('b')}/init \\\n  quiet\n}\n`,
        ),
      ),
      'b',
    ],
    ['carriage returns', grubLines(usual().replaceAll('\n', '\r\n')), 'a'],
    [
      'the default that a submenu sets for itself',
      grubLines(
        menu(
          '"1>0"',
          `${shutdown}submenu S {\n set default=1\n${nixosEntry('x', 'a')}${nixosEntry('y', 'b')}}\n`,
        ),
      ),
      'b',
    ],
    [
      'an exported default, which a submenu does not take over',
      grubLines(
        menu(
          '1',
          `export default\n${shutdown}submenu S {\n${nixosEntry('x', 'a')}${nixosEntry('y', 'b')}}\n`,
        ),
      ),
      'a',
    ],
    [
      'export with a sign of equality, which sets nothing',
      grubLines(menu('1', `export default=0\n${shutdown}${nixosEntry('x', 'b')}`)),
      'b',
    ],
    [
      'no default at all, beside an entry without a title',
      grubLines(`set timeout=5\n${nixosEntry('x', 'b')}${nixosEntry('', 'a')}`),
      'b',
    ],
    [
      'an if that both ways end the same',
      grubLines(
        menu(
          '0',
          `menuentry N { if [ "$grub_platform" = efi ]; then linuxefi /k init=${top('b')}/init; else linux16 /k init=${top('b')}/init; fi }\n`,
        ),
      ),
      'b',
    ],
    [
      'a Xen system',
      grubLines(
        menu(
          '0',
          `menuentry N { multiboot /xen.gz dom0_mem=1G\n module /k init=${top('b')}/init\n module /initrd }\n`,
        ),
      ),
      'b',
    ],
    [
      'a function that makes entries',
      grubLines(
        menu(
          '1',
          `function add { menuentry "$1" { halt }\n}\nadd\nfor x in a; do ${nixosEntry('f', 'b').trim()}\n done\n`,
        ),
      ),
      'b',
    ],
    [
      'a script beside it',
      grubLines(menu('1', `source $prefix/custom.cfg\n${nixosEntry('N', 'b')}`), {
        files: { 'custom.cfg': shutdown },
      }),
      'b',
    ],
    [
      'a script that is not there',
      grubLines(
        menu(
          '0',
          'if [ -f $prefix/custom.cfg ]; then source $prefix/custom.cfg; fi\n' +
            nixosEntry('N', 'b'),
        ),
      ),
      'b',
    ],
    [
      'the head of grub-mkconfig',
      grubLines(
        `if [ -s $prefix/grubenv ]; then\n  set have_grubenv=true\n  load_env\nfi\nif [ "\${next_entry}" ] ; then\n   set default="\${next_entry}"\n   set next_entry=\n   save_env next_entry\n   set boot_once=true\nelse\n   set default="0"\nfi\nif [ x"\${feature_menuentry_id}" = xy ]; then\n  menuentry_id_option="--id"\nelse\n  menuentry_id_option=""\nfi\nexport menuentry_id_option\nmenuentry 'Debian' --class debian $menuentry_id_option 'gnulinux-1' {\n  linux /k root=UUID=1 init=${top('b')}/init\n}\n`,
      ),
      'b',
    ],
  ])('is found by %s', (_what, lines, letter) => {
    expect(grub.resolve(lines)).toEqual(resolved(letter));
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['an entry that starts no kernel', grubLines(menu('0', shutdown + all)), /"Shutdown".*"halt"/],
    ['another system', grubLines(menu('2', others + all)), /chainloader/],
    [
      'an unclosed brace',
      grubLines(menu('1', `${nixosEntry('N', 'a')}menuentry "x" {\n halt\n`)),
      /takes for a mistake/,
    ],
    [
      'an unclosed quote',
      grubLines(menu('0', `menuentry "x { halt }\n${all}`)),
      /takes for a mistake/,
    ],
    [
      'an entry without a body',
      grubLines(menu('0', `menuentry "x" { }\n${all}`)),
      /without a command/,
    ],
    [
      'two entries on one line without a separator',
      grubLines(menu('1', `menuentry a { halt } menuentry b { halt }\n${all}`)),
      /behind the end of a command/,
    ],
    [
      'a semicolon where a body begins',
      grubLines(menu('0', `if true; then; set default=1; fi\n${nixosEntry('x', 'a')}${all}`)),
      /takes for a mistake.*";" where a command begins/,
    ],
    [
      'a semicolon where a line begins',
      grubLines(menu('0', `set x=1\n; set default=1\n${nixosEntry('x', 'a')}${all}`)),
      /takes for a mistake.*";" where a command begins/,
    ],
    [
      'a mistake, behind which another default may be set',
      grubLines(menu('0', `${nixosEntry('x', 'a')}${all}menuentry "y" { }\nset default=1\n`)),
      /without a command/,
    ],
    [
      'a function inside of an if',
      grubLines(menu('0', `if true; then\nfunction f {\n true\n}\nfi\n${all}`)),
      /function inside/,
    ],
    [
      'an option without its value',
      grubLines(menu('0', `${nixosEntry('x', 'a')}menuentry "y" --class $nothing { halt }\n`)),
      /lacks its value/,
    ],
    [
      'options that may be none',
      grubLines(menu('0', `menuentry "y" $root { halt }\n${nixosEntry('x', 'a')}`)),
      /options that only GRUB knows/,
    ],
    [
      'an empty default, beside an entry without a title',
      grubLines(menu('""', nixosEntry('x', 'b') + nixosEntry('', 'a'))),
      /no title/,
    ],
    [
      'a condition that only GRUB can judge',
      grubLines(menu('1', `if [ "$grub_platform" = efi ]; then\n${shutdown}fi\n${all}`)),
      /only GRUB can judge/,
    ],
    [
      'a script that was not read',
      grubLines(menu('0', `source (hd0,1)/other.cfg\n${all}`)),
      /another script/,
    ],
    [
      'a script that reads itself',
      grubLines(menu('0', `source $prefix/a.cfg\n${all}`), {
        files: { 'a.cfg': 'source $prefix/a.cfg' },
      }),
      /without an end/,
    ],
    [
      'grub.cfg that reads itself',
      grubLines(menu('0', `source $prefix/grub.cfg\n${all}`)),
      /reads itself/,
    ],
    [
      'a function that calls itself',
      grubLines(menu('0', `function f {\n f\n}\nf\n${all}`)),
      /without an end/,
    ],
    [
      'a function of submenus without end',
      grubLines(menu('0', 'function f {\n submenu "x" { f }\n}\nf\n')),
      /too deep|only GRUB/,
    ],
    ['another menu', grubLines(menu('0', `configfile /other.cfg\n${all}`)), /configfile/],
    ['a command that nobody knows', grubLines(menu('0', `frobnicate\n${all}`)), /not known here/],
    ['binary', grubLines('\u0000\u0001|ELF\u007f\n&&\u0002'), /takes for a mistake/],
    ['emptiness', grubLines(''), /no entry/],
    [
      'too large',
      grubLines('', {
        more: ['grub-trouble /boot/grub/grub.cfg has 90000000 bytes, too many for a boot menu'],
      }),
      /too many/,
    ],
    ['brackets without end', grubLines('menuentry x {\n'.repeat(3000)), /levels/],
    [
      'two inits',
      grubLines(
        menu('0', `menuentry N { linux /k init=${top('a')}/init init=${top('b')}/init }\n`),
      ),
      /does not start a NixOS system/,
    ],
    [
      'an init that only GRUB knows',
      grubLines(menu('0', 'menuentry N { linux /k $root }\n')),
      /only GRUB knows/,
    ],
    [
      'a title that begins with a number',
      grubLines(menu('"2 x"', nixosEntry('2 x', 'a'))),
      /begins with a number/,
    ],
  ])('is not verifiable with %s', (_what, lines, reason) => {
    expect(grub.resolve(lines)).toEqual({
      kind: 'unverifiable',
      reason: expect.stringMatching(reason),
    });
  });

  test('is not verifiable where two disks have menus that differ', () => {
    const lines = [...grubLines(usual()), ...grubLines(usual('"1>0"'), { folder: '/boot2/grub' })];
    expect(grub.resolve(lines)).toMatchObject({ reason: expect.stringMatching(/\/boot2\/grub/) });
    expect(
      grub.resolve([...grubLines(usual()), ...grubLines(usual(), { folder: '/boot2/grub' })]),
    ).toEqual(resolved('a'));
  });
});

describe('the entry to be started once', () => {
  test.each<readonly [string, readonly string[], string]>([
    ['the newest of all configurations', grubLines(usual()), '1>0'],
    [
      'behind entries on one line',
      grubLines(menu('0', nixosEntry('NixOS - Default', 'a') + others + all)),
      '4>0',
    ],
    ['before them', grubLines(menu('0', others + nixosEntry('NixOS - Default', 'a') + all)), '4>0'],
    ['with a default that is saved', grubLines(usual(saved), { environment: [] }), '1>0'],
    [
      'of a profile',
      grubLines(usual() + nixosSubmenu("NixOS - Profile 'nixup_known_good'", 'c')),
      '1>0',
    ],
  ])('is named by numbers: %s', (_what, lines, entry) => {
    expect(grub.findEntry(lines, top('b'))).toEqual({ kind: 'found', entry });
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    [
      'a system that is not in the menu',
      grubLines(menu('0', nixosEntry('N', 'a'))),
      /no entry of \/boot\/grub\/grub.cfg starts that system/,
    ],
    [
      'a menu that reads no next_entry',
      grubLines(`set default=0\nset timeout=5\n${nixosEntry('N', 'a')}${all}`),
      /next_entry/,
    ],
    [
      'a mistake before it',
      grubLines(menu('0', `${nixosEntry('N', 'a')}menuentry "x" { }\n${all}`)),
      /takes for a mistake/,
    ],
    [
      'a password',
      grubLines(menu('0', `set superusers="root"\npassword root x\n${nixosEntry('N', 'a')}${all}`)),
      /password/,
    ],
    [
      'a file system that GRUB cannot write',
      grubLines(usual(), { more: ['grub-fs btrfs'] }),
      /cannot write to btrfs/,
    ],
    [
      'a disk that GRUB cannot write',
      grubLines(usual(), { more: ['grub-fs ext2/ext3', 'grub-fs LVM'] }),
      /cannot write to LVM/,
    ],
    [
      'a menu that waits for a key',
      grubLines(usual().replace('timeout=1', 'timeout=-1')),
      /waits for a key/,
    ],
    [
      'a second disk whose menu differs',
      [
        ...grubLines(usual()),
        ...grubLines(menu('0', shutdown + usual()), { folder: '/boot2/grub' }),
      ],
      /boot2/,
    ],
  ])('is refused with %s', (_what, lines, reason) => {
    expect(grub.findEntry(lines, top('b'))).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(reason),
    });
  });
});

/** Menus of every kind of entry, with the systems that they really start. */
type Node =
  | { readonly kind: 'system'; readonly letter: string }
  | { readonly kind: 'other'; readonly text: string }
  | { readonly kind: 'submenu'; readonly nodes: readonly Node[] };

const leaf: fc.Arbitrary<Node> = fc.oneof(
  fc.constantFrom('a', 'b', 'c').map((letter): Node => ({ kind: 'system', letter })),
  fc
    .constantFrom(
      'menuentry "Shutdown" { halt }',
      "menuentry 'it''s {' { reboot; }",
      'menuentry W { chainloader +1\n}',
      'menuentry "F" {\n fwsetup }',
      '# menuentry "commented" {',
    )
    .map((text): Node => ({ kind: 'other', text })),
);

const node: fc.Arbitrary<Node> = fc.letrec<{ readonly node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc
      .array(tie('node'), { minLength: 1, maxLength: 4 })
      .map((nodes): Node => ({ kind: 'submenu', nodes })),
  ),
})).node;

const written = (one: Node): string => {
  switch (one.kind) {
    case 'system':
      return nixosEntry('N', one.letter);
    case 'other':
      return `${one.text}\n`;
    case 'submenu':
      return `submenu "S" {\n${one.nodes.map(written).join('')}menuentry "last" { halt }\n}\n`;
  }
};

/** An own reading of a path, from what was written. */
const follow = (nodes: readonly Node[], path: readonly number[]): string | null => {
  const [index = 0, ...rest] = path;
  const entries = nodes.filter((one) => one.kind !== 'other' || !one.text.startsWith('#'));
  const found = entries[index];
  if (found === undefined) return null;
  if (found.kind === 'submenu') return follow(found.nodes, rest);
  return found.kind === 'system' ? found.letter : null;
};

test('an entry that is chosen always leads to the system that was asked for', () => {
  fc.assert(
    fc.property(
      fc.array(node, { maxLength: 6 }),
      fc.constantFrom('a', 'b', 'c'),
      (nodes, letter) => {
        const lines = grubLines(nixosHead() + nodes.map(written).join(''));
        const choice = grub.findEntry(lines, top(letter));
        if (choice.kind === 'found')
          expect(follow(nodes, choice.entry.split('>').map(Number))).toBe(letter);
        else expect(choice.reason).toMatch(/no entry/);
      },
    ),
    { numRuns: runs(300) },
  );
});

test('whatever is done to a menu, what is chosen is proven or refused', () => {
  const text = nixosHead() + nixosEntry('NixOS - Default', 'a') + others + all;
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(60),
      fc.constantFrom(
        '',
        '{',
        '}',
        '"',
        "'",
        '#',
        '\\',
        '\n',
        ';',
        ' if true; then',
        'menuentry "x" {',
        '>',
        '$',
        '\u0000',
      ),
      (at, length, instead) => {
        const broken = text.slice(0, at) + instead + text.slice(at + length);
        const lines = grubLines(broken);
        const choice = grub.findEntry(lines, top('b'));
        if (choice.kind === 'refused') return;
        // Without quotes of its own: it may stand in a string that was cut open.
        const byDefault = (entry: string) =>
          grub.resolve(
            grubLines(
              broken.replace('set default=0', `set default=${entry.replaceAll('>', '\\>')}`),
            ),
          );
        // In a string or a comment it sets nothing, and proves nothing.
        const isRead = JSON.stringify(byDefault('0')) !== JSON.stringify(byDefault('1'));
        const told = byDefault(choice.entry);
        if (isRead && told.kind === 'resolved') expect(told.toplevel).toBe(top('b'));
      },
    ),
    { numRuns: runs(400) },
  );
});

describe('what a command leaves in a variable', () => {
  const asked = (command: string): string =>
    `${nixosHead()}${command}\nif [ -n "$usb" ]; then\n  set default=1\nfi\n${nixosEntry('x', 'a')}${nixosEntry('y', 'b')}`;

  // search_wrap.c, iorw.c, rdmsr.c, probe.c: the last argument, or -v and -s, name a variable.
  test.each([
    'search.fs_uuid 1234-ABCD usb',
    'search.file /key usb',
    'search.fs_label KEY usb',
    'search -n -f -susb /key',
    'inb -v usb 0x60',
    'rdmsr --variable=usb 0x1',
    'probe -u -susb $root',
    'getenv --type string x usb',
  ])('is known to the machine alone: %s', (command) => {
    const lines = grubLines(asked(command));
    expect(grub.resolve(lines)).toMatchObject({ kind: 'unverifiable' });
    expect(grub.findEntry(lines, top('a'))).toMatchObject({ kind: 'refused' });
  });
});

// execute.c, grub_script_execute_cmdline: commands first, then functions.
test.each([
  'set',
  'chainloader',
  'halt',
  'linux',
])('a function does not stand in for the command %s', (name) => {
  const text = `${nixosHead()}function ${name} {\n  true\n}\n${name} default=1\n${nixosEntry('x', 'a')}`;
  expect(grub.findEntry(grubLines(text), top('a'))).toMatchObject({ kind: 'refused' });
});

test.each([
  ['without save_env', ''],
  ['with save_env of another variable', '  save_env saved_entry\n'],
])('an entry is not chosen once where next_entry stays: %s', (_, line) => {
  const text = usual().replace('  save_env next_entry\n', line);
  expect(grub.findEntry(grubLines(text), top('b'))).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('with every boot, not once'),
  });
});

test.each([
  // nixpkgs: boot.loader.grub.extraEntriesBeforeNixOS; GRUB's own 30_uefi-firmware
  ['a comparison', 'if [ "$grub_platform" = "efi" ]; then\nmenuentry "UEFI" { fwsetup }\nfi\n'],
  [
    'a default',
    'if [ "$grub_platform" = "efi" ]; then set default=1; fi\nmenuentry "UEFI" { fwsetup }\n',
  ],
])('the platform is known where an EFI firmware starts GRUB: %s', (_what, text) => {
  const lines = grubLines(menu('1', text + nixosEntry('N', 'a') + all));
  expect(grub.resolve([...lines, 'firmware efi'])).toEqual(resolved('a'));
  expect(grub.findEntry([...lines, 'firmware efi'], top('a')).kind).toBe('found');
});

test('a question of GRUB for the firmware behind the entries of NixOS does not hide them', () => {
  const asks = 'fwsetup --is-supported\nif [ "$?" = 0 ]; then\nmenuentry "UEFI" { fwsetup }\nfi\n';
  expect(grub.resolve(grubLines(menu('0', nixosEntry('N', 'a') + asks)))).toEqual(resolved('a'));
});
