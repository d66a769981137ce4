import { noImpact, type ProgramChange, type UnitImpact } from './preview.ts';

/** The text of a unit file with its drop-ins, by the file's name. */
export type UnitTexts = ReadonlyMap<string, string>;

type Sections = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** A difference in these alone changes nothing about a running unit. */
const ignored = new Set([
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

const parse = (text: string): Sections => {
  const sections = new Map<string, Map<string, string[]>>();
  let section = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const name = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (name !== undefined) {
      section = sections.get(name) ?? new Map<string, string[]>();
      sections.set(name, section);
      continue;
    }
    const [, key, value] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined)
      section.set(key, [...(section.get(key) ?? []), value]);
  }
  return sections;
};

const isTrue = (unit: Sections, section: string, key: string, otherwise: boolean): boolean => {
  const value = unit.get(section)?.get(key)?.at(-1);
  return value === undefined ? otherwise : /^(?:1|yes|true|on)$/i.test(value);
};

const difference = (old: Sections, now: Sections): 'equal' | 'reload' | 'restart' => {
  let result: 'equal' | 'reload' = 'equal';
  for (const section of new Set([...old.keys(), ...now.keys()])) {
    if (section === 'Install') continue;
    const was = old.get(section);
    const is = now.get(section);
    for (const key of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])) {
      const before = was?.get(key);
      const after = is?.get(key);
      if (before?.join('\0') === after?.join('\0')) continue;
      const reloads =
        (section === 'Service' && key === 'ExecReload') ||
        (section === 'Mount' && key === 'Options');
      if (section === 'Unit' && ignored.has(key)) {
        if (key === 'X-Reload-Triggers' && after !== undefined) result = 'reload';
      } else if (reloads) {
        if (after !== undefined) result = 'reload';
      } else return 'restart';
    }
  }
  return result;
};

const templateOf = (unit: string): string => unit.replace(/^(.*@).*(\.\w+)$/, '$1$2');

export interface UnitComparison {
  /** Changed files and those that are gone, of the system that runs. */
  readonly old: UnitTexts;
  /** Changed and new files of the other one. */
  readonly new: UnitTexts;
  readonly active: readonly string[];
  /** Units that the other system's targets want. */
  readonly wanted: readonly string[];
  /** True where both name the same files of a unit. */
  readonly has: (unit: string) => boolean;
}

/**
 * Which units an activation would touch, by the rules of
 * switch-to-configuration (nixpkgs, `switch-to-configuration-ng/src/main.rs`):
 * what is active and whose file differs is stopped and started, restarted,
 * reloaded or left alone, as its own settings say. A forecast: what units
 * themselves pull in is known to systemd only. Pure.
 */
export const compareUnits = (comparison: UnitComparison): UnitImpact => {
  const { old, active, wanted } = comparison;
  const stop = new Set<string>();
  const skip = new Set<string>();
  const restart = new Set<string>();
  const reload = new Set<string>();
  const start = new Set<string>();
  const changed = (unit: string, now: Sections): void => {
    if (/\.(?:target|path|slice|socket)$/.test(unit)) return;
    if (isTrue(now, 'Service', 'X-ReloadIfChanged', false)) {
      reload.add(unit);
      return;
    }
    if (
      !isTrue(now, 'Service', 'X-RestartIfChanged', true) ||
      isTrue(now, 'Unit', 'RefuseManualStop', false) ||
      isTrue(now, 'Unit', 'X-OnlyManualStart', false)
    ) {
      skip.add(unit);
      return;
    }
    if (!isTrue(now, 'Service', 'X-StopIfChanged', true) || !unit.endsWith('.service')) {
      restart.add(unit);
      return;
    }
    const socket = unit.replace(/@?\.service$/, '.socket');
    const hasSocket =
      comparison.has(socket) && !isTrue(now, 'Service', 'X-NotSocketActivated', false);
    if (hasSocket && active.includes(socket)) {
      stop.add(socket);
      start.add(socket);
    }
    if (!hasSocket) start.add(unit);
    stop.add(unit);
  };
  for (const unit of active) {
    const file = old.has(unit) ? unit : templateOf(unit);
    const before = old.get(file);
    if (before === undefined) continue;
    const after = comparison.new.get(file);
    if (after === undefined) {
      if (isTrue(parse(before), 'Unit', 'X-StopOnRemoval', true)) stop.add(unit);
      continue;
    }
    const now = parse(after);
    const kind = difference(parse(before), now);
    if (kind === 'reload') reload.add(unit);
    else if (kind === 'restart') changed(unit, now);
  }
  for (const unit of wanted)
    if (comparison.new.has(unit) && !old.has(unit) && !/\.(?:target|slice)$/.test(unit))
      start.add(unit);
  const sorted = (units: ReadonlySet<string>): readonly string[] => [...units].sort();
  return {
    ...noImpact,
    stop: sorted(stop),
    skip: sorted(skip),
    restart: sorted(restart),
    reload: sorted(reload),
    start: sorted(start),
  };
};

const programsIn = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const match of text.matchAll(
    /\/nix\/store\/[a-z0-9]{32}-([A-Za-z][^/\s]*?)-(\d[^/\s"':;]*)/g,
  )) {
    const [, name, version] = match;
    if (name !== undefined && version !== undefined) found.set(name, version);
  }
  return found;
};

/** Programs that changed units name in another version than before. */
export const changedPrograms = (old: UnitTexts, now: UnitTexts): readonly ProgramChange[] =>
  [...old].flatMap(([unit, text]) => {
    const after = programsIn(now.get(unit) ?? '');
    return [...programsIn(text)].flatMap(([name, from]) => {
      const to = after.get(name);
      return to === undefined || to === from ? [] : [{ unit, name, from, to }];
    });
  });
