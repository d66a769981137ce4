import { valuesOf } from '../keyed-lines.ts';
import { toplevelOf, unverifiable } from './lines.ts';
import type { BootLoader } from './loader.ts';

/** What an entry starts, or why that is not known. */
export type Started =
  | { readonly kind: 'system'; readonly toplevel: string }
  | { readonly kind: 'unproven'; readonly reason: string };

export const unproven = (reason: string): Started => ({ kind: 'unproven', reason });

/** What a kernel with these arguments starts. */
export const startedBy = (entry: string, given: string): Started => {
  const toplevel = toplevelOf(given);
  return toplevel === null
    ? unproven(`${entry} does not start a NixOS system`)
    : { kind: 'system', toplevel };
};

/** The systems among them. */
export const systemsOf = (starts: readonly Started[]): readonly string[] =>
  starts.flatMap((start) => (start.kind === 'system' ? [start.toplevel] : []));

/** What a file of a loader says. */
export interface MenuReading {
  /** What it starts where nobody asks for anything else. */
  readonly start: Started;
  /** Every system that it can start. */
  readonly systems: readonly string[];
}

/** Files of a loader, by path. */
export type LoaderTexts = ReadonlyMap<string, string>;

/** Bytes of a file that are read: a menu of a hundred generations has about a tenth of it. */
const largest = 1_000_000;

/** Shell text that prints files whole, and says so of those that it does not. `patterns` are shell words. */
const printFiles = (key: string, patterns: string): string => `
for file in ${patterns}; do
  [ -f "$file" ] || continue
  size=$(stat -L -c %s "$file")
  if [ ! -r "$file" ]; then
    echo "${key}-trouble $file cannot be read"
  elif [ "\${size:-0}" -gt ${largest} ]; then
    echo "${key}-trouble $file has $size bytes, too many for a boot menu"
  else
    echo "${key}-file $file"
    sed "s/^/${key}-line /" "$file"
    echo
  fi
done
`;

const readTexts = (key: string, lines: readonly string[]): LoaderTexts => {
  const texts = new Map<string, string[]>();
  let text: string[] | null = null;
  for (const line of lines) {
    if (line.startsWith(`${key}-file `)) {
      text = [];
      texts.set(line.slice(key.length + 6), text);
    } else if (line.startsWith(`${key}-line `)) text?.push(line.slice(key.length + 6));
  }
  return new Map([...texts].map(([file, all]) => [file, all.join('\n')]));
};

/** A loader that reads one file: what `menuLoader` makes a boot loader of. */
interface MenuLoader {
  /** As facts, journals and JSON have it. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** The firmware that can start it. */
  readonly firmware: 'efi' | 'bios' | 'any';
  /** How the firmware variable `LoaderInfo` begins where it runs, in lower case; null where it sets none. */
  readonly loaderInfo: string | null;
  /** First word of its lines: `KEY-file`, `KEY-line`, `KEY-trouble`, and `KEY-lost` for a file that is named and missing. */
  readonly key: string;
  /** Shell words for its files. */
  readonly patterns: string;
  /** Folders into which NixOS copies kernels under the name of their store path; none where absent. */
  readonly kernelFolders?: readonly string[];
  /** More shell text, such as one that prints what is lost. */
  readonly more?: string;
  /** Whether a file is where the loader begins to read; others are read by that one. */
  isMain(file: string, texts: LoaderTexts): boolean;
  read(file: string, texts: LoaderTexts, lines: readonly string[]): MenuReading;
  /** A choice for the next boot that it reads from elsewhere. */
  readonly pending?: BootLoader['pending'];
  /** Why it cannot start an entry once, as the end of a sentence about the host. */
  readonly cannot: string;
}

/** A loader that reads one file, and that cannot be told to start an entry once. */
export const menuLoader = (loader: MenuLoader): BootLoader => {
  const { key, name } = loader;
  const readAll = (lines: readonly string[]) => {
    const texts = readTexts(key, lines);
    return [...texts.keys()]
      .filter((file) => loader.isMain(file, texts))
      .map((file) => ({ file, ...loader.read(file, texts, lines) }));
  };
  const troubles = (lines: readonly string[]): readonly string[] =>
    valuesOf(lines, `${key}-trouble`).filter((trouble) =>
      loader.isMain(trouble.split(' ')[0] ?? '', new Map()),
    );
  return {
    name,
    title: loader.title,
    firmware: loader.firmware,
    loaderInfo: loader.loaderInfo,
    runsAfter: () => false,
    script: printFiles(key, loader.patterns) + (loader.more ?? ''),
    keys: ['file', 'line', 'trouble', 'lost'].map((word) => `${key}-${word}`),
    kernelFolders: loader.kernelFolders ?? [],
    isPresent: (lines) => readAll(lines).length > 0 || troubles(lines).length > 0,
    resolve: (lines) => {
      const trouble = troubles(lines)[0];
      if (trouble !== undefined) return unverifiable(trouble);
      const [first, ...others] = readAll(lines);
      if (first === undefined) return unverifiable('its boot loader has no menu');
      for (const other of others)
        if (JSON.stringify(other.start) !== JSON.stringify(first.start))
          return unverifiable(
            `${first.file} and ${other.file} start different systems, and which of them is read is not known`,
          );
      return first.start.kind === 'system'
        ? { kind: 'resolved', loader: name, toplevel: first.start.toplevel }
        : unverifiable(first.start.reason);
    },
    pending: (lines) => loader.pending?.(lines) ?? null,
    neverOnce: () => loader.cannot,
    findEntry: () => ({ kind: 'refused', reason: loader.cannot }),
    systems: (lines) => readAll(lines).flatMap(({ systems }) => systems),
    chooseOnce: () => 'echo "this boot loader cannot start a system once"\n',
    forgetOnce: '',
    once: () => [],
  };
};
