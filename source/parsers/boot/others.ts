import { valuesOf } from '../keyed-lines.ts';
import { firmwareText, unverifiable } from './lines.ts';
import type { BootLoader } from './loader.ts';

/**
 * Loaders that are recognised by a file and named: name, and where it is put. Asked only where no
 * loader that is read has its files, so that a row does no harm to one that is.
 */
const known = [
  [
    'ZFSBootMenu',
    '/boot/[eE][fF][iI]/[zZ][bB][mM] /efi/[eE][fF][iI]/[zZ][bB][mM] /boot/efi/[eE][fF][iI]/[zZ][bB][mM]',
  ],
  ['OpenCore', '/boot/[eE][fF][iI]/OC/config.plist /efi/[eE][fF][iI]/OC/config.plist'],
  ['Clover', '/boot/[eE][fF][iI]/CLOVER/config.plist /efi/[eE][fF][iI]/CLOVER/config.plist'],
  ['Syslinux', '/boot/syslinux/syslinux.cfg /boot/isolinux/isolinux.cfg'],
  ['rEFInd', '/boot/refind_linux.conf'],
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

/** Every loader that nixup cannot read: told by name, never taken as proven. */
export const otherLoaders: BootLoader = {
  name: 'other',
  title: 'another boot loader',
  firmware: 'any',
  loaderInfo: null,
  runsAfter: () => true,
  script: known
    .map(
      ([name, files]) =>
        `\nfor file in ${files}; do [ -e "$file" ] && echo "other-loader ${name} $file"; done`,
    )
    .join(''),
  keys: ['other-loader'],
  kernelFolders: [],
  isPresent: (lines) => found(lines) !== null,
  resolve: (lines) => unverifiable(reasonOf(lines)),
  pending: () => null,
  neverOnce: reasonOf,
  findEntry: (lines) => ({ kind: 'refused', reason: reasonOf(lines) }),
  systems: () => [],
  chooseOnce: () => 'echo "this boot loader cannot start a system once"\n',
  forgetOnce: '',
  once: () => [],
};
