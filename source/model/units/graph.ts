import { type FileSystem, isAutomount, mountUnit, pulledIn, readFstab } from './fstab.ts';
import { type DependencyKind, dependencyKinds, type LiveUnit } from './live.ts';
import { baseFile, filesOf, isChanged, textsOf, type UnitFiles } from './system.ts';

export interface Dependency {
  readonly from: string;
  readonly kind: DependencyKind;
  readonly to: string;
}

/** Dependencies between units, both ways. */
interface UnitGraph {
  readonly of: (unit: string, kinds: readonly DependencyKind[]) => readonly Dependency[];
  readonly on: (unit: string, kinds: readonly DependencyKind[]) => readonly Dependency[];
}

const keyOf = ({ from, kind, to }: Dependency): string => `${from} ${kind} ${to}`;

const graphOf = (dependencies: Iterable<Dependency>): UnitGraph => {
  const forward = new Map<string, Dependency[]>();
  const backward = new Map<string, Dependency[]>();
  const add = (map: Map<string, Dependency[]>, unit: string, one: Dependency): void => {
    const known = map.get(unit);
    if (known === undefined) map.set(unit, [one]);
    else known.push(one);
  };
  for (const one of dependencies) {
    add(forward, one.from, one);
    add(backward, one.to, one);
  }
  const pick =
    (map: Map<string, Dependency[]>) => (unit: string, kinds: readonly DependencyKind[]) =>
      (map.get(unit) ?? []).filter(({ kind }) => kinds.includes(kind));
  return { of: pick(forward), on: pick(backward) };
};

/** Keys of a unit file that make dependencies, and the direction that they have. */
const keys = new Map<string, { readonly kind: DependencyKind; readonly isReversed?: boolean }>([
  ...dependencyKinds.map((kind) => [kind, { kind }] as const),
  ['BindTo', { kind: 'BindsTo' }],
  ['PropagateReloadTo', { kind: 'PropagatesReloadTo' }],
  ['StopPropagatedFrom', { kind: 'PropagatesStopTo', isReversed: true }],
  ['ReloadPropagatedFrom', { kind: 'PropagatesReloadTo', isReversed: true }],
  ['PropagateReloadFrom', { kind: 'PropagatesReloadTo', isReversed: true }],
]);

/** `%i` and its like, as far as they stand in names of units: `systemd.unit(5)`, specifiers. */
const expand = (text: string, unit: string): string => {
  const [, prefix = unit, instance = ''] = /^([^@]*)(?:@(.*))?\.[a-z]+$/.exec(unit) ?? [];
  const plain: Readonly<Record<string, string>> = {
    '%n': unit,
    '%N': unit.replace(/\.[a-z]+$/, ''),
    '%p': prefix,
    '%P': prefix,
    '%i': instance,
    '%I': instance,
    '%j': prefix.replace(/^.*-/, ''),
    '%J': prefix.replace(/^.*-/, ''),
    '%%': '%',
  };
  return text.replaceAll(/%[A-Za-z%]/g, (found) => plain[found] ?? found);
};

/** Lines as systemd reads them: a backslash at the end continues, comments in between are dropped. */
const assignments = (
  text: string,
): readonly (readonly [section: string, key: string, value: string])[] => {
  let section = '';
  const lines = text.split('\n').filter((line) => !/^\s*[#;]/.test(line));
  return lines
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => {
      const name = /^\s*\[(.+)\]\s*$/.exec(line)?.[1];
      if (name !== undefined) section = name;
      const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[section, key, value] as const];
    });
};

