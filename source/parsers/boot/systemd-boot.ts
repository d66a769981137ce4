import { quoteWord, quoteWords } from '../../model/command.ts';
import type { BootDefault } from '../../model/host/host.ts';
import { valuesOf } from '../keyed-lines.ts';
import {
  compareEntries,
  foldedId,
  isSpent,
  type LoaderEntry,
  readConfEntry,
  readKeyValues,
  unreadEntry,
} from './entries.ts';
import { firmwareText, unverifiable } from './lines.ts';
import type { BootLoader, EntryChoice } from './loader.ts';
import { foldCase, matchesGlob } from './order.ts';
import { firmwareFolder, systemdBootScript, vendor } from './systemd-boot-script.ts';
import { imageKeys, readImages } from './unified-image.ts';

/** `LoaderInfo`: `systemd-boot 261.1`. */
const loaderVersion = (lines: readonly string[]): number | null => {
  const number = /^systemd-boot (\d+)/.exec(firmwareText(lines, 'LoaderInfo') ?? '')?.[1];
  return number === undefined ? null : Number(number);
};

/** Bit 19 of the features; 260 was the first version. Null where the loader does not say. */
const knowsPreferred = (lines: readonly string[]): boolean | null => {
  const features = firmwareText(lines, 'LoaderFeatures');
  if (features !== null && /^\d+$/.test(features)) return (BigInt(features) >> 19n) % 2n === 1n;
  const version = loaderVersion(lines);
  return version === null ? null : version >= 260;
};

/** Before 258 a counter was part of the id that the loader compares. */
const idFor = (lines: readonly string[]): ((name: string) => string) => {
  const version = loaderVersion(lines);
  return version !== null && version < 258 ? foldCase : foldedId;
};

/** Folders that the loader can see: where one of them is a mount, those that are none are only left behind. */
const seenPlaces = (lines: readonly string[]): ((file: string) => boolean) => {
  const places = valuesOf(lines, 'boot-place').map((value) => {
    const [kind = '', ...rest] = value.split(' ');
    return { isMount: kind === 'mount', place: rest.join(' ') };
  });
  if (!places.some(({ isMount }) => isMount)) return () => true;
  const hidden = places.filter(({ isMount }) => !isMount);
  const shown = places.filter(({ isMount }) => isMount);
  const isIn = (file: string, place: string): boolean =>
    file === place || file.startsWith(`${place}/`);
  return (file) => {
    const longest = Math.max(
      0,
      ...shown.filter((one) => isIn(file, one.place)).map((one) => one.place.length),
    );
    return !hidden.some(({ place }) => isIn(file, place) && place.length > longest);
  };
};

const readEntries = (lines: readonly string[]): readonly LoaderEntry[] => {
  const isSeen = seenPlaces(lines);
  const idOf = idFor(lines);
  const texts = new Map<string, string[]>(
    valuesOf(lines, 'entry-file').map((file) => [file, []] as const),
  );
  for (const line of valuesOf(lines, 'entry-line')) {
    const [, file, text] = /^(.*?\.conf):(.*)$/is.exec(line) ?? [];
    if (file === undefined || text === undefined) continue;
    const all = texts.get(file) ?? [];
    all.push(text);
    texts.set(file, all);
  }
  const unread = new Set(valuesOf(lines, 'entry-unread'));
  const lost = new Set(valuesOf(lines, 'entry-lost'));
  const entries = [...texts].flatMap(([file, all]) =>
    unread.has(file) || lost.has(file) ? [] : (readConfEntry(file, all, idOf) ?? []),
  );
  const images = readImages(lines, idOf);
  const hidden = [...unread].flatMap(
    (file) => unreadEntry(file, `${file}, which cannot be read`, idOf) ?? [],
  );
  return [...entries, ...images, ...hidden].filter(({ file }) => isSeen(file));
};

type Chosen =
  | { readonly kind: 'none' }
  | { readonly kind: 'entry'; readonly entry: LoaderEntry }
  | { readonly kind: 'unclear'; readonly reason: string };

