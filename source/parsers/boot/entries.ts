import { toplevelOf } from './lines.ts';
import { compareEntryVersions, foldCase } from './order.ts';

/** What an entry of systemd-boot starts. */
export type EntryContent =
  | { readonly kind: 'system'; readonly toplevel: string }
  | { readonly kind: 'other' }
  /** A unified kernel image, or a file that could not be read. */
  | { readonly kind: 'unread'; readonly what: string };

export interface LoaderEntry {
  /** File name, folded, without its boot counter. */
  readonly id: string;
  /** File with its folder. */
  readonly file: string;
  readonly content: EntryContent;
  /** Where in the menu it stands; null where that is in the file that was not read. */
  readonly order: {
    readonly sortKey: string | null;
    readonly machineId: string | null;
    readonly version: string;
  } | null;
  /** Tries left and done; null where boots are not counted. */
  readonly tries: { readonly left: number; readonly done: number } | null;
}

/** Boot counting gave up on it: it is last, and `preferred` skips it. */
export const isSpent = ({ tries }: LoaderEntry): boolean => tries?.left === 0;

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

/** `name+LEFT-DONE.suffix` (`boot_entry_parse_tries`); a counter in the middle of a name is none. */
const readTries = (name: string): Pick<LoaderEntry, 'tries'> & { readonly without: string } => {
  const match = /^(.*)\+(\d+)(?:-(\d+))?(\.[^.+]+)$/s.exec(name);
  const [, stem, left, done, suffix] = match ?? [];
  return stem === undefined || left === undefined || suffix === undefined
    ? { tries: null, without: name }
    : { tries: { left: Number(left), done: Number(done ?? 0) }, without: `${stem}${suffix}` };
};

const readKeyValue = (line: string): readonly [string, string] | null => {
  const trimmed = line.replace(/^[ \t]+|[ \t]+$/g, '');
  const match = /^([^ \t#][^ \t]*)[ \t]+(.+)$/s.exec(trimmed);
  const [, key, value] = match ?? [];
  if (key === undefined || value === undefined) return null;
  return [key, /^".+"$/s.test(value) ? value.slice(1, -1) : value];
};

/** What a line of loader.conf or of an entry says (`line_get_key_value`); a lone CR ends a line there too. */
export const readKeyValues = (line: string): readonly (readonly [string, string])[] =>
  line
    .split('\r')
    .map(readKeyValue)
    .filter((pair) => pair !== null);

/** Types that exclude each other in one entry. */
const kinds = ['linux', 'efi', 'uki', 'uki-url'] as const;

/** A `.conf` entry; null where the loader skips it. */
export const readConfEntry = (
  file: string,
  lines: readonly string[],
  idOf: (name: string) => string,
): LoaderEntry | null => {
  const name = nameOf(file);
  // `valid_type1_filename`
  if (/^(?:\.|auto-)/i.test(name) || !/\.conf$/i.test(name)) return null;
  const facts = new Map<string, string>();
  const types = new Set<string>();
  for (const [key, value] of lines.flatMap(readKeyValues)) {
    if (kinds.some((kind) => kind === key)) types.add(key);
    const before = facts.get(key);
    facts.set(key, key === 'options' && before !== undefined ? `${before} ${value}` : value);
  }
  const [type] = types;
  if (type === undefined || types.size > 1) return null;
  const toplevel = type === 'linux' ? toplevelOf(facts.get('options') ?? '') : null;
  const { tries } = readTries(name);
  return {
    id: idOf(name),
    file,
    tries,
    content: facts.has('architecture')
      ? { kind: 'unread', what: `${name}, which is for one architecture only` }
      : toplevel !== null
        ? { kind: 'system', toplevel }
        : type.startsWith('uki')
          ? { kind: 'unread', what: `a unified kernel image, named by ${name}` }
          : { kind: 'other' },
    order: {
      sortKey: facts.get('sort-key') ?? null,
      machineId: facts.get('machine-id') ?? null,
      version: facts.get('version') ?? '',
    },
  };
};

/** An entry that is made of a unified kernel image; null where the loader skips it. */
export const imageEntry = (
  file: string,
  content: EntryContent,
  idOf: (name: string) => string,
  order: LoaderEntry['order'],
): LoaderEntry | null => {
  const name = nameOf(file);
  if (/^(?:\.|auto-)/i.test(name)) return null;
  const { tries } = readTries(name);
  return { id: idOf(name), file, tries, content, order };
};

/** An entry whose file nobody reads here: a unified kernel image, or a `.conf` that cannot be read. */
export const unreadEntry = (
  file: string,
  what: string,
  idOf: (name: string) => string,
): LoaderEntry | null => imageEntry(file, { kind: 'unread', what }, idOf, null);

const order = (left: string | null, right: string | null): number => {
  if (left === right) return 0;
  // An entry without one comes first (`strcmp16` of nothing).
  if (left === null) return -1;
  return right === null || left > right ? 1 : -1;
};

const number = (value: boolean): number => (value ? 1 : 0);

/** The order of the menu (`boot_entry_compare`); null where an image decides that was not read. */
export const compareEntries = (left: LoaderEntry, right: LoaderEntry): number | null => {
  const spent = number(isSpent(left)) - number(isSpent(right));
  if (spent !== 0) return spent;
  const [mine, its] = [left.order, right.order];
  if (mine === null || its === null) return null;
  const keyed = number(mine.sortKey === null) - number(its.sortKey === null);
  if (keyed !== 0) return keyed;
  const byKey =
    mine.sortKey === null
      ? 0
      : order(mine.sortKey, its.sortKey) ||
        order(mine.machineId, its.machineId) ||
        -compareEntryVersions(mine.version, its.version);
  const byId = byKey || -compareEntryVersions(left.id, right.id);
  if (byId !== 0 || left.tries === null || right.tries === null) return byId;
  return right.tries.left - left.tries.left || left.tries.done - right.tries.done;
};

/** Folded as the loader does. */
export const foldedId = (name: string): string => foldCase(readTries(name).without);
