import type { BuildProgress, EndedActivity, RunningActivity } from '../../model/build/progress.ts';
import type { BisectProgress } from '../../model/causes/bisect.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import { memoByObject, memoLast } from '../../model/memo.ts';
import { type ActivityGroup, activityGroups, groupOf } from '../../model/nix/activity-kind.ts';
import { includes } from '../../model/words/filter-text.ts';
import type { AppState, HostState } from '../../state/state.ts';

/** A row of the build view. What failed comes first, then what is searched, then hosts with what runs and ended for them. */
export type BuildRow =
  | { readonly kind: 'cause'; readonly id: string; readonly cause: TestCause }
  | { readonly kind: 'ended'; readonly id: string; readonly ended: EndedActivity }
  | { readonly kind: 'search'; readonly id: string; readonly search: BisectProgress }
  | { readonly kind: 'host'; readonly id: string; readonly host: HostState }
  | { readonly kind: 'activity'; readonly id: string; readonly activity: RunningActivity }
  /** The cursor can be on these rows, and they open nothing. */
  | { readonly kind: 'shared'; readonly id: string }
  | { readonly kind: 'more'; readonly id: string; readonly text: string };

/** Failed builders that are listed while the others run: their hosts must stay in sight. */
const listedFailures = 5;

/** From so many hosts on, those that are being worked on come first. */
const manyHosts = 9;

const idOfActivity = (host: string, { kind, derivation, name }: RunningActivity): string =>
  `${host}/${kind}/${derivation ?? name}`;

const someOf = (
  host: string,
  what: ActivityGroup,
  activities: readonly RunningActivity[],
  most: number,
): readonly BuildRow[] => [
  ...activities.slice(0, most).map(
    (activity): BuildRow => ({
      kind: 'activity',
      id: idOfActivity(host, activity),
      activity,
    }),
  ),
  ...(activities.length <= most
    ? []
    : [
        {
          kind: 'more' as const,
          id: `${host}/more/${what}`,
          text: `and ${activities.length - most} more ${what}`,
        },
      ]),
];

const activityRows = (host: string, progress: BuildProgress | null): readonly BuildRow[] => {
  if (progress === null || progress.activities.length === 0) return [];
  const all = Map.groupBy(progress.activities, groupOf);
  return activityGroups.flatMap(({ name, listed }) =>
    someOf(host, name, all.get(name) ?? [], listed),
  );
};

/** A host and what runs for it: made again only for hosts that have changed. */
const rowsOfHost = memoByObject((host: HostState): readonly BuildRow[] => {
  const { name } = host.entry;
  return [{ kind: 'host', id: name, host }, ...activityRows(name, host.progress)];
});

const order: readonly string[] = ['running', 'rollingBack', 'waiting', 'queued', 'failed'];

const rank = ({ work }: HostState): number => {
  const at = order.indexOf(work.kind);
  return at < 0 ? order.length : at;
};

const inOrder = (hosts: readonly HostState[]): readonly HostState[] => {
  if (hosts.length < manyHosts) return hosts;
  const ranked = Map.groupBy(hosts, rank);
  return [...ranked.keys()].sort((one, other) => one - other).flatMap((at) => ranked.get(at) ?? []);
};

const isBuildable = ({ entry }: HostState): boolean =>
  entry.role.kind === 'deployable' || entry.role.kind === 'build-only';

const wordsOf = (row: BuildRow): string => {
  switch (row.kind) {
    case 'cause':
      return `${row.cause.hosts.join(' ')} ${row.cause.what} ${row.cause.place?.file ?? ''}`;
    case 'ended':
      return `${row.ended.name} ${row.ended.fate} ${(row.ended.hosts ?? []).join(' ')}`;
    case 'search':
      return `${row.search.hosts.join(' ')} ${row.search.what}`;
    case 'host':
      return row.host.entry.name;
    case 'activity':
      return `${row.activity.name} ${row.activity.machine ?? ''}`;
    case 'shared':
    case 'more':
      return '';
  }
};

const endedRow = (ended: EndedActivity): BuildRow => ({
  kind: 'ended',
  id: `#${ended.derivation}`,
  ended,
});

/** The newest failures, and how many more there are. */
const failureRows = (failures: readonly BuildRow[]): readonly BuildRow[] =>
  failures.length <= listedFailures
    ? failures
    : [
        ...failures.slice(-listedFailures),
        {
          kind: 'more',
          id: '#more',
          text: `and ${failures.length - listedFailures} more that failed before`,
        },
      ];

const buildRows = memoLast(
  (
    names: readonly string[],
    hosts: AppState['hosts'],
    causes: AppState['causes'],
    searches: AppState['searches'],
    whole: BuildProgress | null,
    filter: string,
  ): readonly BuildRow[] => {
    const matches = (row: BuildRow): boolean => filter === '' || includes(wordsOf(row), filter);
    const explained = new Set(causes.map(({ derivation }) => derivation));
    const ended = (fate: EndedActivity['fate']): readonly EndedActivity[] =>
      (whole?.ended ?? []).filter((one) => one.fate === fate && !explained.has(one.derivation));
    const built = ended('built');
    const builtAlone = Map.groupBy(built, ({ hosts: by = [] }) => (by.length === 1 ? by[0] : ''));
    const shared = built
      .filter(({ hosts: by = [] }) => by.length !== 1)
      .map(endedRow)
      .filter(matches);
    const known = names.flatMap((name) => hosts[name] ?? []).filter(isBuildable);
    const hostRows = inOrder(known).flatMap((host): readonly BuildRow[] => {
      const alone = builtAlone.get(host.entry.name);
      const own = rowsOfHost(host);
      const rows = alone === undefined ? own : [...own, ...alone.map(endedRow)];
      const [row, ...children] = filter === '' ? [] : rows;
      if (row === undefined || matches(row)) return rows;
      const shown = children.filter(matches);
      return shown.length === 0 ? [] : [row, ...shown];
    });
    return [
      ...causes
        .map((cause): BuildRow => ({ kind: 'cause', id: `!${cause.id}`, cause }))
        .filter(matches),
      ...failureRows(ended('failed').map(endedRow).filter(matches)),
      ...searches
        .map(
          (search): BuildRow => ({ kind: 'search', id: `?${search.host} ${search.what}`, search }),
        )
        .filter(matches),
      ...hostRows,
      ...(shared.length === 0 ? [] : [{ kind: 'shared' as const, id: '#shared' }, ...shared]),
    ];
  },
);

/** The rows of the build view as the state has them. */
export const buildRowsOf = (app: AppState, filter: string): readonly BuildRow[] =>
  buildRows(app.hostNames, app.hosts, app.causes, app.searches, app.runProgress, filter);
