import type { BootDefault } from '../model/host.ts';
import { toplevelOf, unverifiable, valuesOf } from './boot-lines.ts';

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

export const resolveGrub = (lines: readonly string[]): BootDefault => {
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

const grubPath = (entries: readonly GrubEntry[], toplevel: string): string | null => {
  for (const [index, entry] of entries.entries()) {
    if (entry.toplevel === toplevel) return String(index);
    const below = grubPath(entry.children, toplevel);
    if (below !== null) return `${index}>${below}`;
  }
  return null;
};

/** Numbers of the menu, `1>0`, for `grub-reboot`; null where no entry starts the system. */
export const findGrubPath = (lines: readonly string[], toplevel: string): string | null =>
  grubPath(readGrub(valuesOf(lines, 'grub-line')), toplevel);

const systemsOf = (entries: readonly GrubEntry[]): readonly string[] =>
  entries.flatMap(({ toplevel, children }) => [
    ...(toplevel === null ? [] : [toplevel]),
    ...systemsOf(children),
  ]);

/** Systems that the menu of GRUB starts. */
export const grubSystems = (lines: readonly string[]): readonly string[] =>
  systemsOf(readGrub(valuesOf(lines, 'grub-line')));
