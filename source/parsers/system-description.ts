/** What `services/preview-script.ts` says of one system. */
export interface SystemDescription {
  readonly initInterface: string | null;
  /** Components that cannot change while the system runs, with their values. */
  readonly inhibitors: Readonly<Record<string, string>>;
  /** `kernel`, `initrd`, `kernel-modules`, `systemd` to the store path that they are. */
  readonly parts: Readonly<Record<string, string>>;
  /** Unit files and drop-ins to their hash. */
  readonly sums: ReadonlyMap<string, string>;
  readonly wanted: readonly string[];
}

/** sha256sum marks names with a backslash in them, such as `dev-disk\x2dby`. */
const readSum = (line: string): readonly [string, string] | null => {
  const [, mark, hash, name] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
  if (hash === undefined || name === undefined) return null;
  return [mark === '\\' ? name.replaceAll('\\\\', '\\') : name, hash];
};

const readInhibitors = (text: string): Readonly<Record<string, string>> => {
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed === null || typeof parsed !== 'object') return {};
    return Object.fromEntries(
      Object.entries(parsed).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
  } catch {
    return {};
  }
};

/** Null where nothing was said of a system with this mark. */
export const readSystemDescription = (output: string, mark: string): SystemDescription | null => {
  const sums = new Map<string, string>();
  const parts: Record<string, string> = {};
  const wanted: string[] = [];
  let inhibitors: Readonly<Record<string, string>> = {};
  let initInterface: string | null = null;
  let isThere = false;
  for (const line of output.split('\n')) {
    if (!line.startsWith(`${mark} `)) continue;
    isThere = true;
    const [key = '', ...rest] = line.slice(mark.length + 1).split(' ');
    const value = rest.join(' ');
    if (key === 'init') initInterface = value;
    else if (key === 'inhibitors') inhibitors = readInhibitors(value);
    else if (key === 'part') {
      const [name = '', path = ''] = rest;
      if (path.startsWith('/nix/store/')) parts[name] = path;
    } else if (key === 'want') wanted.push(value);
    else if (key === 'sum') {
      const sum = readSum(value);
      if (sum !== null) sums.set(...sum);
    }
  }
  return isThere ? { initInterface, inhibitors, parts, sums, wanted } : null;
};

/** Texts as `MARK unit NAME` and lines `MARK | TEXT`; drop-ins follow the file that they are of. */
export const readUnitTexts = (output: string, mark: string): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>();
  let name: string | null = null;
  for (const line of output.split('\n')) {
    if (line.startsWith(`${mark} unit `)) {
      name = line.slice(mark.length + 6);
      texts.set(name, texts.get(name) ?? '');
    } else if (name !== null && line.startsWith(`${mark} | `))
      texts.set(name, `${texts.get(name) ?? ''}${line.slice(mark.length + 3)}\n`);
  }
  return texts;
};
