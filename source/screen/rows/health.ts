import { memoLast } from '../../model/memo.ts';
import { criticalDown, criticalUnits, troubledUnits } from '../../state/hosts.ts';
import type { HostState } from '../../state/state.ts';

export type HealthRow =
  | { readonly kind: 'host'; readonly id: string; readonly host: HostState }
  | {
      readonly kind: 'unit';
      readonly id: string;
      readonly host: string;
      readonly unit: string;
      readonly critical: boolean;
      readonly problem: 'failed' | 'not running';
    };

/** Id of a unit's row; the name of a host holds no slash. */
const unitRowId = (host: string, unit: string): string => `${host}/${unit}`;

export const healthRowsOf = (host: HostState): readonly HealthRow[] => {
  const { name } = host.entry;
  const critical = criticalUnits(host);
  const failing = troubledUnits(host);
  const down = criticalDown(host).filter((unit) => !failing.includes(unit));
  const rowOf = (unit: string, problem: 'failed' | 'not running'): HealthRow => ({
    kind: 'unit',
    id: unitRowId(name, unit),
    host: name,
    unit,
    critical: critical.includes(unit),
    problem,
  });
  return [
    { kind: 'host', id: name, host },
    ...failing.map((unit) => rowOf(unit, 'failed')),
    ...down.map((unit) => rowOf(unit, 'not running')),
  ];
};

/** Every host, and under it the units that are not as they should be. */
export const healthRows = memoLast(
  (
    names: readonly string[],
    hosts: Readonly<Record<string, HostState>>,
    filter: string,
  ): readonly HealthRow[] =>
    names
      .flatMap((name) => hosts[name] ?? [])
      .filter((host) => host.entry.role.kind === 'deployable')
      .flatMap(healthRowsOf)
      .filter((row) => row.id.toLowerCase().includes(filter.toLowerCase())),
);
