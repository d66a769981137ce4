import type { BootDefault } from '../model/host.ts';
import { toplevelOf, unverifiable, valuesOf } from './boot-lines.ts';

interface LoaderEntry {
  /** File name without `.conf` and without the boot counter. */
  readonly id: string;
  readonly sortKey: string | null;
  readonly version: string | null;
  readonly toplevel: string | null;
  /** Boot counting gave up on it: sorted last. */
  readonly isBad: boolean;
}

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

/** `*`, `?` and sets, as fnmatch(3); a bracket that begins no set stands for itself. */
const globPattern = (glob: string): RegExp => {
  const escaped = glob.replace(/[.+^${}()|\\]/g, '\\$&');
  const form = `^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`;
  try {
    return new RegExp(form, 'i');
  } catch {
    return new RegExp(form.replaceAll(/[[\]]/g, '\\$&'), 'i');
  }
};

const withoutSuffix = (id: string): string => id.replace(/\.conf$/i, '');

export const resolveSystemdBoot = (lines: readonly string[]): BootDefault => {
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

/** File of the entry that starts a system, for `bootctl set-oneshot`; null where there is none. */
export const findLoaderEntry = (lines: readonly string[], toplevel: string): string | null => {
  const line = valuesOf(lines, 'entry-line').findLast(
    (one) => /\.conf:options\s/.test(one) && toplevelOf(one) === toplevel,
  );
  return /^[^:]*\/([^/:]+\.conf):/.exec(line ?? '')?.[1] ?? null;
};

/** Systems that entries of systemd-boot start. */
export const loaderSystems = (lines: readonly string[]): readonly string[] =>
  readEntries(valuesOf(lines, 'entry-line')).flatMap(({ toplevel }) => toplevel ?? []);