const sameContent = (left: LoaderEntry, right: LoaderEntry): boolean =>
  left.content.kind === 'system' &&
  right.content.kind === 'system' &&
  left.content.toplevel === right.content.toplevel;

/** The first of them in the menu, if that is known. */
const firstOf = (entries: readonly LoaderEntry[]): Chosen => {
  const [start, ...rest] = entries;
  if (start === undefined) return { kind: 'none' };
  let first = start;
  for (const other of rest) if ((compareEntries(other, first) ?? 0) < 0) first = other;
  for (const other of entries) {
    if (other === first) continue;
    const order = compareEntries(first, other);
    if (order !== null && order < 0) continue;
    if (order === 0 && sameContent(first, other)) continue;
    const unread = [first, other].find(({ content }) => content.kind === 'unread');
    return {
      kind: 'unclear',
      reason:
        unread?.content.kind === 'unread'
          ? `it may be ${unread.content.what}`
          : `${first.file} and ${other.file} stand at the same place of the menu`,
    };
  }
  return { kind: 'entry', entry: first };
};

/** `image.efi@profile` names one profile of an image. */
const mayMatch = (pattern: string, { id, content }: LoaderEntry): boolean =>
  matchesGlob(pattern, id) ||
  (content.kind === 'unread' && id.endsWith('.efi') && pattern.startsWith(`${id}@`));

/** Entries without a file (`config_load_all_entries` of `src/boot/boot.c`): whether they are there is not known. */
const madeByItself: readonly string[] = [
  'auto-osx',
  'auto-windows',
  'auto-efi-shell',
  'auto-efi-default',
  'auto-reboot-to-firmware-setup',
  'auto-poweroff',
  'auto-reboot',
  'secure-boot-keys-auto',
];

const select = (entries: readonly LoaderEntry[], wanted: string, passesSpent: boolean): Chosen => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: whatever is not ASCII
  if (/[^\x00-\x7f]/.test(wanted))
    return { kind: 'unclear', reason: `"${wanted}" has letters that are not compared here` };
  const pattern = foldCase(wanted);
  const chosen = firstOf(
    entries.filter((entry) => mayMatch(pattern, entry) && !(passesSpent && isSpent(entry))),
  );
  // They are last, so that they count only where no other entry matches.
  return chosen.kind === 'none' && madeByItself.some((id) => matchesGlob(pattern, id))
    ? { kind: 'unclear', reason: `"${wanted}" may be an entry that systemd-boot makes by itself` }
    : chosen;
};

/** loader.conf of the partition that the loader came from; text where nobody can say which. */
const loaderConf = (lines: readonly string[]): ReadonlyMap<string, string> | string => {
  const isSeen = seenPlaces(lines);
  const files: { readonly place: string; readonly values: Map<string, string> }[] = [];
  for (const line of lines) {
    if (line.startsWith('loader-conf '))
      files.push({ place: line.slice('loader-conf '.length), values: new Map() });
    const pairs = line.startsWith('loader-line ')
      ? readKeyValues(line.slice('loader-line '.length))
      : [];
    // What begins with @ is a name that this loader does not know; the one that it knows is @saved.
    for (const [key, value] of pairs)
      if (!(key === 'default' && /^@(?!saved$)/i.test(value))) files.at(-1)?.values.set(key, value);
  }
  const partition = valuesOf(lines, 'loader-partition');
  const own = files.filter(({ place }) => partition.includes(place));
  const seen = own.length > 0 ? own : files.filter(({ place }) => isSeen(place));
  const [first, ...others] = seen;
  if (first === undefined) return new Map();
  const other = others.find(
    ({ values }) => JSON.stringify([...values]) !== JSON.stringify([...first.values]),
  );
  return other === undefined
    ? first.values
    : `loader.conf in ${first.place} and in ${other.place} say different things, and which of them is read is not known`;
};