const wordsIn = (value: string): readonly string[] =>
  value
    .split(/\s+/)
    .map((word) => word.replaceAll(/^["']|["']$/g, ''))
    .filter((word) => word !== '');

/** The mounts that a path may lie on. */
const mountsOf = (path: string): readonly string[] => {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => mountUnit(`/${parts.slice(0, index + 1).join('/')}`));
};

/** What the texts of a unit say it depends on. A value that is empty takes back those before it. */
export const dependenciesIn = (unit: string, texts: readonly string[]): readonly Dependency[] => {
  const found = new Map<string, Dependency[]>();
  for (const text of texts)
    for (const [section, key, value] of assignments(text)) {
      const say = (kind: DependencyKind, others: readonly string[], isReversed = false): void => {
        if (value === '') found.delete(key);
        else
          found.set(key, [
            ...(found.get(key) ?? []),
            ...others.map((other) =>
              isReversed ? { from: other, kind, to: unit } : { from: unit, kind, to: other },
            ),
          ]);
      };
      const words = wordsIn(value).map((word) => expand(word, unit));
      const known = section === 'Unit' ? keys.get(key) : undefined;
      if (known !== undefined) say(known.kind, words, known.isReversed);
      else if (section === 'Unit' && key === 'RequiresMountsFor')
        say('Requires', words.flatMap(mountsOf));
      else if (section === 'Unit' && key === 'WantsMountsFor')
        say('Wants', words.flatMap(mountsOf));
      else if (section === 'Service' && key === 'Sockets') say('Wants', words);
      else if (key === 'Slice' && /^(?:Service|Socket|Mount|Swap)$/.test(section))
        say('Requires', words);
    }
  return [...found.values()].flat();
};

const fromFstab = (entries: readonly FileSystem[]): readonly Dependency[] =>
  entries.flatMap((entry) => {
    const pulled = pulledIn(entry);
    return [
      ...(pulled === null ? [] : [{ from: pulled.target, kind: pulled.kind, to: pulled.unit }]),
      // A mount below another needs that one.
      ...(entry.type === 'swap' || isAutomount(entry)
        ? []
        : mountsOf(entry.mountPoint)
            .slice(0, -1)
            .map((to) => ({ from: mountUnit(entry.mountPoint), kind: 'Requires' as const, to }))),
    ];
  });

const fromFiles = (
  files: UnitFiles,
  units: readonly { readonly unit: string; readonly base: string }[],
): readonly Dependency[] => [
  ...files.links.map(({ parent, kind, unit }) => ({ from: parent, kind, to: unit })),
  ...fromFstab(readFstab(files.fstab ?? '')),
  ...units.flatMap(({ unit, base }) =>
    filesOf(files, unit, base).length === 0
      ? []
      : dependenciesIn(unit, textsOf(files, unit, base) ?? []),
  ),
];

export interface Graphs {
  /** As systemd has loaded it. */
  readonly before: UnitGraph;
  /** As it will be with the other system's files. */
  readonly after: UnitGraph;
}

/**
 * What depends on what, before and after. What systemd has loaded is the
 * ground, as it knows generators and its own defaults too; what the two
 * systems' files say differently is taken from it and added to it.
 */
export const makeGraphs = (live: readonly LiveUnit[], old: UnitFiles, now: UnitFiles): Graphs => {
  const loaded = new Map(
    live.flatMap((unit) =>
      dependencyKinds.flatMap((kind) =>
        (unit.dependencies[kind] ?? []).map((to) => {
          const one: Dependency = { from: unit.id, kind, to };
          return [keyOf(one), one] as const;
        }),
      ),
    ),
  );
  const aliases = new Map([
    ...old.aliases,
    ...now.aliases,
    ...live.flatMap(({ id, names }) => names.map((name) => [name, id] as const)),
  ]);
  const plain = ({ from, kind, to }: Dependency): Dependency => ({
    from: aliases.get(from) ?? from,
    kind,
    to: aliases.get(to) ?? to,
  });
  const ids = new Set(live.map(({ id }) => id));
  const units = [
    ...new Set([
      ...ids,
      ...[...now.sums.keys(), ...old.sums.keys()].filter((file) => !/\/|@\./.test(file)),
      ...[...now.links, ...old.links].map(({ unit }) => unit),
    ]),
  ]
    .map((unit) => ({ unit, base: baseFile(old, now, unit) }))
    .filter(({ unit, base }) => isChanged(old, now, unit, base) || !ids.has(unit));
  const was = fromFiles(old, units).map(plain);
  const is = fromFiles(now, units).map(plain);
  const stays = new Set(is.map(keyOf));
  const after = new Map(loaded);
  for (const one of was) if (!stays.has(keyOf(one))) after.delete(keyOf(one));
  for (const one of is) after.set(keyOf(one), one);
  return { before: graphOf(loaded.values()), after: graphOf(after.values()) };
};
