import { describe, expect, test } from 'vitest';
import { raspberryPi } from '../../../source/parsers/boot/raspberry-pi.ts';
import { fc, runs } from '../../support/chance.ts';
import { top } from '../../support/grub-cfg.ts';
import { menuLines, resolvedBy } from '../../support/menu-lines.ts';

/** cmdline.txt as raspberrypi-builder.sh of nixpkgs writes it. */
const cmdline = (letter: string): string =>
  `console=ttyAMA0 loglevel=4 root=fstab init=${top(letter)}/init\n`;
/** config.txt as raspberrypi.nix of nixpkgs writes it. */
const config = 'avoid_warnings=1\nkernel=kernel.img\ninitramfs initrd followkernel\narm_64bit=1\n';
/** config.txt of the card images of NixOS, which start U-Boot. */
const uBoot =
  '[pi3]\nkernel=u-boot-rpi3.bin\n\n[pi4]\nkernel=u-boot-rpi4.bin\nenable_gic=1\n\n[all]\narm_64bit=1\nenable_uart=1\n';

const lines = (
  settings: string | null,
  text: string,
  files: Readonly<Record<string, string>> = {},
  folder = '/boot',
) =>
  menuLines('raspberry-pi', {
    ...(settings === null ? {} : { [`${folder}/config.txt`]: settings }),
    [`${folder}/cmdline.txt`]: text,
    ...files,
  });

describe('what the firmware of a Raspberry Pi starts', () => {
  // The documentation of Raspberry Pi: config.txt (file format, conditional filters, boot options), autoboot.txt;
  // nixpkgs: raspberrypi-builder.sh, raspberrypi.nix, sd-image-aarch64.nix.
  test.each<readonly [string, readonly string[], string]>([
    ['cmdline.txt', lines(config, cmdline('a')), 'a'],
    ['cmdline.txt alone', lines(null, cmdline('a')), 'a'],
    ['cmdline.txt of another folder', lines(config, cmdline('a'), {}, '/boot/firmware'), 'a'],
    ['cmdline.txt by its name', lines(`${config}cmdline=cmdline.txt\n`, cmdline('a')), 'a'],
    ['no line break at its end', lines(config, cmdline('a').trimEnd()), 'a'],
    [
      'carriage returns',
      lines(config.replaceAll('\n', '\r\n'), cmdline('a').replaceAll('\n', '\r\n')),
      'a',
    ],
    [
      'settings of one board that change nothing of it',
      lines(`${config}[pi4]\narm_boost=1\n[all]\n`, cmdline('a')),
      'a',
    ],
    [
      'a comment, which is none',
      lines(`${config}#cmdline=other.txt\n# os_prefix=x/\n`, cmdline('a')),
      'a',
    ],
    [
      'a prefix of one board that is taken back for all',
      lines(`${config}[pi4]\nos_prefix=old/\n[all]\nos_prefix=\n`, cmdline('a')),
      'a',
    ],
    [
      'a kernel of one board that has the name of the usual one',
      lines(`${config}[pi5]\nkernel=kernel.img\n`, cmdline('a')),
      'a',
    ],
    ['a prefix that is empty', lines(`${config}os_prefix=\n`, cmdline('a')), 'a'],
    [
      'a kernel of another name',
      lines(config.replace('kernel.img', 'kernel8.img'), cmdline('a')),
      'a',
    ],
    ['the first words of the line', lines(config, `init=${top('a')}/init console=tty1\n`), 'a'],
    [
      'two folders that say the same',
      [...lines(config, cmdline('a')), ...lines(config, cmdline('a'), {}, '/boot/firmware')],
      'a',
    ],
    [
      'text behind a NUL, which is not read',
      lines(config, `${cmdline('a').trimEnd()}\u0000init=${top('b')}/init`),
      'a',
    ],
  ])('is found by %s', (_what, given, letter) => {
    expect(raspberryPi.resolve(given)).toEqual(resolvedBy('raspberry-pi', top(letter)));
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['emptiness', lines(config, ''), /cmdline.txt does not start/],
    ['binary', lines(config, '\u0000\u0001\u007fELF'), /does not start/],
    ['another system', lines(config, 'root=/dev/mmcblk0p2 rootwait\n'), /does not start/],
    ['two inits', lines(config, `init=${top('b')}/init ${cmdline('a')}`), /does not start/],
    ['a second line', lines(config, cmdline('a') + cmdline('b')), /more than one line/],
    ['a line that was cut off', lines(config, cmdline('a').slice(0, -6)), /does not start/],
    [
      'another file of arguments',
      lines(`${config}cmdline=other.txt\n`, cmdline('a')),
      /another file than cmdline.txt/,
    ],
    [
      'another one for one board',
      lines(`${config}[pi4]\ncmdline=pi4.txt\n[all]\n`, cmdline('a')),
      /another file than cmdline.txt/,
    ],
    [
      'a prefix that one board does not have',
      lines(`${config}os_prefix=old/\n[pi5]\nos_prefix=\n`, cmdline('a')),
      /os_prefix/,
    ],
    [
      'a prefix that one board has',
      lines(`${config}[pi4]\nos_prefix=old/\n`, cmdline('a')),
      /os_prefix/,
    ],
    [
      'a prefix of one board, in a file that is included',
      lines(`${config}[pi5]\ninclude more.txt\n`, cmdline('a'), {
        '/boot/more.txt': 'os_prefix=old/\n',
      }),
      /os_prefix/,
    ],
    [
      'a filter that an included file leaves open',
      lines(`os_prefix=old/\ninclude more.txt\nos_prefix=\n`, cmdline('a'), {
        '/boot/more.txt': '[pi5]\n',
      }),
      /os_prefix/,
    ],
    [
      'a kernel of its own for one board',
      lines(`${config}[pi5]\nkernel=other.img\n[all]\n`, cmdline('a')),
      /another kernel on some boards/,
    ],
    [
      'an EFI firmware on one board',
      lines(`${config}[pi4]\narmstub=RPI_EFI.fd\n`, cmdline('a')),
      /EFI firmware on some boards/,
    ],
    ['a prefix', lines(`${config}os_prefix=nixos/\n`, cmdline('a')), /os_prefix/],
    [
      'a file that was not read',
      lines(`include extra.txt\n${config}`, cmdline('a')),
      /extra.txt, which was not read/,
    ],
    [
      'another partition',
      lines(config, cmdline('a'), { '/boot/autoboot.txt': '[all]\nboot_partition=2\n' }),
      /autoboot.txt/,
    ],
    [
      'U-Boot on one board only',
      lines(`${config}[pi3]\nkernel=u-boot-rpi3.bin\n`, cmdline('a')),
      /U-Boot on some boards/,
    ],
    [
      'a line that is longer than what is read',
      lines(`${config}cmdline=${' '.repeat(90)}cmdline.txt\n`, cmdline('a')),
      /longer than the firmware reads/,
    ],
    [
      'two folders that differ',
      [...lines(config, cmdline('a')), ...lines(config, cmdline('b'), {}, '/boot/firmware')],
      /start different systems/,
    ],
    [
      'a file that is too large',
      ['raspberry-pi-trouble /boot/cmdline.txt has 9000000 bytes, too many for a boot menu'],
      /too many/,
    ],
  ])('is not verifiable with %s', (_what, given, reason) => {
    expect(raspberryPi.isPresent(given)).toBe(true);
    expect(raspberryPi.resolve(given)).toEqual({
      kind: 'unverifiable',
      reason: expect.stringMatching(reason),
    });
  });

  test.each([
    ['U-Boot on every board', lines(uBoot, cmdline('a'))],
    ['an EFI firmware', lines(`${config}armstub=RPI_EFI.fd\n`, cmdline('a'))],
    ['no arguments at all', menuLines('raspberry-pi', { '/boot/config.txt': uBoot })],
  ])('is left to another loader with %s', (_what, given) => {
    expect(raspberryPi.isPresent(given)).toBe(false);
  });
});

