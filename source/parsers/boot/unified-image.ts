import { valuesOf } from '../keyed-lines.ts';
import { type EntryContent, imageEntry, type LoaderEntry, unreadEntry } from './entries.ts';
import { toplevelOf } from './lines.ts';

/** Bytes of a section that are read; a command line has some hundred. */
const largest = 16_384;

const bytes = (text: string): string =>
  Array.from({ length: 8 }, (_one, index) => text.charCodeAt(index) || 0).join(' ');

/**
 * Shell functions that print the sections of a unified kernel image which say
 * what it starts: its table of sections is read by `od`, byte by byte, so that
 * the order of bytes of the host does not matter (PE format of Microsoft;
 * systemd-stub(7); lanzaboote keeps the same sections). `image-read` stands
 * behind an image that was read to its end.
 */
export const imageFunctions = `
nixup_bytes() { od -A n -v -t u1 -w40 -j "$1" -N "$2" "$image" 2>/dev/null; }
nixup_section() {
  echo "image-section $1"
  echo "nixup-part image-$1"
  tail -c "+$(($2 + 1))" "$image" 2>/dev/null | head -c "$3" | tr -d '\\000'
  echo
  echo "nixup-part"
}
nixup_image() {
  [ -r "$image" ] || return
  set -- $(nixup_bytes 0 64)
  [ "$#" = 64 ] && [ "$1 $2" = "77 90" ] || return
  start=$((\${61} + \${62} * 256 + \${63} * 65536 + \${64} * 16777216))
  set -- $(nixup_bytes "$start" 24)
  [ "$#" = 24 ] && [ "$1 $2 $3 $4" = "80 69 0 0" ] || return
  count=$(($7 + $8 * 256))
  total=$(stat -L -c %s "$image")
  [ "$count" -le 96 ] || return
  nixup_bytes $((start + 24 + \${21} + \${22} * 256)) $((count * 40)) | {
    seen=0
    while read -r n1 n2 n3 n4 n5 n6 n7 n8 s1 s2 s3 s4 a1 a2 a3 a4 r1 r2 r3 r4 o1 o2 o3 o4 rest; do
      [ -n "$o4" ] || return
      seen=$((seen + 1))
      case "$n1 $n2 $n3 $n4 $n5 $n6 $n7 $n8" in
        "${bytes('.cmdline')}") name=cmdline ;;
        "${bytes('.osrel')}") name=osrel ;;
        "${bytes('.profile')}") echo "image-section profile"; continue ;;
        *) continue ;;
      esac
      size=$((s1 + s2 * 256 + s3 * 65536 + s4 * 16777216))
      stored=$((r1 + r2 * 256 + r3 * 65536 + r4 * 16777216))
      [ "$stored" -lt "$size" ] && size=$stored
      [ "$size" -le ${largest} ] || return
      begin=$((o1 + o2 * 256 + o3 * 65536 + o4 * 16777216))
      [ $((begin + size)) -le "\${total:-0}" ] || return
      nixup_section "$name" "$begin" "$size"
    done
    [ "$seen" = "$count" ] && echo "image-read yes"
  }
}
`;

/** Shell text for one image in `$image`, below the mount point `$place`. */
export const printImage = `
    echo "unified-image $image"
    for addon in "$image".extra.d/*.addon.efi "\${image%+*}".[eE][fF][iI].extra.d/*.addon.efi "$place"/loader/addons/*.addon.efi; do [ -e "$addon" ] && echo "image-addon $addon"; done
    nixup_image`;

export const imageKeys: readonly string[] = [
  'unified-image',
  'image-addon',
  'image-section',
  'image-cmdline',
  'image-osrel',
  'image-read',
];

interface ImageLines {
  readonly file: string;
  readonly lines: string[];
}

/** What was printed of each image. */
const imagesIn = (lines: readonly string[]): readonly ImageLines[] => {
  const images: ImageLines[] = [];
  for (const line of lines)
    if (line.startsWith('unified-image ')) images.push({ file: line.slice(14), lines: [] });
    else if (line.startsWith('image-')) images.at(-1)?.lines.push(line);
  return images;
};

/** `os-release` of an image: names and values, without quotes; null where a value is written in a way that is not read here. */
const releaseOf = (lines: readonly string[]): ReadonlyMap<string, string> | null => {
  const release = new Map<string, string>();
  for (const line of lines) {
    const [, key, value] = /^\s*([A-Z_]+)=(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const bare = /^"([^"]*)"$/.exec(value)?.[1] ?? value;
    if (/["'\\]/.test(bare)) return null;
    release.set(key, bare);
  }
  return release;
};

/** The first of them that is given (`bootspec_pick_name_version_sort_key`). */
const firstOf = (release: ReadonlyMap<string, string>, ...keys: readonly string[]): string | null =>
  keys.map((key) => release.get(key)).find((value) => value !== undefined) ?? null;

const contentOf = (name: string, commands: readonly string[]): EntryContent => {
  const toplevel = toplevelOf(commands.join(' '));
  if (toplevel !== null) return { kind: 'system', toplevel };
  return commands.some((line) => line.includes('init='))
    ? { kind: 'unread', what: `${name}, whose kernel arguments name more than one init` }
    : { kind: 'other' };
};

const readImage = (
  { file, lines }: ImageLines,
  idOf: (name: string) => string,
): LoaderEntry | null => {
  const unread = (what: string): LoaderEntry | null => unreadEntry(file, what, idOf);
  const name = `the unified kernel image ${file}`;
  const sections = valuesOf(lines, 'image-section');
  const count = (section: string): number => sections.filter((one) => one === section).length;
  if (!lines.includes('image-read yes')) return unread(`${name}, whose contents are not read`);
  if (sections.includes('profile') || count('cmdline') > 1 || count('osrel') > 1)
    return unread(`${name}, which has several profiles`);
  if (lines.some((line) => line.startsWith('image-addon ')))
    return unread(`${name}, whose addons may change what it starts`);
  const release = releaseOf(valuesOf(lines, 'image-osrel'));
  if (release === null) return unread(`${name}, whose place in the menu is not read`);
  // Without a name the loader makes no entry of it.
  if (firstOf(release, 'PRETTY_NAME', 'IMAGE_ID', 'NAME', 'ID') === null) return null;
  return imageEntry(file, contentOf(name, valuesOf(lines, 'image-cmdline')), idOf, {
    sortKey: firstOf(release, 'IMAGE_ID', 'ID'),
    machineId: null,
    version: firstOf(release, 'IMAGE_VERSION', 'VERSION', 'VERSION_ID', 'BUILD_ID') ?? '',
  });
};

/** Entries that systemd-boot makes of unified kernel images (`boot_entry_add_type2` of `src/boot/boot.c`). */
export const readImages = (
  lines: readonly string[],
  idOf: (name: string) => string,
): readonly LoaderEntry[] => imagesIn(lines).flatMap((image) => readImage(image, idOf) ?? []);
