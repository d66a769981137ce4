import { rootIn } from '../../model/lock/facts.ts';
import { presentPlaces, shownFleet } from '../../state/remembered.ts';
import type { AppState } from '../../state/state.ts';
import { troubles } from '../../state/trouble.ts';
import { shownColumns } from '../fleet-columns.ts';
import { headingId, isGrouped, misplacedCount, placesOf } from '../rows/fleet.ts';
import { sortedNames } from '../rows/fleet-order.ts';
import { cursorPlace, idsOf, markedIds, selectedId } from '../rows/lists.ts';
import {
  type ColumnSort,
  type ListName,
  type ListUi,
  listOf,
  type SortColumn,
  type Ui,
} from '../ui.ts';

export const changeList = (ui: Ui, list: ListName, change: (before: ListUi) => ListUi): Ui => ({
  ...ui,
  lists: { ...ui.lists, [list]: change(ui.lists[list]) },
});

const placeCursor = (app: AppState, ui: Ui, list: ListName, index: number): Ui => {
  const ids = idsOf(app, ui, list);
  const id = ids[Math.max(0, Math.min(index, ids.length - 1))];
  if (id === undefined || id === ui.lists[list].cursor) return ui;
  return changeList(ui, list, (before) => ({ ...before, cursor: id }));
};

/** How far a key goes in a view of so many rows. */
export const rowsOf = (unit: 'row' | 'half' | 'page', rows: number): number => {
  const page = Math.max(1, rows - 2);
  if (unit === 'row') return 1;
  return unit === 'page' ? page : Math.max(1, Math.floor(page / 2));
};

export const moveCursor = (app: AppState, ui: Ui, list: ListName, by: number): Ui =>
  placeCursor(app, ui, list, cursorPlace(app, ui, list) + by);

export const jumpCursor = (app: AppState, ui: Ui, list: ListName, to: 'first' | 'last'): Ui =>
  placeCursor(app, ui, list, to === 'first' ? 0 : Number.MAX_SAFE_INTEGER);

/** Lists in which rows can be marked. */
const canMark = (list: ListName | undefined): list is 'fleet' | 'lock' | 'health' | 'history' =>
  list === 'fleet' || list === 'lock' || list === 'health' || list === 'history';

const isHost = (id: string): boolean => !id.startsWith('#');

/** Marks or unmarks the row under the cursor and goes on to the next; ends a range by keeping it. */
export const toggleMark = (app: AppState, ui: Ui): Ui => {
  const list = listOf(ui.screen);
  if (!canMark(list)) return ui;
  if (ui.lists[list].rangeFrom !== null) {
    const marks = [
      ...new Set([...ui.lists[list].marks, ...markedIds(app, ui, list).filter(isHost)]),
    ];
    return changeList(ui, list, (before) => ({ ...before, marks, rangeFrom: null }));
  }
  const id = selectedId(app, ui);
  if (id === undefined || !isHost(id)) return ui;
  const marked = changeList(ui, list, (before) => ({
    ...before,
    marks: before.marks.includes(id)
      ? before.marks.filter((mark) => mark !== id)
      : [...before.marks, id],
  }));
  return moveCursor(app, marked, list, 1);
};

/** Marks every row that the filter shows; when all are marked, none of them. Marks that it hides stay. */
export const toggleAllMarks = (app: AppState, ui: Ui): Ui => {
  const list = listOf(ui.screen);
  if (!canMark(list)) return ui;
  const ids = idsOf(app, ui, list).filter(isHost);
  return changeList(ui, list, (before) => ({
    ...before,
    rangeFrom: null,
    marks: ids.every((id) => before.marks.includes(id))
      ? before.marks.filter((mark) => !ids.includes(mark))
      : [...new Set([...before.marks, ...ids])],
  }));
};

export const startRange = (app: AppState, ui: Ui): Ui => {
  const list = listOf(ui.screen);
  const id = selectedId(app, ui);
  if (!canMark(list) || id === undefined) return ui;
  if (ui.lists[list].rangeFrom !== null) return toggleMark(app, ui);
  return changeList(ui, list, (before) => ({ ...before, rangeFrom: id }));
};

/** Puts the cursor of a list on a row, and drops a filter that would hide it; null: where it stood at first. */
export const pointAt = (app: AppState, ui: Ui, list: ListName, id: string | null): Ui => {
  const at = changeList(ui, list, (before) => ({ ...before, cursor: id }));
  return id === null || idsOf(app, at, list).includes(id)
    ? at
    : changeList(at, list, (before) => ({ ...before, filter: '' }));
};

/** The fleet as `/` would filter it, until Esc clears that. */
export const filterFleet = (ui: Ui, filter: string): Ui =>
  changeList(ui, 'fleet', (before) => ({ ...before, filter }));

