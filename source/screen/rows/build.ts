import type { BuildProgress, EndedActivity, RunningActivity } from '../../model/build/progress.ts';
import type { WorkSlot } from '../../model/build/slots.ts';
import type { BisectProgress } from '../../model/causes/bisect.ts';
import type { TestCause } from '../../model/causes/test-causes.ts';
import { memoLast } from '../../model/memo.ts';
import { activityGroups, groupOf } from '../../model/nix/activity-kind.ts';
import { includes } from '../../model/words/filter-text.ts';
import type { AppState, HostState } from '../../state/state.ts';

/** A row of the build view: a host, a place for something that runs, what failed, what is searched. */
export type BuildRow =
  | { readonly kind: 'host'; readonly id: string; readonly host: HostState }
  /** Its place keeps its id: the work in it changes. */
  | { readonly kind: 'slot'; readonly id: string; readonly slot: WorkSlot }
  /** The cursor can be on it, and it opens nothing. */
  | { readonly kind: 'more'; readonly id: string; readonly text: string }
  | { readonly kind: 'cause'; readonly id: string; readonly cause: TestCause }
  | { readonly kind: 'ended'; readonly id: string; readonly ended: EndedActivity }
  | { readonly kind: 'search'; readonly id: string; readonly search: BisectProgress };

/** The rows of each part of the view. What ends or fails in one moves no row of another. */
interface BuildRows {
  readonly hosts: readonly BuildRow[];
  readonly work: readonly BuildRow[];
  readonly trouble: readonly BuildRow[];
  /** Both in the order of the screen: while a run goes on what fails moves no row, after it failures come first. */
  readonly below: readonly BuildRow[];
}

/** Failed builders that are listed by themselves while no cause explains them. */
const listedFailures = 5;

const isBuildable = ({ entry }: HostState): boolean =>
  entry.role.kind === 'deployable' || entry.role.kind === 'build-only';

const wordsOf = (row: BuildRow): string => {
  switch (row.kind) {
    case 'host':
      return row.host.entry.name;
    case 'slot': {
      const { name, machine, hosts = [] } = row.slot.activity;
      return `${name} ${machine ?? ''} ${hosts.join(' ')}`;
    }
    case 'more':
      return '';
    case 'cause':
      return `${row.cause.hosts.join(' ')} ${row.cause.what} ${row.cause.place?.file ?? ''}`;
    case 'ended':
      return `${row.ended.name} ${row.ended.fate} ${(row.ended.hosts ?? []).join(' ')}`;
    case 'search':
      return `${row.search.hosts.join(' ')} ${row.search.what}`;
  }
};

/** What runs and has no row: transfers beyond theirs, and waits. */
const unlisted = (
  slots: readonly WorkSlot[],
  { activities }: Pick<BuildProgress, 'activities'>,
): readonly BuildRow[] => {
  const running = Map.groupBy(activities, groupOf);
  const shown = Map.groupBy(
    slots.filter(({ ended }) => ended === null),
    ({ activity }) => groupOf(activity),
  );
  const words = activityGroups.flatMap(({ name }) => {
    const count = (running.get(name)?.length ?? 0) - (shown.get(name)?.length ?? 0);
    if (count <= 0) return [];
    return name === 'waits'
      ? [`${count} waiting for a lock or a machine`]
      : [`${count} more ${count === 1 ? name.replace(/s$/, '') : name}`];
  });
  return words.length === 0 ? [] : [{ kind: 'more', id: '=more', text: `and ${words.join(', ')}` }];
};

/** The newest failures, and how many more there are. */
const failureRows = (failures: readonly EndedActivity[]): readonly BuildRow[] => {
  const rows = failures.map(
    (ended): BuildRow => ({ kind: 'ended', id: `#${ended.derivation}`, ended }),
  );
  return rows.length <= listedFailures
    ? rows
    : [
        ...rows.slice(-listedFailures),
        {
          kind: 'more',
          id: '#more',
          text: `and ${rows.length - listedFailures} more that failed before`,
        },
      ];
};

