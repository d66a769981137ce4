import { nearestName } from '../words/nearest.ts';
import { configTags, tagOf } from './host-tags.ts';
import { type KeyedAction, keyProblems } from './key-conflicts.ts';
import type { Config } from './settings.ts';

/** A place in `nixup.toml` that names something which the flake does not have. */
export interface StalePlace {
  readonly path: readonly (string | number)[];
  readonly detail: string;
  readonly remedy: string;
}

/** What the flake has now. Null where that is not known: then nothing is compared. */
interface FlakeNames {
  readonly hosts: readonly string[] | null;
  /** Inputs of the flake itself, not of its inputs. */
  readonly inputs: readonly string[] | null;
  /** Systemd units that a host's configuration defines, by host; absent hosts are not compared. */
  readonly units?: ReadonlyMap<string, readonly string[]>;
  /** The ids of actions that a key may be given to. */
  readonly actions?: readonly KeyedAction[];
}

const unknownName = (
  path: StalePlace['path'],
  what: string,
  name: string,
  valid: readonly string[],
): StalePlace => {
  const nearest = nearestName(name, valid);
  return {
    path,
    detail: `the flake has no ${what} ${JSON.stringify(name)}`,
    remedy: nearest === null ? 'remove it' : `did you mean ${nearest}?`,
  };
};

const staleWaves = (config: Config, hosts: readonly string[]): readonly StalePlace[] => {
  const seen = new Set<string>();
  return config.fleet.waves.flatMap((wave, index) =>
    wave.flatMap((name, place) => {
      const path = ['fleet', 'waves', index, place];
      if (!hosts.includes(name)) return [unknownName(path, 'host', name, hosts)];
      if (seen.has(name))
        return [{ path, detail: `${name} is in two waves`, remedy: 'name it in one wave only' }];
      seen.add(name);
      return [];
    }),
  );
};

/** The hosts of a circle of `after`, in order; null when there is none through this host. */
const circleFrom = (config: Config, start: string): readonly string[] | null => {
  const walk = (name: string, way: readonly string[]): readonly string[] | null => {
    const after = Object.hasOwn(config.hosts, name) ? (config.hosts[name]?.after ?? []) : [];
    for (const next of after) {
      if (next === start) return [...way, next];
      if (way.includes(next)) continue;
      const found = walk(next, [...way, next]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(start, [start]);
};

const staleHosts = (
  config: Config,
  hosts: readonly string[],
  names: FlakeNames,
): readonly StalePlace[] =>
  Object.entries(config.hosts).flatMap(([name, table]) => {
    const path = ['hosts', name];
    if (!hosts.includes(name)) return [unknownName(path, 'host', name, hosts)];
    const places: StalePlace[] = [];
    for (const [index, other] of table.after.entries())
      if (!hosts.includes(other))
        places.push(unknownName([...path, 'after', index], 'host', other, hosts));
    const circle = circleFrom(config, name);
    if (circle !== null)
      places.push({
        path: [...path, 'after'],
        detail: `these hosts wait for each other: ${circle.join(' → ')}`,
        remedy: 'take one of them out of after',
      });
    if (table.buildOn !== 'local' && table.buildOn !== 'target' && !hosts.includes(table.buildOn))
      places.push(
        unknownName([...path, 'build_on'], 'host', table.buildOn, [...hosts, 'local', 'target']),
      );
    const units = names.units?.get(name);
    if (units !== undefined)
      for (const [index, unit] of table.critical.entries())
        if (!units.includes(unit))
          places.push({
            ...unknownName([...path, 'critical', index], 'unit', unit, units),
            detail: `the configuration of ${name} has no unit ${JSON.stringify(unit)}`,
          });
    return places;
  });

const sharedNames = (config: Config): readonly StalePlace[] => {
  const places: StalePlace[] = [];
  const checks = new Set<string>();
  for (const [index, { name }] of config.checks.entries()) {
    if (checks.has(name))
      places.push({
        path: ['checks', index, 'name'],
        detail: `two checks are called ${JSON.stringify(name)}`,
        remedy: 'give each its own name',
      });
    checks.add(name);
  }
  return places;
};

/** Hosts and tags of checks that the fleet does not have. */
const staleChecks = (config: Config, hosts: readonly string[]): readonly StalePlace[] => {
  const tags = configTags(config);
  return config.checks.flatMap((check, index) => [
    ...check.hosts.flatMap((name, place) =>
      hosts.includes(name)
        ? []
        : [unknownName(['checks', index, 'hosts', place], 'host', name, hosts)],
    ),
    ...check.tags.flatMap((word, place) =>
      tags.includes(tagOf(word))
        ? []
        : [
            {
              ...unknownName(['checks', index, 'tags', place], 'tag', tagOf(word), tags),
              detail: `no host has the tag ${JSON.stringify(tagOf(word))}`,
            },
          ],
    ),
    ...(check.order.ask.kind === 'prometheus' && config.monitoring.prometheus === null
      ? [
          {
            path: ['checks', index, 'prometheus'],
            detail: `the check ${JSON.stringify(check.order.name)} asks Prometheus, and none is set up`,
            remedy: 'give [monitoring] prometheus = "http://…"',
          },
        ]
      : []),
  ]);
};

/** Compares a configuration with the flake: what no longer exists, and what contradicts itself. */
export const compareWithFlake = (config: Config, names: FlakeNames): readonly StalePlace[] => {
  const { hosts, inputs, actions } = names;
  const places: StalePlace[] = [...sharedNames(config)];
  if (hosts !== null) {
    places.push(
      ...staleWaves(config, hosts),
      ...staleHosts(config, hosts, names),
      ...staleChecks(config, hosts),
      ...Object.keys(config.monitoring.instances)
        .filter((name) => !hosts.includes(name))
        .map((name) => unknownName(['monitoring', 'instances', name], 'host', name, hosts)),
    );
  }
  if (inputs !== null)
    for (const name of Object.keys(config.inputs))
      if (!inputs.includes(name)) places.push(unknownName(['inputs', name], 'input', name, inputs));
  if (actions !== undefined) places.push(...keyProblems(config.keys, actions));
  return places;
};