/** Another filter: a message that names the one before is no longer true. */
export const changeFilter = (ui: Ui, list: ListName, filter: string): Ui => {
  const { filter: old } = ui.lists[list];
  const isNamed = old !== '' && old !== filter && ui.toast?.text.includes(`(${old})`) === true;
  const changed = changeList(ui, list, (before) => ({ ...before, filter }));
  return isNamed ? { ...changed, toast: null } : changed;
};

/** The cursor stands on a row, so that it is still there when the rows are others. */
export const pinCursor = (app: AppState, ui: Ui, list: ListName): Ui =>
  placeCursor(app, ui, list, cursorPlace(app, ui, list));

/** Esc in a list: the range, then the marks, then the filter. Undefined when there is nothing to put away. */
export const clearList = (app: AppState, ui: Ui, list: ListName): Ui | undefined => {
  const { marks, filter, rangeFrom } = ui.lists[list];
  if (rangeFrom !== null) return changeList(ui, list, (before) => ({ ...before, rangeFrom: null }));
  if (marks.length > 0) return changeList(ui, list, (before) => ({ ...before, marks: [] }));
  if (filter !== '') return changeFilter(pinCursor(app, ui, list), list, '');
  return undefined;
};

const sortByColumn = (
  app: AppState,
  ui: Ui,
  column: SortColumn,
  isDescending: boolean,
): ColumnSort => ({
  column,
  isDescending,
  order: sortedNames(app, column, isDescending),
  at: ui.now,
});

const isSameOrder = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name, index) => name === other[index]);

/** The rows take the places that they have now below their headings. */
const placeAnew = (app: AppState, ui: Ui): Ui => ({
  ...ui,
  placed: { at: ui.now, places: presentPlaces(app) },
});

const arrangements = ['auto', 'trouble', 'flake'] as const;

/**
 * Rows that no longer stand as they are sorted are sorted again. Where they do, a column is turned
 * round; without one, the fleet is arranged in its next way.
 */
export const sortAgain = (app: AppState, before: Ui): Ui => {
  const ui = pinCursor(app, before, 'fleet');
  const { sort } = ui;
  if (typeof sort === 'object') {
    const again = sortByColumn(app, ui, sort.column, sort.isDescending);
    return isSameOrder(again.order, sort.order)
      ? { ...ui, sort: sortByColumn(app, ui, sort.column, !sort.isDescending) }
      : { ...ui, sort: again };
  }
  const { names, hosts } = shownFleet(app);
  if (isGrouped(names, sort) && misplacedCount(hosts, placesOf(app, ui)) > 0)
    return placeAnew(app, ui);
  const next = arrangements[(arrangements.indexOf(sort) + 1) % arrangements.length] ?? 'auto';
  return placeAnew(app, { ...ui, sort: next });
};

/** A click on the title of a column sorts by it, and the next one the other way round. */
export const clickColumn = (app: AppState, before: Ui, column: SortColumn): Ui => {
  const ui = pinCursor(app, before, 'fleet');
  return typeof ui.sort === 'object' && ui.sort.column === column
    ? sortAgain(app, ui)
    : { ...ui, sort: sortByColumn(app, ui, column, false) };
};

/** Sorts by the column beside the chosen one; beyond the last one the fleet is arranged by itself again. */
export const chooseColumn = (app: AppState, before: Ui, by: 1 | -1): Ui => {
  const ui = pinCursor(app, before, 'fleet');
  const columns = shownColumns(ui.columns);
  const chosen = typeof ui.sort === 'object' ? columns.indexOf(ui.sort.column) : -1;
  const place = chosen === -1 ? (by === 1 ? 0 : columns.length - 1) : chosen + by;
  const column = columns[place];
  return column === undefined
    ? placeAnew(app, { ...ui, sort: 'auto' })
    : { ...ui, sort: sortByColumn(app, ui, column, false) };
};

/** Folds or unfolds the group whose heading is under the cursor. */
export const toggleFold = (app: AppState, ui: Ui): Ui => {
  const id = selectedId(app, ui);
  const trouble = troubles.find((one) => headingId(one) === id);
  if (trouble === undefined) return ui;
  return {
    ...ui,
    folded: ui.folded.includes(trouble)
      ? ui.folded.filter((one) => one !== trouble)
      : [...ui.folded, trouble],
  };
};

/** Shows or folds the nested changes of the input under the cursor; on a nested one: of the input above it. */
export const unfoldInput = (app: AppState, ui: Ui, isUnfolding: boolean): Ui => {
  const id = selectedId(app, ui);
  if (id === undefined) return ui;
  const root = rootIn(app.lock, id);
  if (ui.unfolded.includes(root) === isUnfolding) return ui;
  if (isUnfolding) return { ...ui, unfolded: [...ui.unfolded, root] };
  const folded = { ...ui, unfolded: ui.unfolded.filter((one) => one !== root) };
  return idsOf(app, folded, 'lock').includes(id)
    ? folded
    : changeList(folded, 'lock', (before) => ({ ...before, cursor: root }));
};