const buildRows = memoLast(
  (
    names: readonly string[],
    hosts: AppState['hosts'],
    causes: AppState['causes'],
    searches: AppState['searches'],
    whole: BuildProgress | null,
    slots: AppState['slots'],
    isRunning: boolean,
    filter: string,
  ): BuildRows => {
    const matching = (rows: readonly BuildRow[]): readonly BuildRow[] =>
      filter === '' ? rows : rows.filter((row) => includes(wordsOf(row), filter));
    const known = names.flatMap((name) => hosts[name] ?? []).filter(isBuildable);
    const explained = new Set(causes.map(({ derivation }) => derivation));
    const unexplained = (whole?.ended ?? []).filter(
      ({ fate, derivation }) => fate === 'failed' && !explained.has(derivation),
    );
    const work = matching([
      ...slots.map((slot, place): BuildRow => ({ kind: 'slot', id: `=${place}`, slot })),
      ...(whole === null ? [] : unlisted(slots, whole)),
    ]);
    const trouble = matching([
      ...causes.map((cause): BuildRow => ({ kind: 'cause', id: `!${cause.id}`, cause })),
      ...failureRows(unexplained),
      ...searches.map(
        (search): BuildRow => ({ kind: 'search', id: `?${search.host} ${search.what}`, search }),
      ),
    ]);
    return {
      hosts: matching(known.map((host): BuildRow => ({ kind: 'host', id: host.entry.name, host }))),
      work,
      trouble,
      below: isRunning ? [...work, ...trouble] : [...trouble, ...work],
    };
  },
);

/** The rows of the build view as the state has them, by the part of the view that they stand in. */
export const buildPartsOf = (app: AppState, filter: string): BuildRows =>
  buildRows(
    app.hostNames,
    app.hosts,
    app.causes,
    app.searches,
    app.runProgress,
    app.slots,
    app.run.kind === 'active' || app.run.kind === 'canceling',
    filter,
  );

const inOneList = memoLast(({ hosts, below }: BuildRows): readonly BuildRow[] => [
  ...hosts,
  ...below,
]);

/** The same from top to bottom. */
export const buildRowsOf = (app: AppState, filter: string): readonly BuildRow[] =>
  inOneList(buildPartsOf(app, filter));

/** Why the last test of a host failed. */
export const causeOfHost = ({ causes }: AppState, host: string): TestCause | undefined =>
  causes.find(({ hosts, isOfEarlierLock }) => isOfEarlierLock !== true && hosts.includes(host));

/** What is built for a host: the builder that runs longest, and how many others run beside it. */
export const builderOf = ({
  progress,
}: HostState): { readonly activity: RunningActivity; readonly others: number } | null => {
  const builders = (progress?.activities ?? []).filter((one) => groupOf(one) === 'builds');
  const [activity] = builders;
  return activity === undefined ? null : { activity, others: builders.length - 1 };
};

const runs = (row: BuildRow): boolean => row.kind === 'slot' && row.slot.ended === null;

/**
 * Where not all rows have room: the middle of those with the most that runs among them, the first where several have as
 * many; undefined where nothing runs.
 */
export const busiestRow = (rows: readonly BuildRow[], height: number): string | undefined => {
  let best: { readonly at: number; readonly count: number } = { at: 0, count: 0 };
  for (const at of rows.keys()) {
    const count = rows.slice(at, at + height).filter(runs).length;
    if (count > best.count) best = { at, count };
  }
  return best.count === 0
    ? undefined
    : rows[Math.min(rows.length - 1, best.at + Math.floor(height / 2))]?.id;
};

/**
 * The row whose last lines are shown: that under the cursor, and until somebody moves it, while a run goes on, the newest
 * failure, else the build that has run longest.
 */
export const followedRow = (
  app: AppState,
  { filter, cursor }: { readonly filter: string; readonly cursor: string | null },
  selected: BuildRow,
): BuildRow => {
  if (cursor !== null || (app.run.kind !== 'active' && app.run.kind !== 'canceling'))
    return selected;
  const { trouble, work } = buildPartsOf(app, filter);
  const failed = trouble.findLast(
    (row) => row.kind === 'ended' || (row.kind === 'cause' && row.cause.isOfEarlierLock !== true),
  );
  const builders = work.flatMap((row) =>
    row.kind === 'slot' && row.slot.ended === null && groupOf(row.slot.activity) === 'builds'
      ? [{ row, since: row.slot.activity.since }]
      : [],
  );
  const [longest] = builders.toSorted((one, other) => one.since - other.since);
  return failed ?? longest?.row ?? selected;
};
