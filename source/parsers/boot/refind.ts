import {
  type MenuReading,
  menuLoader,
  type Started,
  startedBy,
  systemsOf,
  unproven,
} from './menu.ts';
import { type RefindEntry, type RefindMenu, RefindMissing, readRefindConf } from './refind-conf.ts';

const startOf = ({ title, hasLoader, isFirmware, options }: RefindEntry): Started => {
  const named = `its entry "${title}"`;
  if (isFirmware) return unproven(`${named} is one of the firmware`);
  if (!hasLoader) return unproven(`${named} names no loader, and starts nothing by itself`);
  return startedBy(named, options ?? '');
};

/** A partition's name has at most 36 letters, and stands at the end of each title. */
const longestName = 36;

/** `FindMenuShortcutEntry`: a digit is a place, anything longer a part of "Boot TITLE from VOLUME". */
const defaultOf = ({ scanned, wanted, entries }: RefindMenu): Started => {
  if (wanted === null) return unproven('its default_selection depends on the time of the day');
  const choices = wanted.split(',').filter((one) => one !== '');
  if (choices.includes('+'))
    return unproven('it starts the entry that was started last (default_selection +)');
  if (!scanned.startsWith('m'))
    return unproven(
      `its default_selection ${wanted} counts entries that rEFInd finds on the disks by itself, before those of refind.conf (scanfor)`,
    );
  for (const choice of choices) {
    if (/^[1-9]$/.test(choice)) {
      const entry = entries[Number(choice) - 1];
      if (entry !== undefined) return startOf(entry);
      if (scanned !== 'm') break;
      continue;
    }
    if (choice.length === 1)
      return unproven(
        `its default_selection ${choice} is a letter that rEFInd gives out by itself`,
      );
    const part = choice.toLowerCase();
    const index = entries.findIndex(({ title }) =>
      `boot ${title} from `.toLowerCase().includes(part),
    );
    const entry = entries[index];
    if (entry === undefined) break;
    if (index > 0 && choice.length <= longestName)
      return unproven(
        `its default_selection "${choice}" may be a part of the disk’s name, which every entry has`,
      );
    return startOf(entry);
  }
  return unproven(`its default_selection "${wanted}" is none of the entries of refind.conf`);
};

const readMenu = (file: string, texts: ReadonlyMap<string, string>): MenuReading => {
  const folder = file.slice(0, file.lastIndexOf('/'));
  try {
    const menu = readRefindConf(texts.get(file) ?? '', (name) => {
      const text = texts.get(`${folder}/${name}`);
      if (text === undefined) throw new RefindMissing(name);
      return text;
    });
    return {
      start: defaultOf(menu),
      systems: systemsOf(
        menu.entries.flatMap((entry) => [
          startOf(entry),
          ...entry.submenu.map((options) => startedBy(entry.title, options)),
        ]),
      ),
    };
  } catch (error) {
    if (!(error instanceof RefindMissing)) throw error;
    return {
      start: unproven(`it reads another file, ${error.message}, which was not read here`),
      systems: [],
    };
  }
};

const folders = ['/boot', '/efi', '/boot/efi'].flatMap((place) =>
  ['[rR][eE][fF][iI][nN][dD]', '[bB][oO][oO][tT]'].map(
    (name) => `${place}/[eE][fF][iI]/${name}/*.conf`,
  ),
);

export const refind = menuLoader({
  name: 'refind',
  title: 'rEFInd',
  firmware: 'efi',
  loaderInfo: 'refind',
  key: 'refind',
  patterns: folders.join(' '),
  isMain: (file) => file.endsWith('/refind.conf'),
  read: readMenu,
  // `refind-install.py` of nixpkgs: `default_selection` is a place in the menu, whichever system writes it.
  cannot: 'rEFInd cannot be told to start an entry with the next boot only',
});