test('nothing is started once', () => {
  expect(raspberryPi.findEntry(lines(config, cmdline('a')), top('a'))).toEqual({
    kind: 'refused',
    reason: expect.stringMatching(/no second entry to start once/),
  });
});

/** One kernel is named here: it is a doubt while only some boards have it. */
const hasDoubtfulKernel = (settings: readonly string[]): boolean => {
  let filter = '[all]';
  let boards: 'none' | 'some' | 'all' = 'none';
  for (const setting of settings) {
    if (setting.startsWith('[')) filter = setting;
    if (!setting.startsWith('kernel=')) continue;
    if (filter === '[all]') boards = 'all';
    else if (boards === 'none') boards = 'some';
  }
  return boards === 'some';
};

test('a default that is told is the init of the line that the firmware reads', () => {
  const setting = fc.constantFrom(
    'arm_boost=1',
    '[pi4]',
    '[all]',
    '[none]',
    'cmdline=cmdline.txt',
    'cmdline=other.txt',
    'os_prefix=old/',
    'kernel=u-boot-rpi4.bin',
    'kernel=kernel8.img',
    '# cmdline=other.txt',
  );
  fc.assert(
    fc.property(
      fc.array(setting, { maxLength: 6 }),
      fc.constantFrom('a', 'b'),
      (settings, letter) => {
        const given = lines(settings.join('\n'), cmdline(letter));
        const isPlain =
          !hasDoubtfulKernel(settings) &&
          !settings.some((one) => /^(?:cmdline=other|os_prefix|kernel=u-boot)/.test(one));
        const told = raspberryPi.resolve(given);
        if (isPlain) expect(told).toEqual(resolvedBy('raspberry-pi', top(letter)));
        else expect(told.kind).toBe('unverifiable');
      },
    ),
    { numRuns: runs(300) },
  );
});
