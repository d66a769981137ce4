import type { UnitFiles, UnitLink } from '../../model/units/system.ts';

/** What `services/deploy/preview-script.ts` says of one system. */
export interface SystemDescription {
  readonly initInterface: string | null;
  /** Components that cannot change while the system runs, with their values. */
  readonly inhibitors: Readonly<Record<string, string>>;
  /** The unit that carries the system bus: `dbus.service` or `dbus-broker.service`; null where it is not told. */
  readonly bus: string | null;
  /** `kernel`, `initrd`, `kernel-modules`, `systemd` to the store path that they are. */
  readonly parts: Readonly<Record<string, string>>;
  /** Its unit files, without their texts; null where they could not be read. */
  readonly units: Omit<UnitFiles, 'texts'> | null;
}

/** sha256sum marks names with a backslash in them, such as `dev-disk\x2dby`. */
const readSum = (line: string): readonly [string, string] | null => {
  const [, mark, hash, name] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
  if (hash === undefined || name === undefined) return null;
  return [mark === '\\' ? name.replaceAll('\\\\', '\\') : name, hash];
};

const linkKinds: Readonly<Record<string, UnitLink['kind']>> = {
  wants: 'Wants',
  requires: 'Requires',
  upholds: 'Upholds',
};

/** `multi-user.target.wants/a.service` */
const readLink = (path: string): readonly UnitLink[] => {
  const [, parent, folder = '', unit] = /^(.+)\.(wants|requires|upholds)\/(.+)$/.exec(path) ?? [];
  const kind = linkKinds[folder];
  return parent === undefined || unit === undefined || kind === undefined
    ? []
    : [{ parent, kind, unit }];
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
  const links: UnitLink[] = [];
  const aliases = new Map<string, string>();
  let fstab: string | null = null;
  let areUnitsRead = false;
  let inhibitors: Readonly<Record<string, string>> = {};
  let initInterface: string | null = null;
  let bus: string | null = null;
  let isThere = false;
  for (const line of output.split('\n')) {
    if (!line.startsWith(`${mark} `)) continue;
    isThere = true;
    const [key = '', ...rest] = line.slice(mark.length + 1).split(' ');
    const value = rest.join(' ');
    if (key === 'init') initInterface = value;
    else if (key === 'bus' && value !== '') bus = value;
    else if (key === 'inhibitors') inhibitors = readInhibitors(value);
    else if (key === 'part') {
      const [name = '', path = ''] = rest;
      if (path.startsWith('/nix/store/')) parts[name] = path;
    } else if (key === 'link') links.push(...readLink(value));
    else if (key === 'fstab') fstab = `${fstab ?? ''}${value}\n`;
    else if (key === 'units') areUnitsRead = true;
    else if (key === 'alias') {
      const [name, unit] = rest;
      // A link to a template is an instance of it, and no other name.
      if (name !== undefined && unit !== undefined && !unit.includes('@.')) aliases.set(name, unit);
    } else if (key === 'sum') {
      const sum = readSum(value);
      if (sum !== null) sums.set(...sum);
    }
  }
  const units = areUnitsRead ? { sums, links, aliases, fstab } : null;
  return isThere ? { initInterface, inhibitors, bus, parts, units } : null;
};

/** Texts as `MARK unit FILE` and lines `MARK | TEXT`. */
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
