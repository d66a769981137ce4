import { quoteWord, quoteWords } from '../../model/command.ts';
import { valuesOf } from '../keyed-lines.ts';
import { defaultIn, type GrubMenu, grubMenu, pathsOf, startOf } from './grub-menu.ts';
import type { GrubFiles } from './grub-run.ts';
import { valueIn } from './grub-state.ts';
import { unverifiable } from './lines.ts';
import type { BootLoader, EntryChoice } from './loader.ts';

/** Where NixOS and others put GRUB's files; `boot.loader.grub.mirroredBoots` may name several. */
const folders = '/boot/grub /boot/grub2 /boot?*/grub /efi/grub /boot/efi/grub';

/** Bytes of a script that are read: a menu of a hundred generations has about a tenth of it. */
const largest = 2_000_000;

/** What grub.cfg is, where several disks have one of their own. */
interface GrubFolder {
  readonly folder: string;
  readonly text: string;
  readonly files: GrubFiles;
  readonly trouble: string | null;
  /** What GRUB would have to write to and cannot; null where nothing of it is known. */
  readonly unwritable: string | null;
}

/** GRUB cannot write there, so that a choice for one boot would stay for every boot (`grub-core/commands/loadenv.c`, `disk/diskfilter.c`). */
const unwritable = new Set(['btrfs', 'zfs', 'bcachefs', 'f2fs', 'squashfs', 'RAID', 'LVM']);

/** Lines `NAME=VALUE` behind the block's heading; a backslash goes on (`grub-core/lib/envblk.c`). */
const readEnvironment = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    lines.flatMap((line): readonly (readonly [string, string])[] => {
      const at = line.indexOf('=');
      return line.startsWith('#') || at < 1
        ? []
        : [[line.slice(0, at), line.slice(at + 1).replace(/\\(.)/g, '$1')]];
    }),
  );

const readFolder = (folder: string, lines: readonly string[], isEfi: boolean): GrubFolder => {
  const scripts = new Map<string, string[]>();
  let script: string[] | null = null;
  for (const line of lines) {
    if (line.startsWith('grub-file ')) {
      script = [];
      scripts.set(line.slice('grub-file '.length), script);
    } else if (line.startsWith('grub-file-line '))
      script?.push(line.slice('grub-file-line '.length));
  }
  const environment = valuesOf(lines, 'grub-env');
  const hasEnvironment = environment.length > 0 || lines.includes('grub-env-file yes');
  return {
    folder,
    text: valuesOf(lines, 'grub-line').join('\n'),
    files: {
      scripts: new Map([...scripts].map(([name, all]) => [name, all.join('\n')])),
      environment: hasEnvironment ? readEnvironment(environment) : null,
      isEfi,
    },
    trouble: valuesOf(lines, 'grub-trouble')[0] ?? null,
    unwritable: valuesOf(lines, 'grub-fs').find((kind) => unwritable.has(kind)) ?? null,
  };
};

const readFolders = (lines: readonly string[]): readonly GrubFolder[] => {
  const starts = lines.flatMap((line, index) => (line.startsWith('grub-cfg ') ? [index] : []));
  return starts.map((start, number) =>
    readFolder(
      lines[start]?.slice('grub-cfg '.length) ?? '',
      lines.slice(start + 1, starts[number + 1]),
      lines.includes('firmware efi'),
    ),
  );
};

/** The menu as it comes out with these values in grubenv. */
const menuWith = (
  { text, files }: GrubFolder,
  change: (environment: Map<string, string>) => void,
): GrubMenu => {
  const environment = new Map(files.environment ?? []);
  change(environment);
  const isThere = files.environment !== null || environment.size > 0;
  return grubMenu(text, { ...files, environment: isThere ? environment : null });
};

/** An entry that a `grub-reboot` chose for one boot is not the default. */
const usualMenu = (folder: GrubFolder): GrubMenu =>
  menuWith(folder, (environment) => environment.delete('next_entry'));

const resolveFolder = (folder: GrubFolder): ReturnType<BootLoader['resolve']> => {
  if (folder.trouble !== null) return unverifiable(folder.trouble);
  const menu = usualMenu(folder);
  const start = startOf(menu, defaultIn(menu.state));
  return start.kind === 'system'
    ? { kind: 'resolved', loader: 'grub', toplevel: start.toplevel }
    : unverifiable(`what GRUB starts is not known: ${start.reason}`);
};

