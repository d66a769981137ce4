import {
  type LimineEntry,
  type LimineMenu,
  LimineMistake,
  readLimineConf,
  unknownValue,
} from './limine-conf.ts';
import { firmwareText } from './lines.ts';
import {
  type MenuReading,
  menuLoader,
  type Started,
  startedBy,
  systemsOf,
  unproven,
} from './menu.ts';

/** The entries that its menu shows at first: those of a folder that is closed are not counted. */
const shown = (entries: readonly LimineEntry[]): readonly LimineEntry[] =>
  entries.flatMap((entry) => [entry, ...(entry.isExpanded ? shown(entry.entries) : [])]);

const all = (entries: readonly LimineEntry[]): readonly LimineEntry[] =>
  entries.flatMap((entry) => [entry, ...all(entry.entries)]);

const startOf = ({ title, options, entries }: LimineEntry): Started => {
  const named = `its entry "${title}"`;
  if (entries.length > 0) return unproven(`${named} is a folder, at which Limine waits for a key`);
  const protocol = options.get('protocol');
  if (protocol !== 'linux')
    return unproven(
      protocol === undefined
        ? `${named} has no protocol, and starts nothing`
        : `${named} starts something by "${protocol.replaceAll(unknownValue, '?')}"`,
    );
  const [command, other] = [options.get('cmdline'), options.get('kernel_cmdline')];
  if (command !== undefined && other !== undefined && command !== other)
    return unproven(`${named} has two command lines`);
  const given = command ?? other ?? '';
  if (given.includes(unknownValue))
    return unproven(`${named} has kernel arguments that only Limine knows`);
  return startedBy(named, given);
};

/** `common/menu.c`: what is remembered, then `default_entry`, then what the firmware says. */
const defaultOf = ({ options, entries }: LimineMenu, lines: readonly string[]): Started => {
  const isBios = lines.includes('firmware none');
  if (!isBios && options.get('remember_last_entry')?.toLowerCase() === 'yes')
    return unproven('it starts the entry that was started last (remember_last_entry)');
  const wanted = options.get('default_entry');
  const named = firmwareText(lines, 'LoaderEntryDefault');
  if (wanted === undefined && !isBios && named !== null)
    return unproven(`the firmware names an entry of its own as default, ${named}`);
  if (wanted !== undefined && !/^\d*$/.test(wanted))
    return unproven(`its default_entry "${wanted}" is no number, which versions read differently`);
  const index = Math.max(0, Number(wanted ?? 1) - 1);
  const menu = shown(entries);
  // An entry that is not for this machine is left out of the menu.
  const known = menu.findIndex((entry) =>
    [...entry.options.keys()].some((key) => /^if_/.test(key)),
  );
  if (known !== -1 && known <= index)
    return unproven('which entries its menu shows depends on the machine (if_arch, if_fw_type)');
  const entry = menu[index];
  if (entry !== undefined) return startOf(entry);
  return unproven(
    menu.length === 0
      ? 'its menu has no entry'
      : `its default_entry ${wanted} is none of the ${menu.length} entries that its menu shows`,
  );
};

const readMenu = (
  file: string,
  texts: ReadonlyMap<string, string>,
  lines: readonly string[],
): MenuReading => {
  try {
    const menu = readLimineConf(texts.get(file) ?? '', file.endsWith('.cfg'));
    return {
      start: defaultOf(menu, lines),
      systems: systemsOf(all(menu.entries).map((entry) => startOf(entry))),
    };
  } catch (error) {
    if (!(error instanceof LimineMistake)) throw error;
    return { start: unproven(`${file} is not read: ${error.message}`), systems: [] };
  }
};

/** Where Limine looks, on the partition that it was started from. */
const folders = [
  '',
  'limine/',
  'boot/',
  'boot/limine/',
  'EFI/BOOT/',
  'EFI/limine/',
  'efi/boot/',
  'efi/limine/',
];

export const limine = menuLoader({
  name: 'limine',
  title: 'Limine',
  firmware: 'any',
  loaderInfo: 'limine',
  key: 'limine',
  patterns: ['/boot', '/efi', '/boot/efi']
    .flatMap((place) =>
      folders.map((folder) => `${place}/${folder}limine.conf ${place}/${folder}limine.cfg`),
    )
    .join(' '),
  isMain: () => true,
  read: readMenu,
  // Newer versions read the variables of the Boot Loader Interface.
  pending: (lines) => {
    const entry = firmwareText(lines, 'LoaderEntryOneShot');
    return entry === null || lines.includes('firmware none')
      ? null
      : { entry: `"${entry}"`, by: 'bootctl set-oneshot (LoaderEntryOneShot)', toplevel: null };
  },
  // `limine-install.py` of nixpkgs: `default_entry` is the newest generation, whichever system writes the menu.
  cannot:
    'the newest generation is always the default in the menu that NixOS writes for Limine, so that the old system would not come back by itself',
});
