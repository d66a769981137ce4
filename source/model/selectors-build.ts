import type { BisectProgress } from './bisect.ts';
import type { BuildProgress, EndedActivity, RunningActivity } from './build-progress.ts';
import { memoLast } from './memo.ts';
import type { AppState, HostState } from './state.ts';
import type { TestCause } from './test-causes.ts';

/** A row of the build view. What failed comes first, then what is searched, hosts with what runs for them, what ended. */
export type BuildRow =
  | { readonly kind: 'cause'; readonly id: string; readonly cause: TestCause }
  | { readonly kind: 'ended'; readonly id: string; readonly ended: EndedActivity }
  | { readonly kind: 'search'; readonly id: string; readonly search: BisectProgress }
  | { readonly kind: 'host'; readonly id: string; readonly host: HostState }
  | { readonly kind: 'activity'; readonly id: string; readonly activity: RunningActivity }
  /** The cursor stands on it, and it opens nothing. */
  | { readonly kind: 'more'; readonly id: string; readonly text: string };

/** Transfers and waits that are listed for one host: there may be dozens, and they end by themselves. */
const listedTransfers = 4;
const listedWaits = 3;

/** From so many hosts on, those that are being worked on come first. */
const manyHosts = 9;

const includes = (text: string, filter: string): boolean =>
  text.toLowerCase().includes(filter.toLowerCase());

const idOfActivity = (host: string, { kind, derivation, name }: RunningActivity): string =>
  `${host}/${kind}/${derivation ?? name}`;

const someOf = (
  host: string,
  what: string,
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
  const all = progress?.activities ?? [];
  const of = (...kinds: readonly RunningActivity['kind'][]): readonly RunningActivity[] =>
    all.filter(({ kind }) => kinds.includes(kind));
  return [
    ...someOf(host, 'builds', of('build'), Number.POSITIVE_INFINITY),
    ...someOf(host, 'transfers', of('fetch', 'copy'), listedTransfers),
    ...someOf(host, 'waits', of('wait'), listedWaits),
  ];
};

const order: readonly string[] = ['running', 'rollingBack', 'waiting', 'queued', 'failed'];

const rank = ({ work }: HostState): number => {
  const at = order.indexOf(work.kind);
  return at < 0 ? order.length : at;
};

const inOrder = (hosts: readonly HostState[]): readonly HostState[] =>
  hosts.length < manyHosts ? hosts : hosts.toSorted((one, other) => rank(one) - rank(other));

const isBuildable = ({ entry }: HostState): boolean =>
  entry.role.kind === 'deployable' || entry.role.kind === 'build-only';

const wordsOf = (row: BuildRow): string => {
  switch (row.kind) {
    case 'cause':
      return `${row.cause.hosts.join(' ')} ${row.cause.what} ${row.cause.place?.file ?? ''}`;
    case 'ended':
      return `${row.ended.name} ${row.ended.fate}`;
    case 'search':
      return `${row.search.hosts.join(' ')} ${row.search.what}`;
    case 'host':
      return row.host.entry.name;
    case 'activity':
      return `${row.activity.name} ${row.activity.machine ?? ''}`;
    case 'more':
      return '';
  }
};

export const buildRows = memoLast(
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
    const ended = (fate: EndedActivity['fate']): readonly BuildRow[] =>
      (whole?.ended ?? [])
        .filter((one) => one.fate === fate && !explained.has(one.derivation))
        .map((one) => ({ kind: 'ended', id: `#${one.derivation}`, ended: one }));
    const known = names.flatMap((name) => hosts[name] ?? []).filter(isBuildable);
    const hostRows = inOrder(known).flatMap((host): readonly BuildRow[] => {
      const { name } = host.entry;
      const row: BuildRow = { kind: 'host', id: name, host };
      const children = activityRows(name, host.progress);
      if (matches(row)) return [row, ...children];
      const shown = children.filter(matches);
      return shown.length === 0 ? [] : [row, ...shown];
    });
    return [
      ...causes
        .map((cause): BuildRow => ({ kind: 'cause', id: `!${cause.id}`, cause }))
        .filter(matches),
      ...ended('failed').filter(matches),
      ...searches
        .map(
          (search): BuildRow => ({ kind: 'search', id: `?${search.host} ${search.what}`, search }),
        )
        .filter(matches),
      ...hostRows,
      ...ended('built').filter(matches),
    ];
  },
);

/** The rows of the build view as the state has them. */
export const buildRowsOf = (app: AppState, filter: string): readonly BuildRow[] =>
  buildRows(app.hostNames, app.hosts, app.causes, app.searches, app.runProgress, filter);
