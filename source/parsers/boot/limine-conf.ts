/** An entry of Limine's menu; a folder where it has entries of its own. */
export interface LimineEntry {
  readonly title: string;
  readonly isExpanded: boolean;
  /** Name in small letters to value; of several the first counts. */
  readonly options: ReadonlyMap<string, string>;
  readonly entries: readonly LimineEntry[];
}

export interface LimineMenu {
  /** Only what stands before the first entry is global to Limine, whatever its manual says. */
  readonly options: ReadonlyMap<string, string>;
  readonly entries: readonly LimineEntry[];
}

/** What makes Limine refuse the file, or read it differently in some version. */
export class LimineMistake extends Error {}

/** Stands for what only Limine's own machine knows. */
export const unknownValue = '\uFFFF';

const builtIn = new Set(['ARCH', 'FW_TYPE', 'LOADER_ARCH']);

/** Macros: `${NAME}=VALUE` on a line of its own, of several the last; the values are not expanded themselves. */
const expandMacros = (lines: readonly string[]): readonly string[] => {
  const macros = new Map<string, string>();
  const others = lines.filter((line) => {
    const [, name, value] = /^\$\{([^}]*)\}=(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined) return true;
    macros.set(name, value);
    return false;
  });
  return others.map((line) => {
    const expanded = line.replace(/\$\{([^}]*)\}/g, (_all, name: string) =>
      builtIn.has(name) && !macros.has(name) ? unknownValue : (macros.get(name) ?? ''),
    );
    if (/\$\{[^}]*$/.test(line)) throw new LimineMistake('a macro in it is not closed');
    return expanded;
  });
};

/** `config_get_value`: the name begins the line, without a blank before the sign. */
const optionsOf = (lines: readonly string[], isOld: boolean): ReadonlyMap<string, string> => {
  const options = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf(isOld ? '=' : ':');
    if (at < 1) continue;
    const name = line.slice(0, at);
    if (isOld && name !== name.toUpperCase()) continue;
    const value = line.slice(at + 1);
    const key = name.toLowerCase();
    if (!options.has(key)) options.set(key, isOld ? value : value.replace(/^[ \t]+/, ''));
  }
  return options;
};

/** `MAX_MENU_NESTING`. */
const deepest = 64;

interface Heading {
  /** How many signs it begins with. */
  readonly depth: number;
  readonly rest: string;
  readonly body: readonly string[];
}

/** `is_child`: a heading without a title ends the level that it would belong to. */
const relation = (heading: Heading | undefined, depth: number): 'none' | 'direct' | 'indirect' => {
  if (heading === undefined || heading.depth < depth) return 'none';
  if (heading.depth > depth) return 'indirect';
  return heading.rest === '' ? 'none' : 'direct';
};

/** `create_menu_tree`. */
const treeOf = (
  headings: readonly Heading[],
  depth: number,
  from: number,
  isOld: boolean,
): readonly LimineEntry[] => {
  const entries: LimineEntry[] = [];
  if (depth > deepest) throw new LimineMistake('its folders go too deep');
  for (let index = from; ; index += 1) {
    const heading = headings[index];
    const kind = relation(heading, depth);
    if (kind === 'none' || heading === undefined) return entries;
    if (kind === 'indirect') continue;
    const below = relation(headings[index + 1], depth + 1);
    if (below === 'indirect')
      throw new LimineMistake(
        'it has an entry below one that is missing, which Limine calls malformed',
      );
    entries.push({
      title: heading.rest.replace(/^\+/, '').trim(),
      isExpanded: heading.rest.startsWith('+'),
      options: optionsOf(heading.body, isOld),
      entries: below === 'direct' ? treeOf(headings, depth + 1, index + 1, isOld) : [],
    });
  }
};

/**
 * Reads limine.conf, or limine.cfg of the versions before 8, as Limine does
 * (`common/lib/config.c`, `CONFIG.md`). Throws {@link LimineMistake}.
 */
export const readLimineConf = (text: string, isOld: boolean): LimineMenu => {
  // The text of C ends at the first NUL.
  const read = text.replace(/\0.*$/s, '').replaceAll('\r', '');
  if (/\\\n/.test(read))
    throw new LimineMistake(
      'a line of it continues after a backslash, which only newer versions understand',
    );
  const lines = read.split('\n').map((line) => line.replace(/^[ \t]+|[ \t]+$/g, ''));
  if (isOld && lines.some((line) => line.includes('${')))
    throw new LimineMistake('it has macros, which older versions read in different ways');
  const sign = isOld ? ':' : '/';
  const before: string[] = [];
  const headings: (Heading & { readonly body: string[] })[] = [];
  for (const line of expandMacros(lines)) {
    const depth = line.length - line.replace(isOld ? /^:+/ : /^\/+/, '').length;
    if (line.startsWith(sign)) headings.push({ depth, rest: line.slice(depth), body: [] });
    else (headings.at(-1)?.body ?? before).push(line);
  }
  return {
    options: optionsOf(before, isOld),
    entries: treeOf(headings, 1, 0, isOld),
  };
};
