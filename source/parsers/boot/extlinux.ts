import { valuesOf } from '../keyed-lines.ts';
import { type ExtlinuxLabel, ExtlinuxMistake, readExtlinuxConf } from './extlinux-conf.ts';
import {
  type MenuReading,
  menuLoader,
  type Started,
  startedBy,
  systemsOf,
  unproven,
} from './menu.ts';

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'));

const startOf = (label: ExtlinuxLabel, lost: readonly string[]): Started => {
  const { name, kernel, initrd, append } = label;
  const named = `its label "${name.trim()}"`;
  if (kernel === null || append === null) return unproven(`${named} starts no kernel of its own`);
  const files = [kernel.replace(/#.*/, ''), ...(initrd ?? '').split(/[ \t]+/)];
  if (files.some((file) => file.includes('\r')))
    return unproven(
      'its lines end with carriage returns, which U-Boot takes for a part of a file’s name',
    );
  if (/\s/.test(kernel)) return unproven(`${named} names a kernel with a blank in it`);
  const missing = files.find((file) => lost.includes(file));
  if (missing !== undefined) return unproven(`${named} names ${missing}, which is not there`);
  if (/\$[({]/.test(append))
    return unproven(`${named} has kernel arguments that only U-Boot knows`);
  return startedBy(named, append);
};

/** `pxe_menu_to_menu`: the last label of that name; where there is none, labels are tried in their order. */
const defaultOf = (
  labels: readonly ExtlinuxLabel[],
  wanted: string | null,
): ExtlinuxLabel | undefined => labels.findLast(({ name }) => name === wanted) ?? labels[0];

const readMenu = (
  file: string,
  texts: ReadonlyMap<string, string>,
  lines: readonly string[],
): MenuReading => {
  try {
    const { labels, wanted } = readExtlinuxConf(texts.get(file) ?? '', file, (name) => {
      const text = texts.get(`${folderOf(file)}/${name}`);
      if (text === undefined)
        throw new ExtlinuxMistake(`it reads another file, ${name}, which was not read here`);
      return text;
    });
    const lost = valuesOf(lines, 'extlinux-lost');
    const first = defaultOf(labels, wanted);
    return {
      start: first === undefined ? unproven(`${file} has no label`) : startOf(first, lost),
      systems: systemsOf(labels.map((label) => startOf(label, lost))),
    };
  } catch (error) {
    if (!(error instanceof ExtlinuxMistake)) throw error;
    return { start: unproven(`U-Boot cannot read its menu: ${error.message}`), systems: [] };
  }
};

/** `boot.loader.generic-extlinux-compatible`: a menu that U-Boot reads. */
export const extlinux = menuLoader({
  name: 'extlinux',
  title: 'extlinux',
  firmware: 'bios',
  loaderInfo: null,
  // extlinux-conf-builder.sh
  kernelFolders: ['/boot/nixos'],
  key: 'extlinux',
  patterns: '/boot/extlinux/*.conf /boot/extlinux/*.cfg /boot?*/extlinux/*.conf',
  more: `
for file in /boot/extlinux/extlinux.conf /boot?*/extlinux/extlinux.conf; do
  [ -r "$file" ] || continue
  disk=\${file%/extlinux/extlinux.conf}
  grep -a -i -E '^[[:space:]]*(linux|kernel|initrd)[[:space:]]' "$file" | while read -r key all; do
    set -f
    for path in $all; do
      path=\${path%%#*}
      case $path in
        '') ;;
        /*) [ -e "$path" ] || [ -e "$disk$path" ] || echo "extlinux-lost $path" ;;
        *) [ -e "\${file%/*}/$path" ] || echo "extlinux-lost $path" ;;
      esac
    done
  done
done
`,
  isMain: (file) => file.endsWith('/extlinux.conf'),
  read: readMenu,
  cannot:
    'U-Boot starts the DEFAULT of extlinux.conf with every boot, and cannot be told to start an entry once',
});
