import type { LogHits, LogQuery, LogRing } from '../../model/words/log.ts';
import type { AppState } from '../../state/state.ts';
import {
  foundOnDisk,
  isFiltered,
  isOnDisk,
  queryOf,
  ringOf,
  sinceLine,
  topLine,
} from '../rows/log.ts';
import type { LogUi, Ui } from '../ui.ts';
import { showsLog } from '../ui.ts';
import { logRowsOf } from './body-rows.ts';
import { change, keepPlace } from './log.ts';
import { findInLog } from './log-find.ts';

/** Lines that are read from the disk at a time, and how many of them stand before those that are shown. */
const pieceLines = 2_500;
const linesBefore = 1_000;

/** So many lines more are searched together while a log grows that nobody goes through. */
const searchedTogether = 5_000;

/** What the shown log needs of the disk. */
export type OldLogWish =
  | { readonly kind: 'read'; readonly host: string; readonly from: number; readonly count: number }
  /** The number of the first line from a time on. */
  | { readonly kind: 'since'; readonly host: string; readonly at: number }
  | {
      readonly kind: 'search';
      readonly host: string;
      readonly query: LogQuery;
      readonly from: number;
      readonly before: number;
    };

const searchWish = (ring: LogRing, log: LogUi): OldLogWish | null => {
  const query = queryOf(log);
  const found = foundOnDisk(log);
  const from = found?.before ?? sinceLine(log);
  const before = ring.dropped;
  // Lines that are left out, and lines that somebody goes through, are wanted whole.
  const isNeeded = found === null || log.seeking !== null || isFiltered(log);
  if ((query.search === '' && query.level === 'all') || from >= before) return null;
  if (!isNeeded && before - from < searchedTogether) return null;
  return { kind: 'search', host: log.host, query, from, before };
};

const readWish = (ring: LogRing, log: LogUi, rows: number): OldLogWish | null => {
  if (log.follow || isFiltered(log)) return null;
  const top = topLine(ring, log, rows);
  const end = Math.min(top + rows, ring.dropped);
  const known = log.older?.first ?? Number.POSITIVE_INFINITY;
  if (top >= end || (known <= top && end <= known + pieceLines)) return null;
  const from = Math.max(0, top - linesBefore);
  return { kind: 'read', host: log.host, from, count: pieceLines };
};

/** What is to be read or searched next; null where all is known. Pure. */
export const oldLogWish = (app: AppState, ui: Ui): OldLogWish | null => {
  const { screen, log } = ui;
  const ring = ringOf(app, log.host);
  if (!showsLog(screen) || !isOnDisk(log.host, ring)) return null;
  if (log.since !== null && log.since.line === null)
    return { kind: 'since', host: log.host, at: log.since.at };
  return readWish(ring, log, logRowsOf(app, ui)) ?? searchWish(ring, log);
};

/** Whether what is being searched on the disk is still looked for. */
export const isStillWanted = (
  { kind, host, ...wish }: OldLogWish,
  { screen, log }: Pick<Ui, 'screen' | 'log'>,
): boolean => {
  if (!showsLog(screen) || log.host !== host) return false;
  if (kind !== 'search' || !('query' in wish)) return true;
  const { search, level } = queryOf(log);
  return wish.query.search === search && wish.query.level === level;
};

/** Hits that are kept: those of a search that goes on while the log grows are added to the earlier ones. */
const keptHits = 5_000;

const join = (before: LogHits | null, more: LogHits): LogHits => {
  if (before === null || before.before !== more.from) return more;
  return {
    ...more,
    from: before.from,
    count: before.count + more.count,
    numbers: [...before.numbers, ...more.numbers].slice(-keptHits),
    texts: [...before.texts, ...more.texts].slice(-keptHits),
    times: [...before.times, ...more.times].slice(-keptHits),
  };
};

/** What a search found on the disk; where somebody waits for it, the log goes there. */
export const addHits = (app: AppState, ui: Ui, hits: LogHits): Ui => {
  const { search, level } = queryOf(ui.log);
  if (hits.search !== search || hits.level !== level) return ui;
  const { seeking } = ui.log;
  const known = keepPlace(app, ui, { found: join(foundOnDisk(ui.log), hits) });
  return seeking === null ? known : findInLog(app, known, seeking);
};

/** Shows only lines with what is searched, or all again: the line stays that was searched for. */
export const showHitsOnly = (app: AppState, ui: Ui): Ui =>
  ui.log.search === '' ? ui : keepPlace(app, ui, { only: !ui.log.only, seeking: null });

/** The line from which on a log is shown, once the disk was asked. */
export const addSince = (app: AppState, ui: Ui, line: number): Ui =>
  ui.log.since === null ? ui : keepPlace(app, change(ui, {}), { since: { ...ui.log.since, line } });
