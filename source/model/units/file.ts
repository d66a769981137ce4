import { readIni } from './ini.ts';

/** What a unit file and its drop-ins say: sections to keys to their values. */
export type UnitInfo = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** A difference in these alone changes nothing about a running unit. */
const ignored: ReadonlySet<string> = new Set([
  'X-Reload-Triggers',
  'Description',
  'Documentation',
  'OnFailure',
  'OnSuccess',
  'OnFailureJobMode',
  'IgnoreOnIsolate',
  'StopWhenUnneeded',
  'RefuseManualStart',
  'RefuseManualStop',
  'AllowIsolate',
  'CollectMode',
  'SourcePath',
]);

/** The file first, then its drop-ins; an empty value takes back what came before it. Null where one cannot be read. */
export const readUnit = (texts: readonly string[]): UnitInfo | null => {
  const unit = new Map<string, Map<string, readonly string[]>>();
  for (const text of texts) {
    const sections = readIni(text);
    if (sections === null) return null;
    // Sections of one name are one section, whose values are taken together.
    for (const name of new Set(sections.map((section) => section.name))) {
      // Sections that matter at boot and say nothing about a running unit.
      if (name === 'Install') continue;
      const entries = sections
        .filter((section) => section.name === name)
        .flatMap((section) => section.entries);
      const section = unit.get(name) ?? new Map<string, readonly string[]>();
      unit.set(name, section);
      for (const key of new Set(entries.map(([one]) => one))) {
        const values = entries.filter(([one]) => one === key).map(([, value]) => value);
        const reset = values.lastIndexOf('');
        section.set(
          key,
          reset === -1 ? [...(section.get(key) ?? []), ...values] : values.slice(reset + 1),
        );
      }
    }
  }
  return unit;
};

export const isTrue = (
  unit: UnitInfo | null,
  section: string,
  key: string,
  otherwise: boolean,
): boolean => {
  const value = unit?.get(section)?.get(key)?.at(-1);
  return value === undefined ? otherwise : /^(?:1|yes|true|on)$/.test(value);
};

type UnitDifference = 'equal' | 'reload' | 'restart';

const isSame = (was: readonly string[], is: readonly string[]): boolean =>
  was.length === is.length && was.every((value, index) => value === is[index]);

/** What a difference in one key needs. */
const keyDifference = (
  section: string,
  key: string,
  was: readonly string[] | undefined,
  is: readonly string[] | undefined,
): UnitDifference => {
  if (was !== undefined && is !== undefined && isSame(was, is)) return 'equal';
  if (section === 'Unit' && ignored.has(key))
    return key === 'X-Reload-Triggers' && is !== undefined ? 'reload' : 'equal';
  // Without this key the running process stays as it is, and cannot be reloaded any more.
  if (section === 'Service' && key === 'ExecReload') return is === undefined ? 'equal' : 'reload';
  if (section === 'Mount' && key === 'Options' && was !== undefined && is !== undefined)
    return 'reload';
  return 'restart';
};

/** Sections that may come or go as long as only these keys are in them. */
const isHarmless = (section: string, keys: readonly string[]): boolean =>
  section === 'Unit' || (section === 'Service' && keys.length === 1 && keys[0] === 'ExecReload');

/** `compare_units` of switch-to-configuration: what two versions of a unit need. */
export const unitDifference = (old: UnitInfo, now: UnitInfo): UnitDifference => {
  let result: UnitDifference = 'equal';
  const added = [...now.keys()].filter((section) => !old.has(section));
  if (added.length > 1) return 'restart';
  for (const section of new Set([...old.keys(), ...now.keys()])) {
    const was = old.get(section);
    const is = now.get(section);
    const keys = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])];
    if ((was === undefined || is === undefined) && !isHarmless(section, keys)) return 'restart';
    for (const key of keys) {
      const needs = keyDifference(section, key, was?.get(key), is?.get(key));
      if (needs === 'restart') return 'restart';
      if (needs === 'reload') result = 'reload';
    }
  }
  return result;
};
