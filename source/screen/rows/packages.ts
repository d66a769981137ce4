import { asSentence, explain } from '../../model/explain/explain.ts';
import { memoLast } from '../../model/memo.ts';
import type { PackageChange } from '../../model/packages/packages.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import { groupHosts, type HostGroup, reviewPackages } from '../../model/packages/review.ts';
import { besideHost } from '../../model/words/about-host.ts';
import { adviceSentence } from '../../model/words/advice.ts';
import type { AppState, HostState } from '../../state/state.ts';

export type PackageRow =
  | { readonly kind: 'group'; readonly id: string; readonly group: HostGroup }
  | {
      readonly kind: 'change';
      readonly id: string;
      readonly hosts: readonly string[];
      readonly change: PackageChange;
    }
  | {
      readonly kind: 'host';
      readonly id: string;
      readonly host: string;
      readonly packages: HostPackages | undefined;
    };

const matches = (row: PackageRow, wanted: string): boolean => {
  if (wanted === '') return true;
  if (row.kind !== 'change') return row.id.toLowerCase().includes(wanted);
  const { name, kind, major } = row.change;
  return `${name} ${kind} ${major ? 'major' : ''} ${row.hosts.join(' ')}`
    .toLowerCase()
    .includes(wanted);
};

/** The rows that a filter leaves; a package keeps the hosts above it whose it is. */
const filtered = (rows: readonly PackageRow[], wanted: string): readonly PackageRow[] => {
  const found = new Set(rows.filter((row) => matches(row, wanted)));
  const groups = new Set(
    [...found].flatMap((row) => (row.kind === 'change' ? [row.hosts.join(', ')] : [])),
  );
  return rows.filter((row) => found.has(row) || groups.has(row.id));
};

/** Also of a host that nobody compared, as it cannot be asked. */
const packagesOf = (
  host: HostState | undefined,
  packages: HostPackages | undefined,
): HostPackages | undefined => {
  if (packages !== undefined || host?.probe.kind !== 'failed') return packages;
  const { what, next } = explain(host.probe.failure);
  return { kind: 'unknown', why: what, next };
};

/** Hosts with the same difference and under them their packages, then the hosts without an answer. */
export const packageRows = memoLast(
  (
    names: readonly string[],
    hosts: AppState['hosts'],
    packages: AppState['packages'],
    filter: string,
  ): readonly PackageRow[] => {
    const deployable = names.filter((name) => hosts[name]?.entry.role.kind === 'deployable');
    const differences = deployable.flatMap((host) => {
      const one = packages[host];
      return one?.kind === 'compared' ? [{ host, difference: one.difference }] : [];
    });
    const grouped = groupHosts(differences).flatMap((group): readonly PackageRow[] => {
      const id = group.hosts.join(', ');
      const changes = reviewPackages(group.difference.changes).map(
        (change): PackageRow => ({
          kind: 'change',
          id: `${id}/${change.name}`,
          hosts: group.hosts,
          change,
        }),
      );
      return [{ kind: 'group', id, group }, ...changes];
    });
    const others = deployable
      .filter((host) => packages[host]?.kind !== 'compared')
      .map(
        (host): PackageRow => ({
          kind: 'host',
          id: host,
          host,
          packages: packagesOf(hosts[host], packages[host]),
        }),
      );
    return filtered([...grouped, ...others], filter.toLowerCase());
  },
);

/**
 * For which systems the packages of a host were compared; they are compared again when these
 * change.
 */
export const comparedSystems = (app: AppState, host: string): string | null => {
  const known = app.hosts[host];
  if (known?.entry.role.kind !== 'deployable' || known.probe.kind !== 'answered') return null;
  if (known.expectation.kind !== 'known') return null;
  const { toplevel, builtAt } = known.expectation;
  return `${known.facts?.current ?? ''} ${toplevel} ${builtAt === null ? '' : 'built'}`;
};

/** Why the packages of a host were not compared, and what to do about it. Its row has its name already. */
export const notComparedWords = (
  { why, next }: Extract<HostPackages, { readonly kind: 'unknown' }>,
  host: string,
): string => {
  const words = besideHost(host, why);
  return next === null ? words : `${asSentence(words)} ${adviceSentence(next)}`;
};
