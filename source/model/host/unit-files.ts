/** `getty@.service` of `getty@tty1.service`; null where it is no instance. */
const templateOf = (unit: string): string | null => {
  const [, prefix, type] = /^([^@]+@).+(\.[a-z]+)$/.exec(unit) ?? [];
  return prefix === undefined || type === undefined ? null : `${prefix}${type}`;
};

/** `a-b-.service` of `a-b-c.service`, then `a-.service`; null where the name has no part to leave out. */
const withoutLastPart = (unit: string): string | null => {
  const [, prefix = '', rest = ''] = /^([^@]+?)(@.*\.[a-z]+|\.[a-z]+)$/.exec(unit) ?? [];
  const dash = prefix.replace(/-$/, '').lastIndexOf('-');
  return dash <= 0 ? null : `${prefix.slice(0, dash + 1)}${rest}`;
};

const namesWithDropIns = (unit: string): readonly string[] => {
  const [template, shorter] = [templateOf(unit), withoutLastPart(unit)];
  return [
    unit,
    ...(template === null ? [] : namesWithDropIns(template)),
    ...(shorter === null ? [] : namesWithDropIns(shorter)),
  ];
};

/** Of what a unit is made, by names below a folder of units. */
interface FilesOfUnit {
  /** The first one that is there is the unit's file. */
  readonly files: readonly string[];
  /** Each `.conf` in these changes it: NixOS puts settings of units of packages there (`overrideStrategy`). */
  readonly dropIns: readonly string[];
}

/** As systemd finds them (systemd.unit(5), and `unit_file_find_dirs` of its dropin.c). */
export const unitFilesOf = (unit: string): FilesOfUnit => {
  const template = templateOf(unit);
  const type = /\.([a-z]+)$/.exec(unit)?.[1];
  return {
    files: template === null ? [unit] : [unit, template],
    dropIns: [...new Set(namesWithDropIns(unit)), ...(type === undefined ? [] : [type])].map(
      (name) => `${name}.d`,
    ),
  };
};
