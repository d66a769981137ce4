import type { BootDefault } from '../model/host.ts';

interface LoaderEntry {
  /** File name without `.conf` and without the boot counter. */
  readonly id: string;
  readonly sortKey: string | null;
  readonly version: string | null;
  readonly toplevel: string | null;
  /** Boot counting gave up on it: sorted last. */
  readonly isBad: boolean;
}

const unverifiable = (reason: string): BootDefault => ({ kind: 'unverifiable', reason });

/** The toplevel that a kernel command line starts: `init=/nix/store/…/init`. */
const toplevelOf = (text: string): string | null =>
  /(?:^|\s)init=(\/nix\/store\/[^\s/]+)\/(?:init|prepare-root)(?=\s|$)/.exec(text)?.[1] ?? null;

const valuesOf = (lines: readonly string[], key: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));

/** Versions compared as systemd-boot does, by runs of digits and letters; positive when `left` is newer. */
const compareVersions = (left: string, right: string): number => {
  const parts = (text: string): readonly string[] => text.match(/\d+|[^\d]+/g) ?? [];
  const [lefts, rights] = [parts(left), parts(right)];
  for (let index = 0; index < Math.max(lefts.length, rights.length); index += 1) {
    const [one, other] = [lefts[index], rights[index]];
    if (one === other) continue;
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    if (/^\d/.test(one) && /^\d/.test(other)) {
      const difference = Number(one) - Number(other);
      if (difference !== 0) return difference;
    } else return one < other ? -1 : 1;
  }
  return 0;
};

/** Order of systemd-boot's menu: entries with a sort key first, then the newest first (boot.c). */
const menuOrder = (left: LoaderEntry, right: LoaderEntry): number => {
  if (left.isBad !== right.isBad) return left.isBad ? 1 : -1;
  if ((left.sortKey === null) !== (right.sortKey === null)) return left.sortKey === null ? 1 : -1;
  if (left.sortKey !== null && right.sortKey !== null) {
    if (left.sortKey !== right.sortKey) return left.sortKey < right.sortKey ? -1 : 1;
    const newer = -compareVersions(left.version ?? '', right.version ?? '');
    if (newer !== 0) return newer;
  }
  return -compareVersions(left.id, right.id);
};

const readEntries = (lines: readonly string[]): readonly LoaderEntry[] => {
  const files = new Map<string, Map<string, string>>();
  for (const line of lines) {
    const match = /^[^:]*\/([^/:]+)\.conf:(\S+)\s+(.*)$/.exec(line);
    const [, file, key, value] = match ?? [];
    if (file === undefined || key === undefined || value === undefined) continue;
    const facts = files.get(file) ?? new Map<string, string>();
    facts.set(key, key === 'options' ? `${facts.get(key) ?? ''} ${value}` : value.trim());
    files.set(file, facts);
  }
  return [...files].map(([file, facts]) => {
    const counter = /\+(\d+)(?:-\d+)?$/.exec(file);
    return {
      id: counter === null ? file : file.slice(0, counter.index),
      sortKey: facts.get('sort-key') ?? null,
      version: facts.get('version') ?? null,
      toplevel: toplevelOf(facts.get('options') ?? ''),
      isBad: counter?.[1] === '0',
    };
  });
};