interface Situation {
  readonly entries: readonly LoaderEntry[];
  readonly conf: ReadonlyMap<string, string>;
  readonly lines: readonly string[];
}

/** Everything that is read; text where that is not enough. */
const situationOf = (lines: readonly string[]): Situation | string => {
  const hidden = valuesOf(lines, 'boot-unreadable')[0];
  if (hidden !== undefined) return `reading ${hidden} needs root`;
  const printed = valuesOf(lines, 'entry-line');
  const files = valuesOf(lines, 'entry-file');
  if (files.length > 0 && !printed.includes('end'))
    return 'its boot entries are too many to be read';
  const conf = loaderConf(lines);
  if (typeof conf === 'string') return conf;
  const entries = readEntries(lines);
  return entries.length === 0
    ? 'the boot loader has no readable entries'
    : { entries, conf, lines };
};

/** What one source of a setting finds: if nothing, the loader tries the next source. */
const savedEntry = ({ lines, entries }: Situation): Chosen => {
  const saved = firmwareText(lines, 'LoaderEntryLastBooted');
  return saved === null
    ? {
        kind: 'unclear',
        reason: 'it is the entry that was started last (@saved), and that cannot be read',
      }
    : select(entries, saved, false);
};

/** `config_select_default_entry` of `src/boot/boot.c`: the first setting that names an entry, else the first entry. */
const chosenByDefault = (situation: Situation, withPreferred: boolean): Chosen => {
  const { entries, conf, lines } = situation;
  const preferred = withPreferred
    ? [firmwareText(lines, 'LoaderEntryPreferred'), conf.get('preferred') ?? null]
    : [];
  for (const wanted of preferred) {
    if (wanted === null) continue;
    const chosen =
      foldCase(wanted) === '@saved' ? savedEntry(situation) : select(entries, wanted, true);
    if (chosen.kind === 'unclear' || (chosen.kind === 'entry' && !isSpent(chosen.entry)))
      return chosen;
  }
  for (const wanted of [firmwareText(lines, 'LoaderEntryDefault'), conf.get('default') ?? null]) {
    if (wanted === null) continue;
    const chosen =
      foldCase(wanted) === '@saved' ? savedEntry(situation) : select(entries, wanted, false);
    if (chosen.kind !== 'none') return chosen;
  }
  return firstOf(entries);
};

const judged = (chosen: Chosen): BootDefault => {
  switch (chosen.kind) {
    case 'none':
      return unverifiable('the boot loader has no readable entries');
    case 'unclear':
      return unverifiable(`which entry is the default is not known: ${chosen.reason}`);
    case 'entry': {
      const { content, id } = chosen.entry;
      switch (content.kind) {
        case 'system':
          return { kind: 'resolved', loader: 'systemd-boot', toplevel: content.toplevel };
        case 'other':
          return unverifiable(`the default entry ${id} does not start a NixOS system`);
        case 'unread':
          return unverifiable(`the default entry is ${content.what}`);
      }
    }
  }
};

const resolve: BootLoader['resolve'] = (lines) => {
  const situation = situationOf(lines);
  if (typeof situation === 'string') return unverifiable(situation);
  const usual = judged(chosenByDefault(situation, true));
  if (knowsPreferred(lines) !== false) return usual;
  // It says that it does not know the key; a newer one may have been put in its place since.
  const older = judged(chosenByDefault(situation, false));
  return JSON.stringify(usual) === JSON.stringify(older)
    ? usual
    : unverifiable(
        'the loader that started this host does not know "preferred", which would decide',
      );
};

/** boot.c: `LoaderEntryOneShot` comes before every default, and is removed by the boot. */
const pending: BootLoader['pending'] = (lines) => {
  const entry = firmwareText(lines, 'LoaderEntryOneShot');
  if (entry === null) return null;
  const chosen = select(readEntries(lines), entry, false);
  const content = chosen.kind === 'entry' ? chosen.entry.content : null;
  return {
    entry: `"${entry}"`,
    by: 'bootctl set-oneshot (LoaderEntryOneShot)',
    toplevel: content?.kind === 'system' ? content.toplevel : null,
  };
};

