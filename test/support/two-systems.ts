import { createHash } from 'node:crypto';
import type { UnitComparison } from '../../source/model/units/difference.ts';
import { foreseeUnits } from '../../source/model/units/forecast.ts';
import { dependenciesIn } from '../../source/model/units/graph.ts';
import type { ForeseenUnits } from '../../source/model/units/impact.ts';
import { dependencyKinds, type LiveUnit } from '../../source/model/units/live.ts';
import { baseFile, filesOf, textsOf, type UnitFiles } from '../../source/model/units/system.ts';

/**
 * Files of `etc/systemd/system` by name. A name in a `.wants` or `.requires` folder is a link; the
 * empty text a mask; `fstab` is `/etc/fstab`.
 */
export type Files = Readonly<Record<string, string>>;

const folders = { wants: 'Wants', requires: 'Requires', upholds: 'Upholds' } as const;

export const unitFiles = (files: Files): UnitFiles => {
  const units = Object.entries(files).filter(
    ([name]) => name !== 'fstab' && !/\.(?:wants|requires|upholds)\//.test(name),
  );
  return {
    sums: new Map(
      units.map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')]),
    ),
    texts: new Map(units),
    links: Object.keys(files).flatMap((name) => {
      const [, parent, folder, unit] = /^(.+)\.(wants|requires|upholds)\/(.+)$/.exec(name) ?? [];
      return parent === undefined || folder === undefined || unit === undefined
        ? []
        : [{ parent, kind: folders[folder as keyof typeof folders], unit }];
    }),
    aliases: new Map(),
    fstab: files['fstab'] ?? null,
  };
};

/** What systemd would have loaded of these files. */
const loaded = (
  files: UnitFiles,
  ids: readonly string[],
  over: Readonly<Record<string, Partial<LiveUnit>>>,
): readonly LiveUnit[] => {
  const said = [
    ...ids.flatMap((id) =>
      dependenciesIn(id, textsOf(files, id, baseFile(files, files, id)) ?? []),
    ),
    ...files.links.map(({ parent, kind, unit }) => ({ from: parent, kind, to: unit })),
  ];
  return ids.map((id) => {
    const base = baseFile(files, files, id);
    return {
      id,
      names: [id],
      isLoaded: true,
      state: 'active',
      fragment: filesOf(files, id, base).length === 0 ? '' : `/etc/systemd/system/${base}`,
      dependencies: Object.fromEntries(
        dependencyKinds.map((kind) => [
          kind,
          said.flatMap((one) => (one.from === id && one.kind === kind ? [one.to] : [])),
        ]),
      ),
      triggeredBy: [],
      isHeldBack: false,
      stopsWhenUnneeded: false,
      ...over[id],
    };
  });
};

/** A switch from one system to another on a host where these units run. */
export const compareSystems = (
  old: Files,
  now: Files,
  running: readonly string[],
  over: Readonly<Record<string, Partial<LiveUnit>>> = {},
  /** Files of the new system whose texts could not be read. */
  withoutText: readonly string[] = [],
): ForeseenUnits => {
  const files = unitFiles(old);
  const live = loaded(files, [...new Set([...running, ...Object.keys(over)])], over);
  const after = unitFiles(now);
  const texts = new Map([...after.texts].filter(([name]) => !withoutText.includes(name)));
  const comparison: UnitComparison = { old: files, now: { ...after, texts }, live };
  return foreseeUnits(comparison);
};
