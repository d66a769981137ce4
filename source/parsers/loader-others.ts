import { firmwareText, unverifiable, valuesOf } from './boot-lines.ts';
import type { BootLoader } from './boot-loader.ts';

/** Loaders whose files are recognised and not read: name, and where NixOS puts them. */
const known = [
  ['extlinux', '/boot/extlinux/extlinux.conf'],
  [
    'rEFInd',
    '/boot/refind_linux.conf /boot/[eE][fF][iI]/refind/refind.conf /boot/efi/[eE][fF][iI]/refind/refind.conf /efi/[eE][fF][iI]/refind/refind.conf',
  ],
  [
    'Limine',
    '/boot/limine/limine.conf /boot/limine.conf /efi/limine/limine.conf /boot/efi/limine/limine.conf',
  ],
  ['Raspberry Pi', '/boot/cmdline.txt /boot/firmware/config.txt'],
] as const;

const found = (
  lines: readonly string[],
): { readonly name: string; readonly file: string } | null => {
  const value = valuesOf(lines, 'other-loader')[0];
  if (value === undefined) return null;
  const file = value.slice(value.lastIndexOf(' ') + 1);
  return { name: value.slice(0, value.length - file.length).trim(), file };
};

const reasonOf = (lines: readonly string[]): string => {
  const other = found(lines);
  if (other !== null)
    return `the boot loader of ${other.file}${other.name === '' ? '' : ` (${other.name})`} is not known`;
  const hidden = valuesOf(lines, 'boot-unreadable')[0];
  if (hidden !== undefined) return `reading ${hidden} needs root`;
  const info = firmwareText(lines, 'LoaderInfo');
  return info === null
    ? 'no boot loader files were found'
    : `its boot loader says that it is ${info}, and its files were not found`;
};

/** Every loader that nixup cannot read: said by name, never taken for proven. */
export const otherLoaders: BootLoader = {
  name: 'other',
  script: known
    .map(
      ([name, files]) =>
        `\nfor file in ${files}; do [ -e "$file" ] && echo "other-loader ${name} $file"; done`,
    )
    .join(''),
  keys: ['other-loader'],
  isPresent: (lines) => found(lines) !== null,
  resolve: (lines) => unverifiable(reasonOf(lines)),
  findEntry: (lines) => ({ kind: 'refused', reason: reasonOf(lines) }),
  systems: () => [],
  chooseOnce: () => 'echo "this boot loader cannot start a system once"\n',
  forgetOnce: '',
  shownOnce: [],
};
