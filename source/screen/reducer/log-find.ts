import { memoLast } from '../../model/memo.ts';
import { isHit, type LogRing } from '../../model/words/log.ts';
import type { AppState } from '../../state/state.ts';
import {
  firstLine,
  foundOnDisk,
  isFiltered,
  isOnDisk,
  queryOf,
  shownRing,
  sinceLine,
  topLine,
} from '../rows/log.ts';
import type { LogUi, Prompt, Ui } from '../ui.ts';
import { logRowsOf } from './body-rows.ts';
import { change } from './log.ts';
import { goToLine } from './log-cursor.ts';

const noHits: readonly number[] = [];

/** Numbers of the lines in memory that hold what is searched. */
const hitsInMemory = memoLast((ring: LogRing, search: string, from: number): readonly number[] => {
  const numbers: number[] = [];
  ring.lines.forEach((text, index) => {
    if (ring.dropped + index >= from && isHit(text, search)) numbers.push(ring.dropped + index);
  });
  return numbers;
});

/** Where some lines are left out, all that are shown are in memory. */
const hitsHere = (ring: LogRing, log: LogUi): readonly number[] =>
  hitsInMemory(ring, log.search, isFiltered(log) ? 0 : sinceLine(log));

/** What was found on the disk for what is searched, while no line is left out. */
const searchedOnDisk = (log: LogUi) => (isFiltered(log) ? null : foundOnDisk(log));

/** How many lines hold what is searched, and which of them the given one is; 0 where it is none. */
export const countHits = (
  ring: LogRing,
  log: LogUi,
): { readonly place: number; readonly count: number } => {
  const { cursor } = log;
  const found = searchedOnDisk(log);
  const old = found?.count ?? 0;
  const here = hitsHere(ring, log);
  const count = old + here.length;
  if (cursor === null) return { place: 0, count };
  const place = here.indexOf(cursor);
  if (place >= 0) return { place: old + place + 1, count };
  const numbers = found?.numbers ?? noHits;
  const oldPlace = numbers.indexOf(cursor);
  return { place: oldPlace < 0 ? 0 : old - numbers.length + oldPlace + 1, count };
};

/** Whether lines that are on the disk alone were not searched yet. */
const isUnsearched = (ring: LogRing, log: LogUi): boolean =>
  log.search !== '' &&
  !isFiltered(log) &&
  firstLine(ring, log) < ring.dropped &&
  (foundOnDisk(log)?.before ?? 0) < ring.dropped;

/** Whether what is shown waits for lines that are on the disk alone. */
export const isSearchOpen = (ring: LogRing, log: LogUi): boolean => {
  const { search, level } = queryOf(log);
  if (search === '' && level === 'all') return false;
  if (!isOnDisk(log.host, ring) || ring.dropped <= sinceLine(log)) return false;
  const found = foundOnDisk(log);
  return found === null || (found.before < ring.dropped && log.seeking !== null);
};

/** From a line on to the next one that holds what is searched; around the end to the other side. */
const findFrom = (app: AppState, ui: Ui, from: number, by: 1 | -1): Ui => {
  const { log } = ui;
  const ring = shownRing(app, log);
  if (log.search === '' || ring.lines.length === 0) return ui;
  const old = (searchedOnDisk(log)?.numbers ?? noHits).filter((number) => number < ring.dropped);
  const all = [...old, ...hitsHere(ring, log)];
  const next = by === 1 ? all.find((one) => one > from) : all.findLast((one) => one < from);
  const isInMemory =
    next !== undefined && next >= ring.dropped && (from >= ring.dropped - 1 || by === -1);
  if (isUnsearched(ring, log) && !isInMemory) return change(ui, { seeking: by });
  const at = next ?? (by === 1 ? all[0] : all.at(-1));
  if (at === undefined) return log.seeking === null ? ui : change(ui, { seeking: null });
  return change(goToLine(app, ui, at), { isAround: next === undefined, seeking: null });
};

/** Behind the last line. */
const endOf = ({ dropped, lines }: LogRing): number => dropped + lines.length;

/**
 * Goes to the next line that holds what is searched, from the cursor on, else from what is looked at: its own
 * lines count. Where it may be among lines on the disk that are not searched yet, it goes there when they are.
 */
export const findInLog = (app: AppState, ui: Ui, by: 1 | -1): Ui => {
  const { log } = ui;
  const ring = shownRing(app, log);
  const top = topLine(ring, log, logRowsOf(app, ui));
  const looked = by === 1 ? top - 1 : log.follow ? endOf(ring) : top;
  return findFrom(app, ui, log.cursor ?? looked, by);
};

/** Where somebody looked when a search began. */
type SearchFrom = Extract<Prompt, { readonly kind: 'search' }>['from'];

export const searchBegins = ({ log }: Ui): SearchFrom => ({
  follow: log.follow,
  top: log.top,
  skip: log.skip,
  cursor: log.cursor,
});

/**
 * Each letter goes from where somebody looked when the search began: down from the top of the window, in a log that
 * is followed up from its end. Without a match everything stands where it stood.
 */
export const followTyping = (app: AppState, ui: Ui): Ui => {
  if (ui.prompt?.kind !== 'search') return ui;
  const { from } = ui.prompt;
  const start = change(ui, { ...from, isAround: false, seeking: null });
  if (ui.log.search === '') return start;
  const ring = shownRing(app, start.log);
  return from.follow
    ? findFrom(app, start, endOf(ring), -1)
    : findFrom(app, start, (from.cursor ?? topLine(ring, start.log, logRowsOf(app, ui))) - 1, 1);
};