/** Whether it waits for a person at all; how long does not matter. */
const waitsForKey = (menu: GrubMenu): boolean => {
  const timeout = valueIn(menu.state, 'timeout');
  return timeout !== null && !/^\s*\d/.test(timeout);
};

/**
 * Why grub.cfg would not start the system when it is told to start this path once; null where it
 * would.
 */
const objectionTo = (folder: GrubFolder, path: string, toplevel: string): string | null => {
  const menu = menuWith(folder, (environment) => environment.set('next_entry', path));
  const start = startOf(menu, defaultIn(menu.state));
  if (start.kind === 'unproven') return start.reason;
  if (start.toplevel !== toplevel)
    return 'its grub.cfg does not read what grub-reboot writes (next_entry)';
  if (menu.state.written.get('next_entry') !== '')
    return 'its grub.cfg does not take next_entry back (save_env): it would start that entry with every boot, not once';
  if (start.asksPassword) return 'GRUB asks for a password before it starts that entry';
  return waitsForKey(menu) ? 'GRUB waits for a key at its menu, for ever' : null;
};

/** The path in one menu; the first one that is proven, else the first objection. */
const findPath = (folder: GrubFolder, toplevel: string): EntryChoice => {
  const refused = (reason: string): EntryChoice => ({ kind: 'refused', reason });
  if (folder.trouble !== null) return refused(folder.trouble);
  if (folder.unwritable !== null)
    return refused(
      `GRUB cannot write to ${folder.unwritable} (${folder.folder}): it would start the same entry with every boot, not once`,
    );
  const menu = usualMenu(folder);
  const paths = pathsOf(menu).filter((one) => one.toplevel === toplevel);
  if (paths.length === 0)
    return refused(
      menu.state.certain === Number.POSITIVE_INFINITY
        ? `no entry of ${folder.folder}/grub.cfg starts that system`
        : `no entry of ${folder.folder}/grub.cfg is proven to start that system: ${menu.state.why}`,
    );
  let objection = '';
  for (const { path } of paths.slice(0, 20)) {
    const found = objectionTo(folder, path, toplevel);
    if (found === null) return { kind: 'found', entry: path };
    objection ||= found;
  }
  return refused(objection);
};

const findEntry: BootLoader['findEntry'] = (lines, toplevel) => {
  const all = readFolders(lines);
  const [first, ...others] = all;
  if (first === undefined) return { kind: 'refused', reason: 'GRUB has no grub.cfg' };
  const found = findPath(first, toplevel);
  if (found.kind === 'refused') return found;
  // From which disk the firmware starts is not known: the path must lead to the same system in each
  // menu.
  for (const other of others) {
    const objection =
      other.trouble ??
      (other.unwritable === null ? null : `GRUB cannot write to ${other.unwritable}`) ??
      objectionTo(other, found.entry, toplevel);
    if (objection !== null)
      return { kind: 'refused', reason: `the menu in ${other.folder} differs: ${objection}` };
  }
  return found;
};

/** A `next_entry` that grub.cfg reads. */
const pending: BootLoader['pending'] = (lines) => {
  for (const folder of readFolders(lines)) {
    const entry = folder.files.environment?.get('next_entry') ?? '';
    if (entry === '' || folder.trouble !== null) continue;
    const menu = menuWith(folder, () => undefined);
    const wanted = defaultIn(menu.state);
    if (wanted !== null && wanted === defaultIn(usualMenu(folder).state)) continue;
    const start = startOf(menu, wanted);
    return {
      entry: `"${entry}"`,
      by: `grub-reboot (next_entry in ${folder.folder}/grubenv)`,
      toplevel: start.kind === 'system' ? start.toplevel : null,
    };
  }
  return null;
};

const resolve: BootLoader['resolve'] = (lines) => {
  const all = readFolders(lines).map((one) => [one.folder, resolveFolder(one)] as const);
  const [first, ...others] = all;
  if (first === undefined) return unverifiable('GRUB has no grub.cfg');
  for (const [folder, other] of others)
    if (JSON.stringify(other) !== JSON.stringify(first[1]))
      return unverifiable(`the menus of GRUB in ${first[0]} and ${folder} start different systems`);
  return first[1];
};