const globPattern = (glob: string): RegExp => {
  const escaped = glob.replace(/[.+^${}()|\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
};

const withoutSuffix = (id: string): string => id.replace(/\.conf$/i, '');

const resolveSystemdBoot = (lines: readonly string[]): BootDefault => {
  const entries = readEntries(valuesOf(lines, 'entry-line'));
  const images = valuesOf(lines, 'unified-image');
  if (entries.length === 0)
    return unverifiable(
      images.length > 0
        ? 'the boot loader starts unified kernel images, which are not read'
        : 'the boot loader has no readable entries',
    );
  const configured = valuesOf(lines, 'loader-line')
    .map((line) => /^default\s+(.+?)\s*$/.exec(line)?.[1])
    .findLast((value) => value !== undefined);
  const saved = valuesOf(lines, 'efi-LoaderEntryDefault').at(-1)?.trim();
  // The firmware's variable, set by `bootctl set-default`, wins over the file.
  const wanted = saved !== undefined && saved !== '' ? saved : configured;
  if (wanted === '@saved')
    return unverifiable('the default is the entry that was started last (@saved)');
  const pattern = globPattern(withoutSuffix(wanted ?? '*'));
  const chosen = [...entries].sort(menuOrder).find((entry) => pattern.test(entry.id));
  if (chosen === undefined) return unverifiable(`the default entry ${wanted ?? ''} does not exist`);
  return chosen.toplevel === null
    ? unverifiable(`the default entry ${chosen.id} does not start a NixOS system`)
    : { kind: 'resolved', loader: 'systemd-boot', toplevel: chosen.toplevel };
};

interface GrubEntry {
  readonly title: string;
  readonly ids: readonly string[];
  readonly toplevel: string | null;
  readonly children: readonly GrubEntry[];
}

const readGrub = (lines: readonly string[]): readonly GrubEntry[] => {
  const top: GrubEntry[] = [];
  type Open = { title: string; ids: string[]; toplevel: string | null; children: GrubEntry[] };
  const open: Open[] = [];
  for (const line of lines) {
    const start = /^\s*(?:menuentry|submenu)\s+(?:"([^"]*)"|'([^']*)')(.*)$/.exec(line);
    if (start !== null) {
      const id = /--id\s+["']?([^\s"']+)/.exec(start[3] ?? '')?.[1];
      const entry: Open = {
        title: start[1] ?? start[2] ?? '',
        ids: id === undefined ? [] : [id],
        toplevel: null,
        children: [],
      };
      (open.at(-1)?.children ?? top).push(entry);
      open.push(entry);
    } else if (/^\s*}/.test(line)) open.pop();
    else {
      const current = open.at(-1);
      if (current !== undefined) current.toplevel ??= toplevelOf(line);
    }
  }
  return top;
};

const findGrub = (entries: readonly GrubEntry[], wanted: string): GrubEntry | undefined => {
  let level = entries;
  let found: GrubEntry | undefined;
  for (const part of wanted.split('>')) {
    found = /^\d+$/.test(part)
      ? level[Number(part)]
      : level.find((entry) => entry.title === part || entry.ids.includes(part));
    if (found === undefined) return undefined;
    level = found.children;
  }
  // A submenu as default starts its own first entry.
  while (found !== undefined && found.toplevel === null && found.children.length > 0)
    found = found.children[0];
  return found;
};

const resolveGrub = (lines: readonly string[]): BootDefault => {
  const text = valuesOf(lines, 'grub-line');
  const environment = new Map(
    valuesOf(lines, 'grub-env').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const configured = text
    .map((line) => /^\s*set default=(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(line))
    .map((match) => match?.[1] ?? match?.[2] ?? match?.[3])
    .filter((value) => value !== undefined)
    // What a single `grub-reboot` asked for is not the default.
    .findLast((value) => !/next_entry/.test(value));
  const saves = configured !== undefined && /saved_entry/.test(configured);
  const wanted = (saves ? environment.get('saved_entry') : configured) ?? '0';
  const chosen = findGrub(readGrub(text), wanted === '' ? '0' : wanted);
  if (chosen === undefined) return unverifiable(`GRUB's default entry ${wanted} does not exist`);
  return chosen.toplevel === null
    ? unverifiable(`GRUB's default entry "${chosen.title}" does not start a NixOS system`)
    : { kind: 'resolved', loader: 'grub', toplevel: chosen.toplevel };
};

/**
 * What the boot loader would start next, from the lines that
 * `services/boot-script.ts` prints. Formats: systemd-boot's loader.conf(5) and
 * the Boot Loader Specification, GRUB's grub.cfg as NixOS writes it.
 */
export const resolveBootDefault = (lines: readonly string[]): BootDefault => {
  const has = (key: string): boolean => lines.some((line) => line.startsWith(`${key} `));
  const hasGrub = has('grub-cfg');
  if (has('loader-conf')) {
    const runsSystemdBoot = valuesOf(lines, 'efi-LoaderInfo').some((info) =>
      info.startsWith('systemd-boot'),
    );
    if (hasGrub && !runsSystemdBoot)
      return unverifiable(
        'both systemd-boot and GRUB are installed, and neither says that it runs',
      );
    return resolveSystemdBoot(lines);
  }
  if (hasGrub) return resolveGrub(lines);
  const other = valuesOf(lines, 'other-loader')[0];
  if (other !== undefined) return unverifiable(`the boot loader of ${other} is not known`);
  const hidden = valuesOf(lines, 'boot-unreadable')[0];
  if (hidden !== undefined) return unverifiable(`reading ${hidden} needs root`);
  return unverifiable('no boot loader files were found');
};

/** How a loader is told to start a system once. */
export type BootEntry =
  /** File of the entry, for `bootctl set-oneshot`. */
  | { readonly loader: 'systemd-boot'; readonly entry: string }
  /** Numbers of the menu, `1>0`, for `grub-reboot`. */
  | { readonly loader: 'grub'; readonly entry: string };

const grubPath = (entries: readonly GrubEntry[], toplevel: string): string | null => {
  for (const [index, entry] of entries.entries()) {
    if (entry.toplevel === toplevel) return String(index);
    const below = grubPath(entry.children, toplevel);
    if (below !== null) return `${index}>${below}`;
  }
  return null;
};

/** The entry that starts a system; null where the loader has none, or cannot start one once. */
export const findBootEntry = (lines: readonly string[], toplevel: string): BootEntry | null => {
  if (
    lines.some((line) => line.startsWith('loader-conf ')) ||
    valuesOf(lines, 'entry-line').length > 0
  ) {
    const line = valuesOf(lines, 'entry-line').findLast(
      (one) => /\.conf:options\s/.test(one) && toplevelOf(one) === toplevel,
    );
    const file = /^[^:]*\/([^/:]+\.conf):/.exec(line ?? '')?.[1];
    return file === undefined ? null : { loader: 'systemd-boot', entry: file };
  }
  const path = grubPath(readGrub(valuesOf(lines, 'grub-line')), toplevel);
  return path === null ? null : { loader: 'grub', entry: path };
};

const grubSystems = (entries: readonly GrubEntry[]): readonly string[] =>
  entries.flatMap(({ toplevel, children }) => [
    ...(toplevel === null ? [] : [toplevel]),
    ...grubSystems(children),
  ]);

/** Systems that the loader's menu can start, each once; empty where its entries cannot be read. */
export const bootableSystems = (lines: readonly string[]): readonly string[] => [
  ...new Set([
    ...readEntries(valuesOf(lines, 'entry-line')).flatMap(({ toplevel }) => toplevel ?? []),
    ...grubSystems(readGrub(valuesOf(lines, 'grub-line'))),
  ]),
];
