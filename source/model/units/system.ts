import { readUnit, type UnitInfo } from './file.ts';

/** A link in a folder such as `multi-user.target.wants`. */
export interface UnitLink {
  readonly parent: string;
  readonly kind: 'Wants' | 'Requires' | 'Upholds';
  readonly unit: string;
}

/** The unit files of one system, `etc/systemd/system` of its toplevel. */
export interface UnitFiles {
  /** Files and drop-ins (`a.service.d/x.conf`) to the hash of what is in them. */
  readonly sums: ReadonlyMap<string, string>;
  /** The texts of those that were read. */
  readonly texts: ReadonlyMap<string, string>;
  readonly links: readonly UnitLink[];
  /** Other names of units, to the unit. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Null where it has none. */
  readonly fstab: string | null;
}

/** The hash of nothing: a link to /dev/null, or a file without a byte. Both mask a unit. */
const maskedSum = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export const hasFile = ({ sums }: UnitFiles, file: string): boolean => sums.has(file);

export const isMasked = ({ sums }: UnitFiles, file: string): boolean =>
  sums.get(file) === maskedSum;

/** There, and not masked. */
export const isPresent = (files: UnitFiles, file: string): boolean =>
  hasFile(files, file) && !isMasked(files, file);

export const dropIns = ({ sums }: UnitFiles, file: string): readonly string[] =>
  [...sums.keys()].filter((name) => name.startsWith(`${file}.d/`)).sort();

/**
 * The file that a unit is made from: its own, or that of its template. As the
 * program has it, a dot ends the name of an instance; the template of one with
 * dots in its name is therefore never found.
 */
export const baseFile = (old: UnitFiles, now: UnitFiles, unit: string): string => {
  const [, template, rest] = /^(.*)@[^.]*\.(.*)$/.exec(unit) ?? [];
  return template === undefined || hasFile(old, unit) || hasFile(now, unit)
    ? unit
    : `${template}@.${rest ?? ''}`;
};

/** The base first, then drop-ins, the instance's own last. */
export const filesOf = (files: UnitFiles, unit: string, base: string): readonly string[] => [
  ...(hasFile(files, base) ? [base] : []),
  ...dropIns(files, base),
  ...(unit === base ? [] : dropIns(files, unit)),
];

export const isChanged = (old: UnitFiles, now: UnitFiles, unit: string, base: string): boolean => {
  const say = (files: UnitFiles): string =>
    filesOf(files, unit, base)
      .map((file) => `${file} ${files.sums.get(file) ?? ''}`)
      .join('\n');
  return say(old) !== say(now);
};

/** The texts that make a unit; null where one was not read. */
export const textsOf = (files: UnitFiles, unit: string, base: string): readonly string[] | null => {
  const texts = filesOf(files, unit, base).flatMap((file) =>
    isMasked(files, file) ? [] : [files.texts.get(file) ?? null],
  );
  return texts.includes(null) ? null : texts.filter((text) => text !== null);
};

export const infoOf = (files: UnitFiles, unit: string, base: string): UnitInfo | null => {
  const texts = textsOf(files, unit, base);
  return texts === null ? null : readUnit(texts);
};

/** Files whose texts decide something: of units that differ, of targets that run, and of what may start again. */
export const neededTexts = (
  old: UnitFiles,
  now: UnitFiles,
  live: ReadonlySet<string>,
): { readonly old: readonly string[]; readonly now: readonly string[] } => {
  const linked = new Set(now.links.map(({ unit }) => unit));
  const units = new Set([
    ...live,
    ...linked,
    ...[...old.sums.keys(), ...now.sums.keys()].filter((file) => !/\/|@\./.test(file)),
  ]);
  const needed = { old: new Set<string>(), now: new Set<string>() };
  for (const unit of units) {
    const base = baseFile(old, now, unit);
    const differs = isChanged(old, now, unit, base);
    if (differs) for (const file of filesOf(old, unit, base)) needed.old.add(file);
    if (
      differs ||
      (live.has(unit) && unit.endsWith('.target')) ||
      (!live.has(unit) && linked.has(unit))
    )
      for (const file of filesOf(now, unit, base)) needed.now.add(file);
  }
  const readable = (files: UnitFiles, wanted: ReadonlySet<string>): readonly string[] =>
    [...wanted].filter((file) => !isMasked(files, file));
  return { old: readable(old, needed.old), now: readable(now, needed.now) };
};