/**
 * Scripts beside grub.cfg are printed too: it may read them. What is too large is not.
 */
const script = `
for folder in ${folders}; do
  [ -r "$folder/grub.cfg" ] || continue
  echo "grub-cfg $folder"
  echo "grub-fs $(stat -f -c %T "$folder")"
  # The first word after the seven of the heading.
  set -- $(LC_ALL=C df -P "$folder")
  disk=$8
  [ -L "$disk" ] && disk=$(readlink -f "$disk")
  case $disk in
    /dev/md*) echo "grub-fs RAID" ;;
    /dev/dm-*)
      { read -r uuid <"/sys/class/block/\${disk##*/}/dm/uuid"; } 2>/dev/null
      case $uuid in LVM-*) echo "grub-fs LVM" ;; esac ;;
  esac
  for file in "$folder/grub.cfg" "$folder"/*.cfg; do
    [ -f "$file" ] || continue
    key=grub-file-line
    if [ "$file" = "$folder/grub.cfg" ]; then
      [ -n "$grub_seen" ] && continue
      grub_seen=1
      key=grub-line
    else
      echo "grub-file \${file##*/}"
    fi
    size=$(stat -L -c %s "$file")
    if [ "\${size:-0}" -gt ${largest} ]; then
      echo "grub-trouble $file has $size bytes, too many for a boot menu"
    elif [ ! -r "$file" ]; then
      echo "grub-trouble $file cannot be read"
    else
      sed "s/^/$key /" "$file"
      echo
    fi
  done
  grub_seen=
  if [ -e "$folder/grubenv" ]; then
    if [ -r "$folder/grubenv" ]; then
      echo "grub-env-file yes"
      echo "nixup-part grub-env"
      head -c 65536 "$folder/grubenv" | grep -a -E '^[A-Za-z_][A-Za-z0-9_]*='
      echo "nixup-part"
    else
      echo "grub-trouble $folder/grubenv cannot be read"
    fi
  fi
done
`;

const tool = (name: string): string =>
  `$(command -v ${name} || ls -d /nix/store/*-grub-2*/bin/${name} 2>/dev/null | head -n 1)`;

const eachFolder = `for folder in ${folders}; do
  [ -e "$folder/grub.cfg" ] || continue`;

const once = (entry: string): readonly string[] => ['grub-reboot', entry];

export const grub: BootLoader = {
  name: 'grub',
  title: 'GRUB',
  firmware: 'any',
  loaderInfo: 'grub',
  // rEFInd and others start it from a menu of their own; systemd-boot is never set up to do so.
  runsAfter: (other) => !/^systemd-boot/i.test(other),
  // install-grub.pl
  kernelFolders: ['/boot/kernels'],
  script,
  keys: [
    'grub-cfg',
    'grub-fs',
    'grub-line',
    'grub-file',
    'grub-file-line',
    'grub-trouble',
    'grub-env',
    'grub-env-file',
  ],
  isPresent: (lines) => lines.some((line) => line.startsWith('grub-cfg ')),
  resolve,
  pending,
  neverOnce: () => null,
  findEntry,
  systems: (lines) =>
    readFolders(lines).flatMap((folder) =>
      folder.trouble === null ? pathsOf(usualMenu(folder)).map(({ toplevel }) => toplevel) : [],
    ),
  once,
  // The content of grubenv is checked afterwards: only that is read by grub.cfg.
  chooseOnce: (entry) => `
tool=${tool('grub-reboot')}
[ -n "$tool" ] || { echo "it has no grub-reboot"; exit 0; }
missed=
${eachFolder}
  "$tool" --boot-directory="\${folder%/*}" ${quoteWords(once(entry).slice(1))} 2>&1
  grep -a -F -x -q ${quoteWord(`next_entry=${entry}`)} "$folder/grubenv" || missed="$missed $folder/grubenv"
done
if [ -z "$missed" ]; then echo chosen; else echo "grub-reboot left no such choice in$missed"; fi
`,
  forgetOnce: `
tool=${tool('grub-editenv')}
${eachFolder}
  [ -n "$tool" ] && [ -e "$folder/grubenv" ] && "$tool" "$folder/grubenv" unset next_entry >/dev/null 2>&1
done
`,
};
