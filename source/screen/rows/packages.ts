import { asSentence, explain } from '../../model/explain/explain.ts';
import { isAsleep } from '../../model/explain/pending-reason.ts';
import { memoLast } from '../../model/memo.ts';
import type { PackageChange } from '../../model/packages/packages.ts';
import type { HostPackages } from '../../model/packages/packages-state.ts';
import {
  groupHosts,
  type HostGroup,
  isCriticalPackage,
  reviewPackages,
  sharedChanges,
} from '../../model/packages/review.ts';
import { besideHost } from '../../model/words/about-host.ts';
import { adviceSentence } from '../../model/words/advice.ts';
import { comparedNow } from '../../state/hosts.ts';
import type { AppState, HostState } from '../../state/state.ts';
import { keyName } from '../key-names.ts';
import type { Ui } from '../ui.ts';

export type PackageRow =
  | { readonly kind: 'group'; readonly id: string; readonly group: HostGroup }
  /** Above the changes that all hosts have in common, where others differ. */
  | {
      readonly kind: 'shared';
      readonly id: string;
      readonly hosts: readonly string[];
      readonly changes: readonly PackageChange[];
    }
  | {
      readonly kind: 'change';
      readonly id: string;
      readonly hosts: readonly string[];
      readonly change: PackageChange;
    }
  /** Packages of the same version that were built again, and stop no boot: one row for all of them. */
  | {
      readonly kind: 'rebuilt';
      readonly id: string;
      readonly hosts: readonly string[];
      readonly names: readonly string[];
    }
  /** Hosts without an answer for the same reason. */
  | {
      readonly kind: 'hosts';
      readonly id: string;
      readonly hosts: readonly string[];
      readonly words: string;
    };

const matches = (row: PackageRow, wanted: string): boolean => {
  if (wanted === '') return true;
  if (row.kind === 'hosts') return `${row.id} ${row.words}`.toLowerCase().includes(wanted);
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

/** So many rebuilt packages have a row each. */
const fewRebuilt = 1;

/** Of which nobody has to know by name: a filter lists each. */
const isQuiet = ({ kind, name, major }: PackageChange): boolean =>
  kind === 'rebuilt' && !major && !isCriticalPackage(name);

/** A row for each change of these hosts, and one for all that were only built again. */
const changeRows = (
  hosts: readonly string[],
  unordered: readonly PackageChange[],
  isFiltered: boolean,
): readonly PackageRow[] => {
  const id = hosts.join(', ');
  const changes = reviewPackages(unordered);
  const quiet = isFiltered ? [] : changes.filter(isQuiet);
  const isFolded = quiet.length > fewRebuilt;
  return [
    ...(isFolded ? changes.filter((change) => !isQuiet(change)) : changes).map(
      (change): PackageRow => ({ kind: 'change', id: `${id}/${change.name}`, hosts, change }),
    ),
    ...(isFolded
      ? [
          {
            kind: 'rebuilt' as const,
            id: `${id}/=rebuilt`,
            hosts,
            names: quiet.map(({ name }) => name),
          },
        ]
      : []),
  ];
};

/** What all hosts have in common, once; then each group with its own. */
const groupRows = (groups: readonly HostGroup[], isFiltered: boolean): readonly PackageRow[] => {
  const shared = sharedChanges(groups);
  return [
    ...(shared === null
      ? []
      : [
          {
            kind: 'shared' as const,
            id: shared.hosts.join(', '),
            hosts: shared.hosts,
            changes: shared.changes,
          },
          ...changeRows(shared.hosts, shared.changes, isFiltered),
        ]),
    ...groups.flatMap((group): readonly PackageRow[] => [
      { kind: 'group', id: group.hosts.join(', '), group },
      ...changeRows(group.hosts, shared?.own(group) ?? group.difference.changes, isFiltered),
    ]),
  ];
};

/** Why the packages of a host were not compared, and what to do about it. Its row has its name already. */
export const notComparedWords = (
  { why, next }: Extract<HostPackages, { readonly kind: 'unknown' }>,
  host: string,
): string => {
  const words = besideHost(host, why);
  return next === null ? words : `${asSentence(words)} ${adviceSentence(next)}`;
};

/** Its packages need no comparison. */
const runsWanted = ({ expectation, facts }: HostState): boolean =>
  expectation.kind === 'known' && expectation.toplevel === facts?.current;

/** Also of a host that nobody compared, as it cannot be asked; one that sleeps is said to as everywhere. */
const hostWords = (
  name: string,
  host: HostState | undefined,
  packages: HostPackages | undefined,
): string => {
  if (host?.probe.kind === 'failed') {
    const { failure } = host.probe;
    if (isAsleep(failure)) return 'asleep';
    if (packages === undefined)
      return notComparedWords(
        { kind: 'unknown', why: explain(failure).what, next: explain(failure).next },
        name,
      );
  }
  if (host !== undefined && runsWanted(host) && packages === undefined)
    return 'runs what the flake says';
  const compared = host === undefined ? packages : comparedNow(host, packages);
  switch (compared?.kind) {
    case undefined:
      return 'not compared yet';
    case 'comparing':
      return 'being compared';
    case 'building':
      return 'new system is being built';
    case 'unknown':
      return compared.lacks === 'build'
        ? `new system not built yet; ${keyName('test')} builds it`
        : notComparedWords(compared, name);
    case 'compared':
      return '';
  }
};

/** Hosts without an answer, those with the same reason together. */
const unansweredRows = (
  names: readonly string[],
  hosts: AppState['hosts'],
  packages: AppState['packages'],
): readonly PackageRow[] =>
  [
    ...Map.groupBy(
      names.filter((name) => packages[name]?.kind !== 'compared'),
      (name) => hostWords(name, hosts[name], packages[name]),
    ),
  ].map(([words, same]) => ({ kind: 'hosts', id: same.join(', '), hosts: same, words }));

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
    const grouped = groupRows(groupHosts(differences), filter !== '');
    const others = unansweredRows(deployable, hosts, packages);
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

/** The rows that the screen shows. */
export const shownPackages = (
  { hostNames, hosts, packages }: AppState,
  { lists }: Pick<Ui, 'lists'>,
): readonly PackageRow[] => packageRows(hostNames, hosts, packages, lists.packages.filter);