/** It shows its menu until somebody presses a key. */
const waitsForKey = ({ conf, lines }: Situation): boolean =>
  /^(?:menu-force|4294967295)$/.test(
    firmwareText(lines, 'LoaderConfigTimeoutOneShot') ??
      firmwareText(lines, 'LoaderConfigTimeout') ??
      conf.get('timeout') ??
      '',
  );

const findEntry: BootLoader['findEntry'] = (lines, toplevel) => {
  const refused = (reason: string): EntryChoice => ({ kind: 'refused', reason });
  const situation = situationOf(lines);
  if (typeof situation === 'string') return refused(situation);
  if (waitsForKey(situation))
    return refused('its boot menu waits for a key, for ever (timeout menu-force)');
  const { entries } = situation;
  const candidates = entries
    .filter(({ content }) => content.kind === 'system' && content.toplevel === toplevel)
    .sort((left, right) => compareEntries(left, right) ?? 0);
  let objection = '';
  for (const { id } of candidates) {
    const chosen = select(entries, id, false);
    if (
      chosen.kind === 'entry' &&
      chosen.entry.content.kind === 'system' &&
      chosen.entry.content.toplevel === toplevel &&
      /^[a-z0-9]/.test(id)
    )
      return { kind: 'found', entry: id };
    objection ||= `its name ${id} stands for another entry too`;
  }
  if (objection !== '') return refused(objection);
  const unread = entries.find(({ content }) => content.kind === 'unread')?.content;
  return refused(
    unread?.kind === 'unread'
      ? `no entry that can be read starts that system; one may be ${unread.what}`
      : 'no entry of systemd-boot starts that system',
  );
};

const once = (entry: string): readonly string[] => ['bootctl', 'set-oneshot', entry];

export const systemdBoot: BootLoader = {
  name: 'systemd-boot',
  title: 'systemd-boot',
  firmware: 'efi',
  loaderInfo: 'systemd-boot',
  runsAfter: () => false,
  // systemd-boot-builder.py
  kernelFolders: ['/boot/EFI/nixos', '/efi/EFI/nixos', '/boot/efi/EFI/nixos'],
  script: systemdBootScript,
  keys: [
    'boot-unreadable',
    'boot-place',
    'firmware',
    'loader-conf',
    'loader-partition',
    'loader-line',
    'entry-file',
    'entry-line',
    'entry-lost',
    'entry-unread',
    ...imageKeys,
    'efi-LoaderInfo',
    'efi-LoaderFeatures',
    'efi-LoaderEntryDefault',
    'efi-LoaderEntryPreferred',
    'efi-LoaderEntryLastBooted',
    'efi-LoaderEntryOneShot',
    'efi-LoaderConfigTimeout',
    'efi-LoaderConfigTimeoutOneShot',
    'efi-LoaderDevicePartUUID',
  ],
  isPresent: (lines) =>
    ['loader-conf', 'entry-line', 'entry-file', 'unified-image'].some(
      (key) => valuesOf(lines, key).length > 0,
    ),
  resolve,
  pending,
  neverOnce: () => null,
  findEntry,
  systems: (lines) =>
    readEntries(lines).flatMap(({ content }) =>
      content.kind === 'system' ? [content.toplevel] : [],
    ),
  once,
  // Where the firmware shows its variables, the choice is read back.
  chooseOnce: (entry) => `
${quoteWords(once(entry))} 2>&1 || exit 0
file=${firmwareFolder}/LoaderEntryOneShot-${vendor}
if [ ! -e ${firmwareFolder}/LoaderInfo-${vendor} ]; then echo chosen
elif [ "$(tail -c +5 "$file" 2>/dev/null | tr -d '\\000')" = ${quoteWord(entry)} ]; then echo chosen
else echo "the firmware did not keep the choice"
fi
`,
  forgetOnce: `
bootctl set-oneshot '' >/dev/null 2>&1
`,
};
