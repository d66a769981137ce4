import { asTheyStand, type CheckRow, isAnswered } from '../../model/board/board.ts';
import type { Generation } from '../../model/host/host.ts';
import { memoLast } from '../../model/memo.ts';
import { includes } from '../../model/words/filter-text.ts';
import { fitsTyped, type PackageRuns, type TypedAgainst } from '../../state/past/filter.ts';
import { type ShownFleet, shownBoard, shownFleet } from '../../state/remembered.ts';
import type { RunSummary } from '../../state/run.ts';
import type { AppState } from '../../state/state.ts';
import { type ListName, listOf, type Ui } from '../ui.ts';
import { buildPartsOf, buildRowsOf } from './build.ts';
import { fleetRowsOf, tagsOf } from './fleet.ts';
import { healthRows } from './health.ts';
import { lockRowsOf } from './lock.ts';
import { packageRows } from './packages.ts';

/** The check board: a row keeps its place while answers come, and takes its new one when all are there. */
export const checkRows = memoLast(
  (board: readonly CheckRow[], filter: string): readonly CheckRow[] =>
    asTheyStand(board).filter((row) => includes(`${row.id} ${row.label} ${row.state}`, filter)),
);

/** Newest first. */
export const generationRows = memoLast(
  (generations: readonly Generation[]): readonly Generation[] =>
    generations.toSorted((one, other) => other.number - one.number),
);

const hostsByTag = memoLast((fleet: ShownFleet): TypedAgainst['tags'] => {
  const hosts = new Map<string, string[]>();
  for (const name of fleet.names) {
    const host = fleet.hosts[name];
    for (const tag of host === undefined ? [] : tagsOf(host)) {
      const key = `@${tag}`.toLowerCase();
      hosts.set(key, [...(hosts.get(key) ?? []), name]);
    }
  }
  return hosts;
});

const noTags: TypedAgainst['tags'] = new Map();

const minuteMs = 60_000;

const fittingRuns = memoLast(
  (
    history: readonly RunSummary[],
    filter: string,
    found: PackageRuns | null,
    tags: TypedAgainst['tags'],
    now: number,
  ): readonly RunSummary[] => {
    const against = { found, tags, now };
    return filter.trim() === ''
      ? history
      : history.filter((run) => fitsTyped(run, filter, against));
  },
);

/**
 * By words of a run, hosts, tags, inputs, days and a package: `!test host:nas package:openssl 3.5.2`. The
 * same list stays the same object for a minute, as ages such as `since:7d` go on with the time.
 */
export const historyRows = (app: AppState, filter: string, now: number): readonly RunSummary[] =>
  fittingRuns(
    app.history,
    filter,
    app.packageRuns,
    filter.includes('@') ? hostsByTag(shownFleet(app)) : noTags,
    filter.includes(':') ? Math.floor(now / minuteMs) * minuteMs : 0,
  );

const noGenerations: readonly Generation[] = [];

export const generationsOfScreen = (app: AppState, ui: Ui): readonly Generation[] => {
  const host = ui.screen.kind === 'host' ? app.hosts[ui.screen.host] : undefined;
  return generationRows(host?.facts?.generations ?? noGenerations);
};

/** Ids of the rows of a list, in the order of the screen. */
export const idsOf = (app: AppState, ui: Ui, list: ListName): readonly string[] => {
  const { filter } = ui.lists[list];
  switch (list) {
    case 'fleet':
      return fleetRowsOf(app, ui).map((row) => row.id);
    case 'lock':
      return lockRowsOf(app, ui).map((row) => row.id);
    case 'packages':
      return packageRows(app.hostNames, app.hosts, app.packages, filter).map((row) => row.id);
    case 'check':
      return checkRows(shownBoard(app), filter).map((row) => row.id);
    case 'build':
      return buildRowsOf(app, filter).map((row) => row.id);
    case 'health':
      return healthRows(app.hostNames, app.hosts, filter).map((row) => row.id);
    case 'history':
      return historyRows(app, filter, ui.now).map((run) => run.id);
    case 'generations':
      return generationsOfScreen(app, ui).map((generation) => String(generation.number));
  }
};

/** Place of the cursor: the first row when its own is gone; -1 in an empty list. */
export const cursorIndex = (ids: readonly string[], cursor: string | null): number => {
  if (ids.length === 0) return -1;
  return cursor === null ? 0 : Math.max(0, ids.indexOf(cursor));
};

/** The row under the cursor; undefined in an empty list. */
export const rowUnderCursor = <Row>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
  cursor: string | null,
): Row | undefined => rows[cursorIndex(rows.map(idOf), cursor)];

/**
 * Where a list stands before anybody moved its cursor: the answered board at its first red row, the
 * builds of a run that has ended at the first failure.
 */
const firstCursor = (app: AppState, ui: Ui, list: ListName): string | null => {
  if (list === 'build' && app.run.kind !== 'active' && app.run.kind !== 'canceling')
    return buildPartsOf(app, ui.lists.build.filter).trouble[0]?.id ?? null;
  if (list !== 'check' || !isAnswered(app.board)) return null;
  const rows = checkRows(shownBoard(app), ui.lists.check.filter);
  return rows.find(({ state }) => state === 'red')?.id ?? null;
};

/** Place of the cursor of a list among its ids; -1 where there are none. */
export const cursorPlace = (app: AppState, ui: Ui, list: ListName): number =>
  cursorIndex(idsOf(app, ui, list), ui.lists[list].cursor ?? firstCursor(app, ui, list));

/** Id of the row under the cursor of the list that the screen shows. */
export const selectedId = (app: AppState, ui: Ui): string | undefined => {
  const list = listOf(ui.screen);
  if (list === undefined) return undefined;
  return idsOf(app, ui, list)[cursorPlace(app, ui, list)];
};

/** Ids that are marked, with those of a range that is being drawn: also of rows that a filter or a fold hides. */
const everyMark = (app: AppState, ui: Ui, list: ListName): readonly string[] => {
  const { marks, rangeFrom, cursor } = ui.lists[list];
  if (rangeFrom === null) return marks;
  const ids = idsOf(app, ui, list);
  const from = ids.indexOf(rangeFrom);
  const to = cursorIndex(ids, cursor);
  if (from < 0 || to < 0) return marks;
  const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  return [...new Set([...marks, ...range])];
};

/** Ids that are marked and have a row: no key acts on what a filter or a fold hides. */
export const markedIds = (app: AppState, ui: Ui, list: ListName): readonly string[] => {
  const marks = everyMark(app, ui, list);
  if (marks.length === 0) return marks;
  const shown = new Set(idsOf(app, ui, list));
  return marks.filter((id) => shown.has(id));
};

/** How many marks are on rows that a filter or a fold hides: they count again when their rows are back. */
export const hiddenMarks = (app: AppState, ui: Ui, list: ListName): number =>
  everyMark(app, ui, list).length - markedIds(app, ui, list).length;
